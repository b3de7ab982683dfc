//! The figures of a sales process, and the records behind each of them: the same filters and rights for both.

use baton_chassis::{
    Time,
    db::{Error, Tx},
    ids::{MemberId, OpportunityId, ProcessId, StageId, TerritoryId},
    list::{Key, List, Order, Rights, Scope, Sums},
    words::Word as _,
};

use super::opportunity::{COLUMNS, NamedVisit, visit_credit};
use crate::{
    funnel::{DealSum, Stays, VisitSum},
    opportunity::{Opportunity, Outcome, State},
};

/// Which deals and visits of a process a funnel is about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The process.
    pub process: ProcessId,
    /// Visits that began from the one instant on and before the other.
    pub began: Option<(Time, Time)>,
    /// Deals that count for this member, or visits.
    pub credit: Option<MemberId>,
    /// Deals of these territories.
    pub territories: Option<Vec<TerritoryId>>,
}

const RIGHTS: Rights = Rights {
    owner: "o.owner",
    territory: "o.territory",
    record: "o.id",
};

/// What is narrowed alike wherever deals are in the list.
fn of_asked(list: List, asked: &Asked, scope: Scope) -> List {
    list.filter("o.process = ?", Some(asked.process))
        .clause("o.state <> 'RETRACTED'")
        .among("o.territory", asked.territories.clone())
        .scope(scope, RIGHTS)
}

/// The visits that are counted.
#[must_use]
pub fn visits(asked: &Asked, scope: Scope) -> List {
    // The days within which a visit ended are whole ones, so what has begun counts.
    let list = List::of(
        "v.stage, v.outcome, o.currency, o.amount_minor, v.dwell_s, (v.dwell_s + 86399) / 86400 as dwell_d",
        "opportunity o join stage_visit v on v.opportunity = o.id",
    );
    of_asked(list, asked, scope)
        .filter("v.credit = ?", asked.credit)
        .between("v.entered_at >= ? and v.entered_at < ?", asked.began)
}

/// How the visits of each stage ended.
pub const BY_STAGE: Sums = Sums {
    by: "stage, outcome, currency",
    figures: "count(*) as visits, cast(sum(amount_minor) as bigint) as amount_minor, count(dwell_s) as stayed, \
              cast(sum(dwell_s) as bigint) as dwell_s",
};

/// How long the visits of each stage lasted, in whole days: as many rows as there are different days.
pub const BY_DAYS: Sums = Sums {
    by: "stage, dwell_d",
    figures: "count(*) as visits",
};

/// How the visits of each stage ended, and how long they lasted.
///
/// # Errors
/// When the store fails.
pub async fn visit_sums(
    tx: &mut Tx,
    asked: &Asked,
    scope: Scope,
) -> Result<(Vec<VisitSum>, Vec<Stays>), Error> {
    let visits = visits(asked, scope);
    let sums = visits.sums(tx, BY_STAGE).await?;
    let ended = visits.clause("v.dwell_s is not null");
    Ok((sums, ended.sums(tx, BY_DAYS).await?))
}

/// The deals of the visits that are counted.
#[must_use]
pub fn deals(asked: &Asked, scope: Scope) -> List {
    let list = List::of(
        "o.state, o.currency, o.amount_minor, o.cycle_s, o.closed_at",
        "opportunity o",
    );
    of_asked(list, asked, scope)
        .filter("o.credit = ?", asked.credit)
        .between(VISITED, asked.began)
}

/// Deals with a visit that began in a period. Every deal has a visit, so without a period there is nothing to ask.
const VISITED: &str = "exists (select 1 from stage_visit v where v.opportunity = o.id and v.entered_at >= ? \
                       and v.entered_at < ?)";
/// The same for a page: `is true` keeps the engines from beginning with the visits and sorting what they come to.
const VISITED_IN_ORDER: &str = "(exists (select 1 from stage_visit v where v.opportunity = o.id and v.entered_at >= ? \
                                and v.entered_at < ?)) is true";

/// How the deals stand.
pub const BY_STATE: Sums = Sums {
    by: "state, currency",
    figures: "count(*) as deals, cast(sum(amount_minor) as bigint) as amount_minor, count(cycle_s) as timed, \
              cast(sum(cycle_s) as bigint) as cycle_s, min(closed_at) as first_closed, max(closed_at) as last_closed",
};

