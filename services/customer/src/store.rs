//! Every SQL text of the service.

mod contact;
mod duplicate;
mod find;
mod follow_up;
mod held;
pub mod history;
mod interaction;
mod node;
mod party;
mod personal;
mod retention;

pub use contact::{CONTACTS, contacts, hand_contacts_over, lock_contact};
pub use duplicate::{claim, give, hold, matches};
pub use find::found_as;
pub use follow_up::{FOLLOW_UPS, follow_ups};
pub use interaction::{INTERACTIONS, interactions};
pub use node::{KINDS, nodes};
pub use party::{
    PARTIES, PartyFilter, VERIFICATIONS, lock_party, parents, parties, record, verifications,
};
pub use personal::{forget_evidence, keys_of, verifications_of};
pub use retention::{gone, unchanged, went};

/// The contracts write orders; these are the rows' own words for them.
macro_rules! orders {
    ($name:ident, $row:ty, [$($order:literal = ($column:literal, $id:literal, $down:literal, $key:expr),)+]) => {
        /// The orders that the list declares, the default first.
        pub const $name: &[(&str, baton_chassis::list::Order<$row>)] = &[$((
            $order,
            baton_chassis::list::Order { column: $column, id: $id, descending: $down, key: $key },
        ),)+];
    };
}
use orders;
