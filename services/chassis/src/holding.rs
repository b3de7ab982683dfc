//! What a member holds, and how it goes to those who take it over when he leaves.
//!
//! A noun that somebody can hold says what he holds of it, as [`Seat`]s, and how a seat is given to somebody else; nothing
//! else of it changes, so stages, history and credit stay as they are. The rest is the same for every noun: which row goes
//! to whom ([`succession`]), the batches in which rows are moved and given back ([`moving`]), and the calls by which the
//! directory asks for it ([`rpc`]).

pub mod moving;
pub(crate) mod rpc;
pub mod succession;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Result,
    act::{Act, Noun, Said},
    caller::Whose,
    ids::{HandoffId, MemberId, TerritoryId},
};

pub use moving::Holder;
pub use succession::{Rule, Succession};

/// Kinds of records that members hold, and the service that keeps them, in the order in which they are handed on: a
/// customer before what is done for him.
pub const KINDS: &[(&str, &str)] = &[
    ("ACCOUNT", "customer"),
    ("FOLLOW_UP", "customer"),
    ("CAMPAIGN", "marketing"),
    ("LEAD", "marketing"),
    ("OPPORTUNITY", "sales"),
    ("PROJECT", "sales"),
    ("CONTRACT", "commerce"),
    ("ORDER", "commerce"),
];

/// What somebody holds of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// It is his.
    Owner,
    /// He is in its team, as this.
    Role(String),
    /// A task of it is his.
    Task(Uuid),
    /// An offer of it waits for his answer.
    Answer(HandoffId),
    /// An offer of it is his, and may come back to him.
    Offer(HandoffId),
}

/// A record that somebody holds, as much of it as it takes to say who is to have it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// Id.
    pub id: Uuid,
    /// Human number; empty for what has none.
    pub number: String,
    /// Title.
    pub title: String,
    /// Whether it is open.
    pub open: bool,
    /// State, as [`crate::policy::readers`] knows it.
    pub standing: String,
    /// Whether a durable command works on it.
    pub busy: bool,
    /// Who owns it.
    pub owner: Option<MemberId>,
    /// Where it belongs.
    pub territory: Option<TerritoryId>,
    /// The party that it is about, or is.
    pub party: Option<Uuid>,
}

impl Row {
    /// What the right to it depends on.
    #[must_use]
    pub fn whose(&self) -> Whose {
        Whose {
            owner: self.owner,
            territory: self.territory,
            record: Some(self.id),
        }
    }
}

/// A noun that somebody holds.
pub trait Held: Noun {
    /// The text that reads rows that member `$1` holds in any way, as [`Row`], those with an id after `$2`, in the order of
    /// ids, at most `$3`.
    const HELD: &'static str;

    /// What a member holds of it, offers apart.
    fn seats(&self, member: MemberId) -> Vec<Seat>;

    /// Gives a seat of `from` to somebody else.
    fn give(&mut self, seat: &Seat, from: MemberId, to: MemberId);

    /// What is told of it.
    fn handed_on(&self, from: MemberId, handover: Uuid) -> Said;

    /// Whether a durable command works on it, which must find it as it was.
    fn is_busy(&self) -> bool {
        false
    }

    /// What goes with it, in the same transaction.
    fn followed(&self, act: &mut Act<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = act;
        async { Ok(()) }
    }
}
