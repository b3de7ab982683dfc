//! The directory: who works here, where, with which rights, and what holds for the whole firm.
//!
//! - the nouns, each with its whole life: [`member`], [`department`], [`territory`], [`grant`], [`settings`],
//!   [`session`]; and [`sign_in`], the rules of signing in
//! - [`organisation`]: the one aggregate that all of them but sessions belong to, so that every change has its place in one order
//! - [`store`] keeps them, [`wire`] translates, [`rpc`] answers calls, [`events`] tells the other services
//! - [`passwords`] hashes, [`credentials`] proves who signs in, [`browsers`] keeps who is signed in, [`sign_ins`] notes other sign-ins, [`first_run`] founds a new organisation

pub mod browsers;
pub mod credentials;
pub mod department;
pub mod events;
pub mod first_run;
pub mod grant;
pub mod member;
pub mod organisation;
pub mod passwords;
pub mod rpc;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod sign_ins;
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
        .finds::<member::Member>()
        .timer(browsers::OVER, |act, id| {
            Box::pin(browsers::come_over(act, id.into()))
        })
        .first_run(|cx| Box::pin(first_run::found(cx)))
}

/// Gives a value its new form, if there is one.
fn revise<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_chassis::{Language, Messages, Reason, Refusal};

    fn refusals() -> Vec<Refusal> {
        fn all<R: Reason>(refused: impl IntoIterator<Item = R>) -> Vec<Refusal> {
            refused.into_iter().map(Into::into).collect()
        }
        use {department as d, grant as g, member as m, session as s, territory as t};
        [
            all([
                m::Refused::AlreadyInactive,
                m::Refused::AlreadyActive,
                m::Refused::Inactive,
                m::Refused::LastAdministrator,
            ]),
            all([
                d::Refused::Archived,
                d::Refused::HasMembers(1),
                d::Refused::HasGrants(1),
            ]),
            all([
                t::Refused::Archived,
                t::Refused::Root,
                t::Refused::ParentArchived,
                t::Refused::Cycle,
                t::Refused::TooDeep,
                t::Refused::HasMembers(1),
                t::Refused::HasTerritories(1),
            ]),
            all([g::Refused::ReachMeaningless, g::Refused::AlreadyRevoked]),
            all([s::Refused::AlreadyOver, s::Refused::TimeLeft]),
        ]
        .concat()
    }

    #[test]
    fn every_refusal_has_a_text_in_both_languages_that_names_its_values() {
        let files = (
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        );
        let messages = Messages::new(&[files]).unwrap();
        for refusal in refusals() {
            for language in Language::ALL {
                assert!(messages.has(language, refusal.reason), "{}", refusal.reason);
                let text = messages.text(language, refusal.reason, &refusal.args);
                assert!(
                    refusal.args.iter().all(|(_, value)| text.contains(value)),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let keys = |file: &'static str| -> Vec<&str> {
            let mut keys: Vec<_> = file
                .lines()
                .filter_map(|l| Some(l.split_once(" =")?.0))
                .collect();
            keys.sort_unstable();
            keys
        };
        let (en, zh) = (
            include_str!("../locales/en.ftl"),
            include_str!("../locales/zh-CN.ftl"),
        );
        assert_eq!(keys(en), keys(zh));
    }
}
