//! Sales processes as rows: the process and its stages.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{Error, Tx},
    ids::{MemberId, ProcessId, StageId, TerritoryId},
    list::{Key, List, Order},
};

use crate::{
    events,
    process::{Process, ProcessEvent, ProcessState, Stage},
};

/// Columns of a process without its stages.
macro_rules! columns {
    () => {
        "p.id, p.name, p.product_line, p.state, p.version, p.created_at, p.updated_at"
    };
}

impl Noun for Process {
    type Id = ProcessId;
    type Event = ProcessEvent;
    const KIND: &'static str = "PROCESS";

    fn id(&self) -> ProcessId {
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
        None
    }
    fn territory(&self) -> Option<TerritoryId> {
        None
    }

    async fn load(tx: &mut Tx, id: ProcessId) -> Result<Option<Self>, Error> {
        let found = tx
            .sql(concat!(
                "select ",
                columns!(),
                " from process p where p.id = $1"
            ))
            .bind(id)
            .optional()
            .await?;
        with_stages(tx, found).await
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.sql(
            "insert into process (id, name, product_line, state, version, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(self.id)
        .bind(self.name.clone())
        .bind(self.product_line.clone())
        .bind(self.state)
        .bind(self.version)
        .bind(self.created_at)
        .bind(self.updated_at)
        .execute()
        .await?;
        save_stages(tx, self).await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.sql(
            "update process set name = $3, product_line = $4, state = $5, version = $2, updated_at = $6 \
             where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.name.clone())
        .bind(self.product_line.clone())
        .bind(self.state)
        .bind(self.updated_at)
        .execute_one()
        .await?;
        save_stages(tx, self).await
    }

    fn said(&self, event: &ProcessEvent) -> Said {
        events::process_said(self, event)
    }
}

async fn with_stages(tx: &mut Tx, process: Option<Process>) -> Result<Option<Process>, Error> {
    let Some(mut process) = process else {
        return Ok(None);
    };
    process.stages = stages(tx, process.id).await?;
    Ok(Some(process))
}

/// The stages of a process, those in use first and in order.
///
/// # Errors
/// When the store fails.
pub async fn stages(tx: &mut Tx, process: ProcessId) -> Result<Vec<Stage>, Error> {
    tx.sql(
        "select id, position, name, probability_percent, retired from stage where process = $1 \
         order by retired, position, id",
    )
    .bind(process)
    .all()
    .await
}

async fn save_stages(tx: &mut Tx, process: &Process) -> Result<(), Error> {
    let stored = stages(tx, process.id).await?;
    for stage in process.stages.iter().filter(|s| !stored.contains(s)) {
        tx.sql(
            "insert into stage (id, process, position, name, probability_percent, retired) \
             values ($1, $2, $3, $4, $5, $6) on conflict (id) do update set position = excluded.position, \
             name = excluded.name, probability_percent = excluded.probability_percent, retired = excluded.retired",
        )
        .bind(stage.id)
        .bind(process.id)
        .bind(stage.position)
        .bind(stage.name.clone())
        .bind(stage.probability_percent)
        .bind(stage.retired)
        .execute()
        .await?;
    }
    Ok(())
}

/// The stages of a process in which open deals stand.
///
/// # Errors
/// When the store fails.
pub async fn occupied(tx: &mut Tx, process: ProcessId) -> Result<Vec<StageId>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        stage: StageId,
    }
    let rows: Vec<Row> = tx
        .sql("select distinct stage from opportunity where process = $1 and state = 'OPEN'")
        .bind(process)
        .all()
        .await?;
    Ok(rows.into_iter().map(|r| r.stage).collect())
}

/// The process that a new deal about this product line takes: the oldest one in use for the line, else the oldest one
/// for every line.
///
/// # Errors
/// When the store fails.
pub async fn for_line(tx: &mut Tx, product_line: &str) -> Result<Option<Process>, Error> {
    let mut found = None;
    for line in [product_line, ""] {
        if found.is_none() {
            found = tx
                .sql(concat!(
                    "select ",
                    columns!(),
                    " from process p where p.product_line = $1 and p.state = 'ACTIVE' \
                     order by p.created_at, p.id limit 1"
                ))
                .bind(line.to_owned())
                .optional()
                .await?;
        }
    }
    with_stages(tx, found).await
}

/// The orders of the list of processes; the first one is the default.
pub const ORDERS: &[(&str, Order<Process>)] = &[
    (
        "name",
        Order {
            column: "p.name",
            id: "p.id",
            descending: false,
            key: |p| (Key::Text(p.name.clone()), p.id.into()),
        },
    ),
    (
        "create_time desc",
        Order {
            column: "p.created_at",
            id: "p.id",
            descending: true,
            key: |p| (Key::Time(p.created_at), p.id.into()),
        },
    ),
];

/// The processes that match. They belong to nobody, so whoever may list them sees all.
#[must_use]
pub fn list(state: Option<ProcessState>, product_line: Option<String>) -> List {
    List::of(columns!(), "process p")
        .filter("p.state = ?", state)
        .filter("p.product_line = ?", product_line)
        .for_everyone()
}
