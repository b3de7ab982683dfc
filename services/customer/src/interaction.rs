//! An interaction: something said or done with a customer, on whatever channel, about whatever object.

use baton_chassis::{
    SourceKind, Time,
    ids::{ContactId, FollowUpId, InteractionId, MemberId, PartyId, TerritoryId},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    party::Change,
    words::{Channel, Word as _, words},
};

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
        SourceKind::Contract,
        SourceKind::Order,
    ];
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
        assert_eq!(
            event,
            InteractionEvent::Updated {
                changes: expected.into()
            }
        );
        assert_eq!(interaction.details, corrected);
    }
}
