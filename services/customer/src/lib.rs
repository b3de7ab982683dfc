//! Customers: the companies and people outside, whether they are who they are said to be, and what was said and done
//! with them.
//!
//! | module | what it holds |
//! |---|---|
//! | `party` | prospect and account, one life under one id |
//! | `identity`, `duplicate` | what makes two records the same customer, and what is done about it |
//! | `contact` | people at a party |
//! | `interaction`, `follow_up` | what was said and done, and what is to be done next |
//! | `erasure`, `erasing` | in which order a person is erased, and how that is carried out |
//! | `retention`, `retaining` | who goes by himself, and how a night lets him go |
//! | `admission` | how a party comes in and changes: row, keys and contacts together |
//! | `store`, `wire`, `events`, `rpc` | rows, contracts, events, calls |

mod admission;
pub mod channel;
pub mod contact;
pub mod duplicate;
mod erasing;
pub mod erasure;
mod events;
pub mod follow_up;
pub mod identity;
pub mod interaction;
pub mod party;
pub mod retaining;
pub mod retention;
mod rpc;
pub mod store;
mod wire;

use baton_chassis::service::Service;
use baton_proto::{
    customer::v1::{
        contact_service_server::ContactServiceServer,
        follow_up_service_server::FollowUpServiceServer,
        history_service_server::HistoryServiceServer, import_service_server::ImportServiceServer,
        interaction_service_server::InteractionServiceServer,
        party_service_server::PartyServiceServer, person_service_server::PersonServiceServer,
        retention_service_server::RetentionServiceServer,
    },
    directory::v1::{SettingsCreated, SettingsUpdated},
    marketing::v1::{LeadAssigned, LeadRouted},
};

/// The texts that people read, in English and in Chinese.
const TEXTS: (&str, &str) = (
    include_str!("../locales/en.ftl"),
    include_str!("../locales/zh-CN.ftl"),
);

/// The service.
pub fn service() -> Service {
    Service::new("customer", sqlx::migrate!())
        .messages(TEXTS.0, TEXTS.1)
        .grpc(|cx, routes| {
            routes
                .add_service(PartyServiceServer::new(rpc::Parties(cx.clone())))
                .add_service(ContactServiceServer::new(rpc::Contacts(cx.clone())))
                .add_service(InteractionServiceServer::new(rpc::Interactions(cx.clone())))
                .add_service(FollowUpServiceServer::new(rpc::FollowUps(cx.clone())))
                .add_service(HistoryServiceServer::new(rpc::Histories(cx.clone())))
                .add_service(PersonServiceServer::new(rpc::Persons(cx.clone())))
                .add_service(RetentionServiceServer::new(rpc::Retentions(cx.clone())))
                .add_service(ImportServiceServer::new(rpc::Import(cx.clone())))
        })
        .on::<LeadRouted>(|act, e| Box::pin(events::lead_routed(act, e)))
        .on::<LeadAssigned>(|act, e| Box::pin(events::lead_assigned(act, e)))
        .timer(rpc::ALARM, |act, id| {
            Box::pin(rpc::come_due(act, id.into()))
        })
        .operation(erasure::KIND, erasing::step, erasing::failed)
        .timer(erasing::REPEAT, erasing::again)
        .on::<SettingsCreated>(|act, e| Box::pin(retaining::set(act, e.settings)))
        .on::<SettingsUpdated>(|act, e| Box::pin(retaining::set(act, e.settings)))
        .timer(retaining::NIGHT, retaining::night)
        .operation(retention::KIND, retaining::step, retaining::failed)
        .tells_of_people::<party::Party>()
        .tells_of_people::<contact::Contact>()
        .tells_of_people::<interaction::Interaction>()
        .tells_of_people::<follow_up::FollowUp>()
        .finds::<party::Party>()
        .finds::<contact::Contact>()
        .holds::<party::Party>()
        .holds::<follow_up::FollowUp>()
        .chain(store::KINDS, |tx, kind, ids| {
            Box::pin(store::nodes(tx, kind, ids))
        })
}

#[cfg(test)]
mod tests {
    use baton_chassis::{Language, Messages, Reason, locale::Broken};

    use super::*;

    #[test]
    fn every_refusal_has_a_text_in_both_languages() -> Result<(), Broken> {
        let messages = Messages::new(&[TEXTS])?;
        let refusals: [&dyn Reason; 12] = [
            &party::Refused::Invalid,
            &party::Refused::NotInvalid,
            &party::Refused::AccountStays,
            &party::Refused::ParentCycle,
            &party::Refused::ParentIsPerson,
            &party::Refused::Erased,
            &party::Refused::NotPerson,
            &contact::Refused::Erased,
            &contact::Refused::Archived,
            &follow_up::Refused::Closed,
            &follow_up::Refused::Open,
            &follow_up::Refused::NotDue,
        ];
        let rules = [
            "COUNTRY_UNKNOWN",
            "PHONE_MALFORMED",
            "WEBSITE_MALFORMED",
            "PARTY_DIFFERS",
            "TIME_NOT_YET",
            "TIME_IN_PAST",
        ];
        for reason in refusals.map(Reason::reason).into_iter().chain(rules) {
            for language in Language::ALL {
                assert!(messages.has(language, reason), "{reason} in {language}");
            }
        }
        Ok(())
    }
}
