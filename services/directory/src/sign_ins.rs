//! What the audit keeps of sign-ins that leave no session of a browser: those of programs, those that were refused, and the
//! tokens that whoever holds the keys makes out for a member.

use baton_chassis::{Caller, Result, act::Act, caller::Who, context::Context, ids::MemberId};
use serde_json::Value;

use crate::{store, wire};

/// Kind of these audit rows: they are about a member, and are no change of his record.
pub const KIND: &str = "SIGN_IN";

/// What became of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignIn {
    Done,
    Refused,
    Issued,
}

impl SignIn {
    /// The verb as audit rows have it.
    fn verb(self) -> &'static str {
        match self {
            Self::Done => "signed_in",
            Self::Refused => "sign_in_refused",
            Self::Issued => "token_issued",
        }
    }
}

/// A member has signed in.
pub async fn done(cx: &Context, caller: Caller, member: MemberId) -> Result<()> {
    let who = Who::Member(member);
    note(cx, Caller { who, ..caller }, member, SignIn::Done).await
}

/// Whoever holds the keys has made out a token for a member.
pub async fn issued(cx: &Context, caller: Caller, member: MemberId) -> Result<()> {
    note(cx, caller, member, SignIn::Issued).await
}

/// Somebody did not sign in under this name. If it is nobody's, something is written all the same: whether there is such a
/// member must not show by how long it takes.
pub async fn refused(cx: &Context, caller: Caller, name: &str) -> Result<()> {
    let name = wire::fold_sign_in_name(name);
    cx.act(caller, async move |act| {
        match store::member::named(act.tx, &name).await? {
            Some(member) => leave(act, member, SignIn::Refused).await,
            None => Ok(store::sign_in::touch_attempts(act.tx, &name).await?),
        }
    })
    .await
}

/// The same of a member who is known, within what refuses him.
pub async fn leave_refused(act: &mut Act<'_>, member: MemberId) -> Result<()> {
    leave(act, member, SignIn::Refused).await
}

async fn note(cx: &Context, caller: Caller, member: MemberId, what: SignIn) -> Result<()> {
    cx.act(caller, async move |act| leave(act, member, what).await)
        .await
}

async fn leave(act: &mut Act<'_>, member: MemberId, what: SignIn) -> Result<()> {
    let nothing = Value::Null;
    act.audit(KIND, member.into(), 0, what.verb(), &nothing, &nothing)
        .await
}
