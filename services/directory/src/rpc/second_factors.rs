//! Calls about what members show besides their passwords.

use baton_chassis::{Act, Caller, Context, Error, Result, context, ids::MemberId, wire::parse_id};
use baton_proto::directory::v1::{self as pb, second_factor_service_server::SecondFactorService};
use tonic::{Request, Response};
use uuid::Uuid;

use super::{Answer, sessions::rejected};
use crate::{
    credentials::{Credentials, Named, Rejected},
    factors,
    member::Member,
    organisation, totp,
    wire::sign_in as wire,
};

/// Calls about second factors.
pub struct SecondFactors {
    /// The service.
    pub cx: Context,
    /// Passwords and codes.
    pub credentials: Credentials,
}

#[tonic::async_trait]
impl SecondFactorService for SecondFactors {
    async fn get_second_factor(
        &self,
        r: Request<pb::GetSecondFactorRequest>,
    ) -> Answer<pb::GetSecondFactorResponse> {
        self.cx
            .query(r, async |look, r| {
                let id: MemberId = parse_id("id", &r.id)?;
                if look.member()? != id && !organisation::oversees(&look.caller) {
                    return Err(Error::Denied);
                }
                let member = organisation::read::<Member>(look.tx, id).await?;
                let standing = factors::standing(look.tx, member.id).await?;
                Ok(pb::GetSecondFactorResponse {
                    second_factor: Some(wire::second_factor(id, &standing)),
                })
            })
            .await
    }

    async fn start_totp(&self, r: Request<pb::StartTotpRequest>) -> Answer<pb::StartTotpResponse> {
        match self.started(&r).await {
            Ok(answer) => Ok(Response::new(answer)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn confirm_totp(
        &self,
        r: Request<pb::ConfirmTotpRequest>,
    ) -> Answer<pb::ConfirmTotpResponse> {
        match self.confirmed(&r).await {
            Ok(answer) => Ok(Response::new(answer)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }

    async fn remove_totp(
        &self,
        r: Request<pb::RemoveTotpRequest>,
    ) -> Answer<pb::RemoveTotpResponse> {
        match self.removed(&r).await {
            Ok(Ok(answer)) => Ok(Response::new(answer)),
            Ok(Err(why)) => Err(rejected(&self.cx, &r, why)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }
}

impl SecondFactors {
    /// Whoever only found an open browser must not shut its owner out.
    async fn started(&self, r: &Request<pb::StartTotpRequest>) -> Result<pb::StartTotpResponse> {
        let caller = context::caller(r)?;
        let id = caller.member()?;
        let me = self.member(id).await?;
        let password = r.get_ref().password.clone();
        if self.credentials.prove(&me.name, password).await?.is_none() {
            return Err(Error::invalid("password", "PASSWORD_WRONG"));
        }
        let secret = totp::secret();
        let locked = self.cx.keys.lock(Uuid::from(id).as_bytes(), &secret)?;
        let start = async move |act: &mut Act<'_>| factors::start(act, id, locked.clone()).await;
        self.cx.act(caller, start).await?;
        Ok(pb::StartTotpResponse {
            secret: totp::base32(&secret),
            uri: totp::uri(&secret, &me.name),
        })
    }

    async fn confirmed(
        &self,
        r: &Request<pb::ConfirmTotpRequest>,
    ) -> Result<pb::ConfirmTotpResponse> {
        let caller = context::caller(r)?;
        let id = caller.member()?;
        let recovery_codes = factors::recovery_codes();
        let (cx, code, kept) = (
            self.cx.clone(),
            r.get_ref().code.clone(),
            recovery_codes.clone(),
        );
        let confirm =
            async move |act: &mut Act<'_>| factors::confirm(act, &cx, id, &code, &kept).await;
        let standing = self.cx.act(caller, confirm).await?;
        Ok(pb::ConfirmTotpResponse {
            second_factor: Some(wire::second_factor(id, &standing)),
            recovery_codes,
        })
    }

    async fn removed(
        &self,
        r: &Request<pb::RemoveTotpRequest>,
    ) -> Result<Result<pb::RemoveTotpResponse, Rejected>> {
        let caller = context::caller(r)?;
        let asked = r.get_ref().clone();
        let id: MemberId = parse_id("id", &asked.id)?;
        organisation::allow_self(&caller, id)?;
        let member = self.member(id).await?;
        if caller.member()? == id
            && let Err(why) = self.proved(&caller, &member, asked).await?
        {
            return Ok(Err(why));
        }
        let remove = async move |act: &mut Act<'_>| factors::remove(act, &member).await;
        let standing = self.cx.act(caller, remove).await?;
        Ok(Ok(pb::RemoveTotpResponse {
            second_factor: Some(wire::second_factor(id, &standing)),
        }))
    }

    async fn proved(
        &self,
        caller: &Caller,
        member: &Member,
        asked: pb::RemoveTotpRequest,
    ) -> Result<Result<(), Rejected>> {
        let named = Named {
            user: member.name.clone(),
            password: asked.password,
            code: asked.code,
        };
        let proved = self.credentials.sign_in(caller, named).await?;
        Ok(proved.map(drop))
    }

    async fn member(&self, id: MemberId) -> Result<Member> {
        let read =
            async move |tx: &mut baton_chassis::db::Tx| organisation::read::<Member>(tx, id).await;
        self.cx.db.read(read).await
    }
}
