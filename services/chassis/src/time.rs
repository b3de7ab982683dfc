//! Time as Baton keeps it: instants in UTC cut to microseconds, business dates as dates.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, NaiveTime, SubsecRound as _, TimeZone, Utc};

/// An instant. PostgreSQL keeps microseconds and SQLite whatever it is given, so the clock cuts to microseconds.
pub type Time = DateTime<Utc>;
/// A business date (a due date, a contract's end): no time, no zone.
pub type Date = chrono::NaiveDate;

/// The first instant of a day; where the clocks skip midnight, what would have been midnight.
pub fn begin_of<Z: TimeZone>(day: Date, zone: &Z) -> Time {
    let midnight = day.and_time(NaiveTime::MIN);
    let begin = zone.from_local_datetime(&midnight).earliest();
    begin
        .unwrap_or_else(|| zone.from_utc_datetime(&midnight))
        .to_utc()
}

/// Business days from one to another, both included; open where there is no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

impl Days {
    /// The first instant that belongs to them in a zone, and the first one after; nothing if all do. What has no other end
    /// ends in years in which nothing happens.
    pub fn instants<Z: TimeZone>(self, zone: &Z) -> Option<(Time, Time)> {
        if self.from.is_none() && self.to.is_none() {
            return None;
        }
        let ends = [1900, 9999].map(|year| Date::from_ymd_opt(year, 1, 1).unwrap_or_default());
        let [first, last] = ends.map(|day| begin_of(day, &Utc));
        let from = self.from.map_or(first, |day| begin_of(day, zone));
        let after = self.to.and_then(|day| day.succ_opt());
        let to = after.map_or(last, |day| begin_of(day, zone));
        Some((from.clamp(first, last), to.clamp(first, last)))
    }
}

/// The only way by which time enters; tests hold one that stands still until they move it.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that a test moves by hand.
    Manual(Arc<Mutex<Time>>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    #[must_use]
    pub fn manual(start: Time) -> Self {
        Self::Manual(Arc::new(Mutex::new(start.trunc_subsecs(6))))
    }

    /// The present instant, in microseconds.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everyone else must use"
    )]
    pub fn now(&self) -> Time {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Manual(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a manual clock forward; the machine's clock cannot be moved and stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(at) = self {
            *at.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Option<Date> {
        Date::from_ymd_opt(year, month, day)
    }

    #[test]
    fn days_are_those_of_the_zone_and_both_ends_belong_to_them() {
        let days = Days {
            from: day(2017, 1, 1),
            to: day(2017, 3, 31),
        };
        let (from, to) = days.instants(&chrono_tz::Asia::Shanghai).unwrap();
        assert_eq!(from.to_rfc3339(), "2016-12-31T16:00:00+00:00");
        assert_eq!(to.to_rfc3339(), "2017-03-31T16:00:00+00:00");
        assert_eq!(Days::default().instants(&Utc), None);
        let since = Days {
            from: day(2017, 1, 1),
            to: None,
        };
        let (from, to) = since.instants(&Utc).unwrap();
        assert!(from.to_rfc3339().starts_with("2017") && to.to_rfc3339().starts_with("9999"));
    }
}
