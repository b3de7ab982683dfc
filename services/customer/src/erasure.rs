//! The erasure of a person: in which order services are asked to blank what they hold of him, one batch at a time.
//!
//! The person himself is erased in the transaction that begins it: from then on nobody writes about him any more. What was
//! written before is blanked by this operation, first elsewhere, which tells the records that are about him, then what was
//! said and is to be done about him and them, and last the answers that are kept under request ids. It only goes forward, and
//! doing a step again comes to the same.

use std::collections::BTreeMap;

use baton_chassis::{
    Time,
    personal::{KINDS, Listed},
    words,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Kind of the operation that carries an erasure out.
pub const KIND: &str = "erase_person";

/// The service that carries it out.
const HERE: &str = "customer";
/// The kind of a party.
const ACCOUNT: &str = "ACCOUNT";

words! {
    /// Why a person is erased.
    Reason {
        /// He asked for it.
        Requested = "REQUESTED",
        /// He took his consent back.
        ConsentWithdrawn = "CONSENT_WITHDRAWN",
        /// His data are not needed any more.
        NotNeeded = "NOT_NEEDED",
        /// They were not held rightfully.
        Unlawful = "UNLAWFUL",
        /// The period for which they are kept is over.
        Retention = "RETENTION",
    }
}

/// What an erasure carries from step to step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The contact or party.
    pub person: Uuid,
    /// Which of them, by the name of its kind.
    pub kind: String,
    /// Why.
    pub reason: Reason,
    /// When the person himself was erased.
    pub erased_at: Time,
    /// The services that are part of the system.
    pub services: Vec<String>,
    /// Batches of the list that are done; see [`Task::due`].
    at: usize,
    /// Where the present one goes on.
    after: String,
    /// Records elsewhere that are about him: what was said about them was said about him.
    about: Vec<Uuid>,
    /// Other records that tell of him.
    named: Vec<Uuid>,
    /// Records that tell of him, by kind.
    pub counts: BTreeMap<String, i64>,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// A service blanks the next records of a kind.
    Erase {
        /// The kind.
        kind: Listed,
        /// The person, or a record about him.
        subject: Uuid,
    },
    /// A service forgets the next answers that name him.
    Forget {
        /// The service.
        service: String,
        /// The records that they must not name.
        ids: Vec<Uuid>,
    },
    /// All is done.
    Nothing,
}

/// Kinds of records that are blanked or named, those of other services first.
fn kinds(services: &[String]) -> impl Iterator<Item = &'static Listed> {
    let part = |listed: &&Listed| services.iter().any(|s| s == listed.service);
    let written = |listed: &&Listed| !matches!(listed.kind, ACCOUNT | "CONTACT");
    let elsewhere = KINDS.iter().filter(|l| l.service != HERE);
    let here = KINDS.iter().filter(|l| l.service == HERE).filter(written);
    elsewhere.filter(part).chain(here)
}

