//! Leaver handovers between contract and domain.

use baton_chassis::{
    Language, Mask, Messages, Violation, Violations,
    holding::{KINDS, succession::RULES_MAX},
    ids::{OperationId, PartyId},
    wire::{etag, id_text, timestamp},
};
use baton_proto::{directory::v1 as pb, holding::v1::ListHoldingsResponse};

use crate::{
    leaver_handover::{
        Conflict, LeaverHandover, Line, Preview, Report, Revision, Rule, Rules, State,
    },
    leaving::Data,
};

/// Fields of a plan that an update changes.
pub const LEAVER_HANDOVER_FIELDS: &[&str] = &["successor_id", "rules", "note"];
/// Characters of a note.
const NOTE_MAX: usize = 2_000;

/// Reads the fields of a plan that the mask names.
pub fn leaver_revision(v: &mut Violations, h: &pb::LeaverHandover, mask: &Mask) -> Revision {
    let successor = mask
        .has("successor_id")
        .then(|| v.id("leaver_handover.successor_id", &h.successor_id));
    let rules = mask.has("rules").then(|| rules(v, &h.rules));
    let note = mask
        .has("note")
        .then(|| v.optional_text("leaver_handover.note", &h.note, NOTE_MAX));
    Revision {
        successor,
        rules,
        note,
    }
}

fn rules(v: &mut Violations, given: &[pb::LeaverRule]) -> Rules {
    if given.len() > RULES_MAX {
        v.push(Violation::new("leaver_handover.rules", "TOO_MANY").with("max", RULES_MAX));
        return Rules::default();
    }
    let rules = given.iter().enumerate();
    Rules {
        rules: rules.map(|(n, given)| rule(v, n, given)).collect(),
    }
}

fn rule(v: &mut Violations, n: usize, given: &pb::LeaverRule) -> Rule {
    let at = |field: &str| format!("leaver_handover.rules[{n}].{field}");
    let kind = Some(given.kind.trim().to_owned()).filter(|kind| !kind.is_empty());
    if kind
        .as_ref()
        .is_some_and(|kind| !KINDS.iter().any(|(k, _)| k == kind))
    {
        v.add(at("kind"), "CHOICE_UNKNOWN");
    }
    let conditions = [&given.territory_id, &given.party_id, &given.object_id];
    if kind.is_none() && conditions.iter().all(|text| text.is_empty()) {
        v.add(at("kind"), "RULE_WITHOUT_CONDITION");
    }
    Rule {
        kind,
        territory: v.optional_id(&at("territory_id"), &given.territory_id),
        party: v
            .optional_id::<PartyId>(&at("party_id"), &given.party_id)
            .map(Into::into),
        object: v
            .optional_id::<OperationId>(&at("object_id"), &given.object_id)
            .map(Into::into),
        successor: v.id(&at("successor_id"), &given.successor_id),
    }
}

/// Reads a state that handovers are listed by.
pub fn leaver_handover_state(v: &mut Violations, value: i32) -> Option<State> {
    use pb::LeaverHandoverState as Told;
    v.optional_choice("state", value, |value| {
        match Told::try_from(value).ok()? {
            Told::Planned => Some(State::Planned),
            Told::Running => Some(State::Running),
            Told::Stopped => Some(State::Stopped),
            Told::Done => Some(State::Done),
            Told::RollingBack => Some(State::RollingBack),
            Told::RolledBack => Some(State::RolledBack),
            Told::Cancelled => Some(State::Cancelled),
            Told::Unspecified => None,
        }
    })
}

fn state(state: State) -> pb::LeaverHandoverState {
    match state {
        State::Planned => pb::LeaverHandoverState::Planned,
        State::Running => pb::LeaverHandoverState::Running,
        State::Stopped => pb::LeaverHandoverState::Stopped,
        State::Done => pb::LeaverHandoverState::Done,
        State::RollingBack => pb::LeaverHandoverState::RollingBack,
        State::RolledBack => pb::LeaverHandoverState::RolledBack,
        State::Cancelled => pb::LeaverHandoverState::Cancelled,
    }
}

