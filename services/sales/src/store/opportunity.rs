//! Opportunities as rows: the deal, its lines and its visits.

use baton_chassis::{
    Date, SourceKind, Time,
    act::{Noun, Said},
    db::{Error, Tx},
    ids::{MemberId, OpportunityId, PartyId, ProcessId, StageId, TerritoryId},
    list::{Key, List, Order, Rights, Scope},
    search::{Text, titled},
    time::Days,
};

use baton_proto::r#type::v1::Subject;
use uuid::Uuid;

use crate::{
    commerce::Commerce,
    events,
    opportunity::{Joined, Line, Opportunity, OpportunityEvent, State, Visit},
};

/// Columns of a deal without what is in other tables.
macro_rules! columns {
    () => {
        "o.id, o.number, o.name, o.party, o.contact, o.process, o.stage, o.state, o.commerce, o.currency, \
         o.stated_minor, o.amount_minor, o.probability_percent, o.expected_close, o.description, o.loss_reason, \
         o.competitor, o.closed_at, coalesce(o.credit, o.owner) as credit, o.source_kind, o.source_id, o.owner, \
         o.territory, o.import_print, o.version, o.created_at, o.updated_at"
    };
}

/// For whom a visit counts. A program that knows of no credit notes none: then it is the owner.
macro_rules! visit_credit {
    () => {
        "coalesce(v.credit, (select o.owner from opportunity o where o.id = v.opportunity)) as credit"
    };
}
pub(super) use visit_credit;

/// Where a deal that nobody expects to be closed on some day stands in the order by that day: last.
pub const NO_DAY: Date = match Date::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => Date::MAX,
};

fn amount_order(deal: &Opportunity) -> i64 {
    deal.amount_minor.unwrap_or(-1)
}

fn close_order(deal: &Opportunity) -> Date {
    deal.head.expected_close.unwrap_or(NO_DAY)
}

/// How long a closed deal was open, as far as its stays are known.
fn cycle_s(deal: &Opportunity) -> Option<i64> {
    deal.closed_at?;
    let stays = deal.visits.iter().filter_map(|v| v.dwell_s);
    stays.reduce(i64::saturating_add)
}

impl Noun for Opportunity {
    type Id = OpportunityId;
    type Event = OpportunityEvent;
    const KIND: &'static str = "OPPORTUNITY";

    fn id(&self) -> OpportunityId {
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

    async fn load(tx: &mut Tx, id: OpportunityId) -> Result<Option<Self>, Error> {
        let found: Option<Self> = tx
            .sql(concat!(
                "select ",
                columns!(),
                " from opportunity o where o.id = $1"
            ))
            .bind(id)
            .optional()
            .await?;
        let Some(mut deal) = found else {
            return Ok(None);
        };
        deal.lines = lines(tx, id).await?;
        deal.visits = visits(tx, id).await?;
        deal.joined = joined(tx, id).await?;
        Ok(Some(deal))
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.sql(
            "insert into opportunity (id, version, updated_at, name, party, contact, stage, state, commerce, currency, \
             stated_minor, amount_minor, probability_percent, expected_close, description, loss_reason, competitor, \
             closed_at, owner, territory, import_print, amount_order, close_order, process, cycle_s, credit, \
             number, source_kind, source_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
             $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)",
        )
        .bind_deal(self)
        .bind(self.number.clone())
        .bind(self.source_kind)
        .bind(self.source_id.clone())
        .bind(self.created_at)
        .execute()
        .await?;
        save_lines(tx, self).await?;
        save_visits(tx, self).await?;
        save_joined(tx, self).await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.sql(
            "update opportunity set version = $2, updated_at = $3, name = $4, party = $5, contact = $6, stage = $7, \
             state = $8, commerce = $9, currency = $10, stated_minor = $11, amount_minor = $12, \
             probability_percent = $13, expected_close = $14, description = $15, loss_reason = $16, competitor = $17, \
             closed_at = $18, owner = $19, territory = $20, import_print = $21, amount_order = $22, close_order = $23, \
             process = $24, cycle_s = $25, credit = $26 where id = $1 and version = $2 - 1",
        )
        .bind_deal(self)
        .execute_one()
        .await?;
        save_lines(tx, self).await?;
        save_visits(tx, self).await?;
        save_joined(tx, self).await
    }

