//! The calls, a module for each service of the contract.

mod contact;
mod follow_up;
mod history;
mod import;
mod interaction;
mod party;
mod person;
mod retention;

use baton_chassis::{
    Error, Result, Source, Violations,
    act::{Act, Look, Noun},
    caller::Caller,
    context::{self, Context},
    ids::{ContactId, PartyId},
    list::Scope,
    wire::parse_id,
};
use baton_proto::{customer::v1 as pb, r#type::v1::ObjectRef};
use tonic::{Request, Response, Status};

pub use contact::Contacts;
pub use follow_up::{ALARM, FollowUps, come_due};
pub use history::Histories;
pub use import::Import;
pub use interaction::Interactions;
pub use party::Parties;
pub use person::Persons;
pub use retention::Retentions;

use crate::{
    contact::Contact,
    duplicate::Match,
    interaction::{About, Concerned},
    party::{Kind, Party},
    store, wire,
};

/// What a call answers.
type Answer<T> = std::result::Result<Response<T>, Status>;

/// The answer of a list: its page, each row as the contract has it.
macro_rules! page {
    ($response:ident, $rows:ident, $listed:ident, $row:expr) => {
        pb::$response {
            $rows: $listed.rows.iter().map($row).collect(),
            next_page_token: $listed.next_page_token,
            total_size: $listed.total_size,
            total_capped: $listed.total_capped,
        }
    };
}
use page;

/// Known parties with the same identity, each as the caller may see it.
fn duplicates(look: &Look<'_>, known: &[Match]) -> Vec<pb::Duplicate> {
    wire::duplicates(known, |m| look.caller.sees(m.whose()))
}

/// Refuses a source that names nothing the caller may see. What a service passes on, it has looked at itself.
async fn check_source(cx: &Context, caller: &Caller, at: &str, source: &Source) -> Result<()> {
    if caller.is_service() {
        return Ok(());
    }
    let field = format!("{at}.source.id");
    cx.check_references(caller, &[(&field, source.kind.as_str(), source.id.clone())])
        .await?;
    Ok(())
}

/// Refuses to speak about what the caller may not see.
async fn check_concerned(
    cx: &Context,
    caller: &Caller,
    at: &str,
    about: About,
    party: Option<PartyId>,
    contact: Option<ContactId>,
) -> Result<()> {
    let [object, with, whom] = ["about.id", "party_id", "contact_id"].map(|f| format!("{at}.{f}"));
    let mut references = vec![(object.as_str(), about.kind.as_str(), about.id.to_string())];
    references.extend(party.map(|id| (with.as_str(), Party::KIND, id.to_string())));
    references.extend(contact.map(|id| (whom.as_str(), Contact::KIND, id.to_string())));
    cx.check_references(caller, &references).await?;
    Ok(())
}

/// What is about an object, perhaps with a party.
trait Spoken: Noun {
    fn concerned(&self) -> (About, Option<PartyId>);
}

/// Reads what the caller's own rights reach, or what is about an object or with a party that he may open.
async fn open<N: Spoken>(cx: &Context, caller: &Caller, id: &str) -> Result<N> {
    let id: N::Id = parse_id("id", id)?;
    let missing = || Error::not_found(N::KIND, id);
    let found = cx.db.read(async move |tx| N::load(tx, id).await).await?;
    let noun: N = found.ok_or_else(missing)?;
    if caller.sees(noun.whose()) {
        return Ok(noun);
    }
    let (about, party) = noun.concerned();
    let visible = visible(cx, caller, Some(about), party).await?;
    if visible.contains(&true) {
        Ok(noun)
    } else {
        Err(missing())
    }
}

/// The rows of a list about an object or with a party: all of them if the caller may open those, else what his own
/// rights reach if he asked for neither.
async fn reach<R: Sync>(
    cx: &Context,
    request: &Request<R>,
    about: Option<&ObjectRef>,
    party_id: &str,
) -> Result<Reach> {
    let caller = &context::caller(request)?;
    let about = wire::about_filter(about)?;
    let mut v = Violations::new();
    let party = v.optional_id::<PartyId>("party_id", party_id);
    v.done()?;
    if about.is_none() && party.is_none() {
        return Ok(Reach {
            scope: caller.scope.clone(),
            about,
            party,
        });
    }
    let visible = visible(cx, caller, about, party).await?;
    let scope = if visible.contains(&false) {
        Scope::Nothing
    } else {
        Scope::All
    };
    Ok(Reach {
        scope,
        about,
        party,
    })
}

/// What a list is asked about, and whose rows it shows.
#[derive(Clone)]
struct Reach {
    scope: Scope,
    about: Option<About>,
    party: Option<PartyId>,
}

/// For the object and the party, whether the caller may open them.
async fn visible(
    cx: &Context,
    caller: &Caller,
    about: Option<About>,
    party: Option<PartyId>,
) -> Result<Vec<bool>> {
    let about = about.map(|a| (a.kind.as_str(), a.id.to_string()));
    let party = party.map(|id| (Party::KIND, id.to_string()));
    let asked: Vec<_> = about.into_iter().chain(party).collect();
    let nodes = cx.check(caller, &asked).await?;
    let seen = |(kind, id): &(&str, String)| {
        nodes
            .iter()
            .any(|n| n.visible && n.kind == *kind && n.id == *id)
    };
    Ok(asked.iter().map(seen).collect())
}

/// Party and contact that something concerns, as they follow from what it is about.
async fn concerned(
    act: &mut Act<'_>,
    at: &str,
    about: About,
    party: Option<PartyId>,
    contact: Option<ContactId>,
) -> Result<Concerned> {
    let contact = match about.contact().or(contact) {
        None => None,
        Some(id) => store::lock_contact(act.tx, id).await?,
    };
    if let Some(contact) = &contact {
        contact.stands()?;
    }
    let contact = contact.map(|c| (c.id, c.party));
    let whom = Concerned::of(about, party, contact)
        .ok_or_else(|| Error::invalid(format!("{at}.party_id"), "PARTY_DIFFERS"))?;
    if let Some(party) = whom.party {
        stands(act, party).await?;
    }
    Ok(whom)
}

/// Refuses to write about a person who was erased, and keeps him from being erased until this transaction ends.
async fn stands(act: &mut Act<'_>, id: PartyId) -> Result<()> {
    let party = Party::load(act.tx, id).await?;
    let is_person = party.is_some_and(|party| party.kind == Kind::Person);
    if is_person && let Some(party) = store::lock_party(act.tx, id).await? {
        party.stands()?;
    }
    Ok(())
}
