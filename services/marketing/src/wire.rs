//! Between contracts and domain: reads requests and names everything that is wrong with them, writes answers.

pub mod campaign;
pub mod conversion;
pub mod import;
pub mod lead;

pub use baton_chassis::wire::{handoff, handoff_state};
use baton_chassis::{Money, Violations, words::Word};
use baton_proto::r#type::v1 as common;

/// An amount as contracts write it.
pub fn money(money: &Money) -> common::Money {
    baton_chassis::wire::money(&money.currency, money.amount_minor)
}

/// A value of an enum, or none where nothing was said.
fn optional<W: Word>(v: &mut Violations, field: &str, number: i32) -> Option<W> {
    v.optional_choice(field, number, W::numbered)
}

/// A value of an enum that must be there.
fn choice<W: Word>(v: &mut Violations, field: &str, number: i32) -> Option<W> {
    v.choice(field, number, W::numbered)
}
