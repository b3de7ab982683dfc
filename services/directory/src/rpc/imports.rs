//! Loading members and territories from another system, where they have ids of its own.

use std::collections::HashSet;

use baton_chassis::{
    Error, Result, Violations,
    act::{Act, Noun},
    context::Context,
    ids::{MemberId, TerritoryId},
    import,
};
use baton_proto::directory::v1::{
    self as pb, MemberRow, TerritoryRow, import_service_server::ImportService,
};
use baton_proto::r#type::v1::{ImportOutcome, ImportResult};
use prost_types::FieldMask;
use tonic::Request;
use uuid::Uuid;

use super::{Answer, members, territories};
use crate::{
    member::{Member, MemberEvent, Revision, suggest_name},
    organisation::{self, Organisation},
    store,
    territory::{self, Territory, TerritoryEvent},
    wire,
};

/// What the fields of rows are called in violations.
const MEMBER_ROW: members::Paths = members::Paths {
    name: "name",
    department: "department",
    territory: "territory_external_id",
    roles: "roles",
};
const TERRITORY_ROW: territories::Paths = territories::Paths {
    name: "name",
    manager: "manager_external_id",
};

/// Calls that load from another system.
pub struct Imports(pub Context);

#[tonic::async_trait]
impl ImportService for Imports {
    async fn import_members(
        &self,
        r: Request<pb::ImportMembersRequest>,
    ) -> Answer<pb::ImportMembersResponse> {
        let cx = self.0.clone();
        self.0
            .command(r, async move |act, r| {
                let results = load(&cx, act, &r.system, &r.rows, r.validate_only).await?;
                Ok(pb::ImportMembersResponse { results })
            })
            .await
    }

    async fn import_territories(
        &self,
        r: Request<pb::ImportTerritoriesRequest>,
    ) -> Answer<pb::ImportTerritoriesResponse> {
        let cx = self.0.clone();
        self.0
            .command(r, async move |act, r| {
                let results = load(&cx, act, &r.system, &r.rows, r.validate_only).await?;
                Ok(pb::ImportTerritoriesResponse { results })
            })
            .await
    }
}

/// A row of another system that becomes a noun here.
trait Row {
    /// What it becomes.
    type Noun: Noun;
    /// Its id there.
    fn external_id(&self) -> &str;
    /// Makes it.
    async fn create(&self, org: &mut Organisation<'_, '_>, system: &str) -> Result<Uuid>;
    /// Brings what was made of it before up to date; tells whether anything changed.
    async fn update(&self, org: &mut Organisation<'_, '_>, system: &str, id: Uuid) -> Result<bool>;
}

/// Loads rows, each whole or not at all. A dry run does the very same and then takes it back.
async fn load<R: Row>(
    cx: &Context,
    act: &mut Act<'_>,
    system: &str,
    rows: &[R],
    validate_only: bool,
) -> Result<Vec<ImportResult>> {
    let mut v = Violations::new();
    let system = import::system(&mut v, system, rows);
    v.done()?;
    // A role, a department or the management of a territory brings functions and sight with it.
    if !organisation::administers(&act.caller) {
        return Err(Error::Denied);
    }
    let language = act.caller.language;
    let mut org = Organisation::open(act).await?;
    let start = org.mark().await?;
    let (mut results, mut seen) = (Vec::with_capacity(rows.len()), HashSet::new());
    for row in rows {
        let external_id = row.external_id().trim();
        let loaded = if seen.insert(external_id) {
            load_row(&mut org, &system, external_id, row).await
        } else {
            Err(Error::invalid("external_id", "EXTERNAL_ID_REPEATED"))
        };
        results.push(match loaded {
            Ok((id, outcome)) => import::taken(external_id, outcome, Some(id)),
            Err(error) => import::refused(external_id, error, &cx.messages, language)?,
        });
    }
    org.keep_an_administrator().await?;
    if validate_only {
        org.undo(start).await?;
        // Ids of what is not there after all.
        for result in results
            .iter_mut()
            .filter(|r| r.outcome() == ImportOutcome::Created)
        {
            result.id.clear();
        }
    }
    Ok(results)
}

