//! Calls about keys of programs.

use baton_chassis::{
    Context, Error, Result, Violations, context, paging,
    wire::{parse_id, timestamp},
};
use baton_proto::directory::v1::{self as pb, api_key_service_server::ApiKeyService};
use tonic::{Request, Response};

use super::Answer;
use crate::{
    keys,
    organisation::{self, Organisation},
    secret, store,
    wire::{member, sign_in as wire},
};

/// Calls about keys.
pub struct ApiKeys {
    /// The service.
    pub cx: Context,
}

#[tonic::async_trait]
impl ApiKeyService for ApiKeys {
    async fn create_api_key(
        &self,
        r: Request<pb::CreateApiKeyRequest>,
    ) -> Answer<pb::CreateApiKeyResponse> {
        let made = self.made(&r).await;
        made.map(Response::new)
            .map_err(|error| self.cx.refuse(&r, error))
    }

    async fn list_api_keys(
        &self,
        r: Request<pb::ListApiKeysRequest>,
    ) -> Answer<pb::ListApiKeysResponse> {
        self.cx
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let asked = v.optional_id("member_id", &r.member_id);
                let state = wire::api_key_state(&mut v, r.state);
                v.done()?;
                // Whoever does not administer has his own.
                let (me, administers) = (look.member()?, organisation::oversees(&look.caller));
                if !administers && asked.is_some_and(|member| member != me) {
                    return Err(Error::Denied);
                }
                let member = if administers { asked } else { Some(me) };
                let filter = store::api_key::Filter { member, state };
                let list = || store::api_key::list(&filter);
                let page = look.list(list, store::api_key::ORDERS, &paging!(r)).await?;
                let now = look.now;
                let shown = |k| wire::api_key(k, now);
                Ok(pb::ListApiKeysResponse {
                    api_keys: page.rows.iter().map(shown).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn revoke_api_key(
        &self,
        r: Request<pb::RevokeApiKeyRequest>,
    ) -> Answer<pb::RevokeApiKeyResponse> {
        self.cx
            .command(r, async |act, r| {
                let key = keys::revoke(act, parse_id("id", &r.id)?, &r.etag).await?;
                Ok(pb::RevokeApiKeyResponse {
                    api_key: Some(wire::api_key(&key, act.now)),
                })
            })
            .await
    }

    async fn exchange_api_key(
        &self,
        r: Request<pb::ExchangeApiKeyRequest>,
    ) -> Answer<pb::ExchangeApiKeyResponse> {
        match self.exchanged(&r).await {
            Ok(answer) => Ok(Response::new(answer)),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }
}

impl ApiKeys {
    async fn made(&self, r: &Request<pb::CreateApiKeyRequest>) -> Result<pb::CreateApiKeyResponse> {
        let caller = context::caller(r)?;
        let given = r.get_ref().api_key.clone().unwrap_or_default();
        let mut v = Violations::new();
        let now = self.cx.clock.now();
        let wanted = wire::new_api_key(&mut v, &given, caller.member()?, now);
        v.done()?;
        let missing = || Error::invalid("api_key.expire_time", "REQUIRED");
        let wanted = wanted.ok_or_else(missing)?;
        organisation::allow_self(&caller, wanted.member)?;
        let secret = secret::new();
        let told = secret.clone();
        let make = async move |act: &mut baton_chassis::Act<'_>| {
            let mut org = Organisation::open(act).await?;
            keys::make(&mut org, wanted.clone(), &secret).await
        };
        let key = self.cx.act(caller, make).await?;
        Ok(pb::CreateApiKeyResponse {
            api_key: Some(wire::api_key(&key, now)),
            key: keys::shown(key.id, &told),
        })
    }

    async fn exchanged(
        &self,
        r: &Request<pb::ExchangeApiKeyRequest>,
    ) -> Result<pb::ExchangeApiKeyResponse> {
        // Nobody guesses a key, so nobody is counted: a program that goes on with one that has ended must not keep those out who
        // come from the same address.
        let exchanged = keys::exchange(&self.cx, &r.get_ref().key).await?;
        Ok(pb::ExchangeApiKeyResponse {
            token: exchanged.token,
            expire_time: Some(timestamp(exchanged.ends_at)),
            member: Some(member(&exchanged.member)),
        })
    }
}
