//! Projects as contracts write them.

use std::str::FromStr as _;

use baton_chassis::{
    Date, Money, Noun as _, Result, Source, SourceKind, Violation, Violations,
    ids::{ContactId, MemberId, MilestoneId, PartyId, ProjectId, TaskId, TerritoryId},
    mask::Sight,
    money::format_quantity,
    search::Query,
    wire::{Mask, date_text, etag, id_text, money, timestamp},
    words::Word as _,
    words::number,
};
use baton_proto::{sales::v1 as pb, r#type::v1::Money as MoneyMessage};
use uuid::Uuid;

use super::opportunity::{Items, Price, items, one_currency};
use crate::{
    commerce::Commerce,
    opportunity,
    project::{
        Head, MILESTONES_MAX, Milestone, Project, Risk, State, TEAM_MAX, Task, TaskState, Teammate,
        Terms, Type, Work,
    },
    store::project::{Filter, ProjectTask, TaskFilter},
};

/// A project as a request describes it.
#[derive(Clone, Debug)]
pub struct NewProject {
    /// What it is for.
    pub kind: Type,
    /// What it came from.
    pub source: Source,
    /// Name.
    pub name: String,
    /// The account.
    pub party: Option<PartyId>,
    /// The person to talk to.
    pub contact: Option<ContactId>,
    /// Anything worth knowing.
    pub description: String,
    /// Who works on it.
    pub team: Vec<Teammate>,
    /// What is to be reached by when.
    pub milestones: Vec<Milestone>,
    /// How likely it is to go wrong.
    pub risk: Option<Risk>,
    /// What may go wrong.
    pub risk_note: String,
    /// What it may cost.
    pub budget: Option<Money>,
    /// Who is to own it, if that is said.
    pub owner: Option<MemberId>,
    /// Territory, if that is said.
    pub territory: Option<TerritoryId>,
    /// What is stated of the deal.
    pub terms: Terms,
    /// What the deal is about.
    pub items: Items,
}

/// Reads a request for a new project.
///
/// # Errors
/// All violations.
pub fn new_project(request: &pb::CreateProjectRequest) -> Result<NewProject> {
    let project = request.project.clone().unwrap_or_default();
    let mut v = Violations::new();
    let source = v.source("project.source", project.source.as_ref());
    let kind = kind(&mut v, &project, &source);
    let (terms, items) = deal(&mut v, &project, kind);
    let party = party(&mut v, &project);
    // What an opportunity becomes has its account.
    if kind == Type::Sales && party.is_none() && source.kind != SourceKind::Opportunity {
        v.add("project.party_id", "REQUIRED");
    }
    let new = NewProject {
        kind,
        source,
        name: name(&mut v, &project),
        party,
        contact: contact(&mut v, &project),
        description: description(&mut v, &project),
        team: read_team(&mut v, &project),
        milestones: read_milestones(&mut v, &project, Uuid::nil().into(), &[], 0),
        risk: risk(&mut v, &project),
        risk_note: risk_note(&mut v, &project),
        budget: v.optional_money("project.budget", project.budget.as_ref()),
        owner: v.optional_id("project.owner_id", &project.owner_id),
        territory: v.optional_id("project.territory_id", &project.territory_id),
        terms,
        items,
    };
    v.done()?;
    Ok(new)
}

/// What a project is for: what its source fixes, and only where that fixes nothing what is said.
fn kind(v: &mut Violations, project: &pb::Project, source: &Source) -> Type {
    let Ok(fixed) = Type::fixed_by(source.kind) else {
        v.add("project.source.kind", "PROJECT_SOURCE_UNFIT");
        return Type::Other;
    };
    let Some(fixed) = fixed else {
        let said = v.choice("project.type", project.r#type, Type::numbered);
        return said.unwrap_or(Type::Other);
    };
    let said = v.optional_choice("project.type", project.r#type, Type::numbered);
    if said.is_some_and(|said| said != fixed) {
        v.add("project.type", "PROJECT_TYPE_FIXED");
    }
    fixed
}

/// Reads what is stated of the deal, which only a sales project has.
fn deal(v: &mut Violations, project: &pb::Project, kind: Type) -> (Terms, Items) {
    if kind != Type::Sales {
        only_sales(v, project, None);
        return (Terms::default(), Items::default());
    }
    let items = items(v, "project.lines", &project.lines, Price::Required);
    let terms = Terms {
        amount: stated(v, project),
        percent: percent(v, project),
        expected_close: expected_close(v, project),
    };
    one_currency(v, "project.amount", &items, terms.amount.as_ref());
    (terms, items)
}

/// Notes every field of a deal that is filled in, or named, for a project that has none.
fn only_sales(v: &mut Violations, project: &pb::Project, mask: Option<&Mask>) {
    let filled = [
        ("lines", !project.lines.is_empty()),
        ("amount", project.amount.is_some()),
        ("probability_percent", project.probability_percent.is_some()),
        (
            "expected_close_date",
            !project.expected_close_date.trim().is_empty(),
        ),
    ];
    for (field, filled) in filled {
        if filled && mask.is_none_or(|m| m.has(field)) {
            v.add(format!("project.{field}"), "PROJECT_NOT_SALES");
        }
    }
}

/// Reads a change of a project: what it can be changed to, and the terms that its deal is to have.
///
/// # Errors
/// All violations.
pub fn change(
    request: &pb::UpdateProjectRequest,
    before: &Project,
    sight: &Sight,
) -> Result<(Head, Terms)> {
    const FIELDS: &[&str] = &[
        "name",
        "party_id",
        "contact_id",
        "description",
        "team",
        "milestones",
        "risk_level",
        "risk_note",
        "budget",
        "owner_id",
        "territory_id",
        "amount",
        "probability_percent",
        "expected_close_date",
    ];
    let project = request.project.clone().unwrap_or_default();
    let mut v = Violations::new();
    let mut mask = v.mask(request.update_mask.as_ref(), FIELDS);
    if !sight.cost(before.whose()) {
        v.keep_hidden(&mut mask, "project", "budget", project.budget.is_none());
    }
    let head = head(&mut v, &mask, &project, before);
    let mut terms = before.terms();
    if before.deal.is_none() {
        only_sales(&mut v, &project, Some(&mask));
    } else {
        if mask.has("amount") {
            terms.amount = stated(&mut v, &project);
        }
        if mask.has("probability_percent") {
            terms.percent = percent(&mut v, &project);
        }
        if mask.has("expected_close_date") {
            terms.expected_close = expected_close(&mut v, &project);
        }
    }
    v.done()?;
    Ok((head, terms))
}

fn head(v: &mut Violations, mask: &Mask, project: &pb::Project, before: &Project) -> Head {
    let mut head = before.head.clone();
    if mask.has("name") {
        head.name = name(v, project);
    }
    if mask.has("party_id") {
        head.party = party(v, project);
        if before.kind == Type::Sales && head.party.is_none() {
            v.add("project.party_id", "REQUIRED");
        }
    }
    if mask.has("contact_id") {
        head.contact = contact(v, project);
    }
    if mask.has("description") {
        head.description = description(v, project);
    }
    if mask.has("team") {
        head.team = read_team(v, project);
    }
    if mask.has("milestones") {
        let known = &before.head.milestones;
        head.milestones = read_milestones(v, project, before.id, known, before.version);
    }
    if mask.has("risk_level") {
        head.risk = risk(v, project);
    }
    if mask.has("risk_note") {
        head.risk_note = risk_note(v, project);
    }
    if mask.has("budget") {
        let budget = v.optional_money("project.budget", project.budget.as_ref());
        (head.budget_currency, head.budget_minor) =
            budget.map(|m| (m.currency, m.amount_minor)).unzip();
    }
    if mask.has("owner_id") {
        head.owner = v.id("project.owner_id", &project.owner_id);
    }
    if mask.has("territory_id") {
        head.territory = v.optional_id("project.territory_id", &project.territory_id);
    }
    head
}

fn name(v: &mut Violations, project: &pb::Project) -> String {
    v.text("project.name", &project.name, 1..=200)
}

fn party(v: &mut Violations, project: &pb::Project) -> Option<PartyId> {
    v.optional_id("project.party_id", &project.party_id)
}

fn contact(v: &mut Violations, project: &pb::Project) -> Option<ContactId> {
    v.optional_id("project.contact_id", &project.contact_id)
}

fn description(v: &mut Violations, project: &pb::Project) -> String {
    v.optional_text("project.description", &project.description, 4_000)
}

fn risk(v: &mut Violations, project: &pb::Project) -> Option<Risk> {
    v.optional_choice("project.risk_level", project.risk_level, Risk::numbered)
}

fn risk_note(v: &mut Violations, project: &pb::Project) -> String {
    v.optional_text("project.risk_note", &project.risk_note, 1_000)
}

fn stated(v: &mut Violations, project: &pb::Project) -> Option<Money> {
    v.optional_money("project.amount", project.amount.as_ref())
}

fn percent(v: &mut Violations, project: &pb::Project) -> Option<i32> {
    let percent = project.probability_percent?;
    Some(v.in_range("project.probability_percent", percent, 0..=100))
}

fn expected_close(v: &mut Violations, project: &pb::Project) -> Option<Date> {
    v.optional_date("project.expected_close_date", &project.expected_close_date)
}

fn too_many(field: &str, max: usize) -> Violation {
    Violation::new(field, "TOO_MANY").with("max", max)
}

fn read_team(v: &mut Violations, project: &pb::Project) -> Vec<Teammate> {
    if project.team.len() > TEAM_MAX {
        v.push(too_many("project.team", TEAM_MAX));
    }
    let mut team: Vec<Teammate> = Vec::new();
    for (n, mate) in project.team.iter().enumerate().take(TEAM_MAX) {
        let mate = Teammate {
            member: v.id(&format!("project.team[{n}].member_id"), &mate.member_id),
            role: v.word(&format!("project.team[{n}].role"), &mate.role, 40),
        };
        if team.contains(&mate) {
            v.add(format!("project.team[{n}]"), "PROJECT_MEMBER_TWICE");
        }
        team.push(mate);
    }
    team
}

/// Reads the milestones of a project whose present ones are `known`, for the state after its `version`th.
fn read_milestones(
    v: &mut Violations,
    project: &pb::Project,
    of: ProjectId,
    known: &[Milestone],
    version: i64,
) -> Vec<Milestone> {
    if project.milestones.len() > MILESTONES_MAX {
        v.push(too_many("project.milestones", MILESTONES_MAX));
    }
    let mut read: Vec<Milestone> = Vec::new();
    for (n, message) in project.milestones.iter().enumerate().take(MILESTONES_MAX) {
        let at = |name| format!("project.milestones[{n}].{name}");
        let id: Option<MilestoneId> = v.optional_id(&at("id"), &message.id);
        if id.is_some_and(|id| known.iter().all(|m| m.id != id)) {
            v.add(at("id"), "REFERENCE_NOT_FOUND");
        }
        if id.is_some_and(|id| read.iter().any(|m| m.id == id)) {
            v.add(at("id"), "MILESTONE_TWICE");
        }
        read.push(Milestone {
            id: id.unwrap_or_else(|| Milestone::new_id(of, version, n)),
            name: v.text(&at("name"), &message.name, 1..=200),
            planned_on: v.date(&at("planned_date"), &message.planned_date),
            actual_on: v.optional_date(&at("actual_date"), &message.actual_date),
        });
    }
    read
}

/// Reads why the deal of a project was lost. `UNKNOWN` is for imports alone.
///
/// # Errors
/// All violations.
pub fn loss(request: &pb::LoseProjectRequest) -> Result<(opportunity::LossReason, String)> {
    super::opportunity::loss(&pb::LoseOpportunityRequest {
        reason: request.reason,
        competitor: request.competitor.clone(),
        ..pb::LoseOpportunityRequest::default()
    })
}

/// Reads why a project is put on hold or given up, or commerce gives back what was sold.
///
/// # Errors
/// When it is not said.
pub fn reason(reason: &str) -> Result<String> {
    let mut v = Violations::new();
    let reason = v.text("reason", reason, 1..=500);
    v.done()?;
    Ok(reason)
}

/// Reads what a new task is about; nobody is named where `assignee` is to take it.
///
/// # Errors
/// All violations.
pub fn new_task(
    task: Option<&pb::ProjectTask>,
    project: &Project,
    assignee: MemberId,
) -> Result<Work> {
    let task = task.cloned().unwrap_or_default();
    let mut v = Violations::new();
    let work = Work {
        title: title(&mut v, &task),
        assignee: v
            .optional_id("task.assignee_id", &task.assignee_id)
            .unwrap_or(assignee),
        due_on: due(&mut v, &task),
        milestone: goal(&mut v, &task, project),
    };
    v.done()?;
    Ok(work)
}

/// Reads a change of a task.
///
/// # Errors
/// All violations.
pub fn task_change(
    request: &pb::UpdateProjectTaskRequest,
    project: &Project,
    before: &Task,
) -> Result<Work> {
    const FIELDS: &[&str] = &["title", "assignee_id", "due_date", "milestone_id"];
    let task = request.task.clone().unwrap_or_default();
    let mut v = Violations::new();
    let mask = v.mask(request.update_mask.as_ref(), FIELDS);
    let mut work = before.work.clone();
    if mask.has("title") {
        work.title = title(&mut v, &task);
    }
    if mask.has("assignee_id") {
        work.assignee = v.id("task.assignee_id", &task.assignee_id);
    }
    if mask.has("due_date") {
        work.due_on = due(&mut v, &task);
    }
    if mask.has("milestone_id") {
        work.milestone = goal(&mut v, &task, project);
    }
    v.done()?;
    Ok(work)
}

fn title(v: &mut Violations, task: &pb::ProjectTask) -> String {
    v.text("task.title", &task.title, 1..=200)
}

fn due(v: &mut Violations, task: &pb::ProjectTask) -> Option<Date> {
    v.optional_date("task.due_date", &task.due_date)
}

fn goal(v: &mut Violations, task: &pb::ProjectTask, project: &Project) -> Option<MilestoneId> {
    let goal = v.optional_id("task.milestone_id", &task.milestone_id);
    if goal.is_some_and(|g| project.head.milestones.iter().all(|m| m.id != g)) {
        v.add("task.milestone_id", "REFERENCE_NOT_FOUND");
    }
    goal
}

/// What a list of projects is narrowed to.
///
/// # Errors
/// All violations.
pub fn filter(request: &pb::ListProjectsRequest) -> Result<(Filter, Option<Query>)> {
    let mut v = Violations::new();
    let source_kind = Some(request.source_kind.trim()).filter(|k| !k.is_empty());
    let filter = Filter {
        kind: v.optional_choice("type", request.r#type, Type::numbered),
        state: v.optional_choice("state", request.state, State::numbered),
        deal_state: v.optional_choice(
            "deal_state",
            request.deal_state,
            opportunity::State::numbered,
        ),
        commerce: v.optional_choice("commerce_state", request.commerce_state, Commerce::numbered),
        owner: v.optional_id("owner_id", &request.owner_id),
        party: v.optional_id("party_id", &request.party_id),
        source_kind: source_kind.and_then(|k| {
            let kind = SourceKind::from_str(k).ok();
            if kind.is_none() {
                v.add("source_kind", "SOURCE_KIND_UNKNOWN");
            }
            kind
        }),
        source_id: Some(v.optional_text("source_id", &request.source_id, 200))
            .filter(|id| !id.is_empty()),
    };
    if filter.source_id.is_some() && source_kind.is_none() {
        v.add("source_kind", "REQUIRED");
    }
    let query = v.optional_query("query", &request.query);
    v.done()?;
    Ok((filter, query))
}

/// What a list of tasks is narrowed to: of one project, or else given to one member, who is `me` unless he is named.
///
/// # Errors
/// All violations.
pub fn task_filter(request: &pb::ListProjectTasksRequest, me: MemberId) -> Result<TaskFilter> {
    let mut v = Violations::new();
    let project = v.optional_id("project_id", &request.project_id);
    let named = v.optional_id("assignee_id", &request.assignee_id);
    let filter = TaskFilter {
        project,
        assignee: named.or_else(|| project.is_none().then_some(me)),
        state: v.optional_choice("state", request.state, TaskState::numbered),
    };
    v.done()?;
    Ok(filter)
}

/// The team of a project as contracts write it.
#[must_use]
pub fn team(head: &Head) -> Vec<pb::ProjectMember> {
    let mate = |mate: &Teammate| pb::ProjectMember {
        member_id: mate.member.to_string(),
        role: mate.role.clone(),
    };
    head.team.iter().map(mate).collect()
}

/// The milestones of a project as contracts write them.
#[must_use]
pub fn milestones(head: &Head) -> Vec<pb::Milestone> {
    let milestone = |m: &Milestone| pb::Milestone {
        id: m.id.to_string(),
        name: m.name.clone(),
        planned_date: m.planned_on.to_string(),
        actual_date: date_text(m.actual_on),
    };
    head.milestones.iter().map(milestone).collect()
}

/// The products that the deal of a project is about, each once.
#[must_use]
pub fn product_ids(project: &Project) -> Vec<String> {
    let lines = project.deal.iter().flat_map(|d| &d.lines);
    let mut products: Vec<_> = lines.filter_map(|l| l.item.product).collect();
    products.sort_unstable();
    products.dedup();
    products.iter().map(ToString::to_string).collect()
}

fn worth(currency: &str, minor: Option<i64>) -> Option<MoneyMessage> {
    minor.map(|minor| money(currency, minor))
}

/// A project with what was read of it, as a reader sees it.
#[must_use]
pub fn project(project: &Project, sight: &Sight) -> pb::Project {
    let head = &project.head;
    let budget = head.budget().filter(|_| sight.cost(project.whose()));
    let message = pb::Project {
        id: project.id.to_string(),
        number: project.number.clone(),
        name: head.name.clone(),
        r#type: project.kind.number(),
        state: project.state.number(),
        party_id: id_text(head.party),
        contact_id: id_text(head.contact),
        description: head.description.clone(),
        team: team(head),
        milestones: milestones(head),
        risk_level: number(head.risk),
        risk_note: head.risk_note.clone(),
        budget: budget.map(|m| money(&m.currency, m.amount_minor)),
        masked_fields: sight.hidden(Project::KIND, project.whose()),
        reason: project.reason.clone(),
        end_time: project.ended_at.map(timestamp),
        source: Some(baton_chassis::wire::source(&project.source())),
        owner_id: head.owner.to_string(),
        territory_id: id_text(head.territory),
        etag: etag(project.version),
        create_time: Some(timestamp(project.created_at)),
        update_time: Some(timestamp(project.updated_at)),
        ..pb::Project::default()
    };
    let Some(deal) = &project.deal else {
        return message;
    };
    let line = |line: &opportunity::Line| pb::OpportunityLine {
        id: line.id.to_string(),
        product_id: id_text(line.item.product),
        description: line.item.description.clone(),
        quantity: format_quantity(line.item.quantity_milli),
        unit_price: worth(&deal.currency, line.item.unit_price_minor),
        discount_bp: line.item.discount_bp,
        amount: worth(&deal.currency, line.item.amount_minor),
    };
    pb::Project {
        deal_state: deal.state.number(),
        lines: deal.lines.iter().map(line).collect(),
        amount: worth(&deal.currency, deal.amount_minor),
        probability_percent: deal.probability_percent,
        expected_close_date: date_text(deal.expected_close),
        loss_reason: number(deal.loss_reason),
        competitor: deal.competitor.clone(),
        close_time: deal.closed_at.map(timestamp),
        commerce_state: deal.commerce.number(),
        ..message
    }
}

/// A task with the project that it belongs to.
#[must_use]
pub fn task(listed: &ProjectTask) -> pb::ProjectTask {
    let (task, work) = (&listed.task, &listed.task.work);
    pb::ProjectTask {
        id: task.id.to_string(),
        project_id: listed.project.to_string(),
        project_name: listed.project_name.clone(),
        title: work.title.clone(),
        assignee_id: work.assignee.to_string(),
        due_date: date_text(work.due_on),
        milestone_id: id_text(work.milestone),
        state: task.state.number(),
        end_time: task.ended_at.map(timestamp),
    }
}

/// One of the tasks of a project.
#[must_use]
pub fn task_of(project: &Project, id: TaskId) -> Option<pb::ProjectTask> {
    let listed = ProjectTask {
        task: project.task(id)?.clone(),
        project: project.id,
        project_name: project.head.name.clone(),
    };
    Some(task(&listed))
}
