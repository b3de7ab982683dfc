//! Links for passwords: made, taken back and used, each within one transaction.
//!
//! Like a session, a link is nobody's business but the directory's: it says no events, and what happens to it stands in audit
//! rows. Whoever holds it holds a secret, of which only the hash is kept. What it does to the member, his password, is told as
//! any other change of him.

use baton_chassis::{
    Error, Result,
    act::Act,
    ids::{MemberId, PasswordLinkId},
};
use serde_json::{Value, json};

use crate::{
    browsers,
    member::{self, Member},
    organisation::{self, Organisation},
    password_link::{PasswordLink, PasswordLinkEvent, Purpose, Refused, State},
    secret, store,
};

/// The timer that looks whether the time of a link is over.
pub const OVER: &str = "password_link_over";
/// Its kind in answers and audit rows.
pub const KIND: &str = "PASSWORD_LINK";

/// Makes a link for a member who may sign in; the one that was open for the same purpose ends.
pub async fn make(
    act: &mut Act<'_>,
    member: MemberId,
    purpose: Purpose,
    secret: &str,
) -> Result<PasswordLink> {
    let holder = organisation::read::<Member>(act.tx, member).await?;
    if !holder.is_active() {
        return Err(member::Refused::Inactive.into());
    }
    let has_password = store::sign_in::hash(act.tx, member).await?.is_some();
    let (id, creator, now) = (act.new_id(), act.member()?, act.now);
    let link = PasswordLink::create(id, (member, has_password), purpose, creator, now)?;
    for open in store::password_link::open(act.tx, member).await? {
        if open.purpose == purpose {
            change(act, open, PasswordLink::revoke).await?;
        }
    }
    store::password_link::insert(act.tx, &link, secret::hash(secret)).await?;
    act.timer(OVER, link.id, link.ends_at).await?;
    note(act, &Value::Null, &link, PasswordLinkEvent::Made).await?;
    Ok(link)
}

/// Takes a link back.
pub async fn revoke(act: &mut Act<'_>, id: PasswordLinkId, etag: &str) -> Result<PasswordLink> {
    let link = store::password_link::load(act.tx, id).await?;
    let link = link.ok_or_else(|| Error::not_found(KIND, id))?;
    if !etag.is_empty() && etag != baton_chassis::wire::etag(link.version) {
        return Err(Error::Stale);
    }
    change(act, link, PasswordLink::revoke).await
}

/// Takes back every link of a member that is open.
pub async fn revoke_all(act: &mut Act<'_>, member: MemberId) -> Result<()> {
    for link in store::password_link::open(act.tx, member).await? {
        change(act, link, PasswordLink::revoke).await?;
    }
    Ok(())
}

/// Sets the password of whoever holds a link: the link ends, and with it every other one of his and all his sessions. Whom it
/// was made for was looked at before, when there was time to hash; here it is decided.
pub async fn take(act: &mut Act<'_>, secret: &str, hash: String) -> Result<Member> {
    let mut org = Organisation::open(act).await?;
    let found = store::password_link::held(org.tx, secret::hash(secret)).await?;
    let link = found.ok_or(Refused::NoGood)?;
    let member = organisation::read::<Member>(org.tx, link.member).await?;
    if !member.is_active() {
        return Err(Refused::NoGood.into());
    }
    let now = org.now;
    let link = change(&mut org, link, |l| l.take(now)).await?;
    let member = org
        .change_seen(link.member, "", |m: &mut Member, epoch| {
            Ok(m.set_password(epoch)?)
        })
        .await?;
    store::sign_in::set_hash(org.tx, member.id, hash, now).await?;
    // Who sets a new password may have failed with the old one.
    store::sign_in::forget_attempts(org.tx, &member.name).await?;
    browsers::revoke_all(&mut org, member.id).await?;
    revoke_all(&mut org, member.id).await?;
    Ok(member)
}

/// Ends a link whose time is over.
pub async fn come_over(act: &mut Act<'_>, id: PasswordLinkId) -> Result<()> {
    let found = store::password_link::load(act.tx, id).await?;
    if let Some(link) = found.filter(|l| l.state == State::Open) {
        let now = act.now;
        change(act, link, |l| l.expire(now)).await?;
    }
    Ok(())
}

async fn change(
    act: &mut Act<'_>,
    before: PasswordLink,
    decide: impl FnOnce(&mut PasswordLink) -> Result<PasswordLinkEvent, Refused>,
) -> Result<PasswordLink> {
    let mut after = before.clone();
    let event = decide(&mut after)?;
    (after.version, after.updated_at) = (before.version + 1, act.now);
    store::password_link::save(act.tx, &after).await?;
    act.cancel_timer(OVER, after.id).await?;
    note(act, &json!(before), &after, event).await?;
    Ok(after)
}

async fn note(
    act: &mut Act<'_>,
    before: &Value,
    after: &PasswordLink,
    event: PasswordLinkEvent,
) -> Result<()> {
    let (id, version) = (after.id.into(), after.version);
    act.audit(KIND, id, version, event.verb(), before, &json!(after))
        .await
}
