//! Messages to domain and back; every violation of a request is told at once.

pub mod contract;
pub mod erp;
pub mod import;
pub mod line;
pub mod order;
pub mod product;

use baton_chassis::{
    Source, SourceKind, Violations,
    ids::{MemberId, PartyId, TerritoryId},
};
use baton_proto::r#type::v1 as shared;

use crate::pricing::Wanted;

/// What a new contract and a new order say alike.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is about.
    pub title: String,
    /// The account.
    pub party: PartyId,
    /// What it came from.
    pub source: Source,
    /// Who answers for it; none for the caller.
    pub owner: Option<MemberId>,
    /// Territory; none for the owner's.
    pub territory: Option<TerritoryId>,
    /// Currency; none for the firm's.
    pub currency: Option<String>,
    /// Its lines.
    pub lines: Vec<Wanted>,
}

/// Reads what a contract and an order say alike: the two messages name it alike.
macro_rules! document {
    ($v:expr, $field:literal, $message:expr) => {
        $crate::wire::Document {
            title: $v.text(
                concat!($field, ".title"),
                &$message.title,
                1..=$crate::wire::TITLE_MAX,
            ),
            party: $v.id(concat!($field, ".party_id"), &$message.party_id),
            source: $v.source(concat!($field, ".source"), $message.source.as_ref()),
            owner: $v.optional_id(concat!($field, ".owner_id"), &$message.owner_id),
            territory: $v.optional_id(concat!($field, ".territory_id"), &$message.territory_id),
            currency: $crate::wire::currency(
                $v,
                concat!($field, ".currency_code"),
                &$message.currency_code,
            ),
            lines: $crate::wire::line::wanted($v, concat!($field, ".lines"), &$message.lines),
        }
    };
}
use document;

/// Longest title of a contract or an order.
const TITLE_MAX: usize = 200;
/// Longest note to a reason.
const NOTE_MAX: usize = 2_000;

fn currency(v: &mut Violations, field: &str, code: &str) -> Option<String> {
    (!code.trim().is_empty()).then(|| v.currency(field, code))
}

/// A note to a coded reason; the reason "something else" does not say anything without one.
fn note(v: &mut Violations, field: &str, note: &str, needed: bool) -> String {
    v.text(field, note, usize::from(needed)..=NOTE_MAX)
}

/// A text to filter by, if there is one.
fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn came_from(kind: SourceKind, id: &str) -> shared::Source {
    baton_chassis::wire::source(&Source {
        kind,
        id: id.to_owned(),
    })
}