    fn texts(&self) -> Vec<Text> {
        titled(&self.number, &self.head.name)
    }

    fn said(&self, event: &OpportunityEvent) -> Said {
        events::opportunity_said(self, event)
    }
}

/// Binds what both writing texts have in common, as `$1` to `$26`.
trait BindDeal {
    fn bind_deal(self, deal: &Opportunity) -> Self;
}

impl BindDeal for baton_chassis::db::Query<'_> {
    fn bind_deal(self, deal: &Opportunity) -> Self {
        self.bind(deal.id)
            .bind(deal.version)
            .bind(deal.updated_at)
            .bind(deal.head.name.clone())
            .bind(deal.head.party)
            .bind(deal.head.contact)
            .bind(deal.stage)
            .bind(deal.state)
            .bind(deal.commerce)
            .bind(deal.currency.clone())
            .bind(deal.stated_minor)
            .bind(deal.amount_minor)
            .bind(deal.probability_percent)
            .bind(deal.head.expected_close)
            .bind(deal.head.description.clone())
            .bind(deal.loss_reason)
            .bind(deal.competitor.clone())
            .bind(deal.closed_at)
            .bind(deal.head.owner)
            .bind(deal.head.territory)
            .bind(deal.import_print)
            .bind(amount_order(deal))
            .bind(close_order(deal))
            .bind(deal.process)
            .bind(cycle_s(deal))
            .bind(deal.credit)
    }
}

async fn lines(tx: &mut Tx, deal: OpportunityId) -> Result<Vec<Line>, Error> {
    tx.sql(
        "select id, product, description, quantity_milli, unit_price_minor, discount_bp, amount_minor \
         from opportunity_line where opportunity = $1 order by position",
    )
    .bind(deal)
    .all()
    .await
}

