//! Calls about projects and their tasks.

use baton_chassis::{
    Caller, Context, Error, Result, SourceKind, Time, Violations, Whose,
    act::{Act, Look, Noun as _},
    context,
    ids::{MemberId, OpportunityId, ProjectId, TaskId},
    list::Scope,
    paging,
    people::{Settings, Snapshot},
    policy::{Access, Function},
    switches::SwitchedOff,
    wire::{etag, handoff, parse_id},
};
use baton_proto::{
    Command, Target,
    sales::v1::{self as pb, project_service_server::ProjectService},
};
use prost::Message;
use tonic::{Request, Response, Status};

use super::{
    checks::{References, place, products},
    hand_over,
    handoff::{self, readable},
    project_commerce::{readable_rows, reopen},
    project_retract,
};
use crate::{
    opportunity::Opportunity,
    project::{Draft, Head, Project, ProjectEvent, Purpose, TaskState, Teammate, Type},
    store::project as store,
    wire::{
        opportunity::{Items, Price, items},
        project::{self as wire, NewProject},
    },
};

/// Answers calls about projects.
pub struct Projects(pub Context);

#[tonic::async_trait]
impl ProjectService for Projects {
    async fn create_project(
        &self,
        request: Request<pb::CreateProjectRequest>,
    ) -> Result<Response<pb::CreateProjectResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let new = self
            .checked_new(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(
                request,
                async move |act: &mut Act<'_>, _: &pb::CreateProjectRequest| {
                    let project = create(act, new.clone()).await?;
                    Ok(pb::CreateProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn get_project(
        &self,
        request: Request<pb::GetProjectRequest>,
    ) -> Result<Response<pb::GetProjectResponse>, Status> {
        self.0
            .query(request, async |look, r: &pb::GetProjectRequest| {
                let project = readable::<Project>(look, parse_id("id", &r.id)?).await?;
                Ok(pb::GetProjectResponse {
                    project: Some(wire::project(&project, &look.caller.sight())),
                })
            })
            .await
    }

    async fn list_projects(
        &self,
        request: Request<pb::ListProjectsRequest>,
    ) -> Result<Response<pb::ListProjectsResponse>, Status> {
        self.0
            .query(request, async |look, r: &pb::ListProjectsRequest| {
                let (filter, query) = wire::filter(r)?;
                let (filter, scopes) = readable_rows(look, filter, scopes(&look.caller));
                let list = store::list(&filter, scopes);
                let list = look.found::<Project>(list, query.as_ref()).await?;
                let page = look
                    .list(|| list.clone(), store::ORDERS, &paging!(r))
                    .await?;
                let projects = page.rows.into_iter().map(Project::from);
                let sight = look.caller.sight();
                Ok(pb::ListProjectsResponse {
                    projects: projects.map(|p| wire::project(&p, &sight)).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_project(
        &self,
        request: Request<pb::UpdateProjectRequest>,
    ) -> Result<Response<pb::UpdateProjectResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let checked = self.check_change(&request).await;
        let id = checked.map_err(|e| self.0.refuse(&request, e))?;
        self.0
            .command(
                request,
                async move |act: &mut Act<'_>, r: &pb::UpdateProjectRequest| {
                    let project = update(act, id, r).await?;
                    Ok(pb::UpdateProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn set_project_lines(
        &self,
        request: Request<pb::SetProjectLinesRequest>,
    ) -> Result<Response<pb::SetProjectLinesResponse>, Status> {
        if let Some(done) = self.0.replayed(&request).await? {
            return Ok(done);
        }
        let items = self
            .checked_items(&request)
            .await
            .map_err(|e| self.0.refuse(&request, e))?;
        self.change(
            request,
            move |p, _, _, _| {
                let Items { currency, items } = items.clone();
                Ok(p.set_lines(currency, items)?)
            },
            |project| pb::SetProjectLinesResponse { project },
        )
        .await
    }

    async fn start_project(
        &self,
        request: Request<pb::StartProjectRequest>,
    ) -> Result<Response<pb::StartProjectResponse>, Status> {
        self.change(
            request,
            |p, _, by, _| Ok(p.start(by)?),
            |project| pb::StartProjectResponse { project },
        )
        .await
    }

    async fn hold_project(
        &self,
        request: Request<pb::HoldProjectRequest>,
    ) -> Result<Response<pb::HoldProjectResponse>, Status> {
        self.change(
            request,
            |p, r: &pb::HoldProjectRequest, by, _| Ok(p.hold(wire::reason(&r.reason)?, by)?),
            |project| pb::HoldProjectResponse { project },
        )
        .await
    }

    async fn resume_project(
        &self,
        request: Request<pb::ResumeProjectRequest>,
    ) -> Result<Response<pb::ResumeProjectResponse>, Status> {
        self.change(
            request,
            |p, _, by, _| Ok(p.resume(by)?),
            |project| pb::ResumeProjectResponse { project },
        )
        .await
    }

    async fn complete_project(
        &self,
        request: Request<pb::CompleteProjectRequest>,
    ) -> Result<Response<pb::CompleteProjectResponse>, Status> {
        self.change(
            request,
            |p, _, by, now| Ok(p.complete(by, now)?),
            |project| pb::CompleteProjectResponse { project },
        )
        .await
    }

    async fn cancel_project(
        &self,
        request: Request<pb::CancelProjectRequest>,
    ) -> Result<Response<pb::CancelProjectResponse>, Status> {
        self.change(
            request,
            |p, r: &pb::CancelProjectRequest, by, now| {
                Ok(p.cancel(wire::reason(&r.reason)?, by, now)?)
            },
            |project| pb::CancelProjectResponse { project },
        )
        .await
    }

    async fn win_project(
        &self,
        request: Request<pb::WinProjectRequest>,
    ) -> Result<Response<pb::WinProjectResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::WinProjectRequest| {
                    let project = handoff::win(act, r, Project::win).await?;
                    Ok(pb::WinProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn lose_project(
        &self,
        request: Request<pb::LoseProjectRequest>,
    ) -> Result<Response<pb::LoseProjectResponse>, Status> {
        self.change(
            request,
            |p, r: &pb::LoseProjectRequest, by, now| {
                let (reason, competitor) = wire::loss(r)?;
                Ok(p.lose(reason, competitor, by, now)?)
            },
            |project| pb::LoseProjectResponse { project },
        )
        .await
    }

    async fn reopen_project(
        &self,
        request: Request<pb::ReopenProjectRequest>,
    ) -> Result<Response<pb::ReopenProjectResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::ReopenProjectRequest| {
                    let project = reopen(act, r).await?;
                    Ok(pb::ReopenProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn add_project_task(
        &self,
        request: Request<pb::AddProjectTaskRequest>,
    ) -> Result<Response<pb::AddProjectTaskResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::AddProjectTaskRequest| {
                    let (id, me) = (act.new_id::<TaskId>(), act.member()?);
                    let people = act.people().clone();
                    let project = act
                        .change::<Project>(r, |p, _| {
                            let work = wire::new_task(r.task.as_ref(), p, me)?;
                            check_assignee(&people, work.assignee)?;
                            Ok(p.add_task(id, work)?)
                        })
                        .await?;
                    Ok(pb::AddProjectTaskResponse {
                        task: wire::task_of(&project, id),
                    })
                },
            )
            .await
    }

    async fn update_project_task(
        &self,
        request: Request<pb::UpdateProjectTaskRequest>,
    ) -> Result<Response<pb::UpdateProjectTaskResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::UpdateProjectTaskRequest| {
                    let named = r.task.as_ref().map_or("", |t| &t.id);
                    let id: TaskId = parse_id("task.id", named)?;
                    let people = act.people().clone();
                    let project = act
                        .change::<Project>(r, |p, _| {
                            let before = p.task(id).ok_or_else(|| no_task(id))?;
                            let work = wire::task_change(r, p, before)?;
                            if work.assignee != before.work.assignee {
                                check_assignee(&people, work.assignee)?;
                            }
                            Ok(p.update_task(id, work)?)
                        })
                        .await?;
                    Ok(pb::UpdateProjectTaskResponse {
                        task: wire::task_of(&project, id),
                    })
                },
            )
            .await
    }

    async fn complete_project_task(
        &self,
        request: Request<pb::CompleteProjectTaskRequest>,
    ) -> Result<Response<pb::CompleteProjectTaskResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::CompleteProjectTaskRequest| {
                    let task = move_task(act, r, &r.task_id, |p, id, by, now| {
                        Ok(p.end_task(id, TaskState::Done, by, now)?)
                    });
                    Ok(pb::CompleteProjectTaskResponse { task: task.await? })
                },
            )
            .await
    }

    async fn cancel_project_task(
        &self,
        request: Request<pb::CancelProjectTaskRequest>,
    ) -> Result<Response<pb::CancelProjectTaskResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::CancelProjectTaskRequest| {
                    // Nobody calls off what others gave him to do.
                    act.seen::<Project>(parse_id("id", &r.id)?, &r.etag).await?;
                    let task = move_task(act, r, &r.task_id, |p, id, by, now| {
                        Ok(p.end_task(id, TaskState::Cancelled, by, now)?)
                    });
                    Ok(pb::CancelProjectTaskResponse { task: task.await? })
                },
            )
            .await
    }

    async fn reopen_project_task(
        &self,
        request: Request<pb::ReopenProjectTaskRequest>,
    ) -> Result<Response<pb::ReopenProjectTaskResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::ReopenProjectTaskRequest| {
                    let task =
                        move_task(
                            act,
                            r,
                            &r.task_id,
                            |p, id, by, _| Ok(p.reopen_task(id, by)?),
                        );
                    Ok(pb::ReopenProjectTaskResponse { task: task.await? })
                },
            )
            .await
    }

    async fn list_project_tasks(
        &self,
        request: Request<pb::ListProjectTasksRequest>,
    ) -> Result<Response<pb::ListProjectTasksResponse>, Status> {
        self.0
            .query(request, async |look, r: &pb::ListProjectTasksRequest| {
                let me = look.member()?;
                let filter = wire::task_filter(r, me)?;
                let scopes = task_scopes(look, &filter, me).await?;
                let list = || store::task_list(&filter, scopes.clone());
                let page = look.list(list, store::TASK_ORDERS, &paging!(r)).await?;
                Ok(pb::ListProjectTasksResponse {
                    tasks: page.rows.iter().map(wire::task).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn list_project_handoffs(
        &self,
        request: Request<pb::ListProjectHandoffsRequest>,
    ) -> Result<Response<pb::ListProjectHandoffsResponse>, Status> {
        self.0
            .query(request, async |look, r: &pb::ListProjectHandoffsRequest| {
                let id = parse_id("project_id", &r.project_id)?;
                let project = readable::<Project>(look, id).await?;
                let ledger = look.ledger(Project::KIND, project.id).await?;
                let handoffs = ledger.rows().iter().map(handoff).collect();
                Ok(pb::ListProjectHandoffsResponse { handoffs })
            })
            .await
    }

    async fn retract_project(
        &self,
        request: Request<pb::RetractProjectRequest>,
    ) -> Result<Response<pb::RetractProjectResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::RetractProjectRequest| {
                    let project = project_retract::retract(act, r).await?;
                    Ok(pb::RetractProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn accept_project(
        &self,
        request: Request<pb::AcceptProjectRequest>,
    ) -> Result<Response<pb::AcceptProjectResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::AcceptProjectRequest| {
                    let project = handoff::accept(act, r).await?;
                    Ok(pb::AcceptProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn return_project(
        &self,
        request: Request<pb::ReturnProjectRequest>,
    ) -> Result<Response<pb::ReturnProjectResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::ReturnProjectRequest| {
                    let project = handoff::give_back(act, r, &r.reason).await?;
                    Ok(pb::ReturnProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn offer_project(
        &self,
        request: Request<pb::OfferProjectRequest>,
    ) -> Result<Response<pb::OfferProjectResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &pb::OfferProjectRequest| {
                    let project = handoff::offer(act, r).await?;
                    Ok(pb::OfferProjectResponse {
                        project: Some(wire::project(&project, &act.caller.sight())),
                    })
                },
            )
            .await
    }

    async fn hand_over_project(
        &self,
        request: Request<pb::HandOverProjectRequest>,
    ) -> Result<Response<pb::HandOverProjectResponse>, Status> {
        let caller = context::caller(&request).map_err(|e| self.0.refuse(&request, e))?;
        let cx = self.0.clone();
        let begun = self
            .0
            .command(
                request,
                async move |act: &mut Act<'_>, r: &pb::HandOverProjectRequest| {
                    let begun = hand_over::begin::<Project>(act, r, r.target, &cx).await?;
                    Ok(pb::HandOverProjectResponse {
                        hand_over: Some(begun),
                    })
                },
            )
            .await?;
        let begun = begun.into_inner().hand_over;
        let hand_over = hand_over::watch(&self.0, begun, caller.language).await?;
        Ok(Response::new(pb::HandOverProjectResponse { hand_over }))
    }

    async fn get_project_hand_over(
        &self,
        request: Request<pb::GetProjectHandOverRequest>,
    ) -> Result<Response<pb::GetProjectHandOverResponse>, Status> {
        let cx = self.0.clone();
        self.0
            .query(
                request,
                async move |look, r: &pb::GetProjectHandOverRequest| {
                    let id = parse_id("project_id", &r.project_id)?;
                    let project = readable::<Project>(look, id).await?;
                    let shown = hand_over::latest(look, &project, &cx).await?;
                    Ok(pb::GetProjectHandOverResponse {
                        hand_over: Some(shown),
                    })
                },
            )
            .await
    }
}

impl Projects {
    /// Most verbs: load what the request names, decide, save, answer with the project.
    async fn change<R, A>(
        &self,
        request: Request<R>,
        decide: impl Fn(&mut Project, &R, MemberId, Time) -> Result<ProjectEvent>
        + Clone
        + Send
        + Sync
        + 'static,
        answer: fn(Option<pb::Project>) -> A,
    ) -> Result<Response<A>, Status>
    where
        R: Command + Target + Clone + Send + Sync + 'static,
        A: Message + Default + Send + 'static,
    {
        self.0
            .command(request, async move |act: &mut Act<'_>, r: &R| {
                let by = act.member()?;
                let project = act
                    .change::<Project>(r, |p, now| decide(p, r, by, now))
                    .await?;
                Ok(answer(Some(wire::project(&project, &act.caller.sight()))))
            })
            .await
    }

    async fn checked_new(&self, request: &Request<pb::CreateProjectRequest>) -> Result<NewProject> {
        let new = wire::new_project(request.get_ref())?;
        let caller = context::caller(request)?;
        in_use(&caller.people.settings, new.kind)?;
        check_team(&caller.people, &new.team, &[])?;
        let references = References {
            party: new.party,
            prospect_will_do: new.kind != Type::Sales,
            contact: new.contact,
            source: Some(new.source.clone()),
            products: products("project.lines", &new.items.items),
        };
        references.check(&self.0, &caller, "project").await?;
        Ok(new)
    }

    /// Asks the neighbours about what a change refers to anew.
    async fn check_change(&self, request: &Request<pb::UpdateProjectRequest>) -> Result<ProjectId> {
        let named = request.get_ref().project.as_ref().map_or("", |p| &p.id);
        let id: ProjectId = parse_id("project.id", named)?;
        let caller = context::caller(request)?;
        let before = self
            .0
            .db
            .read(async move |tx| Project::load(tx, id).await)
            .await?;
        let before = before
            .filter(|p| caller.sees_noun(p))
            .ok_or_else(|| Error::not_found(Project::KIND, id))?;
        let (head, _) = wire::change(request.get_ref(), &before, &caller.sight())?;
        check_team(&caller.people, &head.team, &before.head.team)?;
        let references = References {
            party: head.party.filter(|_| head.party != before.head.party),
            prospect_will_do: before.kind != Type::Sales,
            contact: head.contact.filter(|_| head.contact != before.head.contact),
            ..References::default()
        };
        references.check(&self.0, &caller, "project").await?;
        Ok(id)
    }

    async fn checked_items(&self, request: &Request<pb::SetProjectLinesRequest>) -> Result<Items> {
        let mut v = Violations::new();
        let items = items(&mut v, "lines", &request.get_ref().lines, Price::Required);
        v.done()?;
        let references = References {
            products: products("lines", &items.items),
            ..References::default()
        };
        let caller = context::caller(request)?;
        references.check(&self.0, &caller, "project").await?;
        Ok(items)
    }
}

/// Refuses a new project where projects are switched off, or the function that its type belongs to.
fn in_use(settings: &Settings, kind: Type) -> Result<(), SwitchedOff> {
    settings.refuse(SwitchedOff::Projects)?;
    match kind {
        Type::Sales => settings.refuse(SwitchedOff::Sales),
        Type::Marketing => settings.refuse(SwitchedOff::Marketing),
        Type::Other => Ok(()),
    }
}

/// Rows of projects of one type that somebody may use so.
fn scope(caller: &Caller, kind: Type, access: Access) -> Scope {
    match kind.function() {
        Some(function) => caller.scope_of(function, access),
        None => caller.scope_of_any(&[(Function::Sales, access), (Function::Marketing, access)]),
    }
}

/// Rows of projects of each type that somebody may see.
fn scopes(caller: &Caller) -> store::Scopes {
    let of = |kind| scope(caller, kind, Access::Read);
    store::Scopes {
        sales: of(Type::Sales),
        marketing: of(Type::Marketing),
        other: of(Type::Other),
    }
}

/// The projects of which the caller may list tasks; nothing where he may see all that he asks for: those of a project that
/// he may see, and those that are given to him.
async fn task_scopes(
    look: &mut Look<'_>,
    filter: &store::TaskFilter,
    me: MemberId,
) -> Result<Option<store::Scopes>> {
    if filter.assignee == Some(me) && look.caller.in_person().is_some() {
        return Ok(None);
    }
    let Some(id) = filter.project else {
        return Ok(Some(scopes(&look.caller)));
    };
    let project = Project::load(look.tx, id).await?;
    let seen = project.filter(|p| uses(&look.caller, p, Access::Read));
    seen.map(|_| None)
        .ok_or_else(|| Error::not_found(Project::KIND, id))
}

/// Whether somebody may use a project so, in calls that are open to all who are signed in.
fn uses(caller: &Caller, project: &Project, access: Access) -> bool {
    let scope = scope(caller, project.kind, access);
    scope.covers(project.whose())
}

fn no_task(id: TaskId) -> Error {
    Error::not_found("PROJECT_TASK", id)
}

/// Refuses a team with somebody who is not a member of the firm; who was in it before stays, even if he has left.
fn check_team(people: &Snapshot, team: &[Teammate], before: &[Teammate]) -> Result<()> {
    let mut v = Violations::new();
    for (n, mate) in team.iter().enumerate() {
        if !before.contains(mate) && people.member(mate.member).is_none() {
            v.add(
                format!("project.team[{n}].member_id"),
                "REFERENCE_NOT_FOUND",
            );
        }
    }
    v.done()
}

fn check_assignee(people: &Snapshot, assignee: MemberId) -> Result<()> {
    match people.member(assignee) {
        Some(_) => Ok(()),
        None => Err(Error::invalid("task.assignee_id", "REFERENCE_NOT_FOUND")),
    }
}

/// What a project that comes from an opportunity leaves out is as it is there.
async fn inherit(act: &mut Act<'_>, mut new: NewProject) -> Result<NewProject> {
    if new.source.kind != SourceKind::Opportunity {
        return Ok(new);
    }
    let from: OpportunityId = parse_id("project.source.id", &new.source.id)?;
    let Some(deal) = Opportunity::load(act.tx, from).await? else {
        return Err(Error::invalid("project.source.id", "REFERENCE_NOT_FOUND"));
    };
    if new.party.is_none() {
        (new.party, new.contact) = (deal.head.party, new.contact.or(deal.head.contact));
    }
    if new.terms.amount.is_none() && new.items.items.is_empty() {
        new.items = Items {
            currency: Some(deal.currency.clone()),
            items: deal.items().cloned().collect(),
        };
        let stated = new.items.items.is_empty().then(|| deal.amount());
        new.terms.amount = stated.flatten();
    }
    new.terms.expected_close = new.terms.expected_close.or(deal.head.expected_close);
    new.terms.percent = new.terms.percent.or(Some(deal.probability_percent));
    Ok(new)
}

async fn create(act: &mut Act<'_>, new: NewProject) -> Result<Project> {
    let new = inherit(act, new).await?;
    let owner = new.owner.map_or_else(|| act.member(), Ok)?;
    let territory = place(act.people(), "project.", owner, new.territory)?;
    if !scope(&act.caller, new.kind, Access::Write).covers(Whose::to_be(Some(owner), territory)) {
        return Err(Error::Denied);
    }
    let (budget_currency, budget_minor) = new.budget.map(|m| (m.currency, m.amount_minor)).unzip();
    let purpose = match new.kind {
        Type::Sales => Purpose::Sales {
            terms: new.terms,
            currency: (new.items.currency).unwrap_or_else(|| act.settings().currency.clone()),
            items: new.items.items,
        },
        Type::Marketing => Purpose::Marketing,
        Type::Other => Purpose::Other,
    };
    let draft = Draft {
        id: act.new_id(),
        number: act.number("PJ").await?,
        head: Head {
            name: new.name,
            party: new.party,
            contact: new.contact,
            description: new.description,
            team: new.team,
            milestones: new.milestones,
            risk: new.risk,
            risk_note: new.risk_note,
            budget_currency,
            budget_minor,
            owner,
            territory,
        },
        purpose,
        source: new.source,
    };
    let project = Project::plan(draft, act.now);
    act.create(project, &ProjectEvent::Created).await
}

async fn update(act: &mut Act<'_>, id: ProjectId, r: &pb::UpdateProjectRequest) -> Result<Project> {
    let before = act.seen::<Project>(id, &r.etag).await?;
    let (head, terms) = wire::change(r, &before, &act.caller.sight())?;
    if (head.owner, head.territory) != (before.head.owner, before.head.territory) {
        place(act.people(), "project.", head.owner, head.territory)?;
        let scope = scope(&act.caller, before.kind, Access::Write);
        if !scope.covers(Whose::to_be(Some(head.owner), head.territory)) {
            return Err(Error::Denied);
        }
    }
    let mut after = before.clone();
    let event = after.update(head, terms)?;
    act.store(&before, after, &event).await
}

/// Moves a task of a project that the caller may change, or one that is given to him, whosever the project is.
async fn move_task(
    act: &mut Act<'_>,
    target: &impl Target,
    task: &str,
    decide: impl FnOnce(&mut Project, TaskId, MemberId, Time) -> Result<ProjectEvent>,
) -> Result<Option<pb::ProjectTask>> {
    let (id, task): (ProjectId, TaskId) =
        (parse_id("id", target.id())?, parse_id("task_id", task)?);
    let me = act.member()?;
    let found = Project::load(act.tx, id).await?;
    let himself = act.caller.in_person();
    let mine = |p: &Project| {
        p.task(task)
            .is_some_and(|t| Some(t.work.assignee) == himself)
    };
    let before = found
        .filter(|p| mine(p) || uses(&act.caller, p, Access::Write))
        .ok_or_else(|| Error::not_found(Project::KIND, id))?;
    if !target.etag().is_empty() && target.etag() != etag(before.version) {
        return Err(Error::Stale);
    }
    if before.task(task).is_none() {
        return Err(no_task(task));
    }
    let mut after = before.clone();
    let event = decide(&mut after, task, me, act.now)?;
    let project = act.store(&before, after, &event).await?;
    Ok(wire::task_of(&project, task))
}
