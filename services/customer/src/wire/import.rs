//! Rows from another system, in the contracts' words.

use baton_chassis::{
    Error, Language, Messages, Result, Source, SourceKind, Time, Violations, ids::PartyId, import,
    people::Snapshot, wire::id_text,
};
use baton_proto::{customer::v1 as pb, r#type::v1::ImportOutcome};

use super::{
    party::{PARTY_FIELDS, party_details},
    required, word,
};
use crate::party::{Details, Draft, Kind, Party, State};

/// A party as another system has it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it becomes when it is new.
    pub draft: Draft,
    /// Prospect or account.
    pub state: State,
    /// The company it belongs to, by its id there; may be empty.
    pub parent: String,
    /// When it was created there.
    pub created_at: Time,
}

/// Reads a row; `known` is the party that it was loaded as before. A field that is empty stays as it is.
pub fn row(r: &pb::PartyRow, known: Option<&Party>, people: &Snapshot, now: Time) -> Result<Row> {
    let value = required("party", r.party.as_ref())?;
    let mut v = Violations::new();
    let external_id = import::external_id(&mut v, &r.external_id);
    let state = v.optional_choice("party.state", value.state, |s| {
        word::<State>(s).filter(|s| *s != State::Invalid)
    });
    let kind = v.optional_choice("party.type", value.r#type, word::<Kind>);
    let mut source = v.source("party.source", value.source.as_ref());
    if source.kind == SourceKind::Direct {
        source = Source {
            kind: SourceKind::Import,
            id: external_id,
        };
    }
    let created_at = v.time("create_time", r.create_time.as_ref());
    if created_at.is_some_and(|at| at > now) {
        v.add("create_time", "TIME_NOT_YET");
    }
    let parent = v.optional_text("parent_external_id", &r.parent_external_id, 200);
    let old = known.map_or_else(Details::default, |p| p.details.clone());
    // A new row must be whole; of one that is found again only what is there is read.
    let given = known.map(|_| prost_types::FieldMask {
        paths: given(value),
    });
    let nothing = given.as_ref().is_some_and(|mask| mask.paths.is_empty());
    let details = if nothing {
        old
    } else {
        let mask = v.mask(given.as_ref(), PARTY_FIELDS);
        party_details(&mut v, "party", value, &mask, people, old)
    };
    v.done()?;
    Ok(Row {
        draft: Draft {
            kind: kind.unwrap_or(Kind::Company),
            details,
            source,
        },
        state: state.unwrap_or(State::Prospect),
        parent,
        created_at: created_at.unwrap_or(now),
    })
}

/// Names of the fields that are not empty.
fn given(p: &pb::Party) -> Vec<String> {
    let fields = [
        ("name", !p.name.is_empty()),
        ("phone", !p.phone.is_empty()),
        ("email", !p.email.is_empty()),
        ("website", !p.website.is_empty()),
        ("industry", !p.industry.is_empty()),
        ("country", !p.country.is_empty()),
        ("employees", p.employees != 0),
        ("annual_revenue", p.annual_revenue.is_some()),
        ("founded_year", p.founded_year != 0),
        ("parent_id", !p.parent_id.is_empty()),
        ("owner_id", !p.owner_id.is_empty()),
        ("territory_id", !p.territory_id.is_empty()),
    ];
    fields
        .into_iter()
        .filter(|(_, given)| *given)
        .map(|(field, _)| field.to_owned())
        .collect()
}

/// What became of a row.
pub fn import_result(
    external_id: &str,
    outcome: ImportOutcome,
    party: Option<PartyId>,
    duplicates: Vec<pb::Duplicate>,
) -> pb::ImportResult {
    pb::ImportResult {
        external_id: external_id.to_owned(),
        outcome: outcome.into(),
        id: id_text(party),
        violations: Vec::new(),
        duplicates,
    }
}

/// A row that was refused, told like any refusal; an error that is not about the row goes on.
pub fn refusal(
    external_id: &str,
    error: Error,
    messages: &Messages,
    language: Language,
) -> Result<pb::ImportResult> {
    Ok(pb::ImportResult {
        violations: import::violations(error, messages, language)?,
        ..import_result(external_id, ImportOutcome::Refused, None, Vec::new())
    })
}
