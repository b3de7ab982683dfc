//! Two lists as one: rows of either table, in the order of their keys.

use super::{List, Order, Page, Place, Seal};
use crate::db::{Record, Result, Tx};

/// A list with its order, and what its rows are in a list of both kinds.
pub struct Half<'l, A, R> {
    /// The list.
    pub list: &'l List,
    /// Its order; both halves go the same way, by keys that are no texts.
    pub order: &'l Order<A>,
    /// A row of the whole.
    pub row: fn(A) -> R,
}

impl<A: Record, R> Half<'_, A, R> {
    /// One row more than a page with its place, if there are so many.
    async fn read(&self, tx: &mut Tx, size: u16, place: Option<&Place>) -> Result<Vec<(Place, R)>> {
        let Some(text) = self.list.page_text(self.order, size, place) else {
            return Ok(Vec::new());
        };
        let rows: Vec<A> = text.query(tx).all().await?;
        let placed = rows.into_iter().map(|row| {
            let (key, id) = (self.order.key)(&row);
            let backward = false;
            (Place { backward, key, id }, (self.row)(row))
        });
        Ok(placed.collect())
    }
}

/// One page of at most `size` rows of two lists after the place that `token` names. There is no way back.
///
/// # Errors
/// [`crate::db::Error::Token`] when the token is not one of these lists and orders; those of the database.
pub async fn merged<A: Record, B: Record, R>(
    tx: &mut Tx,
    one: Half<'_, A, R>,
    other: Half<'_, B, R>,
    size: u16,
    token: Option<&str>,
    seal: &Seal,
) -> Result<Page<R>> {
    let name = [one.list.name(one.order), other.list.name(other.order)].join(" with ");
    let place = token.map(|t| seal.open(&name, t)).transpose()?;
    let mut rows = one.read(tx, size, place.as_ref()).await?;
    rows.extend(other.read(tx, size, place.as_ref()).await?);
    rows.sort_by(|(a, _), (b, _)| (&a.key, a.id).cmp(&(&b.key, b.id)));
    if one.order.descending {
        rows.reverse();
    }
    let more = rows.len() > usize::from(size);
    rows.truncate(size.into());
    let last = rows.last().filter(|_| more);
    let next = last
        .map(|(place, _)| seal.close(&name, place))
        .transpose()?;
    Ok(Page {
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        previous: None,
        next,
    })
}
