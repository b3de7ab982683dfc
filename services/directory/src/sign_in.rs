//! Signing in: how often a name may fail, and what a password must be.

use baton_chassis::{Time, Violation};
use chrono::TimeDelta;

/// Failures within [`WINDOW`] after which a name has to wait.
pub const FAILURES_MAX: i32 = 5;
/// Tries within [`WINDOW`] that one link is good for: whoever holds it may mistype, but hashing is dear.
pub const TRIES_PER_LINK_MAX: i32 = 20;
/// How long failures count, from the first of them on.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Characters that a password has at least.
pub const PASSWORD_MIN: usize = 10;
/// Characters that a password has at most: hashing takes time for each.
pub const PASSWORD_MAX: usize = 128;

/// The tries of one sign-in name that did not succeed yet.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Attempts {
    /// The name as it was typed, known or not: whether there is such a member must not show.
    pub name: String,
    /// How many there were.
    pub failures: i32,
    /// When the first of them was.
    pub since: Time,
}

/// The name has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Until then.
    pub until: Time,
}

impl Attempts {
    /// No tries yet.
    pub fn none(name: String, at: Time) -> Self {
        Self {
            name,
            failures: 0,
            since: at,
        }
    }

    /// Begins a try and counts it as failed until it has succeeded: guesses that run side by side
    /// count as well. After `max` failures one has to wait.
    pub fn begin(&mut self, max: i32, at: Time) -> Result<(), Wait> {
        let until = self.since + WINDOW;
        if at >= until {
            *self = Self::none(std::mem::take(&mut self.name), at);
        } else if self.failures >= max {
            return Err(Wait { until });
        }
        self.failures += 1;
        Ok(())
    }
}

/// What is wrong with a new password of the member `name`, if anything.
pub fn check_password(field: &str, password: &str, name: &str) -> Option<Violation> {
    let length = password.chars().count();
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let holds_name = password.to_lowercase().contains(&name.to_lowercase());
    if password.is_empty() {
        Some(Violation::new(field, "REQUIRED"))
    } else if length < PASSWORD_MIN {
        Some(Violation::new(field, "TOO_SHORT").with("min", PASSWORD_MIN))
    } else if length > PASSWORD_MAX {
        Some(Violation::new(field, "TOO_LONG").with("max", PASSWORD_MAX))
    } else if distinct.len() < 4 || (holds_name && length < name.chars().count() + PASSWORD_MIN) {
        Some(Violation::new(field, "PASSWORD_TOO_SIMPLE"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Time {
        Time::default() + TimeDelta::hours(12)
    }

    #[test]
    fn a_name_waits_after_its_last_try_until_the_window_ends() {
        let mut li = Attempts::none("li".into(), noon());
        for second in 0..5 {
            assert_eq!(
                li.begin(FAILURES_MAX, noon() + TimeDelta::seconds(second)),
                Ok(())
            );
        }
        let until = noon() + WINDOW;
        assert_eq!(
            li.begin(FAILURES_MAX, noon() + TimeDelta::seconds(5)),
            Err(Wait { until })
        );
        assert_eq!(
            li.begin(FAILURES_MAX, until - TimeDelta::microseconds(1)),
            Err(Wait { until })
        );
        assert_eq!(li.begin(FAILURES_MAX, until), Ok(()));
        assert_eq!(
            li,
            Attempts {
                name: "li".into(),
                failures: 1,
                since: until
            }
        );
    }

    #[test]
    fn failures_that_lie_far_apart_do_not_add_up() {
        let mut li = Attempts::none("li".into(), noon());
        for n in 0..20 {
            assert_eq!(
                li.begin(FAILURES_MAX, noon() + TimeDelta::minutes(5) * n),
                Ok(()),
                "{n}"
            );
        }
    }

    #[test]
    fn a_password_is_long_and_not_simple() {
        let table = [
            ("", Some("REQUIRED")),
            ("short-one", Some("TOO_SHORT")),
            ("密码密码密码密码", Some("TOO_SHORT")),
            ("aaaaaaaaaaaa", Some("PASSWORD_TOO_SIMPLE")),
            ("ababababcabab", Some("PASSWORD_TOO_SIMPLE")),
            ("Zhang.Wei.2026", Some("PASSWORD_TOO_SIMPLE")),
            ("春眠不觉晓处处闻啼鸟", None),
            ("correct horse battery", None),
            ("zhang.wei likes tea a lot", None),
        ];
        for (password, reason) in table {
            let found = check_password("new_password", password, "zhang.wei").map(|v| v.reason);
            assert_eq!(found, reason, "{password}");
        }
        let long = "abcd".repeat(33);
        assert_eq!(
            check_password("p", &long, "li").map(|v| v.reason),
            Some("TOO_LONG")
        );
    }
}
