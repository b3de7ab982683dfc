//! What to do when a new party has the identity of a known one: say so, take the known one, or refuse.

use baton_chassis::{
    Whose,
    ids::{MemberId, PartyId, TerritoryId},
    people::DuplicatePolicy as Policy,
    words::Word as _,
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

impl Match {
    /// What the right to the party depends on.
    pub fn whose(&self) -> Whose {
        Whose {
            owner: self.owner,
            territory: self.territory,
            record: Some(self.party.into()),
        }
    }
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

/// What is to be done about known parties with the same identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is done at all.
    pub policy: Policy,
    /// Whether a known party is taken only where both can be reached at the same telephone number or address: names
    /// and domains are shared by strangers.
    pub by_reach: bool,
}

impl From<Policy> for Rule {
    fn from(policy: Policy) -> Self {
        Self {
            policy,
            by_reach: false,
        }
    }
}

impl Match {
    /// How much it has in common: a stronger key outweighs all weaker ones together.
    fn strength(&self) -> u32 {
        let weight = |kind: &KeyKind| {
            let weaker = KeyKind::ALL.iter().filter(|k| *k > kind).count();
            1_u32 << weaker
        };
        let mut kinds = self.keys.clone();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.iter().map(weight).sum()
    }

    fn is_reached_alike(&self) -> bool {
        let reach = |kind: &KeyKind| matches!(kind, KeyKind::Phone | KeyKind::Email);
        self.keys.iter().any(reach)
    }
}

/// Best match first: what has more in common, of equals accounts before prospects before what was found invalid, and
/// then the oldest.
pub fn rank(matches: &mut [Match]) {
    let standing = |state| match state {
        State::Account => 0,
        State::Prospect => 1,
        State::Invalid => 2,
    };
    matches.sort_by_key(|m| (std::cmp::Reverse(m.strength()), standing(m.state), m.party));
}

/// Decides by policy and ranked matches. A party that was found invalid is worth a warning, but nothing is linked to
/// it or refused because of it: the new information may be the right one.
pub fn decide(rule: impl Into<Rule>, matches: &[Match]) -> Decision<'_> {
    let Rule { policy, by_reach } = rule.into();
    match (policy, matches.iter().find(|m| m.state != State::Invalid)) {
        (Policy::Warn, _) | (_, None) => Decision::Create,
        // The best match has a key by which it is reached if any has one.
        (Policy::Link, Some(known)) if by_reach && !known.is_reached_alike() => Decision::Create,
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
        use KeyKind::{CompanyName, Domain, Email, Phone};
        let mut matches = [
            known(1, State::Invalid, &[Phone, CompanyName]),
            known(2, State::Prospect, &[Phone, Email, Domain]),
            known(6, State::Account, &[Email]),
            known(3, State::Account, &[CompanyName]),
            known(4, State::Account, &[Email]),
            known(5, State::Account, &[Phone, CompanyName]),
            known(7, State::Prospect, &[Email, Domain, CompanyName]),
        ];
        rank(&mut matches);
        let order = matches.map(|m| m.number);
        assert_eq!(order, ["A-2", "A-5", "A-1", "A-7", "A-4", "A-6", "A-3"]);
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

    #[test]
    fn a_shared_name_or_domain_links_nobody_where_reach_is_asked_for() {
        let rule = |policy| Rule {
            policy,
            by_reach: true,
        };
        for (key, links) in [
            (KeyKind::Phone, true),
            (KeyKind::Email, true),
            (KeyKind::Domain, false),
            (KeyKind::CompanyName, false),
        ] {
            let matches = [known(1, State::Account, &[key])];
            let linked = decide(rule(Policy::Link), &matches) == Decision::Link(&matches[0]);
            assert_eq!(linked, links, "{key:?}");
            let refused = decide(rule(Policy::Refuse), &matches);
            assert_eq!(refused, Decision::Refuse(&matches[0]));
        }
    }
}
