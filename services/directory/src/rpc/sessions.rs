//! Calls about who is signed in.

use baton_chassis::{
    Access, Act, Caller, Context, Error, Noun, Result, Violations, context, paging,
    wire::{parse_id, timestamp},
};
use baton_proto::directory::v1::{self as pb, session_service_server::SessionService};
use tonic::{Code, Request, Response, Status};
use tonic_types::StatusExt as _;

use super::Answer;
use crate::{
    browsers,
    credentials::{Credentials, Named, Proof, Rejected},
    grant::{self, Power},
    identities,
    member::{self, Member},
    organisation,
    provider::attempt::Back,
    providers::{Providers, Returned},
    session::Session,
    sign_ins, store, wire,
};

/// Calls about who is signed in.
pub struct Sessions {
    /// The service.
    pub cx: Context,
    /// Passwords and tokens.
    pub credentials: Credentials,
    /// Who else tells who somebody is.
    pub providers: Providers,
}

/// A refusal like any other, but under the code that says that nobody is signed in.
pub(super) fn rejected<R>(cx: &Context, r: &Request<R>, why: Rejected) -> Status {
    let told = cx.refuse(r, why.into());
    let details = told.get_error_details();
    Status::with_error_details(Code::Unauthenticated, told.message(), details)
}

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn create_session(
        &self,
        r: Request<pb::CreateSessionRequest>,
    ) -> Answer<pb::CreateSessionResponse> {
        match self.created(&r).await {
            Ok(Ok(answer)) => Ok(Response::new(answer)),
            Ok(Err(why)) => Err(rejected(&self.cx, &r, why)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn get_me(&self, r: Request<pb::GetMeRequest>) -> Answer<pb::GetMeResponse> {
        self.cx
            .query(r, async |look, _| {
                let id = look.member()?;
                let member = organisation::read::<Member>(look.tx, id).await?;
                let powers = grant::widest(store::grant::powers(look.tx, id).await?);
                let powers = powers.into_iter().filter_map(|p| left(&look.caller, p));
                Ok(pb::GetMeResponse {
                    member: Some(wire::member(&member)),
                    functions: powers.map(wire::granted).collect(),
                    second_factor_due: look.caller.to_enrol,
                })
            })
            .await
    }

    async fn list_my_sessions(
        &self,
        r: Request<pb::ListMySessionsRequest>,
    ) -> Answer<pb::ListMySessionsResponse> {
        self.cx
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::session::Filter {
                    member: look.member()?,
                    state: wire::session_state(&mut v, r.state),
                };
                v.done()?;
                let list = || store::session::list(&filter);
                let page = look.list(list, store::session::ORDERS, &paging!(r)).await?;
                let (now, current) = (look.now, look.caller.session);
                let shown = |s: &Session| wire::session(s, now, current);
                Ok(pb::ListMySessionsResponse {
                    sessions: page.rows.iter().map(shown).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn list_sessions(
        &self,
        r: Request<pb::ListSessionsRequest>,
    ) -> Answer<pb::ListSessionsResponse> {
        self.cx
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::session::Filter {
                    member: v.id("member_id", &r.member_id),
                    state: wire::session_state(&mut v, r.state),
                };
                v.done()?;
                let list = || store::session::list(&filter);
                let page = look.list(list, store::session::ORDERS, &paging!(r)).await?;
                let (now, current) = (look.now, look.caller.session);
                let shown = |s: &Session| wire::session(s, now, current);
                Ok(pb::ListSessionsResponse {
                    sessions: page.rows.iter().map(shown).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn revoke_session(
        &self,
        r: Request<pb::RevokeSessionRequest>,
    ) -> Answer<pb::RevokeSessionResponse> {
        self.cx
            .command(r, async |act, r| {
                let id = parse_id("id", &r.id)?;
                let session = browsers::revoke(act, id, &r.etag).await?;
                let session = wire::session(&session, act.now, act.caller.session);
                Ok(pb::RevokeSessionResponse {
                    session: Some(session),
                })
            })
            .await
    }

    async fn open_session(
        &self,
        r: Request<pb::OpenSessionRequest>,
    ) -> Answer<pb::OpenSessionResponse> {
        match self.opened(&r).await {
            Ok(Ok(answer)) => Ok(Response::new(answer)),
            Ok(Err(why)) => Err(rejected(&self.cx, &r, why)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn list_providers(
        &self,
        _: Request<pb::ListProvidersRequest>,
    ) -> Answer<pb::ListProvidersResponse> {
        let names = self.providers.names().into_iter();
        let providers = names.map(|(name, display_name)| pb::Provider { name, display_name });
        Ok(Response::new(pb::ListProvidersResponse {
            providers: providers.collect(),
        }))
    }

    async fn begin_provider_sign_in(
        &self,
        r: Request<pb::BeginProviderSignInRequest>,
    ) -> Answer<pb::BeginProviderSignInResponse> {
        let asked = r.get_ref();
        match self
            .providers
            .begin(&asked.provider, &asked.return_to)
            .await
        {
            Ok(begun) => Ok(Response::new(pb::BeginProviderSignInResponse {
                url: begun.url,
                attempt: begun.attempt,
            })),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn open_provider_session(
        &self,
        r: Request<pb::OpenProviderSessionRequest>,
    ) -> Answer<pb::OpenProviderSessionResponse> {
        let opened = self.opened_by_provider(&r).await;
        opened
            .map(Response::new)
            .map_err(|error| self.cx.refuse(&r, error))
    }

    async fn resume_session(
        &self,
        r: Request<pb::ResumeSessionRequest>,
    ) -> Answer<pb::ResumeSessionResponse> {
        let resumed = self.resumed(&r.get_ref().secret).await;
        resumed
            .map(Response::new)
            .map_err(|error| self.cx.refuse(&r, error))
    }

    async fn close_session(
        &self,
        r: Request<pb::CloseSessionRequest>,
    ) -> Answer<pb::CloseSessionResponse> {
        let secret = r.get_ref().secret.clone();
        let closed = async {
            let caller = context::caller(&r)?;
            self.cx
                .act(caller, async move |act| browsers::close(act, &secret).await)
                .await
        };
        match closed.await {
            Ok(()) => Ok(Response::new(pb::CloseSessionResponse {})),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn issue_token(
        &self,
        r: Request<pb::IssueTokenRequest>,
    ) -> Answer<pb::IssueTokenResponse> {
        let issued = self.issued(&r).await;
        issued
            .map(Response::new)
            .map_err(|error| self.cx.refuse(&r, error))
    }
}

/// What an API key leaves of what its member may do.
fn left(caller: &Caller, power: Power) -> Option<Power> {
    let accesses = [Access::Write, Access::Read].into_iter();
    let mut accesses = accesses.filter(|a| *a <= power.access);
    let allowed = |a: &Access| {
        !caller
            .people
            .left_by(caller.key, &[(power.function, *a)])
            .is_empty()
    };
    accesses
        .find(allowed)
        .map(|access| Power { access, ..power })
}

impl Sessions {
    /// Who signs in, if he does; whoever does not is noted.
    async fn proved(&self, caller: &Caller, named: Named) -> Result<Result<Proof, Rejected>> {
        let user = named.user.clone();
        let proved = self.credentials.sign_in(caller, named).await?;
        // A code that is still asked for is no failure.
        if matches!(proved, Err(Rejected::Failed | Rejected::CodeWrong)) {
            sign_ins::refused(&self.cx, caller.clone(), &user).await?;
        }
        Ok(proved)
    }

    async fn created(
        &self,
        r: &Request<pb::CreateSessionRequest>,
    ) -> Result<Result<pb::CreateSessionResponse, Rejected>> {
        let caller = context::caller(r)?;
        let asked = r.get_ref().clone();
        let named = Named {
            user: asked.user,
            password: asked.password,
            code: asked.code,
        };
        let proof = match self.proved(&caller, named).await? {
            Ok(proof) => proof,
            Err(why) => return Ok(Err(why)),
        };
        sign_ins::done(&self.cx, caller, proof.member.id).await?;
        let due = self.credentials.is_due(proof.member.clone()).await?;
        let session = self.credentials.session(&proof, due)?;
        Ok(Ok(pb::CreateSessionResponse {
            token: session.token,
            expire_time: Some(timestamp(session.ends_at)),
            member: Some(wire::member(&proof.member)),
            second_factor_due: due,
        }))
    }

    async fn issued(&self, r: &Request<pb::IssueTokenRequest>) -> Result<pb::IssueTokenResponse> {
        let caller = context::caller(r)?;
        let user = r.get_ref().user.clone();
        let proof = self.holder(wire::fold_sign_in_name(&user)).await?;
        let proof = proof.ok_or_else(|| Error::not_found(Member::KIND, user))?;
        sign_ins::issued(&self.cx, caller, proof.member.id).await?;
        let session = self.credentials.session(&proof, false)?;
        Ok(pb::IssueTokenResponse {
            token: session.token,
            expire_time: Some(timestamp(session.ends_at)),
        })
    }

    /// Who signs in by this name, without a proof.
    async fn holder(&self, name: String) -> Result<Option<Proof>> {
        let found = self.cx.db.read(async move |tx| {
            let epoch = store::epoch(tx).await?.unwrap_or_default();
            let Some(id) = store::member::named(tx, &name).await? else {
                return Ok::<_, Error>(None);
            };
            let member = store::member::load(tx, id).await?;
            Ok(member.map(|member| Proof { member, epoch }))
        });
        Ok(found.await?.filter(|proof| proof.member.is_active()))
    }

    async fn opened(
        &self,
        r: &Request<pb::OpenSessionRequest>,
    ) -> Result<Result<pb::OpenSessionResponse, Rejected>> {
        let caller = context::caller(r)?;
        let asked = r.get_ref().clone();
        let named = Named {
            user: asked.user,
            password: asked.password,
            code: asked.code,
        };
        let proof = match self.proved(&caller, named).await? {
            Ok(proof) => proof,
            Err(why) => return Ok(Err(why)),
        };
        let place = browsers::Place {
            device: asked.device,
            address: asked.address,
            provider: String::new(),
        };
        let opened = browsers::open(&self.cx, caller, &proof, place).await?;
        Ok(opened
            .map(|opened| pb::OpenSessionResponse {
                secret: opened.secret,
                expire_time: Some(timestamp(opened.session.ends_at)),
                member: Some(wire::member(&proof.member)),
            })
            .ok_or(Rejected::Failed))
    }

    async fn opened_by_provider(
        &self,
        r: &Request<pb::OpenProviderSessionRequest>,
    ) -> Result<pb::OpenProviderSessionResponse> {
        let caller = context::caller(r)?;
        let asked = r.get_ref().clone();
        let back = Back {
            code: asked.code,
            state: asked.state,
            iss: asked.iss,
            error: asked.error,
        };
        let returned = self
            .providers
            .returned(&asked.provider, &asked.attempt, &back);
        let Returned {
            person,
            config,
            return_to,
        } = returned.await?;
        let sign_in =
            async move |act: &mut Act<'_>| identities::sign_in(act, &config, &person).await;
        let proof = self.cx.act(caller.clone(), sign_in).await??;
        let place = browsers::Place {
            device: asked.device,
            address: asked.address,
            provider: asked.provider,
        };
        let opened = browsers::open(&self.cx, caller, &proof, place).await?;
        let opened = opened.ok_or(member::Refused::Inactive)?;
        Ok(pb::OpenProviderSessionResponse {
            secret: opened.secret,
            expire_time: Some(timestamp(opened.session.ends_at)),
            member: Some(wire::member(&proof.member)),
            return_to,
        })
    }

    async fn resumed(&self, secret: &str) -> Result<pb::ResumeSessionResponse> {
        let resumed = browsers::resume(&self.cx, secret).await?;
        let (token, ends_at) = browsers::token(&self.cx, &resumed)?;
        Ok(pb::ResumeSessionResponse {
            member: Some(wire::member(&resumed.member)),
            token,
            token_expire_time: Some(timestamp(ends_at)),
            expire_time: Some(timestamp(resumed.session.ends_at)),
            second_factor_due: resumed.due,
        })
    }
}
