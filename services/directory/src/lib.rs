//! The directory: who works here, where, with which rights, and what holds for the whole firm.
//!
//! - the nouns, each with its whole life: [`member`], [`department`], [`team`], [`territory`], [`placement`], [`grant`], [`share`],
//!   [`settings`], [`session`], [`password_link`], [`api_key`], [`second_factor`], [`identity`], [`saved_view`], [`export`], [`leaver_handover`]
//!   with [`leaving`], which carries it out; [`sign_in`], the rules of signing in, [`totp`], the codes, and [`provider`], whose word is
//!   believed for what
//! - [`organisation`]: the one aggregate that all of them belong to but sessions, links, second factors, identities, exports and
//!   views, so that every change has its place in one order
//! - [`store`] keeps them, [`wire`] translates, [`rpc`] answers calls, [`events`] tells the other services
//! - [`passwords`] hashes, [`credentials`] proves who signs in, [`tries`] counts who fails; [`browsers`] keeps who is signed in,
//!   [`links`] who may set a password, [`shares`] what is shown to whose it is not, [`placements`] what
//!   stood where and what is planned to, [`keys`] which programs act for whom, [`factors`]
//!   what somebody shows besides his password, [`providers`] asks providers who somebody is, [`identities`] who that is here,
//!   [`sign_ins`] notes sign-ins that leave no session; [`exports`] keeps what is taken out, [`views`] what people have their lists show
//! - [`first_run`] founds a new organisation

pub mod api_key;
pub mod browsers;
pub mod credentials;
pub mod department;
pub mod events;
pub mod export;
pub mod exports;
pub mod factors;
pub mod first_run;
pub mod grant;
pub mod identities;
pub mod identity;
pub mod keys;
pub mod leaver_handover;
pub mod leaving;
pub mod links;
pub mod member;
pub mod organisation;
pub mod password_link;
pub mod passwords;
pub mod placement;
pub mod placements;
pub mod provider;
pub mod providers;
pub mod rpc;
pub mod saved_view;
pub mod second_factor;
pub mod secret;
pub mod session;
pub mod settings;
pub mod share;
pub mod shares;
pub mod sign_in;
pub mod sign_ins;
pub mod store;
pub mod team;
pub mod territory;
pub mod totp;
pub mod tries;
pub mod views;
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
        .timer(links::OVER, |act, id| {
            Box::pin(links::come_over(act, id.into()))
        })
        .timer(keys::OVER, |act, id| {
            Box::pin(keys::come_over(act, id.into()))
        })
        .timer(shares::OVER, |act, id| {
            Box::pin(shares::come_over(act, id.into()))
        })
        .timer(placements::DUE, |act, id| {
            Box::pin(placements::come_due(act, id.into()))
        })
        .timer(exports::OVER, |act, id| {
            Box::pin(exports::come_over(act, id.into()))
        })
        .operation(
            leaving::HAND_ON,
            |step| Box::pin(leaving::hand_on(step)),
            |act, operation, why| Box::pin(leaving::failed(act, operation, why)),
        )
        .operation(
            leaving::GIVE_BACK,
            |step| Box::pin(leaving::give_back(step)),
            |act, operation, why| Box::pin(leaving::failed(act, operation, why)),
        )
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

    fn all<R: Reason>(refused: impl IntoIterator<Item = R>) -> Vec<Refusal> {
        refused.into_iter().map(Into::into).collect()
    }

    fn refusals() -> Vec<Refusal> {
        [of_the_organisation(), of_signing_in()].concat()
    }

    fn of_the_organisation() -> Vec<Refusal> {
        use {
            department as d, export as x, grant as g, leaver_handover as h, member as m,
            placement as p, saved_view as v, share as y, team as e, territory as t,
        };
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
            all([e::Refused::Archived]),
            all([p::Refused::NotPlanned, p::Refused::NotInForce]),
            all([
                y::Refused::AlreadyShared,
                y::Refused::TooMany,
                y::Refused::AlreadyOver,
                y::Refused::TimeLeft,
            ]),
            all([
                h::Refused::NotPlanned,
                h::Refused::NotUnderWay,
                h::Refused::NotDone,
                h::Refused::TooLate,
                h::Refused::Open,
            ]),
            all([x::Refused::AlreadyOver, x::Refused::TimeLeft]),
            all([
                v::Refused::TooMany,
                v::Refused::NotYours,
                v::Refused::EverybodyNeedsAdministration,
            ]),
        ]
        .concat()
    }

    fn of_signing_in() -> Vec<Refusal> {
        use {
            api_key as k, credentials as c, identity as i, password_link as l, provider as p,
            second_factor as f, session as s,
        };
        [
            all([s::Refused::AlreadyOver, s::Refused::TimeLeft]),
            all([
                l::Refused::HasPassword,
                l::Refused::NoPassword,
                l::Refused::AlreadyOver,
                l::Refused::TimeLeft,
                l::Refused::NoGood,
            ]),
            all([
                k::Refused::TooMany,
                k::Refused::AlreadyOver,
                k::Refused::TimeLeft,
            ]),
            all([
                f::Refused::AlreadyActive,
                f::Refused::NotStarted,
                f::Refused::NotActive,
                f::Refused::Demanded,
            ]),
            all([i::Refused::Removed, i::Refused::Bound, i::Refused::Another]),
            all([
                p::Refused::Lost,
                p::Refused::Away("A".into()),
                p::Refused::Declined("A".into(), "access_denied".into()),
                p::Refused::Untrusted("A".into()),
                p::Refused::Unknown("A".into()),
                p::Refused::NoRole("A".into()),
                p::Refused::NoName("A".into(), "wang".into()),
            ]),
            all([
                c::Rejected::Failed,
                c::Rejected::CodeMissing,
                c::Rejected::CodeWrong,
            ]),
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
