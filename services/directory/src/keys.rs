//! Keys of programs: made, taken back, and exchanged for tokens. A key is `baton_<id>_<secret>`, so that it is known for what it
//! is wherever it turns up; of the secret only the hash is kept.
//!
//! Unlike sessions, keys are told of by events: every service knows which functions a key is limited to, and that it was taken
//! back, as early as any other change of rights.

use baton_chassis::{
    Error, Result, Time,
    act::Act,
    context::Context,
    ids::{ApiKeyId, MemberId},
    token::Claims,
};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    api_key::{ApiKey, State, Wanted},
    member::{self, Member},
    organisation::{self, Organisation},
    secret, store,
};

/// The timer that looks whether the time of a key is over.
pub const OVER: &str = "api_key_over";
/// What every key begins with.
const PREFIX: &str = "baton_";
/// How long a program may act before its key is looked at again.
const TOKEN_LASTS: TimeDelta = TimeDelta::minutes(5);

/// What a program gets for its key.
#[derive(Debug)]
pub struct Exchanged {
    /// The token.
    pub token: String,
    /// When it ends.
    pub ends_at: Time,
    /// Whom it acts for.
    pub member: Member,
}

/// A key as its program shows it.
pub fn shown(id: ApiKeyId, secret: &str) -> String {
    format!("{PREFIX}{}_{secret}", Uuid::from(id).simple())
}

/// Id and secret of a key.
fn parts(key: &str) -> Option<(ApiKeyId, &str)> {
    let (id, secret) = key.trim().strip_prefix(PREFIX)?.split_once('_')?;
    Some((id.parse().ok()?, secret))
}

/// Makes a key for a member who may act.
pub async fn make(org: &mut Organisation<'_, '_>, wanted: Wanted, secret: &str) -> Result<ApiKey> {
    let member = organisation::read::<Member>(org.tx, wanted.member).await?;
    if !member.is_active() {
        return Err(member::Refused::Inactive.into());
    }
    let powers = store::grant::powers(org.tx, member.id).await?;
    let mut v = baton_chassis::Violations::new();
    for n in wanted.functions.beyond(&powers) {
        v.add(format!("api_key.functions[{n}]"), "FUNCTION_NOT_GRANTED");
    }
    v.done()?;
    let others = store::api_key::active(org.tx, member.id).await?.len();
    let key = ApiKey::create(org.new_id(), wanted, others, org.now)?;
    let key = org
        .create(key, crate::api_key::ApiKeyEvent::Created)
        .await?;
    store::api_key::insert_hash(org.tx, key.id, secret::hash(secret)).await?;
    org.timer(OVER, key.id, key.ends_at).await?;
    Ok(key)
}

/// Takes a key back: one's own, or anybody's who administers. That of somebody else is not found.
pub async fn revoke(act: &mut Act<'_>, id: ApiKeyId, etag: &str) -> Result<ApiKey> {
    let mut org = Organisation::open(act).await?;
    let key = organisation::read::<ApiKey>(org.tx, id).await?;
    organisation::allow_self(&org.caller, key.member)
        .map_err(|_| Error::not_found(<ApiKey as baton_chassis::act::Noun>::KIND, id))?;
    let key = org
        .change_seen(id, etag, |k: &mut ApiKey, _| Ok(k.revoke()?))
        .await?;
    org.cancel_timer(OVER, id).await?;
    Ok(key)
}

/// Takes all keys of a member back.
pub async fn revoke_all(org: &mut Organisation<'_, '_>, member: MemberId) -> Result<()> {
    for key in store::api_key::active(org.tx, member).await? {
        org.change_seen(key.id, "", |k: &mut ApiKey, _| Ok(k.revoke()?))
            .await?;
        org.cancel_timer(OVER, key.id).await?;
    }
    Ok(())
}

/// Ends a key whose time is over.
pub async fn come_over(act: &mut Act<'_>, id: ApiKeyId) -> Result<()> {
    let mut org = Organisation::open(act).await?;
    let key = organisation::read::<ApiKey>(org.tx, id).await?;
    if key.state == State::Active {
        let now = org.now;
        org.change_seen(id, "", |k: &mut ApiKey, _| Ok(k.expire(now)?))
            .await?;
    }
    Ok(())
}

/// A token for a program that shows its key.
///
/// # Errors
/// [`Error::Unauthenticated`] when the key is over, or there never was one, or its member may not act.
pub async fn exchange(cx: &Context, key: &str) -> Result<Exchanged> {
    let now = cx.clock.now();
    let (id, secret) = parts(key).ok_or(Error::Unauthenticated)?;
    let hash = secret::hash(secret);
    let found = cx
        .db
        .read(async move |tx| {
            // The epoch first: a token must not claim to know a change that came after what it rests on.
            let epoch = store::epoch(tx).await?.unwrap_or_default();
            let Some(key) = store::api_key::held(tx, id, hash.clone()).await? else {
                return Ok(None);
            };
            let member = store::member::load(tx, key.member).await?;
            Ok::<_, Error>(member.map(|member| (epoch, key, member)))
        })
        .await?;
    let is_good =
        |key: &ApiKey, member: &Member| key.standing(now) == State::Active && member.is_active();
    let (epoch, key, member) = found
        .filter(|(_, key, member)| is_good(key, member))
        .ok_or(Error::Unauthenticated)?;
    if key.is_to_be_seen(now) {
        cx.db
            .write(async move |tx| store::api_key::see(tx, id, now).await)
            .await?;
    }
    let lasts = TOKEN_LASTS.min(key.ends_at - now);
    let claims = Claims::session(member.id, epoch, now, lasts).by(Some(id));
    Ok(Exchanged {
        token: cx.keys.sign(&claims)?,
        ends_at: now + lasts,
        member,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_for_what_it_is_and_taken_apart_again() {
        let id: ApiKeyId = uuid::uuid!("0b2f5c1e-6a3d-5e0b-9c58-7d1f4a9e2b60").into();
        let key = shown(id, "with_a-dash_and_more");
        assert_eq!(
            key,
            "baton_0b2f5c1e6a3d5e0b9c587d1f4a9e2b60_with_a-dash_and_more"
        );
        assert_eq!(parts(&key), Some((id, "with_a-dash_and_more")));
        for wrong in [
            "",
            "baton_",
            "baton_x_y",
            "token_0b2f5c1e6a3d5e0b9c587d1f4a9e2b60_y",
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
