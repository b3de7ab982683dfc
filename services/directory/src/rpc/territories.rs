//! Calls about territories.

use baton_chassis::{
    Error, Result, Violations,
    act::Noun,
    context::Context,
    db::{self, Tx},
    ids::TerritoryId,
    paging, wire as chassis_wire,
};
use baton_proto::directory::v1::{self as pb, territory_service_server::TerritoryService};
use tonic::Request;

use super::Answer;
use crate::{
    organisation::{self, Organisation},
    store,
    territory::{Place, Revision, Territory, TerritoryEvent},
    wire,
};

/// Calls about territories.
pub struct Territories(pub Context);

#[tonic::async_trait]
impl TerritoryService for Territories {
    async fn create_territory(
        &self,
        r: Request<pb::CreateTerritoryRequest>,
    ) -> Answer<pb::CreateTerritoryResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.territory.clone().unwrap_or_default();
                let mut v = Violations::new();
                let mask = v.mask(None, wire::TERRITORY_FIELDS);
                let revision = wire::territory_revision(&mut v, "territory.", &given, &mask);
                let parent = match v.optional_id("territory.parent_id", &given.parent_id) {
                    Some(parent) => parent,
                    None => store::territory::root(org.tx).await?,
                };
                if store::territory::load(org.tx, parent).await?.is_none() {
                    v.add("territory.parent_id", "REFERENCE_NOT_FOUND");
                }
                check(org.tx, &mut v, &PATHS, None, Some(parent), &revision).await?;
                v.done()?;
                let place = place(org.tx, parent).await?;
                let new = Territory::create(org.new_id(), revision, &place, org.now)?;
                let territory = org.create(new, TerritoryEvent::Created).await?;
                Ok(pb::CreateTerritoryResponse {
                    territory: Some(wire::territory(&territory)),
                })
            })
            .await
    }

    async fn get_territory(
        &self,
        r: Request<pb::GetTerritoryRequest>,
    ) -> Answer<pb::GetTerritoryResponse> {
        self.0
            .query(r, async |look, r| {
                let id = chassis_wire::parse_id("id", &r.id)?;
                let territory = organisation::read::<Territory>(look.tx, id).await?;
                Ok(pb::GetTerritoryResponse {
                    territory: Some(wire::territory(&territory)),
                })
            })
            .await
    }

    async fn list_territories(
        &self,
        r: Request<pb::ListTerritoriesRequest>,
    ) -> Answer<pb::ListTerritoriesResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::territory::Filter {
                    parent: v.optional_id("parent_id", &r.parent_id),
                    manager: v.optional_id("manager_id", &r.manager_id),
                    state: wire::territory_state(&mut v, r.state),
                };
                v.done()?;
                let list = || store::territory::list(&filter);
                let page = look
                    .list(list, store::territory::ORDERS, &paging!(r))
                    .await?;
                Ok(pb::ListTerritoriesResponse {
                    territories: page.rows.iter().map(wire::territory).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_territory(
        &self,
        r: Request<pb::UpdateTerritoryRequest>,
    ) -> Answer<pb::UpdateTerritoryResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.territory.clone().unwrap_or_default();
                let mut v = Violations::new();
                let id = chassis_wire::parse_id("territory.id", &given.id)?;
                let mask = v.mask(r.update_mask.as_ref(), wire::TERRITORY_FIELDS);
                let revision = wire::territory_revision(&mut v, "territory.", &given, &mask);
                let before = organisation::read::<Territory>(org.tx, id).await?;
                let territory = revise(&mut org, v, &before, &r.etag, revision).await?;
                Ok(pb::UpdateTerritoryResponse {
                    territory: Some(wire::territory(&territory)),
                })
            })
            .await
    }

    async fn move_territory(
        &self,
        r: Request<pb::MoveTerritoryRequest>,
    ) -> Answer<pb::MoveTerritoryResponse> {
        self.0
            .command(r, async |act, r| {
                let mut v = Violations::new();
                let (id, parent) = (v.id("id", &r.id), v.id("parent_id", &r.parent_id));
                v.done()?;
                let mut org = Organisation::open(act).await?;
                let territory = move_below(&mut org, id, &r.etag, parent, "parent_id").await?;
                Ok(pb::MoveTerritoryResponse {
                    territory: Some(wire::territory(&territory)),
                })
            })
            .await
    }

    async fn archive_territory(
        &self,
        r: Request<pb::ArchiveTerritoryRequest>,
    ) -> Answer<pb::ArchiveTerritoryResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let id = chassis_wire::parse_id("id", &r.id)?;
                let in_use = store::territory::in_use(org.tx, id).await?;
                let archive = |t: &mut Territory, _| Ok(t.archive(in_use)?);
                let territory = org.change(r, archive).await?;
                Ok(pb::ArchiveTerritoryResponse {
                    territory: Some(wire::territory(&territory)),
                })
            })
            .await
    }
}

