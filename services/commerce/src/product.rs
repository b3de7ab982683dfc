//! A product: something the firm sells, on sale or no longer.

use baton_chassis::{Reason, Source, SourceKind, Time, ids::ProductId, words};
use serde::Serialize;

words! {
    /// Where a product stands.
    State {
        /// It can be sold.
        Active = "ACTIVE",
        /// New lines may not name it; those that do go on.
        Discontinued = "DISCONTINUED",
    }
}

/// What people may change of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Head {
    /// Name.
    pub name: String,
    /// Product line; may be empty.
    pub product_line: String,
    /// What is counted; may be empty.
    pub unit: String,
    /// Currency of the list price.
    pub currency: String,
    /// Price of one unit before any discount.
    pub list_price_minor: i64,
}

/// Something that the firm sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Product {
    /// Identity.
    pub id: ProductId,
    /// One more with every change.
    pub version: i64,
    /// The firm's own code for it; it never changes.
    pub sku: String,
    /// What people may change.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub head: Head,
    /// Where it stands.
    pub state: State,
    /// What it came from.
    pub source_kind: SourceKind,
    /// Id of that.
    pub source_id: String,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What happened to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductEvent {
    /// It came into the catalogue.
    Created,
    /// Its head was changed.
    Updated {
        /// The head before.
        before: Head,
    },
    /// It was taken out of sale.
    Discontinued,
    /// It was put back on sale.
    Reinstated,
}

/// Why something cannot be done to a product.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is out of sale already.
    #[error("the product is out of sale already")]
    Discontinued,
    /// It is on sale already.
    #[error("the product is on sale already")]
    Active,
}

impl Reason for Refused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Discontinued => "PRODUCT_DISCONTINUED_ALREADY",
            Self::Active => "PRODUCT_ACTIVE_ALREADY",
        }
    }
}

impl Product {
    /// A new product, on sale.
    pub fn new(id: ProductId, sku: String, head: Head, source: Source, at: Time) -> Self {
        Self {
            id,
            version: 1,
            sku,
            head,
            state: State::Active,
            source_kind: source.kind,
            source_id: source.id,
            created_at: at,
            updated_at: at,
        }
    }

    /// Changes the head. Lines keep what they said when they were written, so this is always allowed.
    pub fn update(&mut self, head: Head) -> ProductEvent {
        ProductEvent::Updated {
            before: std::mem::replace(&mut self.head, head),
        }
    }

    /// Takes it out of sale.
    pub fn discontinue(&mut self) -> Result<ProductEvent, Refused> {
        match self.state {
            State::Discontinued => Err(Refused::Discontinued),
            State::Active => {
                self.state = State::Discontinued;
                Ok(ProductEvent::Discontinued)
            }
        }
    }

    /// Puts it back on sale.
    pub fn reinstate(&mut self) -> Result<ProductEvent, Refused> {
        match self.state {
            State::Active => Err(Refused::Active),
            State::Discontinued => {
                self.state = State::Active;
                Ok(ProductEvent::Reinstated)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::words::Word as _;
    use uuid::Uuid;

    use super::*;

    fn product(state: State) -> Product {
        let head = Head {
            name: "Pump".into(),
            product_line: "Water".into(),
            unit: "piece".into(),
            currency: "CNY".into(),
            list_price_minor: 100,
        };
        let id = Uuid::from_u128(1).into();
        Product {
            state,
            ..Product::new(id, "P-1".into(), head, Source::direct(), Time::UNIX_EPOCH)
        }
    }

    #[test]
    fn every_verb_in_every_state() {
        let table = [
            (State::Active, Ok(State::Discontinued), Err(Refused::Active)),
            (
                State::Discontinued,
                Err(Refused::Discontinued),
                Ok(State::Active),
            ),
        ];
        assert_eq!(table.clone().map(|row| row.0), *State::ALL);
        for (state, discontinued, reinstated) in table {
            let mut p = product(state);
            assert_eq!(
                p.discontinue().map(|_| p.state),
                discontinued,
                "discontinue {state:?}"
            );
            let mut p = product(state);
            assert_eq!(
                p.reinstate().map(|_| p.state),
                reinstated,
                "reinstate {state:?}"
            );
        }
    }

    #[test]
    fn a_product_out_of_sale_can_still_be_put_right() {
        let mut p = product(State::Discontinued);
        let head = Head {
            name: "Pump, blue".into(),
            ..p.head.clone()
        };
        assert_eq!(
            p.update(head),
            ProductEvent::Updated {
                before: product(State::Discontinued).head
            }
        );
        assert_eq!(p.head.name, "Pump, blue");
    }
}
