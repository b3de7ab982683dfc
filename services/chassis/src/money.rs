//! Money: whole minor units of one currency, never a fraction and never a float.

use serde::{Deserialize, Serialize};

/// Greatest quantity of a line, in thousandths: a billion pieces.
pub const QUANTITY_MILLI_MAX: i64 = 1_000_000_000_000;

/// An amount in minor units (cents, fen; yen has none) of an ISO 4217 currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// ISO 4217 code, three capital letters.
    pub currency: String,
    /// Whole minor units.
    pub amount_minor: i64,
}

impl Money {
    /// An amount in minor units.
    pub fn new(currency: impl Into<String>, amount_minor: i64) -> Self {
        Self {
            currency: currency.into(),
            amount_minor,
        }
    }
}

/// What a line comes to: price times quantity less discount, rounded half up to a whole minor unit;
/// `None` when it does not fit.
///
/// `quantity_milli` is in thousandths of the unit, `discount_bp` in hundredths of a percent.
#[must_use]
pub fn line_amount(unit_price_minor: i64, quantity_milli: i64, discount_bp: i32) -> Option<i64> {
    let exact = exact(unit_price_minor, quantity_milli, discount_bp)?;
    i64::try_from((exact + MINOR / 2).div_euclid(MINOR)).ok()
}

/// The same for a part of a line, rounded down: however a line is parted, its parts never come to more than it does.
#[must_use]
pub fn part_amount(unit_price_minor: i64, quantity_milli: i64, discount_bp: i32) -> Option<i64> {
    let exact = exact(unit_price_minor, quantity_milli, discount_bp)?;
    i64::try_from(exact.div_euclid(MINOR)).ok()
}

/// One minor unit, counted in thousandths of a quantity and hundredths of a percent.
const MINOR: i128 = 1_000 * 10_000;

fn exact(unit_price_minor: i64, quantity_milli: i64, discount_bp: i32) -> Option<i128> {
    i128::from(unit_price_minor)
        .checked_mul(quantity_milli.into())?
        .checked_mul(10_000 - i128::from(discount_bp))
}

/// The sum of amounts; `None` when it does not fit.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> Option<i64> {
    amounts.into_iter().try_fold(0_i64, i64::checked_add)
}

/// Reads a quantity of up to three decimals into thousandths: `"1.5"` is 1500.
#[must_use]
pub fn parse_quantity(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) || text.ends_with('.')
    {
        return None;
    }
    let milli = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
    let milli = milli.checked_add(format!("{part:0<3}").parse::<i64>().ok()?)?;
    (milli <= QUANTITY_MILLI_MAX).then_some(milli)
}

/// Writes thousandths as a decimal without needless zeros: 1500 is `"1.5"`.
#[must_use]
pub fn format_quantity(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1_000, milli % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Writes an amount as people read it: 123450 fen is `"1234.50 CNY"`.
#[must_use]
pub fn format_amount(currency: &str, amount_minor: i64) -> String {
    let known = iso_currency::Currency::from_code(currency);
    let digits = known
        .and_then(iso_currency::Currency::exponent)
        .unwrap_or(0);
    let (sign, whole) = (
        if amount_minor < 0 { "-" } else { "" },
        amount_minor.unsigned_abs(),
    );
    let width = usize::from(digits);
    let text = format!("{whole:0>least$}", least = width + 1);
    let (whole, part) = text.split_at(text.len() - width);
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{part} {currency}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_rounded_half_up_once() {
        assert_eq!(line_amount(333, 1_500, 0), Some(500));
        assert_eq!(line_amount(10_000, 2_000, 1_250), Some(17_500));
        assert_eq!(line_amount(1, 500, 0), Some(1));
        assert_eq!(line_amount(i64::MAX, QUANTITY_MILLI_MAX, 0), None);
        // What nobody may say is still worked out without a fault: all that is wrong with a line is told at once.
        assert_eq!(line_amount(1, 1_000, i32::MIN), Some(214_749));
    }

    #[test]
    fn a_quantity_has_at_most_three_decimals() {
        for (text, milli) in [
            ("1", 1_000),
            ("1.5", 1_500),
            ("0.125", 125),
            ("1000000000", QUANTITY_MILLI_MAX),
        ] {
            assert_eq!(parse_quantity(text), Some(milli), "{text}");
            assert_eq!(format_quantity(milli), text);
        }
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "1.2345",
            "1e3",
            "1,5",
            "1000000000.001",
        ] {
            assert_eq!(parse_quantity(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_is_written_with_the_decimals_of_its_currency() {
        for (currency, minor, text) in [
            ("CNY", 123_450, "1234.50 CNY"),
            ("CNY", -5, "-0.05 CNY"),
            ("JPY", 100, "100 JPY"),
            ("KWD", 1, "0.001 KWD"),
            ("???", 7, "7 ???"),
        ] {
            assert_eq!(format_amount(currency, minor), text);
        }
    }
}