/// How the deals stand.
///
/// # Errors
/// When the store fails.
pub async fn deal_sums(tx: &mut Tx, asked: &Asked, scope: Scope) -> Result<Vec<DealSum>, Error> {
    deals(asked, scope).sums(tx, BY_STATE).await
}

/// The deals that were won from the one instant on and before the other.
///
/// # Errors
/// When the store fails.
pub async fn won_sums(
    tx: &mut Tx,
    asked: &Asked,
    scope: Scope,
    closed: (Time, Time),
) -> Result<Vec<DealSum>, Error> {
    let won = deals(asked, scope)
        .filter("o.state = ?", Some(State::Won))
        .between(CLOSED, Some(closed));
    won.sums(tx, BY_STATE).await
}

const CLOSED: &str = "o.closed_at >= ? and o.closed_at < ?";
/// The same for a page: `is true` keeps the engines from gathering and sorting all these deals.
const CLOSED_IN_ORDER: &str = "(o.closed_at >= ? and o.closed_at < ?) is true";

/// A visit of some deal.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DealVisit {
    /// The deal.
    pub opportunity: OpportunityId,
    /// The visit.
    #[sqlx(flatten)]
    pub named: NamedVisit,
    /// When it began, or the beginning of time.
    pub entered_order: Time,
}

/// The order of the visits of a stage.
pub const VISIT_ORDERS: &[(&str, Order<DealVisit>)] = &[(
    "enter_time desc",
    Order {
        column: "v.entered_order",
        id: "v.id",
        descending: true,
        key: |v| (Key::Time(v.entered_order), v.named.visit.id.into()),
    },
)];

/// The rights to a page of visits. It is read in the order of the visits of a stage, and their deals are looked up by key: what
/// is asked of a deal has to be no reason to begin with the deals and to sort.
const IN_ORDER: Rights = Rights {
    owner: "(select o.owner from opportunity o where o.id = v.opportunity)",
    territory: "(select o.territory from opportunity o where o.id = v.opportunity)",
    record: "v.opportunity",
};

/// The visits of a stage that ended in one of these ways, or in any if none is named.
#[must_use]
pub fn visit_list(asked: &Asked, stage: StageId, outcomes: &[Outcome], scope: Scope) -> List {
    let outcomes: Vec<_> = outcomes.iter().map(|o| o.as_str().to_owned()).collect();
    let list = List::of(
        concat!(
            "v.id, v.opportunity, v.sequence, v.stage, v.position, v.entered_at, v.entered_by, v.left_at, v.left_by, \
             v.outcome, v.dwell_s, v.entered_order, s.name as stage_name, ",
            visit_credit!()
        ),
        "stage_visit v join stage s on s.id = v.stage",
    );
    list.filter("v.stage = ?", Some(stage))
        .filter(
            "(select o.process from opportunity o where o.id = v.opportunity and o.state <> 'RETRACTED') = ?",
            Some(asked.process),
        )
        .filter("v.credit = ?", asked.credit)
        .among(IN_ORDER.territory, asked.territories.clone())
        .scope(scope, IN_ORDER)
        .between("v.entered_at >= ? and v.entered_at < ?", asked.began)
        .among("v.outcome", Some(outcomes).filter(|o| !o.is_empty()))
}

/// What a list of the deals that are counted is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct DealFilter {
    /// In this state.
    pub state: Option<State>,
    /// Closed from the one instant on and before the other.
    pub closed: Option<(Time, Time)>,
    /// Of which it is known how long they were open.
    pub timed: bool,
}

/// The order of the deals that are counted.
pub const DEAL_ORDERS: &[(&str, Order<Opportunity>)] = &[(
    "create_time desc",
    Order {
        column: "o.created_at",
        id: "o.id",
        descending: true,
        key: |o| (Key::Time(o.created_at), o.id.into()),
    },
)];

/// The deals that are counted, without lines and visits.
#[must_use]
pub fn deal_list(asked: &Asked, filter: &DealFilter, scope: Scope) -> List {
    let list = of_asked(List::of(COLUMNS, "opportunity o"), asked, scope)
        .filter("o.credit = ?", asked.credit)
        .between(VISITED_IN_ORDER, asked.began)
        .filter("o.state = ?", filter.state)
        .between(CLOSED_IN_ORDER, filter.closed);
    if filter.timed {
        list.clause("o.cycle_s is not null")
    } else {
        list
    }
}
