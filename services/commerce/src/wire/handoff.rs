//! Handoffs as messages.

use baton_chassis::{
    handoff::{Handoff, State},
    wire::{id_text, timestamp},
};
use baton_proto::commerce::v1 as pb;

/// Writes a handoff.
pub fn handoff(handoff: &Handoff) -> pb::Handoff {
    let state = match handoff.state {
        State::Offered => pb::HandoffState::Offered,
        State::Accepted => pb::HandoffState::Accepted,
        State::Returned => pb::HandoffState::Returned,
        State::Withdrawn => pb::HandoffState::Withdrawn,
    };
    pb::Handoff {
        id: handoff.id.to_string(),
        kind: handoff.kind.as_str().to_owned(),
        state: state.into(),
        from_member_id: handoff.from_member.to_string(),
        to_member_id: id_text(handoff.to_member),
        offer_time: Some(timestamp(handoff.offered_at)),
        due_time: handoff.due_at.map(timestamp),
        reason: handoff.reason.clone().unwrap_or_default(),
        answered_by_id: id_text(handoff.answered_by),
        answer_time: handoff.answered_at.map(timestamp),
    }
}
