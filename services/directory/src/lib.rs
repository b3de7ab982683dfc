//! The directory: who works here, where, with which rights, and what holds for the whole firm.
//!
//! - the nouns, each with its whole life: [`member`], [`department`], [`territory`], [`grant`], [`settings`]; and
//!   [`sign_in`], the rules of signing in
//! - [`organisation`]: the one aggregate that all of them belong to, so that every change has its place in one order
//! - [`store`] keeps them, [`wire`] translates, [`rpc`] answers calls, [`events`] tells the other services
//! - [`passwords`] hashes, [`credentials`] proves who signs in, [`first_run`] founds a new organisation

pub mod credentials;
pub mod department;
pub mod events;
pub mod first_run;
pub mod grant;
pub mod member;
pub mod organisation;
pub mod passwords;
pub mod rpc;
pub mod settings;
pub mod sign_in;
pub mod store;
pub mod territory;
pub mod wire;

use baton_chassis::Service;

/// The directory service.
pub fn service() -> Service {
    Service::new("directory", sqlx::migrate!())
        .messages(
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        )
        .grpc(rpc::routes)
        .first_run(|cx| Box::pin(first_run::found(cx)))
}

/// Gives a value its new form, if there is one.
fn revise<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}
