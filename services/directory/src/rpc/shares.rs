//! Calls about shares. Whether somebody may show a record to others is known by the service that keeps it.

use baton_chassis::{
    Caller, Context, Error, Result, Violations, act::Noun as _, context, ids::ShareId, paging,
    wire::parse_id,
};
use baton_proto::directory::v1::{self as pb, share_service_server::ShareService};
use tonic::Request;
use uuid::Uuid;

use super::Answer;
use crate::{
    organisation::{administers, oversees},
    share::Share,
    shares,
    store::{self, share::Filter},
    wire::team as wire,
};

/// Calls about shares.
pub struct Shares(pub Context);

#[tonic::async_trait]
impl ShareService for Shares {
    async fn create_share(
        &self,
        r: Request<pb::CreateShareRequest>,
    ) -> Answer<pb::CreateShareResponse> {
        let wanted = self.wanted(&r).await;
        let wanted = wanted.map_err(|error| self.0.refuse(&r, error))?;
        self.0
            .command(r, async move |act, _| {
                let sharer = act.member()?;
                let share = shares::make(act, wanted.clone(), sharer).await?;
                Ok(pb::CreateShareResponse {
                    share: Some(wire::share(&share)),
                })
            })
            .await
    }

    async fn list_shares(
        &self,
        r: Request<pb::ListSharesRequest>,
    ) -> Answer<pb::ListSharesResponse> {
        let filter = self.filter(&r).await;
        let filter = filter.map_err(|error| self.0.refuse(&r, error))?;
        self.0
            .query(r, async move |look, r| {
                let list = || store::share::list(&filter);
                let page = look.list(list, store::share::ORDERS, &paging!(r)).await?;
                Ok(pb::ListSharesResponse {
                    shares: page.rows.iter().map(wire::share).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn revoke_share(
        &self,
        r: Request<pb::RevokeShareRequest>,
    ) -> Answer<pb::RevokeShareResponse> {
        let id = self.revocable(&r).await;
        let id = id.map_err(|error| self.0.refuse(&r, error))?;
        self.0
            .command(r, async move |act, r| {
                let share = shares::revoke(act, id, &r.etag).await?;
                Ok(pb::RevokeShareResponse {
                    share: Some(wire::share(&share)),
                })
            })
            .await
    }
}

impl Shares {
    /// What is to be shared, if the caller may share it.
    async fn wanted(&self, r: &Request<pb::CreateShareRequest>) -> Result<crate::share::Wanted> {
        let caller = context::caller(r)?;
        let given = r.get_ref().share.clone().unwrap_or_default();
        let mut v = Violations::new();
        let wanted = wire::new_share(&mut v, &given, self.0.clock.now());
        v.done()?;
        let wanted = wanted.ok_or_else(|| Error::invalid("share", "REQUIRED"))?;
        match self.standing(&caller, &wanted.kind, wanted.record).await? {
            Standing::Shareable => Ok(wanted),
            Standing::Readable => Err(Error::Denied),
            Standing::Hidden => Err(Error::invalid("share.record.id", "REFERENCE_NOT_FOUND")),
        }
    }

    /// What the caller may list. Whoever looks after the system sees all shares, but not what is shared.
    async fn filter(&self, r: &Request<pb::ListSharesRequest>) -> Result<Filter> {
        let (caller, r) = (context::caller(r)?, r.get_ref());
        let mut v = Violations::new();
        let state = wire::share_state(&mut v, r.state);
        let of_record = !(r.record_kind.is_empty() && r.record_id.is_empty());
        let record = of_record.then(|| {
            wire::record(
                &mut v,
                ("record_kind", &r.record_kind),
                ("record_id", &r.record_id),
            )
        });
        let member = match r.member_id.as_str() {
            "me" => Some(caller.member()?),
            id => v.optional_id("member_id", id),
        };
        v.done()?;
        let mut filter = Filter {
            record: None,
            member,
            state,
        };
        if let Some((kind, id)) = record.flatten() {
            let standing = self.standing(&caller, &kind, id).await?;
            if standing == Standing::Hidden && !oversees(&caller) {
                return Err(Error::not_found("RECORD", id));
            }
            filter.record = Some(id);
        } else if member.is_none() && !oversees(&caller) {
            filter.member = Some(caller.member()?);
        } else if member.is_some() && member != caller.person() && !oversees(&caller) {
            return Err(Error::Denied);
        }
        Ok(filter)
    }

    /// The share that is to be ended, if the caller may end it. One that he has nothing to do with is not found.
    async fn revocable(&self, r: &Request<pb::RevokeShareRequest>) -> Result<ShareId> {
        let caller = context::caller(r)?;
        let id: ShareId = parse_id("id", &r.get_ref().id)?;
        let missing = || Error::not_found(Share::KIND, id);
        let found = self
            .0
            .db
            .read(async move |tx| store::share::load(tx, id).await);
        let share: Share = found.await?.ok_or_else(missing)?;
        let me = caller.person();
        if me.is_some() && (me == Some(share.sharer) || me == share.member) || administers(&caller)
        {
            return Ok(id);
        }
        match self.standing(&caller, &share.kind, share.record).await? {
            Standing::Shareable => Ok(id),
            Standing::Readable => Err(Error::Denied),
            Standing::Hidden => Err(missing()),
        }
    }

    /// How a record stands to the caller, as its owner says.
    async fn standing(&self, caller: &Caller, kind: &str, id: Uuid) -> Result<Standing> {
        let nodes = self.0.check(caller, &[(kind, id.to_string())]).await?;
        let node = nodes.into_iter().find(|n| n.visible);
        Ok(match node {
            Some(node) if node.shareable => Standing::Shareable,
            Some(_) => Standing::Readable,
            None => Standing::Hidden,
        })
    }
}

/// How a record stands to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// He may show it to others.
    Shareable,
    /// He may read it.
    Readable,
    /// He may not, or it is not there.
    Hidden,
}
