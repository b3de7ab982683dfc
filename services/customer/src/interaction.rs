//! An interaction: something said or done with a customer, on whatever channel, about whatever object.

use baton_chassis::{
    SourceKind, Time,
    ids::{ContactId, FollowUpId, InteractionId, MemberId, PartyId, TerritoryId},
    words,
    words::Word as _,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{channel::Channel, party::Change};

words! {
    /// What kind of thing an interaction was.
    Kind {
        /// A call or talk.
        Call = "CALL",
        /// A visit.
        Visit = "VISIT",
        /// Material that was sent.
        MaterialSent = "MATERIAL_SENT",
        /// A question of the customer, and its answer.
        Enquiry = "ENQUIRY",
        /// A demonstration.
        Demo = "DEMO",
        /// A proposal or quotation.
        Proposal = "PROPOSAL",
        /// A negotiation.
        Negotiation = "NEGOTIATION",
        /// A complaint.
        Complaint = "COMPLAINT",
        /// Anything else.
        Other = "OTHER",
    }
}

/// The object that something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct About {
    /// Its kind, one of [`About::KINDS`].
    #[sqlx(rename = "about_kind")]
    #[serde(rename = "about_kind")]
    pub kind: SourceKind,
    /// Its id.
    #[sqlx(rename = "about_id")]
    #[serde(rename = "about_id")]
    pub id: Uuid,
}

impl About {
    /// What an interaction or follow-up can be about.
    pub const KINDS: &'static [SourceKind] = &[
        SourceKind::Account,
        SourceKind::Contact,
        SourceKind::Campaign,
        SourceKind::Lead,
        SourceKind::Opportunity,
        SourceKind::Project,
        SourceKind::Contract,
        SourceKind::Order,
    ];
}

impl About {
    /// The contact, if it is about one.
    pub fn contact(self) -> Option<ContactId> {
        (self.kind == SourceKind::Contact).then(|| self.id.into())
    }

    /// The party, if it is about one.
    fn party(self) -> Option<PartyId> {
        (self.kind == SourceKind::Account).then(|| self.id.into())
    }
}

/// Party and contact that something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// The party.
    pub party: Option<PartyId>,
    /// The contact, who is at the party.
    pub contact: Option<ContactId>,
}

impl Concerned {
    /// As they follow from what something is about, from the contact and his party, and from the party that was named;
    /// none if these are of different parties.
    pub fn of(
        about: About,
        party: Option<PartyId>,
        contact: Option<(ContactId, PartyId)>,
    ) -> Option<Self> {
        let named = [about.party(), contact.map(|(_, party)| party), party];
        let mut named = named.into_iter().flatten();
        let party = named.next();
        let agreed = named.all(|other| Some(other) == party);
        agreed.then_some(Self {
            party,
            contact: contact.map(|(id, _)| id),
        })
    }
}

/// What people may correct of an interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Details {
    /// By which channel.
    pub channel: Channel,
    /// Of what kind.
    pub kind: Kind,
    /// What was said or done.
    pub summary: String,
    /// What the customer made of it; may be empty.
    pub feedback: String,
    /// When it happened.
    pub happened_at: Time,
}

