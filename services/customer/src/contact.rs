//! A contact: a person at a party, until he leaves or is not to be contacted any more.

use baton_chassis::{
    Reason, Source, SourceKind, Time,
    ids::{ContactId, MemberId, PartyId, TerritoryId},
    words,
};
use serde::Serialize;

use crate::{
    erasure,
    identity::{Identity, Key},
    party::{self, Kind, Party},
};

words! {
    /// Where a contact stands.
    State {
        /// At work there, as far as is known.
        Active = "ACTIVE",
        /// Left, or not to be contacted any more.
        Archived = "ARCHIVED",
    }
}

/// What people may change of a contact; empty texts are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Details {
    /// Name of the person.
    pub name: String,
    /// Post held at the party.
    pub job_title: String,
    /// Department of the party.
    pub department: String,
    /// Telephone number as it was given.
    pub phone: String,
    /// E-mail address in lower case.
    pub email: String,
    /// `WeChat` id.
    pub wechat: String,
}

impl Details {
    /// Names of the fields that differ from `old`; their values are personal.
    fn changes(&self, old: &Self) -> Vec<&'static str> {
        [
            ("name", &self.name, &old.name),
            ("job_title", &self.job_title, &old.job_title),
            ("department", &self.department, &old.department),
            ("phone", &self.phone, &old.phone),
            ("email", &self.email, &old.email),
            ("wechat", &self.wechat, &old.wechat),
        ]
        .into_iter()
        .filter_map(|(field, new, old)| (new != old).then_some(field))
        .collect()
    }
}

/// A person at a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Contact {
    /// Identity.
    pub id: ContactId,
    /// One more with every change.
    pub version: i64,
    /// The party.
    pub party: PartyId,
    /// Where it stands.
    pub state: State,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub details: Details,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// Owner of the party: who may see the party may see its contacts.
    #[serde(skip)]
    pub owner: Option<MemberId>,
    /// Territory of the party.
    #[serde(skip)]
    pub territory: Option<TerritoryId>,
    /// Country of the party, where its telephone numbers are read.
    #[serde(skip)]
    pub country: String,
    /// When the person was erased.
    pub erased_at: Option<Time>,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What happened to a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactEvent {
    /// It was created.
    Created,
    /// What is known of it was changed.
    Updated {
        /// Names of the fields.
        fields: Vec<&'static str>,
    },
    /// It was put away.
    Archived,
    /// The person was erased.
    Erased {
        /// Why.
        reason: erasure::Reason,
    },
}

/// Why something cannot be done to a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was put away.
    #[error("the contact is archived")]
    Archived,
    /// Nothing is left that could be changed.
    #[error("the person was erased")]
    Erased,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Archived => "CONTACT_ARCHIVED",
            Self::Erased => "PERSON_ERASED",
        }
    }
}

