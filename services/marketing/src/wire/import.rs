//! Imported leads as contracts write them.

use baton_chassis::{Result, Source, SourceKind, Time, Violations, ids::PartyId, import};
use baton_proto::marketing::v1 as pb;

use super::optional;
use crate::lead::{DisqualifyReason, Message, Quality, import::Past};

/// A lead as a row describes it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is about.
    pub message: Message,
    /// What it comes from.
    pub source: Source,
    /// How far it had got.
    pub past: Past,
}

/// Reads one row; a lead that does not say when it came in came in now.
pub fn row(row: &pb::LeadRow, now: Time) -> Result<Row> {
    let mut v = Violations::new();
    let external_id = import::external_id(&mut v, &row.external_id);
    let source = match &row.source {
        None => Source {
            kind: SourceKind::Import,
            id: external_id,
        },
        Some(_) => v.source("source", row.source.as_ref()),
    };
    let party: PartyId = v.id("party_id", &row.party_id);
    let message = Message {
        title: v.text("title", &row.title, 1..=200),
        need: v.optional_text("need", &row.need, 2_000),
        party,
        contact: None,
    };
    let past = Past {
        quality: optional(&mut v, "quality", row.quality).unwrap_or(Quality::New),
        disqualify_reason: optional::<DisqualifyReason>(
            &mut v,
            "disqualify_reason",
            row.disqualify_reason,
        ),
        owner: v.optional_id("owner_id", &row.owner_id),
        territory: v.optional_id("territory_id", &row.territory_id),
        created_at: v
            .time("create_time", row.create_time.as_ref())
            .unwrap_or(now),
    };
    past_is_possible(&mut v, &past, now);
    v.done()?;
    Ok(Row {
        message,
        source,
        past,
    })
}

fn past_is_possible(v: &mut Violations, past: &Past, now: Time) {
    match (past.quality, past.disqualify_reason) {
        (Quality::Converting | Quality::Converted, _) => {
            v.add("quality", "LEAD_QUALITY_NOT_IMPORTED");
        }
        (Quality::Disqualified, None) => v.add("disqualify_reason", "REQUIRED"),
        (Quality::Disqualified, Some(_)) | (_, None) => {}
        (_, Some(_)) => v.add("disqualify_reason", "DISQUALIFY_REASON_SUPERFLUOUS"),
    }
    if past.created_at > now {
        v.add("create_time", "TIME_IN_FUTURE");
    }
}