/// Gives a territory what a revision says, if the rest of the directory has room for it and nothing was wrong before.
pub(crate) async fn revise(
    org: &mut Organisation<'_, '_>,
    mut v: Violations,
    before: &Territory,
    etag: &str,
    revision: Revision,
) -> Result<Territory> {
    let above = before.parent;
    check(org.tx, &mut v, &PATHS, Some(before), above, &revision).await?;
    v.done()?;
    let update = |t: &mut Territory, _| Ok(t.update(revision)?);
    org.change_seen(before.id, etag, update).await
}

/// Hangs a territory with all below it under another one; `field` names the new parent in the
/// request.
pub(crate) async fn move_below(
    org: &mut Organisation<'_, '_>,
    id: TerritoryId,
    etag: &str,
    parent: TerritoryId,
    field: &str,
) -> Result<Territory> {
    let before = organisation::read::<Territory>(org.tx, id).await?;
    let mut v = Violations::new();
    if store::territory::load(org.tx, parent).await?.is_none() {
        v.add(field, "REFERENCE_NOT_FOUND");
    }
    let same = store::territory::named(org.tx, parent, &before.name).await?;
    if same.is_some_and(|other| other != id) {
        v.add(field, "NAME_TAKEN");
    }
    v.done()?;
    let place = place(org.tx, parent).await?;
    let levels = store::territory::levels(org.tx, id).await?;
    org.change_seen(id, etag, |t: &mut Territory, _| {
        Ok(t.move_to(&place, levels)?)
    })
    .await
}

/// A territory that others are to hang below.
pub(super) async fn place(tx: &mut Tx, id: TerritoryId) -> Result<Place> {
    let place = store::territory::place(tx, id).await?;
    place.ok_or_else(|| Error::not_found(Territory::KIND, id))
}

/// What the fields that refer to others are called in a request.
pub(super) struct Paths {
    pub(super) name: &'static str,
    pub(super) manager: &'static str,
}

const PATHS: Paths = Paths {
    name: "territory.name",
    manager: "territory.manager_id",
};

/// Notes what of a revision does not fit the rest of the directory: a name that is taken below the
/// same parent, and a new manager who may not act.
pub(super) async fn check(
    tx: &mut Tx,
    v: &mut Violations,
    paths: &Paths,
    before: Option<&Territory>,
    parent: Option<TerritoryId>,
    revision: &Revision,
) -> Result<(), db::Error> {
    if let (Some(name), Some(parent)) = (&revision.name, parent) {
        let holder = store::territory::named(tx, parent, name).await?;
        if holder.is_some() && holder != before.map(|t| t.id) {
            v.add(paths.name, "NAME_TAKEN");
        }
    }
    if let Some(Some(id)) = revision.manager
        && before.is_none_or(|t| t.manager != Some(id))
        && !store::member::load(tx, id)
            .await?
            .is_some_and(|m| m.is_active())
    {
        v.add(paths.manager, "MEMBER_NOT_ACTIVE");
    }
    Ok(())
}
