//! Calls about teams.

use baton_chassis::{
    Result, Violations,
    context::Context,
    db::Tx,
    ids::{MemberId, TeamId},
    paging, wire as chassis_wire,
};
use baton_proto::directory::v1::{self as pb, team_service_server::TeamService};
use tonic::Request;

use super::Answer;
use crate::{
    organisation::{self, Organisation},
    store,
    team::{Mates, Revision, Team, TeamEvent},
    wire::{self, team as team_wire},
};

/// Calls about teams.
pub struct Teams(pub Context);

#[tonic::async_trait]
impl TeamService for Teams {
    async fn create_team(
        &self,
        r: Request<pb::CreateTeamRequest>,
    ) -> Answer<pb::CreateTeamResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.team.clone().unwrap_or_default();
                let mut v = Violations::new();
                let name = wire::entry_name(&mut v, "team.name", &given.name);
                let members = team_wire::mates(&mut v, "team.member_ids", &given.member_ids);
                check_name(org.tx, &mut v, None, &name).await?;
                check_members(org.tx, &mut v, &given.member_ids, &members, None).await?;
                v.done()?;
                let team = Team::create(org.new_id(), name, members, org.now);
                let team = org.create(team, TeamEvent::Created).await?;
                Ok(pb::CreateTeamResponse {
                    team: Some(team_wire::team(&team)),
                })
            })
            .await
    }

    async fn get_team(&self, r: Request<pb::GetTeamRequest>) -> Answer<pb::GetTeamResponse> {
        self.0
            .query(r, async |look, r| {
                let id = chassis_wire::parse_id("id", &r.id)?;
                let team = organisation::read::<Team>(look.tx, id).await?;
                Ok(pb::GetTeamResponse {
                    team: Some(team_wire::team(&team)),
                })
            })
            .await
    }

    async fn list_teams(&self, r: Request<pb::ListTeamsRequest>) -> Answer<pb::ListTeamsResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let state = team_wire::team_state(&mut v, r.state);
                v.done()?;
                let list = || store::team::list(state);
                let page = look.list(list, store::team::ORDERS, &paging!(r)).await?;
                Ok(pb::ListTeamsResponse {
                    teams: page.rows.iter().map(team_wire::team).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_team(
        &self,
        r: Request<pb::UpdateTeamRequest>,
    ) -> Answer<pb::UpdateTeamResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.team.clone().unwrap_or_default();
                let mut v = Violations::new();
                let id = v.id("team.id", &given.id);
                let mask = v.mask(r.update_mask.as_ref(), team_wire::TEAM_FIELDS);
                let mut new = Revision::default();
                if mask.has("name") {
                    let name = wire::entry_name(&mut v, "team.name", &given.name);
                    check_name(org.tx, &mut v, Some(id), &name).await?;
                    new.name = Some(name);
                }
                if mask.has("member_ids") {
                    let members = team_wire::mates(&mut v, "team.member_ids", &given.member_ids);
                    let before = store::team::load(org.tx, id).await?;
                    check_members(org.tx, &mut v, &given.member_ids, &members, before.as_ref())
                        .await?;
                    new.members = Some(members);
                }
                v.done()?;
                let update = |t: &mut Team, _| Ok(t.update(new)?);
                let team = org.change_seen(id, &r.etag, update).await?;
                Ok(pb::UpdateTeamResponse {
                    team: Some(team_wire::team(&team)),
                })
            })
            .await
    }

    async fn archive_team(
        &self,
        r: Request<pb::ArchiveTeamRequest>,
    ) -> Answer<pb::ArchiveTeamResponse> {
        self.0
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let team = org.change(r, |t: &mut Team, _| Ok(t.archive()?)).await?;
                Ok(pb::ArchiveTeamResponse {
                    team: Some(team_wire::team(&team)),
                })
            })
            .await
    }
}

async fn check_name(
    tx: &mut Tx,
    v: &mut Violations,
    myself: Option<TeamId>,
    name: &str,
) -> Result<()> {
    let holder = store::team::named(tx, name).await?;
    if holder.is_some() && holder != myself {
        v.add("team.name", "NAME_TAKEN");
    }
    Ok(())
}

/// Notes who cannot be in a team because he is no member who may act; who was in it before may stay.
async fn check_members(
    tx: &mut Tx,
    v: &mut Violations,
    said: &[String],
    members: &Mates,
    before: Option<&Team>,
) -> Result<()> {
    let active = store::team::active(tx, members).await?;
    let fits = |id: &MemberId| {
        active.contains(id) || before.is_some_and(|team| team.members.iter().any(|m| m == *id))
    };
    for (n, id) in said.iter().enumerate() {
        if id.parse().is_ok_and(|id: MemberId| !fits(&id)) {
            v.add(format!("team.member_ids[{n}]"), "MEMBER_NOT_ACTIVE");
        }
    }
    Ok(())
}