/// Writes a handover.
pub fn leaver_handover(h: &LeaverHandover) -> pb::LeaverHandover {
    let territories = h.territories.territories.iter();
    pb::LeaverHandover {
        id: h.id.to_string(),
        member_id: h.member.to_string(),
        successor_id: h.successor.to_string(),
        rules: h.rules.rules.iter().map(said_rule).collect(),
        note: h.note.clone(),
        state: state(h.state).into(),
        report: lines(&h.report),
        territory_ids: territories.map(ToString::to_string).collect(),
        progress: None,
        stop_reason: h.stop_reason.clone(),
        executed_by_id: id_text(h.executed_by),
        execute_time: h.executed_at.map(timestamp),
        end_time: h.ended_at.map(timestamp),
        roll_back_until_time: h.roll_back_until().map(timestamp),
        etag: etag(h.version),
        create_time: Some(timestamp(h.created_at)),
        update_time: Some(timestamp(h.updated_at)),
    }
}

/// Writes a handover with how far its operation is.
pub fn leaver_handover_under_way(h: &LeaverHandover, data: &Data) -> pb::LeaverHandover {
    let kinds = i32::try_from(KINDS.len()).unwrap_or(i32::MAX);
    let planned_records = match h.state {
        State::RollingBack => data.report.moved(),
        _ => data.report.planned(),
    };
    pb::LeaverHandover {
        report: lines(&data.report),
        progress: Some(pb::LeaverProgress {
            done_kinds: i32::try_from(data.kind).unwrap_or(kinds).min(kinds),
            kinds,
            records: data.records,
            planned_records,
        }),
        ..leaver_handover(h)
    }
}

fn said_rule(rule: &Rule) -> pb::LeaverRule {
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    pb::LeaverRule {
        kind: rule.kind.clone().unwrap_or_default(),
        territory_id: id_text(rule.territory),
        party_id: text(rule.party),
        object_id: text(rule.object),
        successor_id: rule.successor.to_string(),
    }
}

fn lines(report: &Report) -> Vec<pb::LeaverReportLine> {
    let line = |line: &Line| pb::LeaverReportLine {
        kind: line.kind.clone(),
        successor_id: line.successor.to_string(),
        planned_open: line.open,
        planned_closed: line.closed,
        moved: line.moved,
        restored: line.restored,
        kept: line.kept,
    };
    report.lines.iter().map(line).collect()
}

/// Writes what a plan would come to.
pub fn leaver_preview(
    preview: &Preview,
    language: Language,
    messages: &Messages,
) -> pb::PreviewLeaverHandoverResponse {
    let conflict = |c: &Conflict| {
        let args = vec![("count", c.records.to_string()), ("kind", c.kind.clone())];
        pb::LeaverConflict {
            reason: c.reason.to_owned(),
            message: messages.text(language, c.reason, &args),
            blocking: c.blocking,
            kind: c.kind.clone(),
            successor_id: id_text(c.successor),
            records: c.records,
        }
    };
    pb::PreviewLeaverHandoverResponse {
        lines: lines(&preview.report),
        conflicts: preview.conflicts.iter().map(conflict).collect(),
        territory_ids: preview
            .territories
            .iter()
            .map(ToString::to_string)
            .collect(),
        away_services: preview.away.clone(),
    }
}

/// Writes a page of what the leaver holds.
pub fn held_records(page: ListHoldingsResponse) -> pb::ListHeldRecordsResponse {
    let last = page.holdings.last().filter(|_| page.more);
    let next_page_token = last.map(|h| h.id.clone()).unwrap_or_default();
    let records = page.holdings.into_iter().map(|h| pb::HeldRecord {
        kind: h.kind,
        id: h.id,
        number: h.number,
        title: h.title,
        open: h.open,
        successor_id: h.successor_id,
    });
    pb::ListHeldRecordsResponse {
        records: records.collect(),
        next_page_token,
    }
}