async fn load_row<R: Row>(
    org: &mut Organisation<'_, '_>,
    system: &str,
    external_id: &str,
    row: &R,
) -> Result<(Uuid, ImportOutcome)> {
    let mut v = Violations::new();
    import::external_id(&mut v, external_id);
    v.done()?;
    let start = org.mark().await?;
    let loaded = write_row(org, system, external_id, row).await;
    match &loaded {
        Ok(_) => org.keep(start).await?,
        Err(Error::Invalid(_) | Error::Refused(_)) => org.undo(start).await?,
        // A fault of ours takes back the whole load.
        Err(_) => {}
    }
    loaded
}

async fn write_row<R: Row>(
    org: &mut Organisation<'_, '_>,
    system: &str,
    external_id: &str,
    row: &R,
) -> Result<(Uuid, ImportOutcome)> {
    let known = org
        .external::<<R::Noun as Noun>::Id>(R::Noun::KIND, system, external_id)
        .await?;
    let Some(id) = known.map(Into::into) else {
        let id = row.create(org, system).await?;
        org.set_external(R::Noun::KIND, system, external_id, id)
            .await?;
        return Ok((id, ImportOutcome::Created));
    };
    let changed = row.update(org, system, id).await?;
    Ok((
        id,
        if changed {
            ImportOutcome::Updated
        } else {
            ImportOutcome::Unchanged
        },
    ))
}

impl Row for MemberRow {
    type Noun = Member;

    fn external_id(&self) -> &str {
        &self.external_id
    }

    async fn create(&self, org: &mut Organisation<'_, '_>, system: &str) -> Result<Uuid> {
        let revision = member_revision(self, org, system, None).await?;
        let member = Member::create(org.new_id(), revision, org.now);
        Ok(org.create(member, MemberEvent::Created).await?.id.into())
    }

    async fn update(&self, org: &mut Organisation<'_, '_>, system: &str, id: Uuid) -> Result<bool> {
        let before = organisation::read::<Member>(org.tx, id.into()).await?;
        let revision = member_revision(self, org, system, Some(&before)).await?;
        let update = |m: &mut Member, _| Ok(m.update(revision));
        let after = org.change_seen(before.id, "", update).await?;
        Ok(after.version != before.version)
    }
}

/// The values of a row: all of them for a new member, those that are there for one that is known.
async fn member_revision(
    row: &MemberRow,
    org: &mut Organisation<'_, '_>,
    system: &str,
    before: Option<&Member>,
) -> Result<Revision> {
    let mut v = Violations::new();
    let mut given = pb::Member {
        name: row.name.clone(),
        display_name: row.display_name.clone(),
        email: row.email.clone(),
        roles: row.roles.clone(),
        language: row.language.clone(),
        ..pb::Member::default()
    };
    if before.is_none() && given.name.trim().is_empty() {
        given.name = suggest_name(&given.display_name).unwrap_or_default();
    }
    let fields = [
        ("name", !given.name.is_empty()),
        ("display_name", !given.display_name.is_empty()),
        ("email", !given.email.is_empty()),
        ("roles", !given.roles.is_empty()),
        ("language", !given.language.is_empty()),
    ];
    let mut revision = Revision::default();
    let paths = fields
        .into_iter()
        .filter(|(_, there)| before.is_none() || *there);
    let paths: Vec<_> = paths.map(|(field, _)| field.to_owned()).collect();
    if !paths.is_empty() {
        let mask = v.mask(Some(&FieldMask { paths }), wire::MEMBER_FIELDS);
        revision = wire::member_revision(&mut v, "", &given, &mask);
    }
    if !row.department.trim().is_empty() {
        match store::department::named(org.tx, row.department.trim()).await? {
            Some(id) => revision.department = Some(Some(id)),
            None => v.add(MEMBER_ROW.department, "DEPARTMENT_NOT_IN_USE"),
        }
    }
    let territory = &row.territory_external_id;
    if let Some(id) = reference(
        org,
        &mut v,
        "TERRITORY",
        system,
        MEMBER_ROW.territory,
        territory,
    )
    .await?
    {
        revision.territory = Some(Some(TerritoryId(id)));
    }
    members::check(org.tx, &mut v, &MEMBER_ROW, before, &revision).await?;
    v.done()?;
    Ok(revision)
}

