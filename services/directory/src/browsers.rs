//! Browsers that are signed in: how a session is opened, found again, and ended, each within one transaction.
//!
//! A session is nobody's business but the directory's: no service keeps a copy, so it says no events. What happens to it
//! stands in audit rows. A browser holds a secret, of which only the hash is kept; what it does, it does with short tokens
//! that are made as long as the session holds.

use baton_chassis::{
    Caller, Error, Result, Time,
    act::Act,
    caller::Who,
    context::Context,
    ids::{MemberId, SessionId},
    token::Claims,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    credentials::Proof,
    factors,
    member::Member,
    secret::{self, hash},
    session::{Opening, SESSIONS_MAX, Session, SessionEvent, State},
    store,
};

/// The timer that looks whether the time of a session is over.
pub const OVER: &str = "session_over";
/// Its kind in answers and audit rows.
pub const KIND: &str = "SESSION";
/// How long a browser may act before its session is looked at again.
const TOKEN_LASTS: TimeDelta = TimeDelta::minutes(5);

/// A browser that has just signed in.
pub struct Opened {
    /// What it holds from now on; nobody else ever sees it.
    pub secret: String,
    /// Its session.
    pub session: Session,
}

/// A browser that came back.
#[derive(Debug)]
pub struct Resumed {
    /// Its session.
    pub session: Session,
    /// Who is signed in.
    pub member: Member,
    /// Whether he has to set up a second factor before anything else.
    pub due: bool,
    /// Epoch of the directory at which that was found.
    pub epoch: i64,
}

/// Where somebody signs in.
pub struct Place {
    /// What the browser calls itself.
    pub device: String,
    /// Where it is.
    pub address: String,
    /// The provider that says who he is; empty if he named his password.
    pub provider: String,
}

/// Opens a session for somebody who has proved who he is; `None` if he may no longer sign in.
pub async fn open(
    cx: &Context,
    mut caller: Caller,
    proof: &Proof,
    place: Place,
) -> Result<Option<Opened>> {
    let secret = secret::new();
    let hash = hash(&secret);
    let opening = Opening {
        member: proof.member.id,
        device: place.device,
        address: place.address,
        provider: place.provider,
        epoch: proof.epoch,
        lasts_hours: cx.config.auth.session_hours,
        rest_hours: cx.config.auth.idle_hours,
    };
    if let Who::Service { behalf, .. } = &mut caller.who {
        *behalf = Some(opening.member);
    }
    let opened = cx
        .act(caller, async move |act| {
            // The password was proved before: whatever ended his sessions meanwhile ends this one too.
            let member = store::member::load(act.tx, opening.member).await?;
            let still = |m: &Member| m.is_active() && m.sessions_valid_from <= opening.epoch;
            if !member.is_some_and(|m| still(&m)) {
                return Ok(None);
            }
            make_room(act, opening.member).await?;
            let session = Session::open(act.new_id(), &opening, act.now);
            store::session::insert(act.tx, &session, hash.clone()).await?;
            act.timer(OVER, session.id, session.over_at()).await?;
            note(act, &Value::Null, &session, SessionEvent::Opened).await?;
            Ok::<_, Error>(Some(session))
        })
        .await?;
    Ok(opened.map(|session| Opened { secret, session }))
}

async fn make_room(act: &mut Act<'_>, member: MemberId) -> Result<()> {
    let open = store::session::active(act.tx, member).await?;
    let many = (open.len() + 1).saturating_sub(SESSIONS_MAX);
    for session in open.into_iter().take(many) {
        change(act, session, |s| Ok(s.revoke()?)).await?;
    }
    Ok(())
}

