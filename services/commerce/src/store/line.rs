//! Lines of contracts and of orders: two tables of one shape.

use baton_chassis::db::{self, Tx};
use uuid::Uuid;

use crate::line::Line;

/// The texts of one of the tables.
pub struct Table {
    select: &'static str,
    delete: &'static str,
    insert: &'static str,
    go_on: &'static str,
    /// Whether a line may take from a line of a contract, be shipped beyond its quantity, and called off.
    draws: bool,
}

macro_rules! table {
    ($table:literal of $document:literal, $done:literal, $draws:literal: $read:literal, $go_on:literal, $insert:literal) => {
        Table {
            select: concat!(
                "select id, product, description, unit, quantity_milli, unit_price_minor, discount_bp, amount_minor, ",
                $read, " from ", $table, " where ", $document, " = $1 order by position"
            ),
            delete: concat!("delete from ", $table, " where ", $document, " = $1"),
            insert: concat!(
                "insert into ", $table, " (id, ", $document, ", position, product, description, unit, quantity_milli, ",
                "unit_price_minor, discount_bp, amount_minor, ", $done, $insert
            ),
            go_on: concat!("update ", $table, " set ", $go_on, " where id = $1"),
            draws: $draws,
        }
    };
}

/// Lines of contracts.
pub const OF_CONTRACT: Table = table!(
    "contract_line" of "contract", "ordered_milli", false:
    "ordered_milli as done_milli, cast(0 as bigint) as called_off_milli, cast(null as uuid) as drawn_from",
    "ordered_milli = $2",
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
/// Lines of orders.
pub const OF_ORDER: Table = table!(
    "order_line" of "sales_order", "shipped_milli", true:
    "shipped_milli + shipped_beyond_milli as done_milli, called_off_milli, contract_line as drawn_from",
    "shipped_milli = $2, shipped_beyond_milli = $3, called_off_milli = $4",
    ", contract_line) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);

impl Table {
    /// Reads the lines of a document, in their order.
    pub async fn read(&self, tx: &mut Tx, document: Uuid) -> Result<Vec<Line>, db::Error> {
        tx.sql(self.select).bind(document).all().await
    }

    /// Writes the lines of a document that was locked before: those that were set anew as a whole, else those of which
    /// more, or less, has gone on.
    pub async fn write(
        &self,
        tx: &mut Tx,
        document: Uuid,
        lines: &[Line],
    ) -> Result<(), db::Error> {
        let stored = self.read(tx, document).await?;
        if !stored
            .iter()
            .map(|line| line.id)
            .eq(lines.iter().map(|line| line.id))
        {
            tx.sql(self.delete).bind(document).execute().await?;
            return self.insert(tx, document, lines).await;
        }
        for (old, new) in stored.iter().zip(lines) {
            if (old.done_milli, old.called_off_milli) != (new.done_milli, new.called_off_milli) {
                self.go_on(tx, new).await?;
            }
        }
        Ok(())
    }

    async fn go_on(&self, tx: &mut Tx, line: &Line) -> Result<(), db::Error> {
        let within_milli = line.done_milli.min(line.quantity_milli);
        let go_on = tx.sql(self.go_on).bind(line.id).bind(within_milli);
        let go_on = if self.draws {
            go_on
                .bind(line.done_milli - within_milli)
                .bind(line.called_off_milli)
        } else {
            go_on
        };
        go_on.execute_one().await
    }

    /// Writes the lines of a new document.
    pub async fn insert(
        &self,
        tx: &mut Tx,
        document: Uuid,
        lines: &[Line],
    ) -> Result<(), db::Error> {
        for (position, line) in (1_i32..).zip(lines) {
            let line = line.clone();
            let insert = tx
                .sql(self.insert)
                .bind(line.id)
                .bind(document)
                .bind(position)
                .bind(line.product)
                .bind(line.description)
                .bind(line.unit)
                .bind(line.quantity_milli)
                .bind(line.unit_price_minor)
                .bind(line.discount_bp)
                .bind(line.amount_minor)
                .bind(line.done_milli);
            let insert = if self.draws {
                insert.bind(line.drawn_from)
            } else {
                insert
            };
            insert.execute().await?;
        }
        Ok(())
    }
}
