//! Accounts at providers: bound to members when somebody signs in by one for the first time, taken away and given back, each within one
//! transaction.
//!
//! Like a session, an account is nobody's business but the directory's: it says no events, and what happens to it stands in audit rows.
//! What a sign-in does to the member, who may be made by it or get other roles, is told as any other change of him.

use std::collections::BTreeSet;

use baton_chassis::{
    Error, Result,
    act::Act,
    config::ProviderConfig,
    db::Tx,
    ids::{IdentityId, MemberId},
};
use serde_json::{Value, json};

use crate::{
    browsers,
    credentials::Proof,
    identity::{self, Identity, IdentityEvent},
    member::{self, Member, MemberEvent, Revision, Roles},
    organisation::{self, Organisation},
    provider::{Person, Refused},
    sign_ins, store, wire,
};

/// Its kind in answers and audit rows.
pub const KIND: &str = "IDENTITY";

/// Who signs in, as whom his provider tells of; refused is noted where it is known whom it is about.
pub async fn sign_in(
    act: &mut Act<'_>,
    config: &ProviderConfig,
    person: &Person,
) -> Result<Result<Proof, Error>> {
    let mut org = Organisation::open(act).await?;
    let account = &person.account;
    let known = store::identity::known(org.tx, &account.issuer, &account.subject).await?;
    let member = match &known {
        Some(identity) => organisation::read::<Member>(org.tx, identity.member).await?,
        None => match found(org.tx, config, person).await? {
            Some(id) => organisation::read::<Member>(org.tx, id).await?,
            None => match make(&mut org, config, person).await? {
                Ok(member) => member,
                Err(why) => return Ok(Err(why.into())),
            },
        },
    };
    if let Err(why) = admit(org.tx, &member, known.as_ref(), person).await? {
        sign_ins::leave_refused(&mut org, member.id).await?;
        return Ok(Err(why));
    }
    let now = org.now;
    match known {
        Some(identity) => store::identity::see(org.tx, identity.id, now).await?,
        None => {
            let id = org.new_id();
            let identity = Identity::bind(id, member.id, account.clone(), now);
            store::identity::insert(org.tx, &identity).await?;
            note(&mut org, &Value::Null, &identity, IdentityEvent::Bound).await?;
        }
    }
    let member = if config.follow_roles {
        follow(&mut org, config, member, &person.roles).await?
    } else {
        member
    };
    let epoch = store::epoch(org.tx).await?.unwrap_or_default();
    Ok(Ok(Proof { member, epoch }))
}

/// Whether a member may sign in by this account.
async fn admit(
    tx: &mut Tx,
    member: &Member,
    known: Option<&Identity>,
    person: &Person,
) -> Result<Result<(), Error>> {
    if !member.is_active() {
        return Ok(Err(member::Refused::Inactive.into()));
    }
    Ok(match known {
        Some(identity) => identity.admit().map_err(Error::from),
        // An address or a name may go to somebody new there, who is not who had it before.
        None if store::identity::has_one(tx, member.id, &person.account.issuer).await? => {
            Err(identity::Refused::Another.into())
        }
        None => Ok(()),
    })
}

/// The member whose sign-in name or e-mail address it is, if that is proved.
async fn found(tx: &mut Tx, config: &ProviderConfig, person: &Person) -> Result<Option<MemberId>> {
    if !person.is_proved {
        return Ok(None);
    }
    if config.name_claim != "email" {
        return Ok(store::member::named(tx, &person.sign_in_name()).await?);
    }
    let email = person.account.name.to_lowercase();
    let with = store::identity::with_email(tx, &email).await?;
    Ok(match with[..] {
        [one] => Some(one),
        _ => None,
    })
}

