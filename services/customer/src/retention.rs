//! Retention: after which period who was kept goes by himself, who is never taken, and in which order a night goes through it.
//!
//! Whatever somebody still works on stays: an open lead, deal, project, contract, order or follow-up, and what waits for an
//! answer. So does what was dealt with since the period began, and a prospect that became anything.

use baton_chassis::{Date, Time, people::Retention, time::begin_of, words, words::Word as _};
use chrono::{Months, TimeZone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Kind of the operation that goes through a night.
pub const KIND: &str = "retention";

words! {
    /// What goes by itself.
    What {
        /// A prospect that is a person and never became anything.
        Prospect = "PROSPECT",
        /// Somebody at a prospect that never became anything.
        ProspectContact = "PROSPECT_CONTACT",
        /// A contact that was put away.
        ArchivedContact = "ARCHIVED_CONTACT",
        /// What names a person in a disqualified lead.
        Lead = "LEAD",
    }
}

/// What others have to do with somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dealings {
    /// Whether somebody works on something of his.
    pub open: bool,
    /// Whether there are deals, projects, contracts or orders of his.
    pub deals: bool,
    /// When something of his was changed last.
    pub last: Option<Time>,
}

impl Dealings {
    /// These and others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            open: self.open || other.open,
            deals: self.deals || other.deals,
            last: self.last.max(other.last),
        }
    }
}

/// Whether somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// He goes.
    Goes,
    /// Somebody works with him.
    AtWork,
    /// The prospect became something.
    Became,
    /// Somebody dealt with him within the period.
    Recent,
}

impl What {
    /// Months for which it is kept; nothing for ever.
    fn months(self, periods: Retention) -> Option<Months> {
        let months = match self {
            Self::Prospect | Self::ProspectContact => periods.prospects,
            Self::ArchivedContact => periods.contacts,
            Self::Lead => periods.leads,
        };
        u32::try_from(months)
            .ok()
            .filter(|n| *n > 0)
            .map(Months::new)
    }

    /// Whether it goes that was not changed itself since `before`.
    pub fn verdict(self, dealings: Dealings, before: Time) -> Verdict {
        let is_prospect = matches!(self, Self::Prospect | Self::ProspectContact);
        if dealings.open {
            Verdict::AtWork
        } else if is_prospect && dealings.deals {
            Verdict::Became
        } else if dealings.last.is_some_and(|last| last >= before) {
            Verdict::Recent
        } else {
            Verdict::Goes
        }
    }
}

/// The day of the firm on which an instant falls.
pub fn day_of<Z: TimeZone>(now: Time, zone: &Z) -> Date {
    now.with_timezone(zone).date_naive()
}

/// The next day on which somebody may go, and when it begins.
pub fn next<Z: TimeZone>(now: Time, zone: &Z) -> (Date, Time) {
    let today = day_of(now, zone);
    let day = today.succ_opt().unwrap_or(today);
    (day, begin_of(day, zone))
}

/// What has a period, and since when nobody must have dealt with it to go on a day.
pub fn due<Z: TimeZone>(periods: Retention, day: Date, zone: &Z) -> Vec<(What, Time)> {
    let since = |what: &What| {
        let day = day.checked_sub_months(what.months(periods)?)?;
        Some((*what, begin_of(day, zone)))
    };
    What::ALL.iter().filter_map(since).collect()
}

/// What a night carries from step to step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The day on which who goes has gone.
    pub day: Date,
    /// When it began.
    pub began_at: Time,
    /// What goes, and since when nobody must have dealt with it.
    due: Vec<(What, Time)>,
    /// How many of those are done.
    at: usize,
    /// Where the present one goes on.
    after: Uuid,
    /// Whether it does.
    more: bool,
    /// Who was found to go, and has not gone yet.
    going: Vec<Uuid>,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// To look who goes among the next that were not changed for so long.
    Look(What, Time, Uuid),
    /// To let them go.
    Go(What, Time, Vec<Uuid>),
    /// All is done.
    Nothing,
}

impl Night {
    /// A night in which what is due goes.
    pub fn new(day: Date, began_at: Time, due: Vec<(What, Time)>) -> Self {
        Self {
            day,
            began_at,
            due,
            at: 0,
            after: Uuid::nil(),
            more: true,
            going: Vec::new(),
        }
    }

    /// What is to be done now.
    pub fn due(&self) -> Due {
        match self.due.get(self.at) {
            None => Due::Nothing,
            Some((what, before)) if self.going.is_empty() => Due::Look(*what, *before, self.after),
            Some((what, before)) => Due::Go(*what, *before, self.going.clone()),
        }
    }

