//! The funnel of the chain as contracts write it.

use baton_chassis::{
    Result, Violation, Violations,
    ids::{MemberId, TerritoryId},
    time::Days,
    wire::{id_text, money, timestamp},
    words::Word as _,
};
use baton_proto::{
    chain::v1::Node,
    insight::v1 as pb,
    r#type::v1::{Money, Source},
};

use crate::{
    funnel::{Hop, HopFigures, Outcome, Ways, bottleneck, leak},
    store::funnel::{Counted, Narrow},
};

/// Kinds of source of one question.
const SOURCES_MAX: usize = 20;

/// What every call about the funnel asks for.
#[derive(Clone, Copy, Debug)]
pub struct Narrowing {
    /// When the objects entered.
    pub days: Days,
    /// Whose objects.
    pub credit: Option<MemberId>,
    /// The territory at the top.
    pub territory: Option<TerritoryId>,
}

/// Makes a [`Narrowing`] of any request about the funnel.
macro_rules! narrowing {
    ($v:expr, $request:expr) => {{
        let (v, r) = (&mut $v, $request);
        Narrowing {
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
pub fn asked(request: &pb::GetChainFunnelRequest) -> Result<Narrowing> {
    let mut v = Violations::new();
    let narrowing = narrowing!(v, request);
    v.done()?;
    Ok(narrowing)
}

/// Reads which objects are asked for.
///
/// # Errors
/// All violations.
pub fn asked_objects(
    request: &pb::ListChainFunnelObjectsRequest,
) -> Result<(Narrowing, Hop, Narrow)> {
    let mut v = Violations::new();
    let narrowing = narrowing!(v, request);
    let hop = Hop::of(&request.kind.trim().to_ascii_uppercase());
    if hop.is_none() {
        v.add("kind", "CHOICE_UNKNOWN");
    }
    let outcomes = v.choices("outcomes", &request.outcomes, Outcome::numbered);
    if request.source_kinds.len() > SOURCES_MAX {
        v.push(Violation::new("source_kinds", "TOO_MANY").with("max", SOURCES_MAX));
    }
    v.done()?;
    let kinds = request.source_kinds.iter();
    let narrow = Narrow {
        outcomes,
        source_kinds: kinds.map(|k| k.trim().to_ascii_uppercase()).collect(),
    };
    Ok((narrowing, hop.unwrap_or(Hop::Lead), narrow))
}

#[expect(clippy::unnecessary_wraps, reason = "as messages hold it")]
fn worth(currency: &str, minor: i64) -> Option<Money> {
    Some(money(currency, minor))
}

fn amounts((currency, ways): (&String, &Ways)) -> pb::HopAmounts {
    pb::HopAmounts {
        entered: worth(currency, ways.entered()),
        moved_on: worth(currency, ways.moved_on),
        done: worth(currency, ways.done),
        lost: worth(currency, ways.lost),
        open: worth(currency, ways.open),
    }
}

fn hop(figures: &HopFigures) -> pb::HopFigures {
    let objects = figures.objects;
    let source = |(kind, entered): (&String, &i64)| pb::SourceFigures {
        source_kind: kind.clone(),
        entered: *entered,
    };
    pb::HopFigures {
        kind: figures.hop.as_str().to_owned(),
        entered: objects.entered(),
        from_chain: figures.descended(),
        sources: figures.sources.iter().map(source).collect(),
        moved_on: objects.moved_on,
        done: objects.done,
        lost: objects.lost,
        open: objects.open,
        amounts: figures.amounts.iter().map(amounts).collect(),
        conversion_rate_bp: figures.conversion_rate_bp(),
        loss_rate_bp: figures.loss_rate_bp(),
        mean_move_s: figures.mean_move_s,
        mean_done_s: figures.mean_done_s,
    }
}

/// A whole funnel.
#[must_use]
pub fn funnel(hops: &[HopFigures]) -> pb::ChainFunnel {
    let kind = |hop: Option<Hop>| hop.map(|h| h.as_str().to_owned()).unwrap_or_default();
    pb::ChainFunnel {
        hops: hops.iter().map(hop).collect(),
        bottleneck_kind: kind(bottleneck(hops)),
        leak_kind: kind(leak(hops)),
    }
}

/// An object that is counted, with what its owner knows of it by now.
#[must_use]
pub fn object(counted: Counted, known: Option<Node>) -> pb::ChainFunnelObject {
    let e = counted.entrant;
    let node = known.unwrap_or_default();
    let heard = Source {
        kind: e.source_kind,
        id: String::new(),
    };
    pb::ChainFunnelObject {
        kind: e.kind.as_str().to_owned(),
        id: e.id.to_string(),
        number: node.number,
        title: node.title,
        state: e.state,
        outcome: counted.outcome.number(),
        amount: e.amount_minor.map(|minor| money(&e.currency, minor)),
        source: Some(node.source.unwrap_or(heard)),
        owner_id: id_text(e.owner),
        credit_id: id_text(e.credit),
        territory_id: id_text(e.territory),
        enter_time: Some(timestamp(e.entered_at)),
        end_time: e.ended_at.map(timestamp),
        move_s: counted.move_s,
    }
}