/// Makes a member of somebody whom nobody knows, where the settings want that.
async fn make(
    org: &mut Organisation<'_, '_>,
    config: &ProviderConfig,
    person: &Person,
) -> Result<Result<Member, Refused>> {
    let provider = config.shown(&person.account.provider).to_owned();
    if !config.create_members {
        return Ok(Err(Refused::Unknown(provider)));
    }
    let roles = granted(org.tx, &person.roles).await?;
    if roles.iter().next().is_none() {
        return Ok(Err(Refused::NoRole(provider)));
    }
    let name = person.sign_in_name();
    let is_free = store::member::named(org.tx, &name).await?.is_none();
    if !wire::is_sign_in_name(&name) || !is_free {
        return Ok(Err(Refused::NoName(provider, name)));
    }
    let revision = Revision {
        display_name: person.display_name.clone().or_else(|| Some(name.clone())),
        name: Some(name),
        email: person.email.clone(),
        roles: Some(roles),
        ..Revision::default()
    };
    let member = Member::create(org.new_id(), revision, org.now);
    Ok(Ok(org.create(member, MemberEvent::Created).await?))
}

/// Those of the roles that mean anything.
async fn granted(tx: &mut Tx, roles: &Roles) -> Result<Roles> {
    let mut known = BTreeSet::new();
    for role in roles.iter() {
        if store::grant::knows_role(tx, role).await? {
            known.insert(role);
        } else {
            tracing::warn!(
                role,
                "a provider's settings name a role that no grant knows"
            );
        }
    }
    Ok(known.into_iter().collect())
}

/// Gives and takes the roles that the settings speak of. Who would leave nobody to administer keeps his.
async fn follow(
    org: &mut Organisation<'_, '_>,
    config: &ProviderConfig,
    member: Member,
    told: &Roles,
) -> Result<Member> {
    let told = granted(org.tx, told).await?;
    let spoken_of = |role: &&str| config.roles.values().any(|r| r == role);
    let kept = member.roles.iter().filter(|role| !spoken_of(role));
    let roles: Roles = kept.chain(told.iter()).collect();
    let mark = org.mark().await?;
    let revision = Revision {
        roles: Some(roles),
        ..Revision::default()
    };
    let update = |m: &mut Member, _| Ok(m.update(revision));
    let changed = org.change_seen(member.id, "", update).await?;
    match org.keep_an_administrator().await {
        Ok(()) => {
            org.keep(mark).await?;
            Ok(changed)
        }
        Err(Error::Refused(_)) => {
            org.undo(mark).await?;
            tracing::warn!(member = %member.id, "the last administrator keeps his roles");
            Ok(member)
        }
        Err(error) => Err(error),
    }
}

/// Takes an account away, and ends what its member is signed in with by it.
pub async fn remove(act: &mut Act<'_>, id: IdentityId, etag: &str) -> Result<Identity> {
    let identity = seen(act, id, etag).await?;
    let identity = change(act, identity, Identity::remove).await?;
    let provider = identity.provider.clone();
    browsers::revoke_those(act, identity.member, |s| s.provider == provider).await?;
    Ok(identity)
}

/// Gives an account back.
pub async fn restore(act: &mut Act<'_>, id: IdentityId, etag: &str) -> Result<Identity> {
    let identity = seen(act, id, etag).await?;
    let another = store::identity::has_one(act.tx, identity.member, &identity.issuer).await?;
    change(act, identity, |i| i.restore(another)).await
}

async fn seen(act: &mut Act<'_>, id: IdentityId, etag: &str) -> Result<Identity> {
    let identity = store::identity::load(act.tx, id).await?;
    let identity = identity.ok_or_else(|| Error::not_found(KIND, id))?;
    if !etag.is_empty() && etag != baton_chassis::wire::etag(identity.version) {
        return Err(Error::Stale);
    }
    Ok(identity)
}

async fn change(
    act: &mut Act<'_>,
    before: Identity,
    decide: impl FnOnce(&mut Identity) -> Result<IdentityEvent, identity::Refused>,
) -> Result<Identity> {
    let mut after = before.clone();
    let event = decide(&mut after)?;
    (after.version, after.updated_at) = (before.version + 1, act.now);
    store::identity::save(act.tx, &after).await?;
    note(act, &json!(before), &after, event).await?;
    Ok(after)
}

async fn note(
    act: &mut Act<'_>,
    before: &Value,
    after: &Identity,
    event: IdentityEvent,
) -> Result<()> {
    let (id, version) = (after.id.into(), after.version);
    act.audit(KIND, id, version, event.verb(), before, &json!(after))
        .await
}
