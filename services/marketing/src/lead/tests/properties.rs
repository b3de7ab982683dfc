//! Any verbs of any people on a lead, against a model of how far it is confirmed; and what must hold of the lead and its
//! handoffs together.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

const PEOPLE: [&str; 4] = [MARKETER, MANAGER, SELLER, BOSS];

#[derive(Clone, Copy, Debug)]
enum Deed {
    Update,
    Identify,
    Contact,
    Accept,
    Disqualify,
    Reopen,
    Route(Option<&'static str>),
    Assign(&'static str),
    Receive(bool),
    GiveBack(bool),
    Withdraw,
    HandOutside,
    GoOutside,
    StartConversion(bool),
    Convert,
    RefuseConversion,
    CancelConversion,
    UndoConversion,
    Overdue,
}

fn deed() -> impl Strategy<Value = Deed> {
    let who = || select(PEOPLE.to_vec());
    prop_oneof![
        1 => Just(Deed::Update),
        3 => Just(Deed::Identify),
        3 => Just(Deed::Contact),
        3 => Just(Deed::Accept),
        1 => Just(Deed::Disqualify),
        1 => Just(Deed::Reopen),
        3 => prop::option::of(who()).prop_map(Deed::Route),
        4 => who().prop_map(Deed::Assign),
        3 => any::<bool>().prop_map(Deed::Receive),
        2 => any::<bool>().prop_map(Deed::GiveBack),
        1 => Just(Deed::Withdraw),
        1 => Just(Deed::HandOutside),
        1 => Just(Deed::GoOutside),
        3 => any::<bool>().prop_map(Deed::StartConversion),
        2 => Just(Deed::Convert),
        1 => Just(Deed::RefuseConversion),
        1 => Just(Deed::CancelConversion),
        1 => Just(Deed::UndoConversion),
        1 => Just(Deed::Overdue),
    ]
}

/// As it was before its conversion; what an undoing comes back to.
type Memory = crate::conversion::Before;

fn done(desk: &mut Desk, who: &str, deed: Deed, memory: Memory) -> Result<LeadEvent, Refused> {
    desk.act(who, |lead, actor| match deed {
        Deed::Update => lead.update(message("Valves"), actor),
        Deed::Identify => lead.identify(actor),
        Deed::Contact => lead.contact(Channel::Phone, actor),
        Deed::Accept => lead.accept("call again".to_owned(), actor),
        Deed::Disqualify => lead.disqualify(DisqualifyReason::Other, String::new(), actor),
        Deed::Reopen => lead.reopen(actor),
        Deed::Route(manager) => lead.route(place("west"), manager.map(member), actor),
        Deed::Assign(salesperson) => lead.assign(member(salesperson), None, actor),
        Deed::Receive(manages) => lead.receive(manages, actor),
        Deed::GiveBack(manages) => lead.give_back("no".to_owned(), manages, actor),
        Deed::Withdraw => lead.withdraw(actor),
        Deed::HandOutside => lead.hand_outside(Kind::LeadToManager, None, actor),
        // It answers nothing where nothing happens; here that is as good as a refusal.
        Deed::GoOutside => lead.go_outside(actor.ledger, actor.at).ok_or(Refused::Open),
        Deed::StartConversion(both) => lead.start_conversion(conversion(), both, actor),
        Deed::Convert => convert(lead, actor.at),
        Deed::RefuseConversion => lead.refuse_conversion(conversion(), "NO".to_owned()),
        Deed::CancelConversion => lead.cancel_conversion(conversion()),
        Deed::UndoConversion => lead.undo_conversion(conversion(), memory, actor),
        Deed::Overdue => Ok(lead.response_overdue(actor.at)),
    })
}

/// How far a lead is confirmed after a verb that was allowed.
fn model(quality: Quality, deed: Deed, confirmed: Quality) -> Quality {
    match deed {
        Deed::Identify => Quality::Identified,
        Deed::Contact => Quality::Contacted,
        Deed::Accept => Quality::Accepted,
        Deed::Disqualify => Quality::Disqualified,
        Deed::StartConversion(_) => Quality::Converting,
        Deed::Convert => Quality::Converted,
        Deed::Reopen | Deed::RefuseConversion | Deed::CancelConversion | Deed::UndoConversion => {
            confirmed
        }
        _ => quality,
    }
}

fn holds_together(desk: &Desk) {
    let (lead, handoffs) = (&desk.lead, &desk.handoffs);
    let open: Vec<_> = handoffs.iter().filter(|h| h.is_open()).collect();
    assert_eq!(
        open.len(),
        usize::from(lead.offered),
        "one offer is open exactly where the lead says so: {open:?}"
    );
    for offer in open {
        assert_eq!(offer.kind, lead.offer_kind());
        assert!(
            offer.to_member.is_none_or(|to| lead.owner == Some(to)),
            "it is with whom it is offered to"
        );
        assert!(matches!(
            lead.routing,
            Routing::WithManager | Routing::WithSalesperson
        ));
    }
    assert!(
        lead.owner.is_some(),
        "a lead that somebody had is always with somebody"
    );
    let closed = matches!(lead.quality, Quality::Converted | Quality::Disqualified);
    assert_eq!(lead.closed_at.is_some(), closed);
    assert!(!(closed || lead.quality == Quality::Converting) || !lead.offered);
    assert_eq!(
        lead.disqualify_reason.is_some(),
        lead.quality == Quality::Disqualified
    );
    assert_eq!(
        lead.opportunity.is_some(),
        lead.quality == Quality::Converted
    );
    let runs = lead.response_due_at.is_some();
    assert!(
        !runs || lead.contacted_at.is_none() && !closed,
        "no clock runs for what was done"
    );
    assert!(runs || !lead.response_overdue);
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_lead_it_and_its_handoffs_tell_the_same(
        deeds in vec((deed(), select(PEOPLE.to_vec())), 0..40)
    ) {
        let mut desk = Desk::new();
        let (mut confirmed, mut memory) = (Quality::New, desk.lead.before_conversion());
        for (deed, who) in deeds {
            let before = desk.clone();
            match done(&mut desk, who, deed, memory) {
                Err(_) => prop_assert_eq!(&desk, &before, "what is refused changes nothing"),
                Ok(event) => {
                    prop_assert_eq!(event.old.as_deref(), Some(&before.lead));
                    prop_assert_eq!(desk.lead.quality, model(before.lead.quality, deed, confirmed));
                    let new = desk.handoffs.iter().filter(|h| !before.handoffs.contains(h));
                    prop_assert_eq!(event.handoffs.iter().collect::<Vec<_>>(), new.collect::<Vec<_>>(), "an event tells of every handoff that changed");
                }
            }
            if matches!(desk.lead.quality, Quality::New | Quality::Identified | Quality::Contacted | Quality::Accepted) {
                confirmed = desk.lead.quality;
                memory = desk.lead.before_conversion();
            }
            for (old, new) in before.handoffs.iter().zip(&desk.handoffs) {
                prop_assert!(old.is_open() || old == new, "an answer is for ever");
            }
            holds_together(&desk);
        }
    }
}
