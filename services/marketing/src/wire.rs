//! Between contracts and domain: reads requests and names everything that is wrong with them, writes answers.

pub mod campaign;
pub mod conversion;
pub mod import;
pub mod lead;

pub use baton_chassis::handoff;
use baton_chassis::{
    Money, Violations,
    handoff::Handoff,
    wire::{id_text, timestamp},
    words::Word,
};
use baton_proto::{marketing::v1 as pb, r#type::v1 as common};

/// An amount as contracts write it.
pub fn money(money: &Money) -> common::Money {
    baton_chassis::wire::money(&money.currency, money.amount_minor)
}

/// A value of an enum, or none where nothing was said.
fn optional<W: Word>(v: &mut Violations, field: &str, number: i32) -> Option<W> {
    v.optional_choice(field, number, W::numbered)
}

/// A value of an enum that must be there.
fn choice<W: Word>(v: &mut Violations, field: &str, number: i32) -> Option<W> {
    v.choice(field, number, W::numbered)
}

/// Where a handoff stands, as contracts write it.
pub fn handoff_state(state: handoff::State) -> pb::HandoffState {
    match state {
        handoff::State::Offered => pb::HandoffState::Offered,
        handoff::State::Accepted => pb::HandoffState::Accepted,
        handoff::State::Returned => pb::HandoffState::Returned,
        handoff::State::Withdrawn => pb::HandoffState::Withdrawn,
    }
}

/// A handoff as contracts write it.
pub fn handoff(h: &Handoff) -> pb::Handoff {
    pb::Handoff {
        id: h.id.to_string(),
        kind: h.kind.as_str().to_owned(),
        state: handoff_state(h.state).into(),
        from_member_id: h.from_member.to_string(),
        to_member_id: id_text(h.to_member),
        offer_time: Some(timestamp(h.offered_at)),
        due_time: h.due_at.map(timestamp),
        reason: h.reason.clone().unwrap_or_default(),
        answered_by_id: id_text(h.answered_by),
        answer_time: h.answered_at.map(timestamp),
    }
}
