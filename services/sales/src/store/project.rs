//! Projects as rows: the project with its deal, its team, milestones, lines and tasks.

use baton_chassis::{
    Date, SourceKind, Time,
    act::{Noun, Said},
    db::{Error, Query, Tx},
    ids::{MemberId, PartyId, ProjectId, TerritoryId},
    list::{Key, List, Order, Rights, Scope},
    policy::Function,
    search::{Text, titled},
};

use crate::{
    commerce::Commerce,
    events,
    opportunity::{self, Line, LossReason},
    project::{Deal, Milestone, Project, ProjectEvent, State, Task, TaskState, Teammate, Type},
    store::opportunity::NO_DAY,
};

/// Columns of a project without what is in other tables.
macro_rules! columns {
    () => {
        "p.id, p.number, p.type, p.name, p.party, p.contact, p.description, p.risk, p.risk_note, p.budget_currency, \
         p.budget_minor, p.state, p.reason, p.ended_at, p.reopened, p.deal_state, p.commerce, p.currency, p.stated_minor, \
         p.amount_minor, p.stated_percent, p.probability_percent, p.expected_close, p.loss_reason, p.competitor, \
         p.closed_at, p.source_kind, p.source_id, p.owner, p.territory, p.version, p.created_at, p.updated_at"
    };
}

/// A project as its row tells it: the columns of the deal are empty where there is none.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    #[sqlx(flatten)]
    project: Project,
    deal_state: Option<opportunity::State>,
    commerce: Option<Commerce>,
    currency: Option<String>,
    stated_minor: Option<i64>,
    amount_minor: Option<i64>,
    stated_percent: Option<i32>,
    probability_percent: Option<i32>,
    expected_close: Option<Date>,
    loss_reason: Option<LossReason>,
    competitor: String,
    closed_at: Option<Time>,
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        let mut project = row.project;
        if let (Some(state), Some(commerce), Some(currency)) =
            (row.deal_state, row.commerce, row.currency)
        {
            project.deal = Some(Deal {
                state,
                commerce,
                currency,
                stated_minor: row.stated_minor,
                amount_minor: row.amount_minor,
                stated_percent: row.stated_percent,
                probability_percent: row.probability_percent,
                expected_close: row.expected_close,
                loss_reason: row.loss_reason,
                competitor: row.competitor,
                closed_at: row.closed_at,
                lines: Vec::new(),
            });
        }
        project
    }
}

impl Noun for Project {
    type Id = ProjectId;
    type Event = ProjectEvent;
    const KIND: &'static str = "PROJECT";

    fn id(&self) -> ProjectId {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn touch(&mut self, version: i64, at: Time) {
        self.version = version;
        self.updated_at = at;
    }
    fn owner(&self) -> Option<MemberId> {
        Some(self.head.owner)
    }
    fn territory(&self) -> Option<TerritoryId> {
        self.head.territory
    }
    fn function(&self) -> Option<Function> {
        self.kind.function()
    }

    async fn load(tx: &mut Tx, id: ProjectId) -> Result<Option<Self>, Error> {
        let found: Option<Row> = tx
            .sql(concat!(
                "select ",
                columns!(),
                " from project p where p.id = $1"
            ))
            .bind(id)
            .optional()
            .await?;
        let Some(mut project) = found.map(Self::from) else {
            return Ok(None);
        };
        project.head.team = team(tx, id).await?;
        project.head.milestones = milestones(tx, id).await?;
        project.tasks = tasks(tx, id).await?;
        if let Some(deal) = &mut project.deal {
            deal.lines = lines(tx, id).await?;
        }
        Ok(Some(project))
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.sql(
            "insert into project (id, version, updated_at, name, party, contact, description, risk, risk_note, \
             budget_currency, budget_minor, state, reason, ended_at, owner, territory, deal_state, commerce, currency, \
             stated_minor, amount_minor, stated_percent, probability_percent, expected_close, loss_reason, competitor, \
             closed_at, amount_order, close_order, number, type, source_kind, source_id, created_at) values ($1, $2, \
             $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
             $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)",
        )
        .bind_project(self)
        .bind(self.number.clone())
        .bind(self.kind)
        .bind(self.source_kind)
        .bind(self.source_id.clone())
        .bind(self.created_at)
        .execute()
        .await?;
        save_parts(tx, self).await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.sql(
            "update project set version = $2, updated_at = $3, name = $4, party = $5, contact = $6, description = $7, \
             risk = $8, risk_note = $9, budget_currency = $10, budget_minor = $11, state = $12, reason = $13, \
             ended_at = $14, owner = $15, territory = $16, deal_state = $17, commerce = $18, currency = $19, \
             stated_minor = $20, amount_minor = $21, stated_percent = $22, probability_percent = $23, \
             expected_close = $24, loss_reason = $25, competitor = $26, closed_at = $27, amount_order = $28, \
             close_order = $29, reopened = $30 where id = $1 and version = $2 - 1",
        )
        .bind_project(self)
        .bind(self.reopened)
        .execute_one()
        .await?;
        save_parts(tx, self).await
    }

