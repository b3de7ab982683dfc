//! Any verbs on a party, against a model of three states.

use baton_chassis::words::Word as _;
use chrono::TimeDelta;
use proptest::{collection::vec, option, prelude::*, sample::select};
use uuid::Uuid;

use super::*;

#[derive(Clone, Debug)]
enum Deed {
    Verify(Outcome),
    Reopen,
    Update { name: bool, owner: Option<u128> },
    Follow { to: u128, giver: u128 },
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => select(Outcome::ALL.to_vec()).prop_map(Deed::Verify),
        2 => Just(Deed::Reopen),
        2 => (any::<bool>(), option::of(1..4_u128)).prop_map(|(name, owner)| Deed::Update { name, owner }),
        2 => (1..4_u128, 1..4_u128).prop_map(|(to, giver)| Deed::Follow { to, giver }),
    ]
}

fn member(n: u128) -> MemberId {
    Uuid::from_u128(n).into()
}

fn verification(party: PartyId, outcome: Outcome, at: Time) -> Verification {
    Verification {
        id: Uuid::from_u128(9).into(),
        party,
        outcome,
        channel: Channel::Phone,
        evidence: String::new(),
        verifier: member(1),
        created_at: at,
    }
}

fn done(party: &mut Party, deed: &Deed, at: Time) -> Result<Option<PartyEvent>, Refused> {
    match deed {
        Deed::Verify(outcome) => party
            .verify(&verification(party.id, *outcome, at))
            .map(Some),
        Deed::Reopen => party.reopen().map(Some),
        Deed::Update { name, owner } => {
            let name = if *name { "Acme" } else { "Acme Ltd" }.to_owned();
            let owner = owner.map(member);
            party
                .update(Details {
                    name,
                    owner,
                    ..party.details.clone()
                })
                .map(Some)
        }
        Deed::Follow { to, giver } => {
            Ok(party.follow(Some(member(*to)), None, &[member(*giver)], &[]))
        }
    }
}

/// What a verb does to the state; none where it is refused.
fn model(state: State, deed: &Deed) -> Option<State> {
    match (state, deed) {
        (State::Invalid, Deed::Reopen) => Some(State::Prospect),
        (State::Invalid, Deed::Follow { .. })
        | (State::Prospect, Deed::Verify(Outcome::Invalid)) => Some(State::Invalid),
        (State::Invalid, _)
        | (_, Deed::Reopen)
        | (State::Account, Deed::Verify(Outcome::Invalid)) => None,
        (State::Prospect, Deed::Verify(Outcome::Confirmed)) => Some(State::Account),
        (state, _) => Some(state),
    }
}

proptest! {
    #[test]
    fn a_party_goes_the_way_of_its_verifications_and_an_account_stays_one(deeds in vec(deed(), 0..40)) {
        let draft = Draft { kind: Kind::Company, details: Details::default(), source: Source::direct() };
        let mut party = Party::prospect(Uuid::from_u128(1).into(), "A-1".into(), draft, Time::UNIX_EPOCH);
        let (mut verified, mut owner) = (Vec::new(), None);
        for (deed, second) in deeds.iter().zip(0..) {
            let before = party.clone();
            let at = Time::UNIX_EPOCH + TimeDelta::seconds(second);
            let said = done(&mut party, deed, at);
            prop_assert_eq!(said.is_ok().then_some(party.state), model(before.state, deed));
            match said {
                Err(_) | Ok(None) => prop_assert_eq!(&party, &before, "what is refused changes nothing"),
                Ok(Some(PartyEvent::Verified { old, verification })) => {
                    prop_assert_eq!(old, before.state);
                    verified.push(verification);
                }
                Ok(Some(PartyEvent::Assigned { old_owner, .. })) => {
                    prop_assert_eq!(old_owner, owner);
                    owner = party.details.owner;
                }
                Ok(Some(PartyEvent::Updated { .. } | PartyEvent::Reopened { .. })) => {
                    prop_assert_eq!(party.details.owner, owner, "only an assignment changes whose it is");
                }
                Ok(Some(other)) => prop_assert!(false, "{other:?}"),
            }
            prop_assert_eq!(usize::try_from(party.verification_count), Ok(verified.len()));
            let last = verified.last().map(|v| (v.outcome, v.created_at));
            prop_assert_eq!(party.last_outcome.zip(party.last_verified_at), last);
        }
    }
}