/// Lines are set all at once, so they are written all at once, if they differ from what is stored.
async fn save_lines(tx: &mut Tx, deal: &Opportunity) -> Result<(), Error> {
    if lines(tx, deal.id).await? == deal.lines {
        return Ok(());
    }
    tx.sql("delete from opportunity_line where opportunity = $1")
        .bind(deal.id)
        .execute()
        .await?;
    for (position, line) in (1_i32..).zip(&deal.lines) {
        tx.sql(
            "insert into opportunity_line (id, opportunity, position, product, description, quantity_milli, \
             unit_price_minor, discount_bp, amount_minor) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(line.id)
        .bind(deal.id)
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

async fn visits(tx: &mut Tx, deal: OpportunityId) -> Result<Vec<Visit>, Error> {
    tx.sql(
        concat!(
            "select v.id, v.sequence, v.stage, v.position, v.entered_at, v.entered_by, v.left_at, v.left_by, v.outcome, \
             v.dwell_s, ",
            visit_credit!(),
            " from stage_visit v where v.opportunity = $1 order by v.sequence"
        ),
    )
    .bind(deal)
    .all()
    .await
}

/// Writes the visits that differ from what is stored; only an import tells fewer of them than before.
async fn save_visits(tx: &mut Tx, deal: &Opportunity) -> Result<(), Error> {
    let mut stored = visits(tx, deal.id).await?;
    if stored.len() > deal.visits.len() {
        tx.sql("delete from stage_visit where opportunity = $1")
            .bind(deal.id)
            .execute()
            .await?;
        stored.clear();
    }
    for visit in deal.visits.iter().filter(|v| !stored.contains(v)) {
        tx.sql(
            "insert into stage_visit (id, opportunity, sequence, stage, position, entered_at, entered_by, left_at, \
             left_by, outcome, dwell_s, credit, entered_order) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
             $13) \
             on conflict (id) do update set stage = excluded.stage, position = excluded.position, \
             entered_at = excluded.entered_at, left_at = excluded.left_at, left_by = excluded.left_by, \
             outcome = excluded.outcome, dwell_s = excluded.dwell_s, \
             credit = excluded.credit, entered_order = excluded.entered_order",
        )
        .bind(visit.id)
        .bind(deal.id)
        .bind(visit.sequence)
        .bind(visit.stage)
        .bind(visit.position)
        .bind(visit.entered_at)
        .bind(visit.entered_by)
        .bind(visit.left_at)
        .bind(visit.left_by)
        .bind(visit.outcome)
        .bind(visit.dwell_s)
        .bind(visit.credit)
        .bind(visit.entered_at.unwrap_or(Time::UNIX_EPOCH))
        .execute()
        .await?;
    }
    Ok(())
}

async fn joined(tx: &mut Tx, deal: OpportunityId) -> Result<Vec<Joined>, Error> {
    tx.sql(
        "select lead, sequence, joined_at, joined_by from joined_lead where opportunity = $1 order by sequence",
    )
    .bind(deal)
    .all()
    .await
}

/// One lead joins or leaves at a time.
async fn save_joined(tx: &mut Tx, deal: &Opportunity) -> Result<(), Error> {
    let stored = joined(tx, deal.id).await?;
    for gone in stored.iter().filter(|j| !deal.joined.contains(j)) {
        tx.sql("delete from joined_lead where opportunity = $1 and lead = $2")
            .bind(deal.id)
            .bind(gone.lead)
            .execute_one()
            .await?;
    }
    for new in deal.joined.iter().filter(|j| !stored.contains(j)) {
        tx.sql(
            "insert into joined_lead (opportunity, lead, sequence, joined_at, joined_by) values ($1, $2, $3, $4, $5)",
        )
        .bind(deal.id)
        .bind(new.lead)
        .bind(new.sequence)
        .bind(new.joined_at)
        .bind(new.joined_by)
        .execute_one()
        .await?;
    }
    Ok(())
}

/// Notes that others have built something on a deal; noted twice it is there once.
///
/// # Errors
/// When the store fails.
pub async fn note_use(tx: &mut Tx, deal: OpportunityId, what: &Subject) -> Result<(), Error> {
    let Ok(id) = what.id.parse::<Uuid>() else {
        return Ok(());
    };
    tx.sql("insert into opportunity_use (opportunity, kind, id) values ($1, $2, $3) on conflict do nothing")
        .bind(deal)
        .bind(what.kind.clone())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// Whether anything was built on a deal: a project here, or what others told of.
///
/// # Errors
/// When the store fails.
pub async fn is_used(tx: &mut Tx, deal: OpportunityId) -> Result<bool, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        uses: i64,
    }
    let found: Option<Row> = tx
        .sql(
            "select count(*) as uses from (select id from opportunity_use where opportunity = $1 union all \
             select id from project where source_kind = 'OPPORTUNITY' and source_id = $2) as used",
        )
        .bind(deal)
        .bind(deal.to_string())
        .optional()
        .await?;
    Ok(found.is_some_and(|row| row.uses > 0))
}

/// The orders of the list of opportunities; the first one is the default, the last one that by the expected day.
pub const ORDERS: &[(&str, Order<Opportunity>)] = &[
    (
        "create_time desc",
        Order {
            column: "o.created_at",
            id: "o.id",
            descending: true,
            key: |o| (Key::Time(o.created_at), o.id.into()),
        },
    ),
    (
        "amount desc",
        Order {
            column: "o.amount_order",
            id: "o.id",
            descending: true,
            key: |o| (Key::Int(amount_order(o)), o.id.into()),
        },
    ),
    (
        "expected_close_date",
        Order {
            column: "o.close_order",
            id: "o.id",
            descending: false,
            key: |o| (Key::Date(close_order(o)), o.id.into()),
        },
    ),
];

/// The orders that a filter leaves: days are a stretch of the order by day, and in any other order nearly all deals would be
/// passed over to find them.
#[must_use]
pub fn orders(filter: &Filter) -> &'static [(&'static str, Order<Opportunity>)] {
    match (filter.closes.from, filter.closes.to, ORDERS) {
        (None, None, all) => all,
        (_, _, [.., by_day]) => std::slice::from_ref(by_day),
        (_, _, []) => &[],
    }
}