    fn texts(&self) -> Vec<Text> {
        titled(&self.number, &self.head.name)
    }

    fn said(&self, event: &ProjectEvent) -> Said {
        events::project::said(self, event)
    }
}

/// Binds what both writing texts have in common, as `$1` to `$29`.
trait BindProject {
    fn bind_project(self, project: &Project) -> Self;
}

impl BindProject for Query<'_> {
    fn bind_project(self, project: &Project) -> Self {
        let (head, deal) = (&project.head, project.deal.as_ref());
        self.bind(project.id)
            .bind(project.version)
            .bind(project.updated_at)
            .bind(head.name.clone())
            .bind(head.party)
            .bind(head.contact)
            .bind(head.description.clone())
            .bind(head.risk)
            .bind(head.risk_note.clone())
            .bind(head.budget_currency.clone())
            .bind(head.budget_minor)
            .bind(project.state)
            .bind(project.reason.clone())
            .bind(project.ended_at)
            .bind(head.owner)
            .bind(head.territory)
            .bind(deal.map(|d| d.state))
            .bind(deal.map(|d| d.commerce))
            .bind(deal.map(|d| d.currency.clone()))
            .bind(deal.and_then(|d| d.stated_minor))
            .bind(deal.and_then(|d| d.amount_minor))
            .bind(deal.and_then(|d| d.stated_percent))
            .bind(deal.and_then(|d| d.probability_percent))
            .bind(deal.and_then(|d| d.expected_close))
            .bind(deal.and_then(|d| d.loss_reason))
            .bind(deal.map(|d| d.competitor.clone()).unwrap_or_default())
            .bind(deal.and_then(|d| d.closed_at))
            .bind(amount_order(deal.and_then(|d| d.amount_minor)))
            .bind(close_order(deal.and_then(|d| d.expected_close)))
    }
}

fn amount_order(minor: Option<i64>) -> i64 {
    minor.unwrap_or(-1)
}

fn close_order(day: Option<Date>) -> Date {
    day.unwrap_or(NO_DAY)
}

/// The rows beside a project; those that did not change are left alone.
async fn save_parts(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    save_team(tx, project).await?;
    save_milestones(tx, project).await?;
    save_lines(tx, project).await?;
    save_tasks(tx, project).await
}

async fn team(tx: &mut Tx, project: ProjectId) -> Result<Vec<Teammate>, Error> {
    tx.sql("select member, role from project_member where project = $1 order by position")
        .bind(project)
        .all()
        .await
}

async fn save_team(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    if team(tx, project.id).await? == project.head.team {
        return Ok(());
    }
    tx.sql("delete from project_member where project = $1")
        .bind(project.id)
        .execute()
        .await?;
    for (position, mate) in (1_i32..).zip(&project.head.team) {
        tx.sql(
            "insert into project_member (project, position, member, role) values ($1, $2, $3, $4)",
        )
        .bind(project.id)
        .bind(position)
        .bind(mate.member)
        .bind(mate.role.clone())
        .execute()
        .await?;
    }
    Ok(())
}

async fn milestones(tx: &mut Tx, project: ProjectId) -> Result<Vec<Milestone>, Error> {
    tx.sql("select id, name, planned_on, actual_on from milestone where project = $1 order by position")
        .bind(project)
        .all()
        .await
}

