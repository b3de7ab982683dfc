//! Calls about links by which members set their passwords.

use baton_chassis::{
    Caller, Context, Error, Result, Violations, caller::Who, context, paging, wire::parse_id,
};
use baton_proto::directory::v1::{self as pb, password_link_service_server::PasswordLinkService};
use tonic::{Request, Response};

use super::Answer;
use crate::{
    credentials::Credentials,
    links,
    member::Member,
    organisation,
    password_link::{Refused, State},
    secret,
    sign_in::{TRIES_PER_LINK_MAX, check_password},
    store,
    wire::sign_in as wire,
};

/// Calls about links.
pub struct PasswordLinks {
    /// The service.
    pub cx: Context,
    /// Passwords, and who fails with them.
    pub credentials: Credentials,
}

#[tonic::async_trait]
impl PasswordLinkService for PasswordLinks {
    async fn create_password_link(
        &self,
        r: Request<pb::CreatePasswordLinkRequest>,
    ) -> Answer<pb::CreatePasswordLinkResponse> {
        let made = self.made(&r).await;
        made.map(Response::new)
            .map_err(|error| self.cx.refuse(&r, error))
    }

    async fn list_password_links(
        &self,
        r: Request<pb::ListPasswordLinksRequest>,
    ) -> Answer<pb::ListPasswordLinksResponse> {
        self.cx
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::password_link::Filter {
                    member: v.optional_id("member_id", &r.member_id),
                    state: wire::password_link_state(&mut v, r.state),
                };
                v.done()?;
                let list = || store::password_link::list(&filter);
                let orders = store::password_link::ORDERS;
                let page = look.list(list, orders, &paging!(r)).await?;
                let now = look.now;
                let shown = |l| wire::password_link(l, now);
                Ok(pb::ListPasswordLinksResponse {
                    password_links: page.rows.iter().map(shown).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn revoke_password_link(
        &self,
        r: Request<pb::RevokePasswordLinkRequest>,
    ) -> Answer<pb::RevokePasswordLinkResponse> {
        self.cx
            .command(r, async |act, r| {
                organisation::only_administration(&act.caller)?;
                let link = links::revoke(act, parse_id("id", &r.id)?, &r.etag).await?;
                Ok(pb::RevokePasswordLinkResponse {
                    password_link: Some(wire::password_link(&link, act.now)),
                })
            })
            .await
    }

    async fn use_password_link(
        &self,
        r: Request<pb::UsePasswordLinkRequest>,
    ) -> Answer<pb::UsePasswordLinkResponse> {
        match self.used(&r).await {
            Ok(member) => Ok(Response::new(pb::UsePasswordLinkResponse {
                user: member.name,
            })),
            Err(error) => Err(self.cx.refuse(&r, error)),
        }
    }
}

impl PasswordLinks {
    async fn made(
        &self,
        r: &Request<pb::CreatePasswordLinkRequest>,
    ) -> Result<pb::CreatePasswordLinkResponse> {
        let caller = context::caller(r)?;
        organisation::only_administration(&caller)?;
        let mut v = Violations::new();
        let wanted = wire::new_password_link(&mut v, r.get_ref());
        v.done()?;
        let (member, purpose) = wanted.ok_or_else(|| Error::invalid("purpose", "REQUIRED"))?;
        let secret = secret::new();
        let told = secret.clone();
        let make = async move |act: &mut baton_chassis::Act<'_>| {
            let link = links::make(act, member, purpose, &secret).await?;
            Ok::<_, Error>(wire::password_link(&link, act.now))
        };
        let link = self.cx.act(caller, make).await?;
        Ok(pb::CreatePasswordLinkResponse {
            password_link: Some(link),
            secret: told,
        })
    }

    /// Hashing takes long, so it is done before the transaction, for whoever holds a link that is good; what was seen here is
    /// looked at there again.
    async fn used(&self, r: &Request<pb::UsePasswordLinkRequest>) -> Result<Member> {
        let caller = context::caller(r)?;
        let asked = r.get_ref().clone();
        let place = self.credentials.begin_from(caller.origin.address)?;
        let holder = self.holder(&asked.secret).await?;
        let link = format!("link:{}", holder.id);
        self.credentials.count(&link, TRIES_PER_LINK_MAX)?;
        self.credentials.succeeded(place.as_deref());
        if let Some(violation) = check_password("new_password", &asked.new_password, &holder.name) {
            return Err(Error::Invalid(vec![violation]));
        }
        let hash = self.credentials.hash(asked.new_password).await?;
        // Whoever holds the link acts as the member that it was made for.
        let caller = Caller {
            who: Who::Member(holder.id),
            ..caller
        };
        let take = async move |act: &mut baton_chassis::Act<'_>| {
            links::take(act, &asked.secret, hash.clone()).await
        };
        self.cx.act(caller, take).await
    }

    /// Whom a link was made for, if it is good.
    async fn holder(&self, secret: &str) -> Result<Member> {
        let (hash, now) = (secret::hash(secret), self.cx.clock.now());
        let read = async move |tx: &mut baton_chassis::db::Tx| {
            let link = store::password_link::held(tx, hash.clone()).await?;
            let Some(link) = link.filter(|l| l.standing(now) == State::Open) else {
                return Ok(None);
            };
            let member = store::member::load(tx, link.member).await?;
            Ok::<_, Error>(member.filter(Member::is_active))
        };
        let holder = self.cx.db.read(read).await?;
        holder.ok_or_else(|| Refused::NoGood.into())
    }
}