/// What another row of the same system became here; `None` if the field is empty, or names nothing,
/// which is noted.
async fn reference(
    org: &mut Organisation<'_, '_>,
    v: &mut Violations,
    kind: &'static str,
    system: &str,
    field: &str,
    external_id: &str,
) -> Result<Option<Uuid>> {
    let external_id = external_id.trim();
    if external_id.is_empty() {
        return Ok(None);
    }
    let found = org
        .external::<organisation::OrganisationId>(kind, system, external_id)
        .await?;
    if found.is_none() {
        v.add(field, "REFERENCE_NOT_FOUND");
    }
    Ok(found.map(Into::into))
}

impl Row for TerritoryRow {
    type Noun = Territory;

    fn external_id(&self) -> &str {
        &self.external_id
    }

    async fn create(&self, org: &mut Organisation<'_, '_>, system: &str) -> Result<Uuid> {
        let mut v = Violations::new();
        let parent = parent(self, org, &mut v, system).await?;
        let parent = match parent {
            Some(parent) => parent,
            None => store::territory::root(org.tx).await?,
        };
        let mut revision = territory_revision(self, org, &mut v, system).await?;
        revision.name = Some(wire::entry_name(&mut v, TERRITORY_ROW.name, &self.name));
        territories::check(
            org.tx,
            &mut v,
            &TERRITORY_ROW,
            None,
            Some(parent),
            &revision,
        )
        .await?;
        v.done()?;
        let place = territories::place(org.tx, parent).await?;
        let new = Territory::create(org.new_id(), revision, &place, org.now)?;
        Ok(org.create(new, TerritoryEvent::Created).await?.id.into())
    }

    async fn update(&self, org: &mut Organisation<'_, '_>, system: &str, id: Uuid) -> Result<bool> {
        let mut v = Violations::new();
        let before = organisation::read::<Territory>(org.tx, id.into()).await?;
        let parent = parent(self, org, &mut v, system).await?;
        let revision = territory_revision(self, org, &mut v, system).await?;
        let above = before.parent;
        territories::check(
            org.tx,
            &mut v,
            &TERRITORY_ROW,
            Some(&before),
            above,
            &revision,
        )
        .await?;
        v.done()?;
        let update = |t: &mut Territory, _| Ok(t.update(revision)?);
        let mut after = org.change_seen(before.id, "", update).await?;
        if let Some(parent) = parent.filter(|parent| before.parent != Some(*parent)) {
            after =
                territories::move_below(org, before.id, "", parent, "parent_external_id").await?;
        }
        Ok(after.version != before.version)
    }
}

async fn parent(
    row: &TerritoryRow,
    org: &mut Organisation<'_, '_>,
    v: &mut Violations,
    system: &str,
) -> Result<Option<TerritoryId>> {
    let id = &row.parent_external_id;
    let parent = reference(org, v, "TERRITORY", system, "parent_external_id", id).await?;
    Ok(parent.map(TerritoryId))
}

async fn territory_revision(
    row: &TerritoryRow,
    org: &mut Organisation<'_, '_>,
    v: &mut Violations,
    system: &str,
) -> Result<territory::Revision> {
    let id = &row.manager_external_id;
    let manager = reference(org, v, "MEMBER", system, TERRITORY_ROW.manager, id).await?;
    let there = !row.name.trim().is_empty();
    Ok(territory::Revision {
        name: there.then(|| wire::entry_name(v, TERRITORY_ROW.name, &row.name)),
        manager: manager.map(|id| Some(MemberId(id))),
    })
}