async fn save_milestones(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    if milestones(tx, project.id).await? == project.head.milestones {
        return Ok(());
    }
    tx.sql("delete from milestone where project = $1")
        .bind(project.id)
        .execute()
        .await?;
    for (position, milestone) in (1_i32..).zip(&project.head.milestones) {
        tx.sql(
            "insert into milestone (id, project, position, name, planned_on, actual_on) \
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(milestone.id)
        .bind(project.id)
        .bind(position)
        .bind(milestone.name.clone())
        .bind(milestone.planned_on)
        .bind(milestone.actual_on)
        .execute()
        .await?;
    }
    Ok(())
}

async fn lines(tx: &mut Tx, project: ProjectId) -> Result<Vec<Line>, Error> {
    tx.sql(
        "select id, product, description, quantity_milli, unit_price_minor, discount_bp, amount_minor \
         from project_line where project = $1 order by position",
    )
    .bind(project)
    .all()
    .await
}

/// Lines are set all at once, so they are written all at once, if they differ from what is stored.
async fn save_lines(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    let Some(deal) = &project.deal else {
        return Ok(());
    };
    if lines(tx, project.id).await? == deal.lines {
        return Ok(());
    }
    tx.sql("delete from project_line where project = $1")
        .bind(project.id)
        .execute()
        .await?;
    for (position, line) in (1_i32..).zip(&deal.lines) {
        tx.sql(
            "insert into project_line (id, project, position, product, description, quantity_milli, \
             unit_price_minor, discount_bp, amount_minor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(line.id)
        .bind(project.id)
        .bind(position)
        .bind(line.item.product)
        .bind(line.item.description.clone())
        .bind(line.item.quantity_milli)
        .bind(line.item.unit_price_minor)
        .bind(line.item.discount_bp)
        .bind(line.item.amount_minor)
        .execute()
        .await?;
    }
    Ok(())
}

async fn tasks(tx: &mut Tx, project: ProjectId) -> Result<Vec<Task>, Error> {
    tx.sql(
        "select id, title, assignee, due_on, milestone, state, ended_at from project_task \
         where project = $1 order by position",
    )
    .bind(project)
    .all()
    .await
}

/// Writes the tasks that differ from what is stored; none is ever taken away.
async fn save_tasks(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    let stored = tasks(tx, project.id).await?;
    for (position, task) in (1_i32..)
        .zip(&project.tasks)
        .filter(|(_, t)| !stored.contains(t))
    {
        tx.sql(
            "insert into project_task (id, project, position, title, assignee, due_on, due_order, milestone, state, \
             ended_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do update set \
             title = excluded.title, assignee = excluded.assignee, due_on = excluded.due_on, \
             due_order = excluded.due_order, milestone = excluded.milestone, state = excluded.state, \
             ended_at = excluded.ended_at",
        )
        .bind(task.id)
        .bind(project.id)
        .bind(position)
        .bind(task.work.title.clone())
        .bind(task.work.assignee)
        .bind(task.work.due_on)
        .bind(close_order(task.work.due_on))
        .bind(task.work.milestone)
        .bind(task.state)
        .bind(task.ended_at)
        .execute()
        .await?;
    }
    Ok(())
}

/// The orders of the list of projects; the first one is the default.
pub const ORDERS: &[(&str, Order<Row>)] = &[
    (
        "create_time desc",
        Order {
            column: "p.created_at",
            id: "p.id",
            descending: true,
            key: |r| (Key::Time(r.project.created_at), r.project.id.into()),
        },
    ),
    (
        "amount desc",
        Order {
            column: "p.amount_order",
            id: "p.id",
            descending: true,
            key: |r| (Key::Int(amount_order(r.amount_minor)), r.project.id.into()),
        },
    ),
    (
        "expected_close_date",
        Order {
            column: "p.close_order",
            id: "p.id",
            descending: false,
            key: |r| {
                (
                    Key::Date(close_order(r.expected_close)),
                    r.project.id.into(),
                )
            },
        },
    ),
];

/// What a list of projects is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this type.
    pub kind: Option<Type>,
    /// In this state.
    pub state: Option<State>,
    /// Whose deal is in this state.
    pub deal_state: Option<opportunity::State>,
    /// Whose deal has got so far on its way to commerce.
    pub commerce: Option<Commerce>,
    /// Of this owner.
    pub owner: Option<MemberId>,
    /// Of this account.
    pub party: Option<PartyId>,
    /// From a source of this kind.
    pub source_kind: Option<SourceKind>,
    /// From the source with this id.
    pub source_id: Option<String>,
}

/// Which projects somebody may see.
#[derive(Clone, Debug)]
pub struct Scopes {
    /// Of the sales projects.
    pub sales: Scope,
    /// Of the marketing projects.
    pub marketing: Scope,
    /// Of all others.
    pub other: Scope,
}

/// The projects that match, without team, milestones, lines and tasks. Those that were retracted are listed only by that
/// state of theirs or of their deal; they are so few that passing over them costs nothing.
#[must_use]
pub fn list(filter: &Filter, scopes: Scopes) -> List {
    const RIGHTS: Rights = Rights {
        owner: "p.owner",
        territory: "p.territory",
        record: "p.id",
    };
    let list = List::of(columns!(), "project p")
        .filter("p.type = ?", filter.kind)
        .filter("p.state = ?", filter.state)
        .filter("p.deal_state = ?", filter.deal_state)
        .filter("p.commerce = ?", filter.commerce)
        .filter("p.owner = ?", filter.owner)
        .filter("p.party = ?", filter.party)
        .filter("p.source_kind = ?", filter.source_kind)
        .filter("p.source_id = ?", filter.source_id.clone());
    let shows_all = filter.state.is_some() || filter.deal_state.is_some();
    let alike = |list: List, scope| {
        if shows_all {
            list.scope(scope, RIGHTS)
        } else {
            list.scopes(&[("p.state <> 'RETRACTED'", scope)], RIGHTS)
        }
    };
    match filter.kind {
        Some(Type::Sales) => alike(list, scopes.sales),
        Some(Type::Marketing) => list.scope(scopes.marketing, RIGHTS),
        Some(Type::Other) => list.scope(scopes.other, RIGHTS),
        None if scopes.sales == scopes.marketing && scopes.sales == scopes.other => {
            alike(list, scopes.other)
        }
        None => {
            let sold = if shows_all {
                "p.type = 'SALES'"
            } else {
                "p.type = 'SALES' and p.state <> 'RETRACTED'"
            };
            list.scopes(
                &[
                    (sold, scopes.sales),
                    ("p.type = 'MARKETING'", scopes.marketing),
                    ("p.type = 'OTHER'", scopes.other),
                ],
                RIGHTS,
            )
        }
    }
}

/// A task with the project that it belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProjectTask {
    /// The task.
    #[sqlx(flatten)]
    pub task: Task,
    /// Its project.
    pub project: ProjectId,
    /// Name of the project.
    pub project_name: String,
}

