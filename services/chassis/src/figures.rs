//! The arithmetic that figures share: rates, means, and which of several is the greatest.

/// So many of 10,000, rounded; nothing of none.
#[must_use]
pub fn rate_bp(part: i64, whole: i64) -> Option<i32> {
    let rate = (i128::from(part) * 10_000 + i128::from(whole) / 2).checked_div(whole.into())?;
    i32::try_from(rate).ok()
}

/// The mean of so many that come to a sum; nothing of none.
#[must_use]
pub fn mean(sum: i64, count: i64) -> Option<i64> {
    sum.checked_div(count)
}

/// Which has the greatest figure, the first of equals; those of which it is not known are left out.
pub fn greatest<F: Ord, T>(figures: impl IntoIterator<Item = (Option<F>, T)>) -> Option<T> {
    let mut best: Option<(F, T)> = None;
    for (figure, of) in figures {
        let Some(figure) = figure else { continue };
        if best.as_ref().is_none_or(|(most, _)| figure > *most) {
            best = Some((figure, of));
        }
    }
    best.map(|(_, of)| of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_means_are_of_something() {
        assert_eq!(rate_bp(1, 3), Some(3_333));
        assert_eq!(rate_bp(2, 3), Some(6_667));
        assert_eq!(rate_bp(0, 0), None);
        assert_eq!(mean(7, 2), Some(3));
        assert_eq!(mean(0, 0), None);
    }

    #[test]
    fn the_first_of_the_greatest_is_named() {
        let figures = [(Some(1), 'a'), (Some(3), 'b'), (None, 'c'), (Some(3), 'd')];
        assert_eq!(greatest(figures), Some('b'));
        assert_eq!(greatest([(None::<i64>, 'a')]), None);
    }
}
