//! Calls about who is signed in.

use baton_chassis::{Context, Error, Noun, Reason, Result, wire::timestamp};
use baton_proto::directory::v1::{self as pb, session_service_server::SessionService};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt as _;

use super::Answer;
use crate::{
    credentials::{Credentials, Proof},
    grant,
    member::Member,
    organisation, store, wire,
};

/// Calls about who is signed in.
pub struct Sessions {
    /// The service.
    pub cx: Context,
    /// Passwords and tokens.
    pub credentials: Credentials,
}

/// The name or the password is wrong, or the member may not sign in: which of them is not told.
#[derive(Debug, thiserror::Error)]
#[error("the name or the password is wrong")]
struct SignInFailed;

impl Reason for SignInFailed {
    fn reason(&self) -> &'static str {
        "SIGN_IN_FAILED"
    }
}

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn create_session(
        &self,
        r: Request<pb::CreateSessionRequest>,
    ) -> Answer<pb::CreateSessionResponse> {
        let pb::CreateSessionRequest { user, password } = r.get_ref().clone();
        match self.credentials.prove(&user, password).await {
            Ok(Some(proof)) => self
                .session(&proof)
                .map_err(|error| self.cx.refuse(&r, error)),
            Ok(None) => Err(self.failed(&r)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn get_me(&self, r: Request<pb::GetMeRequest>) -> Answer<pb::GetMeResponse> {
        self.cx
            .query(r, async |look, _| {
                let id = look.member()?;
                let member = organisation::read::<Member>(look.tx, id).await?;
                let powers = grant::widest(store::grant::powers(look.tx, id).await?);
                Ok(pb::GetMeResponse {
                    member: Some(wire::member(&member)),
                    functions: powers.into_iter().map(wire::granted).collect(),
                })
            })
            .await
    }

    async fn issue_token(
        &self,
        r: Request<pb::IssueTokenRequest>,
    ) -> Answer<pb::IssueTokenResponse> {
        let credentials = self.credentials.clone();
        self.cx
            .query(r, async move |look, r| {
                let unknown = || Error::not_found(Member::KIND, &r.user);
                let epoch = store::epoch(look.tx).await?.unwrap_or_default();
                let name = wire::fold_sign_in_name(&r.user);
                let id = store::member::named(look.tx, &name)
                    .await?
                    .ok_or_else(unknown)?;
                let member = organisation::read::<Member>(look.tx, id).await?;
                if !member.is_active() {
                    return Err(unknown());
                }
                let session = credentials.session(&Proof { member, epoch })?;
                let expire_time = Some(timestamp(session.ends_at));
                Ok(pb::IssueTokenResponse {
                    token: session.token,
                    expire_time,
                })
            })
            .await
    }
}

impl Sessions {
    fn session(&self, proof: &Proof) -> Result<Response<pb::CreateSessionResponse>> {
        let session = self.credentials.session(proof)?;
        Ok(Response::new(pb::CreateSessionResponse {
            token: session.token,
            expire_time: Some(timestamp(session.ends_at)),
            member: Some(wire::member(&proof.member)),
        }))
    }

    /// A refusal like any other, but under the code that says that nobody is signed in.
    fn failed<R>(&self, r: &Request<R>) -> Status {
        let told = self.cx.refuse(r, SignInFailed.into());
        Status::with_error_details(
            Code::Unauthenticated,
            told.message(),
            told.get_error_details(),
        )
    }
}