/// The order of the list of tasks.
pub const TASK_ORDERS: &[(&str, Order<ProjectTask>)] = &[(
    "due_date",
    Order {
        column: "t.due_order",
        id: "t.id",
        descending: false,
        key: |t| (Key::Date(close_order(t.task.work.due_on)), t.task.id.into()),
    },
)];

/// What a list of tasks is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Given to this member.
    pub assignee: Option<MemberId>,
    /// In this state.
    pub state: Option<TaskState>,
}

/// The tasks that match, of the projects in `scopes`; or of all projects where the caller may see every one that matches.
#[must_use]
pub fn task_list(filter: &TaskFilter, scopes: Option<Scopes>) -> List {
    const RIGHTS: Rights = Rights {
        owner: "p.owner",
        territory: "p.territory",
        record: "p.id",
    };
    let list = List::of(
        "t.id, t.title, t.assignee, t.due_on, t.milestone, t.state, t.ended_at, t.project, p.name as project_name",
        "project_task t join project p on p.id = t.project",
    )
    .filter("t.project = ?", filter.project)
    .filter("t.assignee = ?", filter.assignee)
    .filter("t.state = ?", filter.state);
    let Some(scopes) = scopes else {
        return list.scope(Scope::All, RIGHTS);
    };
    list.scopes(
        &[
            ("p.type = 'SALES'", scopes.sales),
            ("p.type = 'MARKETING'", scopes.marketing),
            ("p.type = 'OTHER'", scopes.other),
        ],
        RIGHTS,
    )
}
