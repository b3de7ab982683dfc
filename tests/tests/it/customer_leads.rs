//! Stories of customers in the chain: who gets the lead gets the customer, and whoever may open one may follow the other.

use baton_chassis::test::{Engine, Person};
use baton_proto::{
    chain::v1::{CheckNodesRequest, Node, chain_service_client::ChainServiceClient},
    customer::v1 as pb,
    marketing::v1::{
        AssignLeadRequest, CreateLeadRequest, Lead, RouteLeadRequest,
        lead_service_client::LeadServiceClient,
    },
    r#type::v1::ObjectRef,
};
use tonic::Code;

use crate::{
    answers::{refused, told},
    customer::{Firm, about, company},
};

/// A lead about a customer, in the east and with a salesperson.
async fn lead_for(firm: &Firm, party: &str, seller: &Person) -> String {
    let mut leads = LeadServiceClient::new(firm.world.link_as(&firm.boss));
    let lead = Lead {
        title: "Pumps".into(),
        party_id: party.into(),
        ..Default::default()
    };
    let create = CreateLeadRequest {
        lead: Some(lead),
        ..Default::default()
    };
    let id = told(leads.create_lead(create).await).lead.unwrap().id;
    let territory_id = firm.east.to_string();
    let route = RouteLeadRequest {
        id: id.clone(),
        territory_id,
        ..Default::default()
    };
    told(leads.route_lead(route).await);
    let member_id = seller.id.to_string();
    let assign = AssignLeadRequest {
        id: id.clone(),
        member_id,
        ..Default::default()
    };
    told(leads.assign_lead(assign).await);
    firm.world.settle().await;
    id
}

#[tokio::test]
async fn a_customer_that_nobody_owns_goes_to_whoever_gets_its_first_lead() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut boss = firm.desk(&firm.boss);
        let mut seller = firm.desk(&firm.seller);
        let party = boss.prospect(company("Acme")).await;
        assert_eq!(
            (party.owner_id.as_str(), party.territory_id.as_str()),
            ("", "")
        );
        let han = pb::Contact {
            party_id: party.id.clone(),
            name: "韩梅梅".into(),
            ..Default::default()
        };
        let han = boss.contact(han).await.id;
        let get = pb::GetPartyRequest {
            id: party.id.clone(),
        };
        let early = seller.parties.get_party(get.clone()).await;
        assert_eq!(refused(early), (Code::NotFound, "NOT_FOUND".into()));

        let lead = lead_for(&firm, &party.id, &firm.seller).await;
        let mine = seller.party(&party.id).await;
        assert_eq!(mine.owner_id, firm.seller.id.to_string());
        assert_eq!(mine.territory_id, firm.east.to_string());
        told(
            seller
                .contacts
                .get_contact(pb::GetContactRequest { id: han })
                .await,
        );
        assert_eq!(
            firm.story_of(&party.id).await,
            ["prospect_created", "party_assigned", "party_assigned"],
            "to the territory, then to the salesperson"
        );

        // A second lead finds it owned.
        lead_for(&firm, &party.id, &firm.other).await;
        assert_eq!(seller.party(&party.id).await, mine);

        // What is said about the lead is for those who may open the lead or the customer.
        let call = pb::Interaction {
            about: about("LEAD", &lead),
            party_id: party.id.clone(),
            channel: pb::Channel::Phone.into(),
            kind: pb::InteractionKind::Enquiry.into(),
            summary: "asked for a demo".into(),
            ..Default::default()
        };
        let create = pb::CreateInteractionRequest {
            interaction: Some(call),
            ..Default::default()
        };
        let made = told(seller.interactions.create_interaction(create.clone()).await);
        let of_lead = pb::ListInteractionsRequest {
            about: about("LEAD", &lead),
            ..Default::default()
        };
        let heard = told(boss.interactions.list_interactions(of_lead.clone()).await).interactions;
        assert_eq!(heard, [made.interaction.unwrap()]);
        let mut other = firm.desk(&firm.other);
        assert_eq!(
            told(other.interactions.list_interactions(of_lead).await).interactions,
            []
        );
        let unseen = other.interactions.create_interaction(create).await;
        assert_eq!(refused(unseen), (Code::InvalidArgument, "INVALID".into()));
    }
}

#[tokio::test]
async fn the_chain_shows_of_a_customer_what_the_reader_may_open() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let mut seller = firm.desk(&firm.seller);
        let party = seller.account(company("Acme")).await;
        let contact = pb::Contact {
            party_id: party.id.clone(),
            name: "韩梅梅".into(),
            ..Default::default()
        };
        let contact = seller.contact(contact).await;
        let visit = pb::Interaction {
            about: about("ACCOUNT", &party.id),
            channel: pb::Channel::FaceToFace.into(),
            kind: pb::InteractionKind::Visit.into(),
            summary: "saw the plant".into(),
            follow_up: Some(pb::FollowUpPlan {
                title: "send photos".into(),
                due_time: Some(firm.in_days(1)),
                ..Default::default()
            }),
            ..Default::default()
        };
        let create = pb::CreateInteractionRequest {
            interaction: Some(visit),
            ..Default::default()
        };
        let visit = told(seller.interactions.create_interaction(create).await);
        let (visit, photos) = (visit.interaction.unwrap(), visit.follow_up.unwrap());

        let asked = [
            ("ACCOUNT", &party.id),
            ("CONTACT", &contact.id),
            ("FOLLOW_UP", &photos.id),
            ("INTERACTION", &visit.id),
            ("ACCOUNT", &contact.id),
        ];
        let objects: Vec<_> = asked
            .map(|(kind, id)| ObjectRef {
                kind: kind.into(),
                id: id.clone(),
            })
            .into();
        let nodes = async |who| -> Vec<Node> {
            let mut chain =
                ChainServiceClient::new(firm.world.link_in_the_name_of(who, "insight", "customer"));
            let request = CheckNodesRequest {
                objects: objects.clone(),
            };
            let mut nodes = told(chain.check_nodes(request).await).nodes;
            nodes.sort_by(|a, b| a.kind.cmp(&b.kind));
            nodes
        };
        let seen = nodes(&firm.seller).await;
        let shown: Vec<_> = seen
            .iter()
            .map(|n| {
                (
                    n.kind.as_str(),
                    n.state.as_str(),
                    n.title.as_str(),
                    n.visible,
                )
            })
            .collect();
        let expected = [
            ("ACCOUNT", "ACCOUNT", "Acme", true),
            ("CONTACT", "ACTIVE", "韩梅梅", true),
            ("FOLLOW_UP", "OPEN", "send photos", true),
            ("INTERACTION", "VISIT", "", true),
        ];
        assert_eq!(shown, expected);
        assert_eq!(seen[0].number, party.number);
        let source = seen[3].source.clone().unwrap();
        assert_eq!((source.kind.as_str(), &source.id), ("ACCOUNT", &party.id));

        let mut outside = ChainServiceClient::new(firm.world.link_as(&firm.other));
        let asked = CheckNodesRequest {
            objects: objects.clone(),
        };
        assert_eq!(
            refused(outside.check_nodes(asked).await).0,
            Code::PermissionDenied,
            "what is there but hidden is told to services alone"
        );
        let veiled = nodes(&firm.other).await;
        assert_eq!(veiled.len(), 4);
        assert!(
            veiled
                .iter()
                .all(|n| !n.visible && n.title.is_empty() && n.state.is_empty())
        );
    }
}
