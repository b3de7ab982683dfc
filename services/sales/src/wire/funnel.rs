//! Funnels as contracts write them.

use baton_chassis::{
    Date, Result, Violations,
    ids::{MemberId, ProcessId, StageId, TerritoryId},
    time::Days,
    wire::{id_text, money},
    words::Word as _,
};
use baton_proto::{sales::v1 as pb, r#type::v1::Money};

use crate::{
    funnel::{ByState, DealFigures, DealSum, Quarter, StageFigures, Ways, bottleneck, leak},
    opportunity::{Outcome, State},
    process::Process,
};

/// What every call about a funnel asks for.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// The process, if it is named.
    pub process: Option<ProcessId>,
    /// Product line that chooses it otherwise.
    pub product_line: String,
    /// When the visits began.
    pub days: Days,
    /// For whom it counts.
    pub credit: Option<MemberId>,
    /// The territory at the top.
    pub territory: Option<TerritoryId>,
}

/// Makes a [`Narrowing`] of any request about a funnel.
macro_rules! narrowing {
    ($v:expr, $request:expr) => {{
        let (v, r) = (&mut $v, $request);
        Narrowing {
            process: v.optional_id("process_id", &r.process_id),
            product_line: v.optional_text("product_line", &r.product_line, 100),
            days: v.days(("from_date", &r.from_date), ("to_date", &r.to_date)),
            credit: v.optional_id("owner_id", &r.owner_id),
            territory: v.optional_id("territory_id", &r.territory_id),
        }
    }};
}

/// Reads what a funnel is about.
///
/// # Errors
/// All violations.
pub fn asked(request: &pb::GetStageFunnelRequest) -> Result<Narrowing> {
    let mut v = Violations::new();
    let narrowing = narrowing!(v, request);
    v.done()?;
    Ok(narrowing)
}

/// Reads which visits are asked for.
///
/// # Errors
/// All violations.
pub fn asked_visits(
    request: &pb::ListFunnelVisitsRequest,
) -> Result<(Narrowing, StageId, Vec<Outcome>)> {
    let mut v = Violations::new();
    let narrowing = narrowing!(v, request);
    let stage = v.id("stage_id", &request.stage_id);
    let outcomes = v.choices("outcomes", &request.outcomes, Outcome::numbered);
    v.done()?;
    Ok((narrowing, stage, outcomes))
}

/// Which deals of a funnel are asked for.
#[derive(Clone, Debug)]
pub struct DealsAsked {
    /// In this state.
    pub state: Option<State>,
    /// When they were closed.
    pub closed: Days,
    /// Of which it is known how long they were open.
    pub timed: bool,
}

/// Reads which deals are asked for.
///
/// # Errors
/// All violations.
pub fn asked_deals(
    request: &pb::ListFunnelOpportunitiesRequest,
) -> Result<(Narrowing, DealsAsked)> {
    let mut v = Violations::new();
    let narrowing = narrowing!(v, request);
    let deals = DealsAsked {
        state: v.optional_choice("state", request.state, State::numbered),
        closed: v.days(
            ("closed_from_date", &request.closed_from_date),
            ("closed_to_date", &request.closed_to_date),
        ),
        timed: request.timed,
    };
    v.done()?;
    Ok((narrowing, deals))
}

#[expect(clippy::unnecessary_wraps, reason = "as messages hold it")]
fn worth(currency: &str, minor: i64) -> Option<Money> {
    Some(money(currency, minor))
}

fn stage_amounts((currency, ways): (&String, &Ways)) -> pb::StageAmounts {
    pb::StageAmounts {
        entered: worth(currency, ways.entered()),
        moved_on: worth(currency, ways.moved_on()),
        moved_back: worth(currency, ways.back),
        won: worth(currency, ways.won),
        lost: worth(currency, ways.lost),
        open: worth(currency, ways.open),
    }
}

fn stage(figures: &StageFigures) -> pb::StageFigures {
    let (stage, visits) = (&figures.stage, &figures.visits);
    pb::StageFigures {
        stage_id: stage.id.to_string(),
        name: stage.name.clone(),
        position: stage.position,
        retired: stage.retired,
        entered: visits.entered(),
        moved_on: visits.moved_on(),
        moved_back: visits.back,
        won: visits.won,
        lost: visits.lost,
        open: visits.open,
        amounts: figures.amounts.iter().map(stage_amounts).collect(),
        loss_rate_bp: figures.loss_rate_bp(),
        win_rate_bp: figures.win_rate_bp(),
        stayed: figures.stayed,
        mean_dwell_s: figures.mean_dwell_s,
        median_dwell_d: figures.median_dwell_d,
        p90_dwell_d: figures.p90_dwell_d,
    }
}

fn deal_amounts((currency, by): (&String, &ByState)) -> pb::DealAmounts {
    pb::DealAmounts {
        count: worth(currency, by.count()),
        won: worth(currency, by.won),
        lost: worth(currency, by.lost),
        open: worth(currency, by.open),
    }
}

fn deals(figures: &DealFigures, quarters: Vec<pb::QuarterFigures>) -> pb::DealFigures {
    let deals = &figures.deals;
    pb::DealFigures {
        count: deals.count(),
        won: deals.won,
        lost: deals.lost,
        open: deals.open,
        amounts: figures.amounts.iter().map(deal_amounts).collect(),
        win_rate_bp: figures.win_rate_bp(),
        won_timed: figures.won_timed,
        mean_won_cycle_s: figures.mean_won_cycle_s,
        closed_timed: figures.closed_timed,
        mean_closed_cycle_s: figures.mean_closed_cycle_s,
        won_by_quarter: quarters,
    }
}

/// A quarter with the deals that were won in it.
#[must_use]
pub fn quarter((first, last): Quarter, won: &[DealSum]) -> pb::QuarterFigures {
    let day = |day: Date| day.to_string();
    let amounts = won
        .iter()
        .filter_map(|s| worth(&s.currency, s.amount_minor?));
    pb::QuarterFigures {
        first_date: day(first),
        last_date: day(last),
        won: won.iter().map(|s| s.deals).sum(),
        amounts: amounts.collect(),
    }
}

/// A whole funnel.
#[must_use]
pub fn funnel(
    process: &Process,
    stages: &[StageFigures],
    of_deals: &DealFigures,
    quarters: Vec<pb::QuarterFigures>,
) -> pb::StageFunnel {
    pb::StageFunnel {
        process_id: process.id.to_string(),
        stages: stages.iter().map(stage).collect(),
        deals: Some(deals(of_deals, quarters)),
        bottleneck_stage_id: id_text(bottleneck(stages)),
        leak_stage_id: id_text(leak(stages)),
    }
}
