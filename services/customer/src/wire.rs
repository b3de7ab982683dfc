//! The contracts' words and the rows' words for the same things; all violations of a request at once.

mod contact;
mod follow_up;
mod import;
mod interaction;
mod party;
mod person;
mod retention;

use baton_chassis::{
    Error, Result, SourceKind, Violation, Violations,
    ids::{Id, MemberId, PartyId, TerritoryId},
    people::Snapshot,
    wire::parse_id,
    words::Word,
};
use baton_proto::r#type::v1::{ObjectRef, Source};

use crate::interaction::About;

/// Objects of one history: as many as the chain shows.
const HISTORY_MAX: usize = 500;

pub use contact::{contact, contact_draft, contact_update};
pub use follow_up::{FollowUpDraft, follow_up, follow_up_draft, follow_up_due, follow_up_update};
pub use import::{Row, import_result, refusal, row};
pub use interaction::{InteractionDraft, interaction, interaction_draft, interaction_update};
pub use party::{
    account_filter, draft, duplicates, finding, identity, party, party_update, policy,
    prospect_filter, shown, verification, vouching,
};
pub use person::{count, erasure, erasure_asked, key_held, verification_held};
pub use retention::retained;

/// The number that the contract has for a word: its place in the list, after "unspecified".
pub fn code<W: Word>(word: W) -> i32 {
    let place = W::ALL.iter().position(|w| *w == word).unwrap_or_default();
    i32::try_from(place + 1).unwrap_or_default()
}

/// The same for a word that may be missing.
pub fn optional_code<W: Word>(word: Option<W>) -> i32 {
    word.map_or(0, code)
}

/// The word that the contract has this number for.
pub fn word<W: Word>(code: i32) -> Option<W> {
    W::ALL
        .get(usize::try_from(code).ok()?.checked_sub(1)?)
        .copied()
}

/// An object as contracts name it.
pub fn about(about: About) -> ObjectRef {
    ObjectRef {
        kind: about.kind.to_string(),
        id: about.id.to_string(),
    }
}

/// The same as what something came from.
fn came_from(about: About) -> Source {
    Source {
        kind: about.kind.to_string(),
        id: about.id.to_string(),
    }
}

/// The object that something is to be about.
fn read_about(v: &mut Violations, field: &str, value: Option<&ObjectRef>) -> About {
    let value = value.cloned().unwrap_or_default();
    let kind = match value.kind.trim().parse::<SourceKind>() {
        Ok(kind) if About::KINDS.contains(&kind) => kind,
        _ => {
            let rule = if value.kind.trim().is_empty() {
                "REQUIRED"
            } else {
                "CHOICE_UNKNOWN"
            };
            v.add(format!("{field}.kind"), rule);
            SourceKind::Account
        }
    };
    // Of whatever kind: all ids are read alike.
    let id: PartyId = v.id(&format!("{field}.id"), &value.id);
    About {
        kind,
        id: id.into(),
    }
}

/// The object that a list is asked about, if it is.
pub fn about_filter(value: Option<&ObjectRef>) -> Result<Option<About>> {
    let Some(value) = value else { return Ok(None) };
    let mut v = Violations::new();
    let about = read_about(&mut v, "about", Some(value));
    v.done()?;
    Ok(Some(about))
}

/// The objects whose history is asked for, without those of which there can be none.
pub fn history_about(values: &[ObjectRef]) -> Result<Vec<About>> {
    let mut v = Violations::new();
    if values.is_empty() {
        v.add("about", "REQUIRED");
    }
    if values.len() > HISTORY_MAX {
        v.push(Violation::new("about", "TOO_MANY").with("max", HISTORY_MAX));
    }
    let mut objects = Vec::new();
    for (n, value) in values.iter().take(HISTORY_MAX).enumerate() {
        // Of whatever kind: all ids are read alike.
        let id: PartyId = v.id(&format!("about[{n}].id"), &value.id);
        let kind = value.kind.trim().parse::<SourceKind>().ok();
        if let Some(kind) = kind.filter(|kind| About::KINDS.contains(kind)) {
            objects.push(About {
                kind,
                id: id.into(),
            });
        }
    }
    v.done()?;
    Ok(objects)
}

/// A member who may act, or nobody.
fn member(v: &mut Violations, people: &Snapshot, field: &str, value: &str) -> Option<MemberId> {
    let id = v.optional_id::<MemberId>(field, value)?;
    if people.member(id).is_none_or(|m| !m.active) {
        v.add(field, "REFERENCE_NOT_FOUND");
    }
    Some(id)
}

/// A territory in use, or none.
fn territory(
    v: &mut Violations,
    people: &Snapshot,
    field: &str,
    value: &str,
) -> Option<TerritoryId> {
    let id = v.optional_id::<TerritoryId>(field, value)?;
    if people.territory(id).is_none_or(|t| t.archived) {
        v.add(field, "REFERENCE_NOT_FOUND");
    }
    Some(id)
}

/// The id of the message that an update brings.
pub fn named<M, I: Id>(
    field: &str,
    message: Option<&M>,
    id: impl FnOnce(&M) -> &String,
) -> Result<I> {
    parse_id(&format!("{field}.id"), id(required(field, message)?))
}

/// A field that must be there.
fn required<'a, T>(field: &str, value: Option<&'a T>) -> Result<&'a T> {
    value.ok_or_else(|| Error::invalid(field, "REQUIRED"))
}

#[cfg(test)]
mod tests {
    use baton_proto::customer::v1 as pb;

    use super::*;
    use crate::{
        channel::Channel,
        contact, erasure, follow_up,
        identity::KeyKind,
        interaction,
        party::{Kind, Outcome, State},
    };

    /// Every word has the number of the value of that name, and no value is left without a word.
    fn same<W: Word, P: TryFrom<i32>>(name: impl Fn(P) -> &'static str) {
        for word in W::ALL {
            let Ok(value) = P::try_from(code(*word)) else {
                panic!("{} has no value", word.as_str())
            };
            assert!(
                name(value).ends_with(&format!("_{}", word.as_str())),
                "{}",
                word.as_str()
            );
            assert!(super::word::<W>(code(*word)) == Some(*word));
        }
        let beyond = i32::try_from(W::ALL.len()).unwrap_or_default() + 1;
        assert!(P::try_from(beyond).is_err());
        assert!(super::word::<W>(0).is_none() && super::word::<W>(beyond).is_none());
    }

    #[test]
    fn contracts_and_rows_have_the_same_words() {
        same::<State, pb::PartyState>(|v| v.as_str_name());
        same::<Kind, pb::PartyType>(|v| v.as_str_name());
        same::<Outcome, pb::VerificationOutcome>(|v| v.as_str_name());
        same::<KeyKind, pb::IdentityKeyKind>(|v| v.as_str_name());
        same::<Channel, pb::Channel>(|v| v.as_str_name());
        same::<contact::State, pb::ContactState>(|v| v.as_str_name());
        same::<interaction::Kind, pb::InteractionKind>(|v| v.as_str_name());
        same::<follow_up::State, pb::FollowUpState>(|v| v.as_str_name());
        same::<erasure::Reason, pb::ErasureReason>(|v| v.as_str_name());
    }
}
