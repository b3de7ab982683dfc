//! The batches in which records are handed on and given back: each in one transaction, with audit row and event for every
//! record, and a row that says what was moved.

use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::{Held, Row, Seat, Succession};
use crate::{
    Error, Result,
    act::Act,
    db::{self, Tx},
    ids::{HandoffId, MemberId},
};

/// Which records are handed on, by which handover.
#[derive(Clone, Debug)]
pub struct Moving {
    /// Who leaves.
    pub member: MemberId,
    /// Who takes over what.
    pub succession: Succession,
    /// The handover.
    pub handover: Uuid,
    /// Id after which to go on.
    pub after: Uuid,
    /// At most so many.
    pub limit: i64,
}

/// Which records are given back.
#[derive(Clone, Copy, Debug)]
pub struct Restoring {
    /// Who left.
    pub member: MemberId,
    /// The handover that moved them.
    pub handover: Uuid,
    /// Id after which to go on.
    pub after: Uuid,
    /// At most so many.
    pub limit: i64,
}

/// What a batch came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Records that were moved or given back.
    pub moved: i64,
    /// Records that stay, because somebody else has them by now.
    pub kept: i64,
    /// Records that were passed over because a durable command works on them.
    pub busy: i64,
    /// Id after which to go on; nothing when there are no more.
    pub next: Option<Uuid>,
}

/// How records of a kind are read, handed on and given back.
#[derive(Clone, Copy)]
pub struct Holder {
    /// The kind.
    pub kind: &'static str,
    pub(crate) held: &'static str,
    pub(crate) hand_on: for<'a> fn(&'a mut Act<'_>, &'a Moving) -> BoxFuture<'a, Result<Batch>>,
    pub(crate) give_back:
        for<'a> fn(&'a mut Act<'_>, &'a Restoring) -> BoxFuture<'a, Result<Batch>>,
}

impl Holder {
    /// Of a noun.
    #[must_use]
    pub fn of<N: Held>() -> Self {
        Self {
            kind: N::KIND,
            held: N::HELD,
            hand_on: |act, moving| Box::pin(hand_on::<N>(act, moving)),
            give_back: |act, restoring| Box::pin(give_back::<N>(act, restoring)),
        }
    }
}

/// The next rows that a member holds.
pub(crate) async fn held(
    tx: &mut Tx,
    text: &'static str,
    member: MemberId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Row>, db::Error> {
    tx.sql(text)
        .bind(member)
        .bind(after)
        .bind(limit)
        .all()
        .await
}

async fn hand_on<N: Held>(act: &mut Act<'_>, moving: &Moving) -> Result<Batch> {
    let rows = held(act.tx, N::HELD, moving.member, moving.after, moving.limit).await?;
    let mut batch = Batch::default();
    if i64::try_from(rows.len()).is_ok_and(|n| n == moving.limit) {
        batch.next = rows.last().map(|row| row.id);
    }
    for row in &rows {
        let to = moving.succession.of(N::KIND, row);
        match hand_one_on::<N>(act, row.id.into(), moving, to).await? {
            Some(true) => batch.moved += 1,
            Some(false) => batch.busy += 1,
            None => {}
        }
    }
    Ok(batch)
}

/// Hands one record on; false if a durable command works on it, nothing if he does not hold it any more.
async fn hand_one_on<N: Held>(
    act: &mut Act<'_>,
    id: N::Id,
    moving: &Moving,
    to: MemberId,
) -> Result<Option<bool>> {
    let Some(before) = N::load(act.tx, id).await? else {
        return Ok(None);
    };
    if before.is_busy() {
        return Ok(Some(false));
    }
    let from = moving.member;
    let mut seats = before.seats(from);
    let mut after = before.clone();
    for seat in &seats {
        after.give(seat, from, to);
    }
    seats.extend(pass_offers(act.tx, id.into(), from, to).await?);
    if seats.is_empty() {
        return Ok(None);
    }
    let after = put(act, &before, after, from, moving.handover).await?;
    note(act, moving, N::KIND, after.id().into(), to, &seats).await?;
    Ok(Some(true))
}

async fn put<N: Held>(
    act: &mut Act<'_>,
    before: &N,
    after: N,
    from: MemberId,
    handover: Uuid,
) -> Result<N> {
    let after = act
        .put(before, after, |noun| noun.handed_on(from, handover))
        .await?;
    after.followed(act).await?;
    Ok(after)
}

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: HandoffId,
}

