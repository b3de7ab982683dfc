//! What the stories of customers share: a firm with its people, and the shortest way to a prospect, an account, a contact.

use baton_chassis::{
    Time,
    ids::TerritoryId,
    link::Link,
    test::{Engine, Person, World},
    wire::timestamp,
};
use baton_proto::{
    Fact,
    customer::v1::{
        self as pb, contact_service_client::ContactServiceClient,
        follow_up_service_client::FollowUpServiceClient,
        import_service_client::ImportServiceClient,
        interaction_service_client::InteractionServiceClient,
        party_service_client::PartyServiceClient,
    },
    directory::v1::{Function, GrantScope},
    log::v1::{
        Event, ListHeadsRequest, ReadEventsRequest, event_log_service_client::EventLogServiceClient,
    },
    r#type::v1::ObjectRef,
};
use chrono::Duration;
use prost_types::Timestamp;

use crate::{answers::told, directory::grant};

/// A firm with a boss, a region with its manager and a salesperson, another salesperson elsewhere, and an analyst who has
/// nothing to do with customers.
pub struct Firm {
    pub world: World,
    pub boss: Person,
    pub manager: Person,
    pub east: TerritoryId,
    pub seller: Person,
    pub other: Person,
    pub analyst: Person,
}

impl Firm {
    pub async fn new(engine: Engine) -> Self {
        let world = World::new(engine, baton::services()).await;
        let manager = world.member("sales_manager").await;
        grant(&world, "analyst", Function::Analysis, GrantScope::All).await;
        let east = world.territory("East", None, Some(&manager)).await;
        Self {
            boss: world.member("boss").await,
            seller: world.member_in("salesperson", Some(east)).await,
            other: world.member("salesperson").await,
            analyst: world.member("analyst").await,
            manager,
            east,
            world,
        }
    }

    pub fn desk(&self, who: &Person) -> Desk {
        Desk::new(&self.world.link_as(who))
    }

    /// A time so many days from now.
    pub fn in_days(&self, days: i64) -> Timestamp {
        timestamp(self.now() + Duration::days(days))
    }

    pub fn now(&self) -> Time {
        self.world.clock.now()
    }

    /// All events of customers so far, those of an object in their order.
    pub async fn events(&self) -> Vec<Event> {
        let link = self.world.link_as_service("insight", "customer", None);
        let mut log = EventLogServiceClient::new(link);
        let producer = "customer".to_owned();
        let heads = told(
            log.list_heads(ListHeadsRequest {
                producer: producer.clone(),
                epoch: None,
            })
            .await,
        )
        .heads;
        let mut all = Vec::new();
        for head in heads {
            let (producer, shard) = (producer.clone(), head.shard);
            let piece = ReadEventsRequest {
                producer,
                shard,
                after: 0,
                limit: 0,
            };
            all.extend(told(log.read_events(piece).await).events);
        }
        all
    }

    /// The facts of one type about an object, in their order.
    pub async fn facts<F: Fact>(&self, id: &str) -> Vec<F> {
        self.world.settle().await;
        let events = self.events().await;
        let mine = events
            .iter()
            .filter(|e| e.aggregate_id == id && e.r#type == F::TYPE);
        mine.map(|e| F::decode(e.payload.as_slice()).expect("a fact of its type"))
            .collect()
    }

    /// The types of all events about an object, in their order, without the name of the package.
    pub async fn story_of(&self, id: &str) -> Vec<String> {
        self.world.settle().await;
        let events = self.events().await;
        let mine = events.iter().filter(|e| e.aggregate_id == id);
        mine.map(|e| e.r#type.rsplit('.').next().unwrap_or_default().to_owned())
            .collect()
    }
}

/// All clients of customers on one link.
pub struct Desk {
    pub parties: PartyServiceClient<Link>,
    pub contacts: ContactServiceClient<Link>,
    pub interactions: InteractionServiceClient<Link>,
    pub follow_ups: FollowUpServiceClient<Link>,
    pub imports: ImportServiceClient<Link>,
}

impl Desk {
    pub fn new(link: &Link) -> Self {
        Self {
            parties: PartyServiceClient::new(link.clone()),
            contacts: ContactServiceClient::new(link.clone()),
            interactions: InteractionServiceClient::new(link.clone()),
            follow_ups: FollowUpServiceClient::new(link.clone()),
            imports: ImportServiceClient::new(link.clone()),
        }
    }

    pub async fn prospect(&mut self, party: pb::Party) -> pb::Party {
        let made = told(self.parties.create_prospect(prospect(party)).await);
        assert!(!made.linked);
        made.party.unwrap()
    }

    pub async fn account(&mut self, party: pb::Party) -> pb::Party {
        let made = told(self.parties.create_account(account(party)).await);
        assert!(!made.linked);
        made.party.unwrap()
    }

    pub async fn party(&mut self, id: &str) -> pb::Party {
        told(
            self.parties
                .get_party(pb::GetPartyRequest { id: id.into() })
                .await,
        )
        .party
        .unwrap()
    }

    pub async fn verify(&mut self, id: &str, outcome: pb::VerificationOutcome) -> pb::Party {
        told(self.parties.verify_prospect(verify(id, outcome)).await)
            .party
            .unwrap()
    }

    pub async fn contact(&mut self, contact: pb::Contact) -> pb::Contact {
        let request = pb::CreateContactRequest {
            contact: Some(contact),
            ..Default::default()
        };
        told(self.contacts.create_contact(request).await)
            .contact
            .unwrap()
    }
}

/// A company.
pub fn company(name: &str) -> pb::Party {
    pb::Party {
        name: name.into(),
        ..Default::default()
    }
}

pub fn prospect(party: pb::Party) -> pb::CreateProspectRequest {
    pb::CreateProspectRequest {
        prospect: Some(party),
        ..Default::default()
    }
}

pub fn account(party: pb::Party) -> pb::CreateAccountRequest {
    pb::CreateAccountRequest {
        account: Some(party),
        ..Default::default()
    }
}

pub fn verify(id: &str, outcome: pb::VerificationOutcome) -> pb::VerifyProspectRequest {
    pb::VerifyProspectRequest {
        id: id.into(),
        channel: pb::Channel::Phone.into(),
        outcome: outcome.into(),
        evidence: "spoke to the front desk".into(),
        ..Default::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as requests hold it")]
pub fn about(kind: &str, id: &str) -> Option<ObjectRef> {
    Some(ObjectRef {
        kind: kind.into(),
        id: id.into(),
    })
}
