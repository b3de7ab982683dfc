//! Second factors: begun, put into use, shown and taken away, each within one transaction.
//!
//! Like a session, a second factor is nobody's business but the directory's: it says no events. What happens to it stands in
//! audit rows, which know neither secret nor code.

use baton_chassis::{Error, Result, act::Act, context::Context, db::Tx, ids::MemberId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    browsers,
    first_run::LETTERS,
    member::Member,
    organisation::ORGANISATION,
    second_factor::{Refused, SecondFactor, SecondFactorEvent},
    secret, store,
    totp::{self, Code},
};

/// Its kind in audit rows.
pub const KIND: &str = "SECOND_FACTOR";

/// How a second factor stands, with the number of recovery codes that are left.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The second factor; nothing for who never had one.
    pub factor: Option<SecondFactor>,
    /// Recovery codes.
    pub codes_left: i64,
}

/// How the second factor of a member stands.
pub async fn standing(tx: &mut Tx, member: MemberId) -> Result<Standing> {
    Ok(Standing {
        factor: store::second_factor::load(tx, member).await?,
        codes_left: store::second_factor::recovery_codes(tx, member).await?,
    })
}

/// Begins with a second factor whose secret is locked already.
pub async fn start(act: &mut Act<'_>, member: MemberId, locked: Vec<u8>) -> Result<()> {
    match store::second_factor::load(act.tx, member).await? {
        Some(factor) => {
            change(act, factor, SecondFactor::start).await?;
        }
        None => {
            let factor = SecondFactor::create(member, act.now);
            store::second_factor::insert(act.tx, &factor).await?;
            note(act, &Value::Null, &factor, SecondFactorEvent::Started).await?;
        }
    }
    Ok(store::second_factor::set_secret(act.tx, member, locked).await?)
}

/// Puts a second factor into use by its first code, and keeps the recovery codes that go with it.
pub async fn confirm(
    act: &mut Act<'_>,
    cx: &Context,
    member: MemberId,
    code: &str,
    recovery_codes: &[String],
) -> Result<Standing> {
    let factor = store::second_factor::load(act.tx, member).await?;
    let factor = factor.ok_or(Refused::NotStarted)?;
    let now = act.now;
    let factor = change(act, factor, |f| f.confirm(now)).await?;
    let fits = match Code::read(code) {
        Some(Code::Digits(digits)) => take_digits(act, cx, member, &digits).await?,
        _ => false,
    };
    if !fits {
        return Err(Error::invalid("code", "SECOND_FACTOR_CODE_WRONG"));
    }
    for code in recovery_codes {
        if let Some(Code::Recovery(code)) = Code::read(code) {
            let hash = secret::hash(&code);
            store::second_factor::insert_recovery_code(act.tx, member, hash).await?;
        }
    }
    // Whoever sits at his other browsers has shown no code.
    let here = act.caller.session;
    browsers::revoke_those(act, member, |s| Some(s.id) != here).await?;
    let codes_left = store::second_factor::recovery_codes(act.tx, member).await?;
    Ok(Standing {
        factor: Some(factor),
        codes_left,
    })
}

/// New recovery codes.
pub fn recovery_codes() -> Vec<String> {
    totp::recovery_codes(LETTERS)
}

/// Whether a second factor is demanded of a member.
async fn is_demanded(tx: &mut Tx, member: &Member) -> Result<bool> {
    let settings = store::settings::load(tx, ORGANISATION).await?;
    Ok(settings.is_some_and(|s| s.demands_second_factor(&member.roles)))
}

/// Whether a member has to set up a second factor before he may do anything else.
pub async fn is_due(tx: &mut Tx, member: &Member) -> Result<bool> {
    if !is_demanded(tx, member).await? {
        return Ok(false);
    }
    let factor = store::second_factor::load(tx, member.id).await?;
    Ok(!factor.is_some_and(|f| f.is_active()))
}

/// Takes a second factor away: that of somebody who has lost it, or one's own, unless it is demanded.
pub async fn remove(act: &mut Act<'_>, member: &Member) -> Result<Standing> {
    let factor = store::second_factor::load(act.tx, member.id).await?;
    let factor = factor.ok_or(Refused::NotActive)?;
    let myself = act.caller.person() == Some(member.id);
    let is_kept = myself && is_demanded(act.tx, member).await?;
    let factor = change(act, factor, |f| f.remove(is_kept)).await?;
    store::second_factor::forget(act.tx, member.id).await?;
    Ok(Standing {
        factor: Some(factor),
        codes_left: 0,
    })
}

/// What somebody who signs in has shown besides his password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All that he has to.
    Enough,
    /// Nothing, though there is a second factor.
    Nothing,
    /// A code that is not his, or was taken before.
    Wrong,
}

/// Takes the code of somebody who signs in; it is good no more.
pub async fn show(
    act: &mut Act<'_>,
    cx: &Context,
    member: MemberId,
    code: Option<Code>,
) -> Result<Shown> {
    let factor = store::second_factor::load(act.tx, member).await?;
    let Some(factor) = factor.filter(SecondFactor::is_active) else {
        return Ok(Shown::Enough);
    };
    let fits = match code {
        None => return Ok(Shown::Nothing),
        Some(Code::Digits(digits)) => take_digits(act, cx, member, &digits).await?,
        Some(Code::Recovery(code)) => {
            let hash = secret::hash(&code);
            let taken = store::second_factor::take_recovery_code(act.tx, member, hash).await?;
            if taken {
                change(act, factor, SecondFactor::recover).await?;
            }
            taken
        }
    };
    Ok(if fits { Shown::Enough } else { Shown::Wrong })
}

/// Whether a code of six digits is good; then it is taken.
async fn take_digits(
    act: &mut Act<'_>,
    cx: &Context,
    member: MemberId,
    digits: &str,
) -> Result<bool> {
    let Some(secret) = store::second_factor::secret(act.tx, member).await? else {
        return Ok(false);
    };
    let open = cx
        .keys
        .unlock(Uuid::from(member).as_bytes(), &secret.locked)?;
    match totp::step(&open, digits, secret.last_step, act.now) {
        Some(step) => Ok(store::second_factor::take_step(act.tx, member, step).await?),
        None => Ok(false),
    }
}

async fn change(
    act: &mut Act<'_>,
    before: SecondFactor,
    decide: impl FnOnce(&mut SecondFactor) -> Result<SecondFactorEvent, Refused>,
) -> Result<SecondFactor> {
    let mut after = before.clone();
    let event = decide(&mut after)?;
    (after.version, after.updated_at) = (before.version + 1, act.now);
    store::second_factor::save(act.tx, &after).await?;
    note(act, &json!(before), &after, event).await?;
    Ok(after)
}

async fn note(
    act: &mut Act<'_>,
    before: &Value,
    after: &SecondFactor,
    event: SecondFactorEvent,
) -> Result<()> {
    let (id, version) = (after.member.into(), after.version);
    act.audit(KIND, id, version, event.verb(), before, &json!(after))
        .await
}