/// The session of a browser that comes back.
///
/// # Errors
/// [`Error::Unauthenticated`] when it is over, or there never was one.
pub async fn resume(cx: &Context, secret: &str) -> Result<Resumed> {
    let (hash, now) = (hash(secret), cx.clock.now());
    let found = cx
        .db
        .read(async move |tx| {
            let Some(session) = store::session::held(tx, hash.clone()).await? else {
                return Ok(None);
            };
            let member = store::member::load(tx, session.member).await?;
            let Some(member) = member else {
                return Ok(None);
            };
            // Who a provider says that he is has shown there what he had to.
            let due = session.provider.is_empty() && factors::is_due(tx, &member).await?;
            let epoch = store::epoch(tx).await?.unwrap_or_default();
            Ok::<_, Error>(Some(Resumed {
                session,
                member,
                due,
                epoch,
            }))
        })
        .await?;
    let holds = |r: &Resumed| {
        r.session.standing(now) == State::Active
            && r.member.is_active()
            && r.member.sessions_valid_from <= r.session.epoch
    };
    let resumed = found.filter(holds).ok_or(Error::Unauthenticated)?;
    if resumed.session.is_to_be_seen(now) {
        let id = resumed.session.id;
        cx.db
            .write(async move |tx| store::session::see(tx, id, now).await)
            .await?;
    }
    Ok(resumed)
}

/// A token for a browser that came back, and when it ends.
pub fn token(cx: &Context, resumed: &Resumed) -> Result<(String, Time)> {
    let now = cx.clock.now();
    let lasts = TOKEN_LASTS.min(resumed.session.ends_at - now);
    let mut claims = Claims::session(resumed.member.id, resumed.epoch, now, lasts);
    claims.sid = Some(resumed.session.id);
    if resumed.due {
        claims = claims.only_to_enrol();
    }
    Ok((cx.keys.sign(&claims)?, now + lasts))
}

/// Signs a browser out; one that is not signed in stays so.
pub async fn close(act: &mut Act<'_>, secret: &str) -> Result<()> {
    let found = store::session::held(act.tx, hash(secret)).await?;
    if let Some(session) = found.filter(|s| s.state == State::Active) {
        change(act, session, |s| Ok(s.end()?)).await?;
    }
    Ok(())
}

/// Takes a session away: one's own, or anybody's who administers. That of somebody else is not found.
pub async fn revoke(act: &mut Act<'_>, id: SessionId, etag: &str) -> Result<Session> {
    let session = store::session::load(act.tx, id).await?;
    let me = act.caller.member()?;
    let may = |s: &Session| s.member == me || crate::organisation::administers(&act.caller);
    let session = session
        .filter(may)
        .ok_or_else(|| Error::not_found(KIND, id))?;
    if !etag.is_empty() && etag != baton_chassis::wire::etag(session.version) {
        return Err(Error::Stale);
    }
    change(act, session, |s| Ok(s.revoke()?)).await
}

/// Takes all sessions of a member away.
pub async fn revoke_all(act: &mut Act<'_>, member: MemberId) -> Result<()> {
    revoke_those(act, member, |_| true).await
}

/// Takes those sessions of a member away that are such.
pub async fn revoke_those(
    act: &mut Act<'_>,
    member: MemberId,
    is_such: impl Fn(&Session) -> bool,
) -> Result<()> {
    for session in store::session::active(act.tx, member).await? {
        if is_such(&session) {
            change(act, session, |s| Ok(s.revoke()?)).await?;
        }
    }
    Ok(())
}

/// Ends a session whose time is over, or looks again when that may be.
pub async fn come_over(act: &mut Act<'_>, id: SessionId) -> Result<()> {
    let Some(session) = store::session::load(act.tx, id).await? else {
        return Ok(());
    };
    match session.standing(act.now) {
        State::Active => act.timer(OVER, session.id, session.over_at()).await,
        State::Expired if session.state == State::Active => {
            let now = act.now;
            change(act, session, |s| Ok(s.expire(now)?)).await.map(drop)
        }
        _ => Ok(()),
    }
}

async fn change(
    act: &mut Act<'_>,
    before: Session,
    decide: impl FnOnce(&mut Session) -> Result<SessionEvent>,
) -> Result<Session> {
    let mut after = before.clone();
    let event = decide(&mut after)?;
    (after.version, after.updated_at) = (before.version + 1, act.now);
    store::session::save(act.tx, &after).await?;
    act.cancel_timer(OVER, after.id).await?;
    note(act, &json!(before), &after, event).await?;
    Ok(after)
}

async fn note(
    act: &mut Act<'_>,
    before: &Value,
    after: &Session,
    event: SessionEvent,
) -> Result<()> {
    let (id, version) = (after.id.into(), after.version);
    act.audit(KIND, id, version, event.verb(), before, &json!(after))
        .await
}