    /// Notes who goes, and after whom to look on. It is kept before anybody goes: who has gone is not found a second time.
    pub fn looked(&mut self, going: Vec<Uuid>, next: Option<Uuid>) {
        self.after = next.unwrap_or(self.after);
        (self.more, self.going) = (next.is_some(), going);
        if self.going.is_empty() {
            self.gone();
        }
    }

    /// Notes that they went.
    pub fn gone(&mut self) {
        self.going.clear();
        if !self.more {
            (self.at, self.after, self.more) = (self.at + 1, Uuid::nil(), true);
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::people::Settings;
    use chrono::TimeDelta;

    use super::*;

    const PERIODS: Retention = Retention {
        prospects: 24,
        contacts: 12,
        leads: 0,
    };

    fn at(text: &str) -> Time {
        text.parse().expect("a time")
    }

    #[test]
    fn nothing_goes_that_somebody_works_on_or_dealt_with_since() {
        use Verdict::{AtWork, Became, Goes, Recent};
        let before = at("2026-01-01T00:00:00Z");
        let old = Some(before - TimeDelta::microseconds(1));
        let dealt = |open, deals, last| Dealings { open, deals, last };
        // Prospects, then what is no prospect.
        let table = [
            (dealt(false, false, None), Goes, Goes),
            (dealt(false, false, old), Goes, Goes),
            (dealt(false, false, Some(before)), Recent, Recent),
            (dealt(false, true, old), Became, Goes),
            (dealt(false, true, Some(before)), Became, Recent),
            (dealt(true, false, old), AtWork, AtWork),
            (dealt(true, true, Some(before)), AtWork, AtWork),
        ];
        for (dealings, of_prospect, of_others) in table {
            for what in What::ALL {
                let expected = match what {
                    What::Prospect | What::ProspectContact => of_prospect,
                    What::ArchivedContact | What::Lead => of_others,
                };
                let found = what.verdict(dealings, before);
                assert_eq!(found, expected, "{what:?} {dealings:?}");
            }
        }
    }

    #[test]
    fn dealings_add_up_to_the_latest_and_to_whatever_is_open() {
        let late = Some(Time::UNIX_EPOCH);
        let deal = Dealings {
            deals: true,
            last: late,
            ..Dealings::default()
        };
        let open = Dealings {
            open: true,
            ..Dealings::default()
        };
        let both = Dealings {
            open: true,
            deals: true,
            last: late,
        };
        assert_eq!(deal.and(open), both);
        assert_eq!(open.and(deal), both);
    }

    #[test]
    fn a_period_ends_with_the_day_of_the_firm() {
        let zone = Settings::default().time_zone;
        let now = at("2026-11-30T16:30:00Z");
        let (day, begins) = next(now, &zone);
        assert_eq!(day.to_string(), "2026-12-02");
        assert_eq!(begins, at("2026-12-01T16:00:00Z"));
        let prospects = at("2024-12-01T16:00:00Z");
        let expected = [
            (What::Prospect, prospects),
            (What::ProspectContact, prospects),
            (What::ArchivedContact, at("2025-12-01T16:00:00Z")),
        ];
        assert_eq!(due(PERIODS, day, &zone), expected);
        assert_eq!(due(Retention::default(), day, &zone), []);
        let leap = chrono::Utc.with_ymd_and_hms(2028, 2, 29, 0, 0, 0).unwrap();
        let (What::ArchivedContact, since) = due(PERIODS, leap.date_naive(), &zone)[2] else {
            panic!("contacts have a period")
        };
        assert_eq!(since, at("2027-02-27T16:00:00Z"));
    }

    #[test]
    fn a_night_keeps_who_goes_before_he_goes_and_looks_on_after_him() {
        let [a, b] = [1, 2].map(Uuid::from_u128);
        let (first, second) = (Time::UNIX_EPOCH, at("2026-01-01T00:00:00Z"));
        let day = Date::default();
        let due = vec![(What::Prospect, first), (What::Lead, second)];
        let mut night = Night::new(day, first, due);
        let look = |after| Due::Look(What::Prospect, first, after);
        assert_eq!(night.due(), look(Uuid::nil()));
        night.looked(vec![a], Some(b));
        let going = Due::Go(What::Prospect, first, vec![a]);
        assert_eq!(night.due(), going);
        let kept = serde_json::to_value(&night).expect("it is kept");
        assert_eq!(serde_json::from_value::<Night>(kept).unwrap().due(), going);
        night.gone();
        assert_eq!(night.due(), look(b));
        night.looked(Vec::new(), None);
        assert_eq!(night.due(), Due::Look(What::Lead, second, Uuid::nil()));
        night.looked(vec![a], None);
        night.gone();
        assert_eq!(night.due(), Due::Nothing);
        assert_eq!(Night::new(day, first, Vec::new()).due(), Due::Nothing);
    }
}