impl Details {
    /// What differs from `old`; texts are personal and left out.
    fn changes(&self, old: &Self) -> Vec<Change> {
        let hidden = |_: &String| String::new();
        [
            Change::of("channel", &old.channel, &self.channel, |c| {
                c.as_str().to_owned()
            }),
            Change::of("kind", &old.kind, &self.kind, |k| k.as_str().to_owned()),
            Change::of("summary", &old.summary, &self.summary, hidden),
            Change::of("feedback", &old.feedback, &self.feedback, hidden),
            Change::of(
                "happened_time",
                &old.happened_at,
                &self.happened_at,
                Time::to_rfc3339,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Something said or done with a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Interaction {
    /// Identity.
    pub id: InteractionId,
    /// One more with every change.
    pub version: i64,
    /// What it is about.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub about: About,
    /// The party it was with.
    pub party: Option<PartyId>,
    /// The person it was with.
    pub contact: Option<ContactId>,
    /// What people may correct.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub details: Details,
    /// The follow-up that was made with it.
    pub follow_up: Option<FollowUpId>,
    /// Who recorded it.
    pub owner: Option<MemberId>,
    /// His territory then.
    pub territory: Option<TerritoryId>,
    /// When it was recorded.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What happened to an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InteractionEvent {
    /// It was recorded.
    Recorded,
    /// It was corrected.
    Updated {
        /// What was changed.
        changes: Vec<Change>,
    },
}

impl Interaction {
    /// Fields that may tell of a person.
    pub const PERSONAL: &'static [&'static str] = &["summary", "feedback"];

    /// Blanks its texts, because they tell of a person who was erased.
    pub fn forget(&mut self) -> InteractionEvent {
        self.update(Details {
            summary: String::new(),
            feedback: String::new(),
            ..self.details.clone()
        })
    }

    /// Corrects it; a record of the past has no state in which that would be wrong.
    pub fn update(&mut self, details: Details) -> InteractionEvent {
        let changes = details.changes(&self.details);
        self.details = details;
        InteractionEvent::Updated { changes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn party_and_contact_follow_from_what_it_is_about() {
        let id = Uuid::from_u128;
        let (acme, other, han) = (id(1).into(), id(2).into(), id(3).into());
        let about = |kind, n| About { kind, id: id(n) };
        let concerned = |party, contact| Some(Concerned { party, contact });
        let (account, lead) = (about(SourceKind::Account, 1), about(SourceKind::Lead, 9));
        let table = [
            (lead, None, None, concerned(None, None)),
            (lead, Some(acme), None, concerned(Some(acme), None)),
            (
                lead,
                None,
                Some((han, acme)),
                concerned(Some(acme), Some(han)),
            ),
            (
                lead,
                Some(acme),
                Some((han, acme)),
                concerned(Some(acme), Some(han)),
            ),
            (lead, Some(other), Some((han, acme)), None),
            (account, None, None, concerned(Some(acme), None)),
            (account, Some(acme), None, concerned(Some(acme), None)),
            (
                account,
                None,
                Some((han, acme)),
                concerned(Some(acme), Some(han)),
            ),
            (account, Some(other), None, None),
            (account, None, Some((han, other)), None),
        ];
        for (about, party, contact, expected) in table {
            assert_eq!(
                Concerned::of(about, party, contact),
                expected,
                "{about:?} {party:?} {contact:?}"
            );
        }
        assert_eq!(about(SourceKind::Contact, 3).contact(), Some(han));
        assert_eq!(account.contact(), None);
    }

    #[test]
    fn a_correction_tells_what_was_changed_but_no_text() {
        let details = Details {
            channel: Channel::Phone,
            kind: Kind::Call,
            summary: "called 韩梅梅".into(),
            feedback: String::new(),
            happened_at: Time::UNIX_EPOCH,
        };
        let mut interaction = Interaction {
            id: Uuid::from_u128(1).into(),
            version: 1,
            about: About {
                kind: SourceKind::Lead,
                id: Uuid::from_u128(2),
            },
            party: None,
            contact: None,
            details: details.clone(),
            follow_up: None,
            owner: None,
            territory: None,
            created_at: Time::UNIX_EPOCH,
            updated_at: Time::UNIX_EPOCH,
        };
        let corrected = Details {
            channel: Channel::Wechat,
            summary: "wrote to 韩梅梅".into(),
            ..details
        };
        let expected =
            [("channel", "PHONE", "WECHAT"), ("summary", "", "")].map(|(field, old, new)| Change {
                field,
                old: old.to_owned(),
                new: new.to_owned(),
            });
        let event = interaction.update(corrected.clone());
        let mut blank = interaction.clone();
        blank.forget();
        let texts = (
            blank.details.summary.as_str(),
            blank.details.feedback.as_str(),
        );
        assert_eq!(texts, ("", ""));
        assert_eq!(blank.details.channel, Channel::Wechat);
        assert_eq!(
            event,
            InteractionEvent::Updated {
                changes: expected.into()
            }
        );
        assert_eq!(interaction.details, corrected);
    }
}
