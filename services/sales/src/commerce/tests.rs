//! Every verb in every state of the way to commerce, the same for a deal and for a sales project.

use std::fmt::Debug;

use baton_chassis::{ids::Id as _, words::Word as _};

use super::*;
use crate::{
    opportunity::Opportunity,
    project::{Project, ProjectRefused},
};

fn somebody() -> MemberId {
    MemberId::derive(Uuid::nil(), "somebody")
}

fn answered(told: Answered) -> CommerceEvent {
    told(HandoffId::derive(Uuid::nil(), "handoff"), somebody())
}

type Verb<D> = fn(&mut D) -> Result<CommerceEvent, <D as Sold>::Refused>;

fn verbs<D: Sold>() -> [(&'static str, Verb<D>); 5] {
    [
        ("accept", |d| d.accept().map(answered)),
        ("return", |d| d.give_back().map(answered)),
        ("offer", |d| d.offer(false).map(answered)),
        ("start", |d| d.start_hand_over(Target::Order, somebody())),
        ("fail", |d| {
            d.fail_hand_over(Target::Order, true, "CONTRACTS_SWITCHED_OFF".into())
        }),
    ]
}

/// Where each verb leads from each state, or why it is refused.
fn table() -> [(Commerce, [Result<Commerce, CommerceRefused>; 5]); 7] {
    use Commerce as C;
    use CommerceRefused as R;
    let (runs, with) = (Err(R::HandOverRunning), Err(R::WithCommerce));
    let (off, not) = (Err(R::NotOffered), Err(R::NotHandingOver));
    let (won, out, back) = (Err(R::NotWon), Err(R::Outside), Err(R::Returned));
    let (starts, offered) = (Ok(C::HandingOver), Ok(C::Offered));
    #[rustfmt::skip]
    let table = [
        //                accept           return           offer             start   fail
        (C::None,        [off,             off,             won,              won,    not]),
        (C::Offered,     [Ok(C::Accepted), Ok(C::Returned), Err(R::OnOffer),  starts, not]),
        (C::HandingOver, [runs,            runs,            runs,             runs,   Ok(C::Accepted)]),
        (C::Accepted,    [off,             off,             with,             starts, not]),
        (C::Outside,     [off,             off,             offered,          out,    not]),
        (C::HandedOver,  [off,             off,             with,             with,   not]),
        (C::Returned,    [off,             off,             offered,          back,   not]),
    ];
    table
}

fn goes<D>(won: &D)
where
    D: Sold<Refused: PartialEq + Debug> + Clone + PartialEq + Debug,
{
    let table = table();
    assert!(Commerce::ALL.iter().eq(table.iter().map(|(c, _)| c)));
    for (before, row) in table {
        for ((name, verb), leads) in verbs::<D>().into_iter().zip(row) {
            let mut deal = won.clone();
            deal.set_commerce(before);
            let told = verb(&mut deal);
            assert_eq!(
                told.err(),
                leads.err().map(Into::into),
                "{name} in {before:?}"
            );
            assert_eq!(
                deal.commerce(),
                leads.unwrap_or(before),
                "{name} in {before:?}"
            );
        }
    }
}

#[test]
fn every_verb_is_allowed_or_refused_in_every_state() {
    goes::<Opportunity>(&crate::opportunity::tests::won());
    goes::<Project>(&crate::project::tests::won(false));
    // The work on a project may be done long before.
    goes::<Project>(&crate::project::tests::won_and_done());
}

#[test]
fn a_project_that_sells_nothing_never_goes_to_commerce() {
    for before in crate::project::tests::without_a_deal() {
        for (name, verb) in verbs::<Project>() {
            let mut project = before.clone();
            assert_eq!(verb(&mut project), Err(ProjectRefused::NotSales), "{name}");
            assert_eq!(project, before);
        }
        let mut project = before.clone();
        assert!(!project.take_off_offer());
        assert_eq!(project.handed_over(Target::Order, Uuid::max()), None);
        assert_eq!(project, before);
    }
}

#[test]
fn only_what_is_on_offer_goes_outside() {
    for before in Commerce::ALL {
        let mut deal = crate::opportunity::tests::won();
        deal.set_commerce(*before);
        let goes = *before == Commerce::Offered;
        assert_eq!(deal.take_off_offer(), goes, "{before:?}");
        let after = if goes { Commerce::Outside } else { *before };
        assert_eq!(deal.commerce(), after);
    }
}

#[test]
fn commerce_takes_only_what_waits_and_only_once() {
    for before in Commerce::ALL {
        let mut project = crate::project::tests::won(false);
        project.set_commerce(*before);
        let takes = !matches!(
            before,
            Commerce::None | Commerce::HandedOver | Commerce::Outside
        );
        let told = project.handed_over(Target::Order, Uuid::max());
        assert_eq!(told.is_some(), takes, "{before:?}");
        let after = if takes { Commerce::HandedOver } else { *before };
        assert_eq!(project.commerce(), after);
        assert_eq!(project.handed_over(Target::Contract, Uuid::nil()), None);
    }
}

#[test]
fn what_was_taken_is_opened_again_only_for_commerce_and_what_was_made_never() {
    use CommerceRefused as R;
    for before in Commerce::ALL {
        let refused = match before {
            Commerce::HandingOver => [Some(R::HandOverRunning); 2],
            Commerce::HandedOver => [Some(R::WithCommerce); 2],
            Commerce::Accepted => [Some(R::WithCommerce), None],
            _ => [None; 2],
        };
        let told = [false, true].map(|for_commerce| before.lets_reopen(for_commerce).err());
        assert_eq!(told, refused, "{before:?}");
    }
}

#[test]
fn what_nobody_can_price_or_deliver_is_not_offered() {
    let mut deal = crate::opportunity::tests::won();
    deal.set_commerce(Commerce::Returned);
    deal.amount_minor = None;
    let refused = deal.offer(false).map(answered);
    assert_eq!(refused, Err(CommerceRefused::WithoutAmount.into()));
    deal.amount_minor = Some(1);
    deal.head.party = None;
    let refused = deal.offer(false).map(answered);
    assert_eq!(refused, Err(CommerceRefused::WithoutAccount.into()));
}
