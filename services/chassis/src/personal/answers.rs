//! Answers that are kept under request ids, so that a repeat is answered the same: those that name an erased person are
//! blanked. Who repeats such a request is answered with nothing, and makes nothing anew.

use uuid::Uuid;

use crate::{Result, act::Act};

/// Answers that are looked through at a time.
const BATCH: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct Kept {
    principal: String,
    request_key: String,
    response: Option<Vec<u8>>,
}

/// Blanks those of the next answers that name one of these records; tells where to go on.
pub(super) async fn forget(
    act: &mut Act<'_>,
    ids: &[Uuid],
    (principal, key): (&str, &str),
) -> Result<Option<(String, String)>> {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let kept: Vec<Kept> = act
        .tx
        .sql(
            "select principal, request_key, response from idempotency \
             where (principal, request_key) > ($1, $2) order by principal, request_key limit $3",
        )
        .bind(principal.to_owned())
        .bind(key.to_owned())
        .bind(BATCH)
        .all()
        .await?;
    for kept in kept.iter().filter(|kept| names(kept, &ids)) {
        act.tx
            .sql("update idempotency set response = $3 where principal = $1 and request_key = $2")
            .bind(kept.principal.clone())
            .bind(kept.request_key.clone())
            .bind(Vec::<u8>::new())
            .execute()
            .await?;
    }
    let full = i64::try_from(kept.len()).is_ok_and(|n| n == BATCH);
    let last = kept.into_iter().last().filter(|_| full);
    Ok(last.map(|kept| (kept.principal, kept.request_key)))
}

/// An id stands in a message as its text.
fn names(kept: &Kept, ids: &[String]) -> bool {
    let response = kept.response.as_deref().unwrap_or_default();
    let stands = |id: &String| {
        let mut parts = response.windows(id.len());
        parts.any(|part| part == id.as_bytes())
    };
    ids.iter().any(stands)
}