/// What a list of opportunities is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// So far on their way to commerce.
    pub commerce: Option<Commerce>,
    /// In this stage.
    pub stage: Option<StageId>,
    /// Of this owner.
    pub owner: Option<MemberId>,
    /// Of this account.
    pub party: Option<PartyId>,
    /// Of this process.
    pub process: Option<ProcessId>,
    /// In this territory itself.
    pub territory: Option<TerritoryId>,
    /// Expected to be closed on one of these days.
    pub closes: Days,
    /// From a source of this kind.
    pub source_kind: Option<SourceKind>,
    /// From the source with this id.
    pub source_id: Option<String>,
}

/// The states that are listed where none is asked for.
const SHOWN: [&str; 3] = ["o.state = 'OPEN'", "o.state = 'WON'", "o.state = 'LOST'"];

/// Columns of a deal in a list.
pub(super) const COLUMNS: &str = columns!();

/// The opportunities that match, without lines and visits. Those that were retracted are listed only by that state; they are
/// so few that passing over them costs nothing.
#[must_use]
pub fn list(filter: &Filter, scope: Scope) -> List {
    let rights = Rights {
        owner: "o.owner",
        territory: "o.territory",
        record: "o.id",
    };
    let list = List::of(columns!(), "opportunity o")
        .filter("o.state = ?", filter.state)
        .filter("o.commerce = ?", filter.commerce)
        .filter("o.stage = ?", filter.stage)
        .filter("o.owner = ?", filter.owner)
        .filter("o.party = ?", filter.party)
        .filter("o.process = ?", filter.process)
        .filter("o.territory = ?", filter.territory)
        .filter("o.close_order >= ?", filter.closes.from)
        .filter("o.close_order <= ?", filter.closes.to)
        .filter("o.close_order < ?", filter.closes.from.map(|_| NO_DAY))
        .filter("o.source_kind = ?", filter.source_kind)
        .filter("o.source_id = ?", filter.source_id.clone());
    match (filter.state, filter.closes == Days::default()) {
        (Some(_), _) => list.scope(scope, rights),
        (None, true) => list.scopes(&[("o.state <> 'RETRACTED'", scope)], rights),
        // Days are found by an index that begins with the state.
        (None, false) => list.scopes(&SHOWN.map(|state| (state, scope.clone())), rights),
    }
}

/// A visit with the name that its stage has now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedVisit {
    /// The visit.
    #[sqlx(flatten)]
    pub visit: Visit,
    /// Name of its stage.
    pub stage_name: String,
}

/// The order of the visits of a deal.
pub const VISIT_ORDERS: &[(&str, Order<NamedVisit>)] = &[(
    "sequence",
    Order {
        column: "v.sequence",
        id: "v.id",
        descending: false,
        key: |v| (Key::Int(v.visit.sequence), v.visit.id.into()),
    },
)];

/// The visits of a deal that the caller may see.
#[must_use]
pub fn visit_list(deal: OpportunityId) -> List {
    List::of(
        concat!(
            "v.id, v.sequence, v.stage, v.position, v.entered_at, v.entered_by, v.left_at, v.left_by, v.outcome, \
             v.dwell_s, s.name as stage_name, ",
            visit_credit!()
        ),
        "stage_visit v join stage s on s.id = v.stage",
    )
    .filter("v.opportunity = ?", Some(deal))
    .for_everyone()
}
