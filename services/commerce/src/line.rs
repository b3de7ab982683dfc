//! Lines of a document: what is sold, how much of it at what price, and how much of that has gone on.
//!
//! A contract's line goes on when an order takes from it, an order's line when it is shipped: the same arithmetic,
//! and in both the sum that has gone on never exceeds what the line says.

use baton_chassis::{
    ids::{LineId, ProductId},
    money,
};
use serde::Serialize;

/// A line of a contract or of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Line {
    /// Identity of the line.
    pub id: LineId,
    /// The product, if it is in the catalogue.
    pub product: Option<ProductId>,
    /// What is sold.
    pub description: String,
    /// What is counted.
    pub unit: String,
    /// How much, in thousandths.
    pub quantity_milli: i64,
    /// Price of one unit, in minor units of the document's currency.
    pub unit_price_minor: i64,
    /// Discount in hundredths of a percent.
    pub discount_bp: i32,
    /// Price times quantity less discount.
    pub amount_minor: i64,
    /// How much has gone on, in thousandths: ordered of a contract's line, shipped of an order's.
    pub done_milli: i64,
    /// How much will not go on after all, in thousandths: called off of an order's line.
    pub called_off_milli: i64,
    /// The contract's line that an order's line takes from.
    pub drawn_from: Option<LineId>,
}

impl Line {
    /// What is to go on in the end, in thousandths.
    pub fn standing_milli(&self) -> i64 {
        self.quantity_milli - self.called_off_milli
    }

    /// What of that has not yet gone on, in thousandths.
    pub fn left_milli(&self) -> i64 {
        (self.standing_milli() - self.done_milli).max(0)
    }

    /// So much of this line at its price, as a line of its own that takes from it.
    #[must_use]
    pub fn portion(&self, id: LineId, quantity_milli: i64) -> Self {
        let part = || money::part_amount(self.unit_price_minor, quantity_milli, self.discount_bp);
        let part = Some(quantity_milli)
            .filter(|milli| *milli < self.quantity_milli)
            .and_then(|_| part());
        Self {
            id,
            quantity_milli,
            // A part always fits: it is less than the line, and the line's own amount fits.
            amount_minor: part.unwrap_or(self.amount_minor),
            done_milli: 0,
            called_off_milli: 0,
            drawn_from: Some(self.id),
            ..self.clone()
        }
    }
}

/// What the lines come to. Every amount was held below a bound when the lines were read, so the sum fits.
pub fn total(lines: &[Line]) -> i64 {
    lines.iter().map(|line| line.amount_minor).sum()
}

/// What they come to without what was called off.
pub fn standing(lines: &[Line]) -> i64 {
    let amount = |l: &Line| match l.called_off_milli {
        0 => l.amount_minor,
        _ => l.portion(l.id, l.standing_milli()).amount_minor,
    };
    lines.iter().map(amount).sum()
}

/// So much of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Part {
    /// The line.
    pub line: LineId,
    /// How much of it, in thousandths.
    pub quantity_milli: i64,
}

/// Why parts cannot be taken off lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// None of the lines is this one.
    Unknown(LineId),
    /// A line has less left than was asked for.
    Beyond {
        /// What the line says is sold.
        line: String,
        /// What is left of it, in thousandths.
        left_milli: i64,
    },
    /// No line has anything left.
    Nothing,
}

/// Lets `parts` of the lines go on, or all that is left of them when no part is named; on a shortage nothing is taken.
///
/// Tells what was taken, one part for each line that was touched.
pub fn take(lines: &mut [Line], parts: &[Part]) -> Result<Vec<Part>, Shortage> {
    let wanted = if parts.is_empty() {
        left(lines)
    } else {
        merged(parts)
    };
    if wanted.is_empty() {
        return Err(Shortage::Nothing);
    }
    for part in &wanted {
        let line = lines
            .iter()
            .find(|l| l.id == part.line)
            .ok_or(Shortage::Unknown(part.line))?;
        if part.quantity_milli > line.left_milli() {
            return Err(Shortage::Beyond {
                line: line.description.clone(),
                left_milli: line.left_milli(),
            });
        }
    }
    add(lines, &wanted, 1);
    Ok(wanted)
}

/// Takes back what had gone on.
pub fn give_back(lines: &mut [Line], parts: &[Part]) {
    add(lines, parts, -1);
}

/// What is less of each line than it was, and what is more.
pub fn change(before: &[Part], after: &[Part]) -> (Vec<Part>, Vec<Part>) {
    let (before, after) = (merged(before), merged(after));
    (beyond(&before, &after), beyond(&after, &before))
}

/// What some parts have beyond others.
fn beyond(some: &[Part], others: &[Part]) -> Vec<Part> {
    let of = |line| {
        let part = others.iter().find(|p| p.line == line);
        part.map_or(0, |p| p.quantity_milli)
    };
    let beyond = some.iter().map(|p| Part {
        line: p.line,
        quantity_milli: p.quantity_milli - of(p.line),
    });
    beyond.filter(|p| p.quantity_milli > 0).collect()
}