impl Contact {
    /// Fields that tell of the person.
    pub const PERSONAL: &'static [&'static str] = &[
        "name",
        "job_title",
        "department",
        "phone",
        "email",
        "wechat",
    ];

    /// A person at `party`, which must not be one that was found invalid, or a person who was erased.
    pub fn new(
        id: ContactId,
        party: &Party,
        details: Details,
        source: Source,
        at: Time,
    ) -> Result<Self, party::Refused> {
        party.stands()?;
        if party.state == party::State::Invalid {
            return Err(party::Refused::Invalid);
        }
        Ok(Self {
            id,
            version: 1,
            party: party.id,
            state: State::Active,
            details,
            source_kind: source.kind,
            source_id: source.id,
            owner: party.details.owner,
            territory: party.details.territory,
            country: party.details.country.clone(),
            erased_at: None,
            created_at: at,
            updated_at: at,
        })
    }

    /// Where it came from.
    pub fn source(&self) -> Source {
        Source {
            kind: self.source_kind,
            id: self.source_id.clone(),
        }
    }

    /// The keys by which its party is found again; none once it was put away.
    pub fn keys(&self) -> Vec<Key> {
        if self.state == State::Archived {
            return Vec::new();
        }
        let person = Identity {
            kind: Kind::Person,
            name: "",
            phone: &self.details.phone,
            email: &self.details.email,
            website: "",
            country: &self.country,
        };
        person.keys()
    }

    /// Refuses whatever is asked of a person who was erased.
    pub fn stands(&self) -> Result<(), Refused> {
        match self.erased_at {
            None => Ok(()),
            Some(_) => Err(Refused::Erased),
        }
    }

    /// Erases the person: nothing is left that tells of him but where he was, and whence he was known.
    pub fn erase(&mut self, reason: erasure::Reason, at: Time) -> Result<ContactEvent, Refused> {
        self.stands()?;
        self.details = Details::default();
        self.erased_at = Some(at);
        Ok(ContactEvent::Erased { reason })
    }

    /// Changes what is known of it.
    pub fn update(&mut self, details: Details) -> Result<ContactEvent, Refused> {
        self.stands()?;
        if self.state == State::Archived {
            return Err(Refused::Archived);
        }
        let fields = details.changes(&self.details);
        self.details = details;
        Ok(ContactEvent::Updated { fields })
    }

    /// Puts it away.
    pub fn archive(&mut self) -> Result<ContactEvent, Refused> {
        self.stands()?;
        if self.state == State::Archived {
            return Err(Refused::Archived);
        }
        self.state = State::Archived;
        Ok(ContactEvent::Archived)
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::words::Word as _;
    use uuid::Uuid;

    use super::*;
    use crate::party::Draft;

    fn party(state: party::State) -> Party {
        let draft = Draft {
            kind: Kind::Company,
            details: party::Details::default(),
            source: Source::direct(),
        };
        let at = Time::UNIX_EPOCH;
        Party {
            state,
            ..Party::prospect(Uuid::from_u128(1).into(), "A-1".into(), draft, at)
        }
    }

    fn contact(state: State) -> Contact {
        let details = Details {
            name: "韩梅梅".into(),
            phone: "13800138000".into(),
            ..Details::default()
        };
        let party = party(party::State::Account);
        let id = Uuid::from_u128(2).into();
        let new = Contact::new(id, &party, details, Source::direct(), Time::UNIX_EPOCH);
        Contact {
            state,
            ..new.expect("an account takes contacts")
        }
    }

    #[test]
    fn every_verb_in_every_state() {
        let table = [
            (State::Active, Ok(())),
            (State::Archived, Err(Refused::Archived)),
        ];
        assert_eq!(table.map(|row| row.0), *State::ALL);
        for (state, expected) in table {
            let mut c = contact(state);
            assert_eq!(c.archive().map(|_| ()), expected, "archive {state:?}");
            assert_eq!(c.state, State::Archived);
            let mut c = contact(state);
            let details = Details {
                wechat: "hmm".into(),
                ..c.details.clone()
            };
            assert_eq!(c.update(details).map(|_| ()), expected, "update {state:?}");
        }
    }

    type Verb = fn(&mut Contact) -> Result<ContactEvent, Refused>;

    #[test]
    fn a_person_is_erased_in_every_state_and_takes_no_verb_after_that() {
        for state in State::ALL {
            let mut c = contact(*state);
            let reason = erasure::Reason::Requested;
            let expected = Contact {
                details: Details::default(),
                erased_at: Some(Time::UNIX_EPOCH),
                ..c.clone()
            };
            let erased = c.erase(reason, Time::UNIX_EPOCH);
            assert_eq!(erased, Ok(ContactEvent::Erased { reason }));
            assert_eq!((&c, c.keys()), (&expected, vec![]));
            let verbs: [Verb; 3] = [
                |c| c.erase(erasure::Reason::Retention, Time::UNIX_EPOCH),
                |c| c.update(Details::default()),
                Contact::archive,
            ];
            for verb in verbs {
                assert_eq!(verb(&mut c), Err(Refused::Erased), "{state:?}");
                assert_eq!(c, expected, "a refusal changes nothing");
            }
        }
    }

    #[test]
    fn a_contact_is_created_at_every_party_but_an_invalid_one() {
        let table = [
            (party::State::Prospect, Ok(())),
            (party::State::Account, Ok(())),
            (party::State::Invalid, Err(party::Refused::Invalid)),
        ];
        assert_eq!(table.each_ref().map(|row| row.0), *party::State::ALL);
        for (state, expected) in table {
            let id = Uuid::from_u128(2).into();
            let details = Details::default();
            let new = Contact::new(
                id,
                &party(state),
                details,
                Source::direct(),
                Time::UNIX_EPOCH,
            );
            assert_eq!(new.map(|_| ()), expected, "{state:?}");
        }
    }

    #[test]
    fn a_change_names_its_fields_and_no_values() {
        let mut c = contact(State::Active);
        let details = Details {
            name: "李雷".into(),
            email: "l@acme.com".into(),
            ..c.details.clone()
        };
        assert_eq!(
            c.update(details),
            Ok(ContactEvent::Updated {
                fields: vec!["name", "email"]
            })
        );
    }

    #[test]
    fn an_archived_contact_identifies_nobody() {
        assert_eq!(contact(State::Active).keys().len(), 1);
        assert_eq!(contact(State::Archived).keys(), []);
    }
}
