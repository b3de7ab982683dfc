//! What to do when a new party has the identity of a known one: say so, take the known one, or refuse.

use baton_chassis::{
    ids::{MemberId, PartyId, TerritoryId},
    people::DuplicatePolicy as Policy,
};

use crate::{identity::KeyKind, party::State};

/// A known party with the same identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The known party.
    pub party: PartyId,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: State,
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// Its territory.
    pub territory: Option<TerritoryId>,
    /// What they have in common, the strongest first.
    pub keys: Vec<KeyKind>,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'m> {
    /// A new party is created.
    Create,
    /// The known party is taken.
    Link(&'m Match),
    /// Nothing is done, because of this party.
    Refuse(&'m Match),
}

/// Best match first: accounts before prospects before what was found invalid, then what has more in common, and of
/// equals the oldest.
pub fn rank(matches: &mut [Match]) {
    let standing = |state| match state {
        State::Account => 0,
        State::Prospect => 1,
        State::Invalid => 2,
    };
    matches.sort_by_key(|m| {
        (
            standing(m.state),
            std::cmp::Reverse(m.keys.len()),
            m.keys.first().copied(),
            m.party,
        )
    });
}

/// Decides by policy and ranked matches. A party that was found invalid is worth a warning, but nothing is linked to
/// it or refused because of it: the new information may be the right one.
pub fn decide(policy: Policy, matches: &[Match]) -> Decision<'_> {
    match (policy, matches.iter().find(|m| m.state != State::Invalid)) {
        (Policy::Warn, _) | (_, None) => Decision::Create,
        (Policy::Link, Some(known)) => Decision::Link(known),
        (Policy::Refuse, Some(known)) => Decision::Refuse(known),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn known(n: u128, state: State, keys: &[KeyKind]) -> Match {
        Match {
            party: Uuid::from_u128(n).into(),
            number: format!("A-{n}"),
            state,
            name: "Acme".into(),
            owner: None,
            territory: None,
            keys: keys.to_vec(),
        }
    }

    #[test]
    fn the_best_match_comes_first() {
        use KeyKind::{CompanyName, Email, Phone};
        let mut matches = [
            known(1, State::Invalid, &[Phone, Email, CompanyName]),
            known(2, State::Prospect, &[Phone, Email]),
            known(6, State::Account, &[Email]),
            known(3, State::Account, &[CompanyName]),
            known(4, State::Account, &[Email]),
            known(5, State::Account, &[Phone, CompanyName]),
        ];
        rank(&mut matches);
        let order = matches.map(|m| m.number);
        assert_eq!(order, ["A-5", "A-4", "A-6", "A-3", "A-2", "A-1"]);
    }

    #[test]
    fn the_policy_decides_and_what_is_invalid_binds_nobody() {
        let account = known(1, State::Account, &[KeyKind::Phone]);
        let invalid = known(2, State::Invalid, &[KeyKind::Phone]);
        let table = [
            (vec![], Decision::Create, Decision::Create),
            (vec![invalid.clone()], Decision::Create, Decision::Create),
            (
                vec![account.clone()],
                Decision::Link(&account),
                Decision::Refuse(&account),
            ),
            (
                vec![account.clone(), invalid],
                Decision::Link(&account),
                Decision::Refuse(&account),
            ),
        ];
        for (matches, link, refuse) in &table {
            assert_eq!(decide(Policy::Warn, matches), Decision::Create);
            assert_eq!(decide(Policy::Link, matches), *link);
            assert_eq!(decide(Policy::Refuse, matches), *refuse);
        }
    }
}