impl Task {
    /// The erasure of a person who was just erased himself.
    pub fn new(
        person: Uuid,
        kind: &str,
        reason: Reason,
        erased_at: Time,
        services: Vec<String>,
    ) -> Self {
        Self {
            person,
            kind: kind.to_owned(),
            reason,
            erased_at,
            services,
            at: 0,
            after: String::new(),
            about: Vec::new(),
            named: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// What is asked of whom, in order: records elsewhere about the person; records here about him and about those.
    fn list(&self) -> Vec<(&'static Listed, Uuid)> {
        let subjects = || [self.person].into_iter().chain(self.about.iter().copied());
        let all = kinds(&self.services).flat_map(|listed| {
            let asked = if listed.service == HERE {
                usize::MAX
            } else {
                1
            };
            subjects().take(asked).map(move |subject| (listed, subject))
        });
        all.collect()
    }

    /// What is to be done now.
    pub fn due(&self) -> Due {
        let list = self.list();
        if let Some((kind, subject)) = list.get(self.at) {
            return Due::Erase {
                kind: **kind,
                subject: *subject,
            };
        }
        match self.services.get(self.at - list.len()) {
            Some(service) => Due::Forget {
                service: service.clone(),
                ids: [&[self.person], self.about.as_slice(), &self.named].concat(),
            },
            None => Due::Nothing,
        }
    }

    /// Where the present batch goes on.
    pub fn after(&self) -> &str {
        &self.after
    }

    /// Notes a batch of records that tell of the person, and where to go on; nothing when there are no more.
    pub fn blanked(&mut self, kind: &Listed, ids: Vec<Uuid>, next: String) {
        // What was said about a deal with a company was said about the company, unless it was said with him.
        let is_of_company = kind.kept && self.kind != ACCOUNT;
        let known = if kind.service == HERE || is_of_company {
            &mut self.named
        } else {
            &mut self.about
        };
        let new: Vec<_> = ids.into_iter().filter(|id| !known.contains(id)).collect();
        *self.counts.entry(kind.kind.to_owned()).or_default() +=
            i64::try_from(new.len()).unwrap_or(i64::MAX);
        known.extend(new);
        self.went_on(next);
    }

    /// Notes a batch of answers.
    pub fn went_on(&mut self, next: String) {
        if next.is_empty() {
            self.at += 1;
        }
        self.after = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAN: Uuid = Uuid::from_u128(1);

    fn task(services: &[&str]) -> Task {
        of("CONTACT", services)
    }

    fn of(kind: &str, services: &[&str]) -> Task {
        let services = services.iter().map(|s| (*s).to_owned()).collect();
        Task::new(HAN, kind, Reason::Requested, Time::UNIX_EPOCH, services)
    }

    /// Kind or service, and the subject or how many records, of all that is asked.
    fn walk(mut task: Task, found: impl Fn(&str, Uuid) -> Vec<Uuid>) -> (Vec<String>, Task) {
        let mut asked = Vec::new();
        loop {
            match task.due() {
                Due::Erase { kind, subject } => {
                    asked.push(format!("{} {}", kind.kind, subject.as_u128()));
                    task.blanked(&kind, found(kind.kind, subject), String::new());
                }
                Due::Forget { service, ids } => {
                    asked.push(format!("{service} {}", ids.len()));
                    task.went_on(String::new());
                }
                Due::Nothing => return (asked, task),
            }
        }
    }

    #[test]
    fn what_is_about_a_record_elsewhere_is_asked_for_once_that_record_is_known() {
        let lead = Uuid::from_u128(2);
        let visit = Uuid::from_u128(3);
        let found = |kind: &str, subject| match kind {
            "LEAD" => vec![lead],
            // The same visit tells of him and of the lead.
            "INTERACTION" if subject == HAN || subject == lead => vec![visit],
            _ => Vec::new(),
        };
        let (asked, task) = walk(task(&["customer", "marketing"]), found);
        let expected = [
            "LEAD 1",
            "INTERACTION 1",
            "INTERACTION 2",
            "FOLLOW_UP 1",
            "FOLLOW_UP 2",
            "customer 3",
            "marketing 3",
        ];
        assert_eq!(asked, expected);
        assert_eq!(task.counts["LEAD"], 1);
        assert_eq!(task.counts["INTERACTION"], 1);
        assert_eq!(task.counts["FOLLOW_UP"], 0);
    }

    #[test]
    fn what_was_said_about_a_deal_is_the_companys_unless_a_person_is_the_customer() {
        let deal = Uuid::from_u128(2);
        let found = |kind: &str, _| match kind {
            "OPPORTUNITY" => vec![deal],
            _ => Vec::new(),
        };
        for (kind, about) in [("CONTACT", vec![1]), ("ACCOUNT", vec![1, 2])] {
            let (asked, task) = walk(of(kind, &["customer", "sales"]), found);
            let said = |of: &str| {
                let about = about.iter().map(move |n| format!("{of} {n}"));
                about.collect::<Vec<_>>()
            };
            let expected = [
                vec!["OPPORTUNITY 1".to_owned(), "PROJECT 1".to_owned()],
                said("INTERACTION"),
                said("FOLLOW_UP"),
                vec!["customer 2".to_owned(), "sales 2".to_owned()],
            ];
            assert_eq!(asked, expected.concat(), "{kind}");
            assert_eq!(task.counts["OPPORTUNITY"], 1);
        }
    }

    #[test]
    fn a_system_without_other_services_asks_none() {
        let (asked, _) = walk(task(&["customer"]), |_, _| Vec::new());
        assert_eq!(asked, ["INTERACTION 1", "FOLLOW_UP 1", "customer 1"]);
    }

    #[test]
    fn a_batch_that_is_not_the_last_goes_on_where_it_ended() {
        let mut task = task(&["customer", "marketing"]);
        let Due::Erase { kind, .. } = task.due() else {
            panic!("nothing is due")
        };
        task.blanked(&kind, vec![Uuid::from_u128(2)], "2".to_owned());
        assert_eq!(task.after(), "2");
        assert!(matches!(task.due(), Due::Erase { kind, .. } if kind.kind == "LEAD"));
        task.blanked(&kind, vec![Uuid::from_u128(4)], String::new());
        assert_eq!((task.after(), task.counts["LEAD"]), ("", 2));
        assert!(matches!(task.due(), Due::Erase { kind, .. } if kind.kind == "INTERACTION"));
    }
}
