//! What the audit keeps of sign-ins that leave no session of a browser: those of programs, those that were refused, and the
//! tokens that whoever holds the keys makes out for a member.

use baton_chassis::{
    Caller, Result,
    act::Act,
    caller::Who,
    context::{self, Context},
    ids::MemberId,
};
use serde_json::Value;
use tonic::Request;

use crate::{store, wire};

/// Kind of these audit rows: they are about a member, and are no change of his record.
pub const KIND: &str = "SIGN_IN";

/// A member has signed in.
pub async fn done<R>(cx: &Context, r: &Request<R>, member: MemberId) -> Result<()> {
    let mut caller = context::caller(r)?;
    caller.who = Who::Member(member);
    note(cx, caller, member, "signed_in").await
}

/// Whoever holds the keys has made out a token for a member.
pub async fn issued<R>(cx: &Context, r: &Request<R>, member: MemberId) -> Result<()> {
    note(cx, context::caller(r)?, member, "token_issued").await
}

/// Somebody did not sign in under this name. If it is nobody's, something is written all the same: whether there is such a
/// member must not show by how long it takes.
pub async fn refused<R>(cx: &Context, r: &Request<R>, name: &str) -> Result<()> {
    let name = wire::fold_sign_in_name(name);
    cx.act(
        context::caller(r)?,
        async move |act| match store::member::named(act.tx, &name).await? {
            Some(member) => leave(act, member, "sign_in_refused").await,
            None => Ok(store::sign_in::touch_attempts(act.tx, &name).await?),
        },
    )
    .await
}

async fn note(cx: &Context, caller: Caller, member: MemberId, verb: &'static str) -> Result<()> {
    cx.act(caller, async move |act| leave(act, member, verb).await)
        .await
}

async fn leave(act: &mut Act<'_>, member: MemberId, verb: &str) -> Result<()> {
    act.audit(KIND, member.into(), 0, verb, &Value::Null, &Value::Null)
        .await
}