/// All that has not gone on yet.
pub fn left(lines: &[Line]) -> Vec<Part> {
    let left = lines.iter().map(|l| Part {
        line: l.id,
        quantity_milli: l.left_milli(),
    });
    left.filter(|part| part.quantity_milli > 0).collect()
}

fn add(lines: &mut [Line], parts: &[Part], sign: i64) {
    for part in parts {
        for line in lines.iter_mut().filter(|l| l.id == part.line) {
            line.done_milli += sign * part.quantity_milli;
        }
    }
}

/// Parts of the same line together, in the order of their first mention.
fn merged(parts: &[Part]) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match merged.iter_mut().find(|m| m.line == part.line) {
            Some(same) => {
                same.quantity_milli = same.quantity_milli.saturating_add(part.quantity_milli);
            }
            None => merged.push(*part),
        }
    }
    merged
}

#[cfg(test)]
pub(crate) mod tests {
    use uuid::Uuid;

    use super::*;

    /// Line `n`: ten pieces at 100 less 10 %.
    pub fn ten_pieces(n: u128) -> Line {
        Line {
            id: line(n),
            product: None,
            description: format!("thing {n}"),
            unit: "piece".into(),
            quantity_milli: 10_000,
            unit_price_minor: 100,
            discount_bp: 1_000,
            amount_minor: 900,
            done_milli: 0,
            called_off_milli: 0,
            drawn_from: None,
        }
    }

    pub fn line(n: u128) -> LineId {
        Uuid::from_u128(n).into()
    }

    pub fn part(n: u128, quantity_milli: i64) -> Part {
        Part {
            line: line(n),
            quantity_milli,
        }
    }

    #[test]
    fn the_portions_of_a_line_never_come_to_more_money_than_the_line() {
        let whole = Line {
            quantity_milli: 1_000,
            unit_price_minor: 100,
            discount_bp: 0,
            amount_minor: 100,
            ..ten_pieces(1)
        };
        let portions: Vec<_> = [5, 5, 5, 985]
            .map(|milli| whole.portion(line(2), milli))
            .into();
        assert_eq!(total(&portions), 98);
        assert_eq!(whole.portion(line(2), 1_000).amount_minor, 100);
    }

    #[test]
    fn what_goes_on_is_never_more_than_the_line_says() {
        let mut lines = [ten_pieces(1), ten_pieces(2)];
        assert_eq!(
            take(&mut lines, &[part(1, 6_000)]),
            Ok(vec![part(1, 6_000)])
        );
        let before = lines.clone();
        let beyond = Shortage::Beyond {
            line: "thing 1".into(),
            left_milli: 4_000,
        };
        assert_eq!(
            take(&mut lines, &[part(2, 1_000), part(1, 4_001)]),
            Err(beyond)
        );
        assert_eq!(lines, before, "a shortage takes nothing at all");
        assert_eq!(
            take(&mut lines, &[part(9, 1)]),
            Err(Shortage::Unknown(line(9)))
        );
    }

    #[test]
    fn a_line_named_twice_counts_twice() {
        let mut lines = [ten_pieces(1)];
        let beyond = Shortage::Beyond {
            line: "thing 1".into(),
            left_milli: 10_000,
        };
        assert_eq!(
            take(&mut lines, &[part(1, 6_000), part(1, 6_000)]),
            Err(beyond)
        );
        assert_eq!(
            take(&mut lines, &[part(1, 4_000), part(1, 5_000)]),
            Ok(vec![part(1, 9_000)])
        );
        let beyond = Shortage::Beyond {
            line: "thing 1".into(),
            left_milli: 1_000,
        };
        assert_eq!(
            take(&mut lines, &[part(1, i64::MAX), part(1, i64::MAX)]),
            Err(beyond)
        );
    }

    #[test]
    fn no_part_named_means_all_that_is_left() {
        let mut lines = [ten_pieces(1), ten_pieces(2)];
        take(&mut lines, &[part(1, 10_000), part(2, 500)]).unwrap();
        assert_eq!(take(&mut lines, &[]), Ok(vec![part(2, 9_500)]));
        assert_eq!(take(&mut lines, &[]), Err(Shortage::Nothing));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let mut lines = [ten_pieces(1)];
        take(&mut lines, &[]).unwrap();
        give_back(&mut lines, &[part(1, 2_500)]);
        assert_eq!(left(&lines), [part(1, 2_500)]);
    }

    #[test]
    fn a_portion_has_the_price_of_its_line() {
        let mut of = ten_pieces(1);
        of.done_milli = 3_000;
        let portion = of.portion(line(7), 1_500);
        assert_eq!((portion.id, portion.drawn_from), (line(7), Some(line(1))));
        assert_eq!(
            (
                portion.quantity_milli,
                portion.done_milli,
                portion.amount_minor
            ),
            (1_500, 0, 135)
        );
    }
}
