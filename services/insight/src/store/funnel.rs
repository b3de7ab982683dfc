//! The funnel of the chain: what was heard of the objects of its hops, the figures, and the records behind each of them.

use baton_chassis::{
    Caller, Time,
    db::{Error, Tx},
    ids::{MemberId, TerritoryId},
    list::{Key, List, Order, Rights, Scope, Sums},
    policy,
    words::Word as _,
};
use uuid::Uuid;

use crate::funnel::{Entrant, Hop, Outcome, Sum};

/// What is known of an object.
///
/// # Errors
/// When the store fails.
pub async fn entrant(tx: &mut Tx, id: Uuid) -> Result<Option<Entrant>, Error> {
    tx.sql(
        "select id, kind, version, state, standing, owner, credit, territory, source_kind, currency, amount_minor, \
         entered_at, ended_at from entrant where id = $1",
    )
    .bind(id)
    .optional()
    .await
}

/// Keeps what is known of an object, unless something newer is known.
///
/// # Errors
/// When the store fails.
pub async fn keep(tx: &mut Tx, e: &Entrant) -> Result<(), Error> {
    tx.sql(
        "insert into entrant (id, kind, position, version, state, standing, owner, territory, source_kind, currency, \
         amount_minor, entered_at, ended_at, entered_s, ended_s, credit) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         on conflict (id) do update set version = excluded.version, state = excluded.state, \
         standing = excluded.standing, owner = excluded.owner, territory = excluded.territory, \
         source_kind = excluded.source_kind, currency = excluded.currency, amount_minor = excluded.amount_minor, \
         entered_at = excluded.entered_at, ended_at = excluded.ended_at, entered_s = excluded.entered_s, \
         ended_s = excluded.ended_s, credit = excluded.credit where entrant.version < excluded.version",
    )
    .bind(e.id)
    .bind(e.kind)
    .bind(e.kind.number())
    .bind(e.version)
    .bind(e.state.clone())
    .bind(e.standing)
    .bind(e.owner)
    .bind(e.territory)
    .bind(e.source_kind.clone())
    .bind(e.currency.clone())
    .bind(e.amount_minor)
    .bind(e.entered_at)
    .bind(e.ended_at)
    .bind(e.entered_at.timestamp())
    .bind(e.ended_at.map(|at| at.timestamp()))
    .bind(e.credit)
    .execute()
    .await?;
    Ok(())
}

/// Notes that an object came from another one.
///
/// # Errors
/// When the store fails.
pub async fn descend(tx: &mut Tx, parent: Uuid, child: Uuid, since: Time) -> Result<(), Error> {
    tx.sql(
        "insert into descent (parent, child, since_s) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(parent)
    .bind(child)
    .bind(since.timestamp())
    .execute()
    .await?;
    Ok(())
}

/// Notes that an object came from another one no more.
///
/// # Errors
/// When the store fails.
pub async fn part(tx: &mut Tx, parent: Uuid, child: Uuid) -> Result<(), Error> {
    tx.sql("delete from descent where parent = $1 and child = $2")
        .bind(parent)
        .bind(child)
        .execute()
        .await?;
    Ok(())
}

/// Which objects a funnel is about.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Those that entered from the one instant on and before the other.
    pub entered: Option<(Time, Time)>,
    /// Those that count for this member.
    pub credit: Option<MemberId>,
    /// Those of these territories.
    pub territories: Option<Vec<TerritoryId>>,
}

