//! How a party comes in and changes: its keys are claimed, whoever has them already is found, and the row, its keys
//! and its contacts go together.

use baton_chassis::{
    Error, Result,
    act::{Act, Look, Noun as _},
    ids::{MemberId, PartyId, TerritoryId},
    list::Scope,
    people::{DuplicatePolicy, Snapshot},
};

use crate::{
    duplicate::{Decision, Match, Rule, decide},
    identity::Key,
    party::{Details, Draft, Party, PartyEvent, State, Verification},
    store,
};

/// Who has the identity of a newcomer.
#[derive(Debug)]
pub struct Recognised {
    /// All of them, best match first.
    pub known: Vec<Match>,
    /// The one that is to be taken in place of the newcomer.
    pub link: Option<Party>,
}

/// Looks for the owners of keys, and keeps everybody else from becoming one until this transaction ends.
pub async fn recognise(
    act: &mut Act<'_>,
    keys: &[Key],
    rule: impl Into<Rule>,
) -> Result<Recognised> {
    store::claim(act.tx, keys).await?;
    find(act, keys, rule).await
}

/// The same without keeping anybody: for what is not going to be written.
pub async fn find(look: &mut Look<'_>, keys: &[Key], rule: impl Into<Rule>) -> Result<Recognised> {
    let known = store::matches(look.tx, keys, None).await?;
    let link = match decide(rule, &known) {
        Decision::Create => None,
        Decision::Link(party) => Party::load(look.tx, party.party).await?,
        Decision::Refuse(party) => {
            return Err(Error::Exists {
                kind: Party::KIND,
                id: party.party.to_string(),
            });
        }
    };
    Ok(Recognised { known, link })
}

/// Looks for others with the keys that a party gets by a change.
pub async fn recognise_others(
    act: &mut Act<'_>,
    before: &Party,
    after: &Party,
    policy: DuplicatePolicy,
) -> Result<Vec<Match>> {
    let (old, new) = (before.keys(), after.keys());
    let added: Vec<Key> = new.into_iter().filter(|key| !old.contains(key)).collect();
    store::claim(act.tx, &added).await?;
    let known = store::matches(act.tx, &added, Some(before.id)).await?;
    match decide(policy, &known) {
        Decision::Refuse(m) => Err(Error::Exists {
            kind: Party::KIND,
            id: m.party.to_string(),
        }),
        // A party that exists is not taken for another one by a change.
        Decision::Create | Decision::Link(_) => Ok(known),
    }
}

/// The territory that a member works in.
pub fn home(people: &Snapshot, member: Option<MemberId>) -> Option<TerritoryId> {
    people.member(member?)?.territory
}

/// Gives a new party the owner and territory that nobody stated.
pub fn place(look: &Look<'_>, details: &mut Details, owner: Option<MemberId>) {
    details.owner = details.owner.or(owner);
    details.territory = details.territory.or(home(look.people(), details.owner));
}

/// A new prospect. It belongs to whoever creates it, unless he sees all customers: then it waits for whoever gets a
/// lead of it.
pub async fn prospect(act: &mut Act<'_>, mut draft: Draft, at: &str) -> Result<Party> {
    let creator = act.caller.person().filter(|_| act.scope() != Scope::All);
    place(act, &mut draft.details, creator);
    let party = Party::prospect(act.new_id(), act.number("A").await?, draft, act.now);
    enter(act, party, &PartyEvent::ProspectCreated, at).await
}

/// A new account, with the verification that its creator vouches for.
pub async fn account(
    act: &mut Act<'_>,
    mut draft: Draft,
    verification: &Verification,
    at: &str,
) -> Result<Party> {
    place(act, &mut draft.details, act.caller.person());
    let number = act.number("A").await?;
    let party = Party::account(verification.party, number, draft, verification, act.now);
    let event = PartyEvent::AccountCreated {
        channel: Some(verification.channel),
    };
    let party = enter(act, party, &event, at).await?;
    store::record(act.tx, verification).await?;
    Ok(party)
}

/// Writes a new party with its keys; `at` is the path of its message in the request.
pub async fn enter(act: &mut Act<'_>, party: Party, event: &PartyEvent, at: &str) -> Result<Party> {
    check_parent(act, &party, at).await?;
    let party = act.create(party, event).await?;
    store::give(act.tx, party.id, party.id, &party.keys()).await?;
    Ok(party)
}

/// Writes what was decided about a party, and what hangs on it.
pub async fn change(
    act: &mut Act<'_>,
    before: &Party,
    after: Party,
    event: &PartyEvent,
) -> Result<Party> {
    if after.details.parent != before.details.parent {
        check_parent(act, &after, "party").await?;
    }
    let after = act.store(before, after, event).await?;
    if after.keys() != before.keys() {
        store::hold(act.tx, after.id, after.id, &after.keys()).await?;
    }
    if (after.owner(), after.territory()) != (before.owner(), before.territory()) {
        store::hand_contacts_over(act.tx, &after).await?;
    }
    Ok(after)
}

/// Refuses a company to belong to that the caller may not see, or that cannot be.
pub async fn check_parent(act: &mut Act<'_>, party: &Party, at: &str) -> Result<()> {
    let Some(id) = party.details.parent else {
        return Ok(());
    };
    let parent = match act.get::<Party>(id).await {
        Err(Error::NotFound { .. }) => {
            return Err(Error::invalid(
                format!("{at}.parent_id"),
                "REFERENCE_NOT_FOUND",
            ));
        }
        found => found?,
    };
    let above = store::parents(act.tx, &parent).await?;
    Ok(party.may_belong_to(&parent, &above)?)
}

/// Verifies a party that the caller was found to see.
pub async fn verify(
    act: &mut Act<'_>,
    before: &Party,
    verification: &Verification,
) -> Result<Party> {
    let mut after = before.clone();
    let event = after.verify(verification)?;
    let after = act.store(before, after, &event).await?;
    store::record(act.tx, verification).await?;
    Ok(after)
}

/// A lead went on, out of whose hands and to whom.
pub struct Passed {
    /// The salesperson who got it; nobody if it went to a territory.
    pub to: Option<MemberId>,
    /// Its territory.
    pub territory: Option<TerritoryId>,
    /// Its territory before.
    pub old_territory: Option<TerritoryId>,
    /// Those who handed it on.
    pub givers: Vec<MemberId>,
}

/// A party goes with its lead, unless it belongs to somebody who has not handed the lead on.
pub async fn follow_lead(act: &mut Act<'_>, id: PartyId, lead: Passed) -> Result<()> {
    let Some(before) = Party::load(act.tx, id).await? else {
        return Ok(());
    };
    let mut after = before.clone();
    let people = act.people();
    let homes = lead.givers.iter().filter_map(|g| home(people, Some(*g)));
    let left: Vec<TerritoryId> = homes.chain(lead.old_territory).collect();
    let territory = lead.territory.or(home(people, lead.to));
    let Some(event) = after.follow(lead.to, territory, &lead.givers, &left) else {
        return Ok(());
    };
    change(act, &before, after, &event).await.map(|_| ())
}

/// Whether the caller may make this call on a party.
pub fn sees(look: &Look<'_>, party: &Party) -> bool {
    look.caller.sees(party.whose())
}

/// Whether it is a prospect that the caller may change.
pub fn is_own_prospect(look: &Look<'_>, party: &Party) -> bool {
    party.state == State::Prospect && sees(look, party)
}
