//! What was said and done along a chain: asked of the service that keeps it, once for a page, in the name of the reader.
//! Nothing of it is kept here.

use std::collections::HashMap;

use baton_chassis::{
    Caller, Context, Result,
    policy::{Access, Function},
    wire::timestamp,
};
use baton_proto::{
    customer::v1::{
        Channel, FollowUp, FollowUpState, Interaction, InteractionKind, ListHistoryRequest,
        ListHistoryResponse, history_entry::Entry, history_service_client::HistoryServiceClient,
    },
    insight::v1::{
        ChainHistoryEntry, ListChainHistoryRequest, ListChainHistoryResponse, TraceNode,
    },
    r#type::v1::ObjectRef,
};

use crate::rpc::Chain;

/// The history along a chain, a page of it.
pub(crate) async fn along(
    cx: &Context,
    caller: &Caller,
    chain: Chain,
    r: &ListChainHistoryRequest,
) -> Result<ListChainHistoryResponse> {
    let kept = if caller.may(Function::Customer, Access::Read) {
        about(cx, caller, &chain, r).await?
    } else {
        ListHistoryResponse::default()
    };
    let nodes: HashMap<_, _> = chain.nodes.iter().map(|n| (n.id.as_str(), n)).collect();
    let entries = kept.entries.into_iter().filter_map(|e| e.entry);
    Ok(ListChainHistoryResponse {
        entries: entries.map(|e| entry(e, &nodes)).collect(),
        next_page_token: kept.next_page_token,
        campaigns: chain
            .above()
            .filter(|n| n.kind == "CAMPAIGN")
            .cloned()
            .collect(),
        as_of_time: Some(timestamp(chain.as_of)),
        capped: !chain.whole,
    })
}

async fn about(
    cx: &Context,
    caller: &Caller,
    chain: &Chain,
    r: &ListChainHistoryRequest,
) -> Result<ListHistoryResponse> {
    let object = |n: &TraceNode| ObjectRef {
        kind: n.kind.clone(),
        id: n.id.clone(),
    };
    let question = ListHistoryRequest {
        page_size: r.page_size,
        page_token: r.page_token.clone(),
        about: chain.nodes.iter().map(object).collect(),
    };
    let mut keeper = HistoryServiceClient::new(cx.link("customer", caller)?);
    Ok(keeper.list_history(question).await?.into_inner())
}

fn entry(entry: Entry, nodes: &HashMap<&str, &TraceNode>) -> ChainHistoryEntry {
    match entry {
        Entry::Interaction(said) => interaction(said, nodes),
        Entry::FollowUp(planned) => follow_up(planned, nodes),
    }
}

fn node(about: Option<ObjectRef>, nodes: &HashMap<&str, &TraceNode>) -> Option<TraceNode> {
    let about = about?;
    nodes.get(about.id.as_str()).map(|n| (*n).clone())
}

fn interaction(said: Interaction, nodes: &HashMap<&str, &TraceNode>) -> ChainHistoryEntry {
    ChainHistoryEntry {
        kind: "INTERACTION".to_owned(),
        channel: word(
            said.channel().as_str_name(),
            Channel::Unspecified.as_str_name(),
        ),
        r#type: word(
            said.kind().as_str_name(),
            InteractionKind::Unspecified.as_str_name(),
        ),
        id: said.id,
        about: node(said.about, nodes),
        time: said.happened_time,
        owner_id: said.owner_id,
        party_id: said.party_id,
        subject: said.summary,
        feedback: said.feedback,
        ..ChainHistoryEntry::default()
    }
}

fn follow_up(planned: FollowUp, nodes: &HashMap<&str, &TraceNode>) -> ChainHistoryEntry {
    ChainHistoryEntry {
        kind: "FOLLOW_UP".to_owned(),
        state: word(
            planned.state().as_str_name(),
            FollowUpState::Unspecified.as_str_name(),
        ),
        id: planned.id,
        about: node(planned.about, nodes),
        time: planned.create_time,
        owner_id: planned.owner_id,
        party_id: planned.party_id,
        subject: planned.title,
        feedback: planned.result,
        due_time: planned.due_time,
        ..ChainHistoryEntry::default()
    }
}

/// The word of a value: its name without what all values of its kind begin with.
fn word(name: &str, unspecified: &str) -> String {
    let prefix = unspecified.trim_end_matches("UNSPECIFIED");
    name.strip_prefix(prefix).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_value_is_its_name_without_its_kind() {
        let phone = Channel::Phone.as_str_name();
        assert_eq!(word(phone, Channel::Unspecified.as_str_name()), "PHONE");
        let sent = InteractionKind::MaterialSent.as_str_name();
        let none = InteractionKind::Unspecified.as_str_name();
        assert_eq!(word(sent, none), "MATERIAL_SENT");
    }
}