/// Offers that wait for him wait for the other from now on, and offers of his may come back to the other.
async fn pass_offers(
    tx: &mut Tx,
    subject: Uuid,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<Seat>, db::Error> {
    let answers: Vec<OfferRow> = tx
        .sql(
            "update handoff set to_member = $3 where subject_id = $1 and to_member = $2 and state = 'OFFERED' \
             returning id",
        )
        .bind(subject)
        .bind(from)
        .bind(to)
        .all()
        .await?;
    let offers: Vec<OfferRow> = tx
        .sql(
            "update handoff set from_member = $3 where subject_id = $1 and from_member = $2 and state = 'OFFERED' \
             returning id",
        )
        .bind(subject)
        .bind(from)
        .bind(to)
        .all()
        .await?;
    let answers = answers.into_iter().map(|row| Seat::Answer(row.id));
    let offers = offers.into_iter().map(|row| Seat::Offer(row.id));
    Ok(answers.chain(offers).collect())
}

/// An offer goes back, if it still waits and is with whom it was given to. Answers whether it did.
async fn return_offer(
    tx: &mut Tx,
    seat: &Seat,
    from: MemberId,
    to: MemberId,
) -> Result<bool, db::Error> {
    let (text, id) = match seat {
        Seat::Answer(id) => (
            "update handoff set to_member = $3 where id = $1 and to_member = $2 and state = 'OFFERED'",
            *id,
        ),
        Seat::Offer(id) => (
            "update handoff set from_member = $3 where id = $1 and from_member = $2 and state = 'OFFERED'",
            *id,
        ),
        Seat::Owner | Seat::Role(_) | Seat::Task(_) => return Ok(false),
    };
    let returned = tx.sql(text).bind(id).bind(from).bind(to).execute().await?;
    Ok(returned == 1)
}

/// Notes what was moved. What came back to him meanwhile is moved once more, and counted once.
async fn note(
    act: &mut Act<'_>,
    moving: &Moving,
    kind: &'static str,
    object: Uuid,
    to: MemberId,
    seats: &[Seat],
) -> Result<()> {
    let now = act.now;
    act.tx
        .sql(
            "insert into holding_move (handover, kind, object, from_member, to_member, seats, state, moved_at) \
             values ($1, $2, $3, $4, $5, $6, 'MOVED', $7) \
             on conflict (handover, kind, object) do update set to_member = excluded.to_member, \
             seats = excluded.seats, state = excluded.state, moved_at = excluded.moved_at",
        )
        .bind(moving.handover)
        .bind(kind)
        .bind(object)
        .bind(moving.member)
        .bind(to)
        .bind(serde_json::json!({ "seats": seats }))
        .bind(now)
        .later()
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct MoveRow {
    object: Uuid,
    to_member: MemberId,
    seats: Value,
}

async fn give_back<N: Held>(act: &mut Act<'_>, r: &Restoring) -> Result<Batch> {
    let rows: Vec<MoveRow> = act
        .tx
        .sql(
            "select object, to_member, seats from holding_move where handover = $1 and kind = $2 and state = 'MOVED' \
             and object > $3 order by object limit $4",
        )
        .bind(r.handover)
        .bind(N::KIND)
        .bind(r.after)
        .bind(r.limit)
        .all()
        .await?;
    let mut batch = Batch::default();
    if i64::try_from(rows.len()).is_ok_and(|n| n == r.limit) {
        batch.next = rows.last().map(|row| row.object);
    }
    for row in rows {
        let object = row.object;
        let state = match give_one_back::<N>(act, row, r).await? {
            None => {
                batch.busy += 1;
                continue;
            }
            Some(true) => {
                batch.moved += 1;
                "RESTORED"
            }
            Some(false) => {
                batch.kept += 1;
                "KEPT"
            }
        };
        act.tx
            .sql("update holding_move set state = $4 where handover = $1 and kind = $2 and object = $3")
            .bind(r.handover)
            .bind(N::KIND)
            .bind(object)
            .bind(state)
            .execute_one()
            .await?;
    }
    Ok(batch)
}

/// Gives back what of one record is still with whom it went to; nothing if a durable command works on it.
async fn give_one_back<N: Held>(
    act: &mut Act<'_>,
    row: MoveRow,
    r: &Restoring,
) -> Result<Option<bool>> {
    #[derive(serde::Deserialize)]
    struct Seats {
        seats: Vec<Seat>,
    }
    let Some(before) = N::load(act.tx, row.object.into()).await? else {
        return Ok(Some(false));
    };
    if before.is_busy() {
        return Ok(None);
    }
    let Seats { seats } = serde_json::from_value(row.seats).map_err(Error::internal)?;
    let (from, to) = (row.to_member, r.member);
    let has = before.seats(from);
    let mut after = before.clone();
    let mut given = 0;
    for seat in seats {
        if has.contains(&seat) {
            after.give(&seat, from, to);
            given += 1;
        } else if return_offer(act.tx, &seat, from, to).await? {
            given += 1;
        }
    }
    if given > 0 {
        put(act, &before, after, from, r.handover).await?;
    }
    Ok(Some(given > 0))
}

/// What a handover did with records of a kind.
#[derive(sqlx::FromRow)]
pub(crate) struct Moves {
    pub to_member: MemberId,
    pub state: String,
    pub records: i64,
}

/// Counts what a handover did with records of a kind.
pub(crate) async fn moves(
    tx: &mut Tx,
    kind: &'static str,
    handover: Uuid,
) -> Result<Vec<Moves>, db::Error> {
    tx.sql(
        "select to_member, state, count(*) as records from holding_move where handover = $1 and kind = $2 \
         group by to_member, state",
    )
    .bind(handover)
    .bind(kind)
    .all()
    .await
}