/// Rows of one kind and perhaps state, and the scope on which a reader may see them.
pub type Part = (&'static str, Scope);

/// What a reader may see at each hop: what he may read at its owner.
#[must_use]
pub fn parts(caller: &Caller) -> Vec<(Hop, Part)> {
    let by_kind = |kind, state| caller.scope_of_any(policy::readers(kind, state));
    vec![
        (Hop::Lead, ("e.kind = 'LEAD'", by_kind("LEAD", ""))),
        (
            Hop::Opportunity,
            (
                "e.kind = 'OPPORTUNITY' and e.state <> 'WON'",
                by_kind("OPPORTUNITY", ""),
            ),
        ),
        (
            Hop::Opportunity,
            (
                "e.kind = 'OPPORTUNITY' and e.state = 'WON'",
                by_kind("OPPORTUNITY", "WON"),
            ),
        ),
        // Only projects for sales are counted. One that is won is done.
        (
            Hop::Project,
            (
                "e.kind = 'PROJECT' and e.standing <> 'DONE'",
                by_kind("PROJECT", "SALES"),
            ),
        ),
        (
            Hop::Project,
            (
                "e.kind = 'PROJECT' and e.standing = 'DONE'",
                by_kind("PROJECT", "WON"),
            ),
        ),
        (
            Hop::Contract,
            ("e.kind = 'CONTRACT'", by_kind("CONTRACT", "")),
        ),
        (Hop::Order, ("e.kind = 'ORDER'", by_kind("ORDER", ""))),
    ]
}

const RIGHTS: Rights = Rights {
    owner: "e.owner",
    territory: "e.territory",
    record: "e.id",
};

/// What came from an object at a later hop.
macro_rules! came {
    ($what:literal) => {
        concat!(
            "(select ",
            $what,
            " from descent d join entrant c on c.id = d.child where d.parent = e.id and c.position > e.position \
             and c.standing <> 'GONE')"
        )
    };
}

/// What became of an object.
macro_rules! outcome {
    () => {
        concat!(
            "case when exists ",
            came!("1"),
            " then 'MOVED_ON' else e.standing end"
        )
    };
}

fn of_asked(list: List, asked: &Asked, parts: &[Part]) -> List {
    list.clause("e.standing <> 'GONE'")
        .filter("e.credit = ?", asked.credit)
        .among("e.territory", asked.territories.clone())
        .between("e.entered_at >= ? and e.entered_at < ?", asked.entered)
        .scopes(parts, RIGHTS)
}

/// The objects that are counted.
#[must_use]
pub fn entrants(asked: &Asked, parts: &[Part]) -> List {
    let list = List::of(
        concat!(
            "e.kind, e.source_kind, e.currency, e.amount_minor, ",
            outcome!(),
            " as outcome, ",
            came!("min(d.since_s)"),
            " - e.entered_s as move_s, e.ended_s - e.entered_s as end_s"
        ),
        "entrant e",
    );
    of_asked(list, asked, parts)
}

/// What became of the objects of each hop.
pub const BY_HOP: Sums = Sums {
    by: "kind, source_kind, outcome, currency",
    figures: "count(*) as objects, cast(sum(amount_minor) as bigint) as amount_minor, \
              cast(sum(move_s) as bigint) as move_s, cast(sum(end_s) as bigint) as end_s",
};

/// What became of the objects of each hop.
///
/// # Errors
/// When the store fails.
pub async fn sums(tx: &mut Tx, asked: &Asked, parts: &[Part]) -> Result<Vec<Sum>, Error> {
    entrants(asked, parts).sums(tx, BY_HOP).await
}

/// An object behind a figure.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Counted {
    /// The object.
    #[sqlx(flatten)]
    pub entrant: Entrant,
    /// What became of it.
    pub outcome: Outcome,
    /// Seconds from entering to moving on, if it did.
    pub move_s: Option<i64>,
}

/// The order of the objects behind a figure.
pub const ORDERS: &[(&str, Order<Counted>)] = &[(
    "enter_time desc",
    Order {
        column: "e.entered_at",
        id: "e.id",
        descending: true,
        key: |c| (Key::Time(c.entrant.entered_at), c.entrant.id),
    },
)];

/// What a list of the objects of a hop is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// Those that came to one of these, or any if none is named.
    pub outcomes: Vec<Outcome>,
    /// Those that came from one of these kinds of source, or any if none is named.
    pub source_kinds: Vec<String>,
}

/// The objects of a hop that are counted; `parts` are those of this hop.
#[must_use]
pub fn list(asked: &Asked, narrow: &Narrow, parts: &[Part]) -> List {
    let outcomes = narrow.outcomes.iter().map(|o| o.as_str().to_owned());
    let list = List::of(
        concat!(
            "e.id, e.kind, e.version, e.state, e.standing, e.owner, e.credit, e.territory, e.source_kind, \
             e.currency, e.amount_minor, e.entered_at, e.ended_at, ",
            outcome!(),
            " as outcome, ",
            came!("min(d.since_s)"),
            " - e.entered_s as move_s"
        ),
        "entrant e",
    );
    let some = |values: Vec<String>| Some(values).filter(|v| !v.is_empty());
    of_asked(list, asked, parts)
        .among(outcome!(), some(outcomes.collect()))
        .among("e.source_kind", some(narrow.source_kinds.clone()))
}
