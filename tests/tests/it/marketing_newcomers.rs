//! Stories of the customer of a lead: how it comes in, whom it is taken for, with whom it goes, and who writes to it.

use baton_chassis::test::{Engine, Person};
use baton_proto::{
    customer::v1::{
        Contact, ContactState, GetContactRequest, ListContactsRequest, ListProspectsRequest, Party,
    },
    directory::v1::{DuplicatePolicy, Settings},
    marketing::v1::{self as pb, convert_lead_request},
    sales::v1::{
        CreateOpportunityRequest, Opportunity, opportunity_service_client::OpportunityServiceClient,
    },
};
use tonic::Code;

use crate::{
    answers::{pairs, reason, refused, told, violations},
    customer::{Desk, about, company},
    marketing::Firm,
};

fn desk(firm: &Firm, who: &Person) -> Desk {
    Desk::new(&firm.world.link_as(who))
}

async fn policy(firm: &Firm, policy: DuplicatePolicy) {
    let settings = Settings {
        duplicate_policy: policy.into(),
        ..Settings::default()
    };
    firm.set("duplicate_policy", settings).await;
}

/// A lead about a prospect.
fn about_prospect(name: &str, phone: &str, email: &str) -> pb::Lead {
    pb::Lead {
        title: "Pumps".into(),
        prospect: Some(pb::ProspectDraft {
            name: name.into(),
            phone: phone.into(),
            email: email.into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

async fn contacts(firm: &Firm, who: &Person, party: &str) -> Vec<Contact> {
    let request = ListContactsRequest {
        party_id: party.into(),
        state: ContactState::Active.into(),
        ..Default::default()
    };
    told(desk(firm, who).contacts.list_contacts(request).await).contacts
}

async fn prospects(firm: &Firm) -> usize {
    let request = ListProspectsRequest::default();
    let mut boss = desk(firm, &firm.boss);
    told(boss.parties.list_prospects(request).await)
        .prospects
        .len()
}

fn ask(lead: &str) -> pb::ConvertLeadRequest {
    pb::ConvertLeadRequest {
        id: lead.into(),
        ..Default::default()
    }
}

async fn convert(
    firm: &Firm,
    who: &Person,
    request: pb::ConvertLeadRequest,
) -> Result<pb::ConvertLeadResponse, tonic::Status> {
    Ok(firm.leads(who).convert_lead(request).await?.into_inner())
}

/// The salesperson calls the customer, notes that, and sells to him once more.
async fn works_with(firm: &Firm, who: &Person, party: &str) {
    let mut desk = desk(firm, who);
    assert_eq!(desk.party(party).await.owner_id, who.id.to_string());
    let whom = contacts(firm, who, party).await;
    assert_eq!(whom.len(), 1, "somebody to call");
    let one = GetContactRequest {
        id: whom[0].id.clone(),
    };
    told(desk.contacts.get_contact(one).await);
    let call = baton_proto::customer::v1::Interaction {
        about: about("ACCOUNT", party),
        channel: baton_proto::customer::v1::Channel::Phone.into(),
        kind: baton_proto::customer::v1::InteractionKind::Enquiry.into(),
        summary: "asked for a demo".into(),
        ..Default::default()
    };
    let call = baton_proto::customer::v1::CreateInteractionRequest {
        interaction: Some(call),
        ..Default::default()
    };
    told(desk.interactions.create_interaction(call).await);
}

#[tokio::test]
async fn the_customer_goes_with_its_lead_to_the_territory_and_to_the_salesperson() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let west = firm.world.territory("West", None, None).await;
        let agent = firm.world.member_in("salesperson", Some(west)).await;
        let known = firm.account(&agent).await;
        let han = Contact {
            party_id: known.id.clone(),
            name: "Han Meimei".into(),
            ..Default::default()
        };
        desk(&firm, &agent).contact(han).await;
        let of_known = pb::Lead {
            title: "More pumps".into(),
            party_id: known.id.clone(),
            ..Default::default()
        };
        let of_new = pb::Lead {
            contact: Some(pb::ContactDraft {
                name: "Li Lei".into(),
                ..Default::default()
            }),
            ..about_prospect("Newcomer", "", "")
        };
        for new in [of_known, of_new] {
            let lead = firm.create(&agent, new).await.unwrap();
            let party = lead.party_id.as_str();
            assert_eq!(firm.party(party).await.owner_id, agent.id.to_string());
            firm.route(&agent, &lead.id).await.unwrap();
            firm.world.settle().await;
            let seen = desk(&firm, &firm.manager).party(party).await;
            assert_eq!(seen.territory_id, firm.east.to_string());
            assert_eq!(seen.owner_id, agent.id.to_string(), "not assigned yet");
            assert_eq!(contacts(&firm, &firm.manager, party).await.len(), 1);

            firm.assign(&firm.manager, &lead.id, &firm.seller)
                .await
                .unwrap();
            firm.world.settle().await;
            works_with(&firm, &firm.seller, party).await;
            firm.qualify(&firm.seller, &lead.id).await;
            let done = convert(&firm, &firm.seller, ask(&lead.id)).await.unwrap();
            assert_eq!(
                done.conversion.unwrap().state(),
                pb::ConversionState::Completed
            );
            works_with(&firm, &firm.seller, party).await;
            let more = Opportunity {
                name: "A second deal".into(),
                party_id: party.into(),
                ..Default::default()
            };
            let more = CreateOpportunityRequest {
                opportunity: Some(more),
                ..Default::default()
            };
            let link = firm.world.link_as(&firm.seller);
            told(
                OpportunityServiceClient::new(link)
                    .create_opportunity(more)
                    .await,
            );
        }
    }
}

#[tokio::test]
async fn a_customer_of_somebody_else_stays_and_one_that_came_with_a_returned_lead_goes_on() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let second = firm.world.member_in("salesperson", Some(firm.east)).await;
        let known = firm.account(&second).await;
        let lead = pb::Lead {
            title: "Pumps".into(),
            party_id: known.id.clone(),
            ..Default::default()
        };
        let lead = firm.create(&firm.boss, lead).await.unwrap();
        firm.assign(&firm.boss, &lead.id, &firm.seller)
            .await
            .unwrap();
        firm.world.settle().await;
        assert_eq!(
            firm.party(&known.id).await.owner_id,
            second.id.to_string(),
            "he never had the lead"
        );

        let lead = firm.lead(&firm.marketer).await;
        firm.route(&firm.marketer, &lead.id).await.unwrap();
        firm.assign(&firm.manager, &lead.id, &firm.seller)
            .await
            .unwrap();
        firm.world.settle().await;
        let back = pb::ReturnLeadRequest {
            id: lead.id.clone(),
            reason: "not my line".into(),
            ..Default::default()
        };
        told(firm.leads(&firm.seller).return_lead(back).await);
        firm.assign(&firm.manager, &lead.id, &second).await.unwrap();
        firm.world.settle().await;
        let owner = firm.party(&lead.party_id).await.owner_id;
        assert_eq!(owner, second.id.to_string());
    }
}

#[tokio::test]
async fn a_look_alike_is_told_taken_or_refused_as_the_house_wants() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let acme = Party {
            phone: "021 6123 4567".into(),
            ..company("Acme")
        };
        let known = desk(&firm, &firm.boss).account(acme).await;
        let same = || about_prospect("Acme", "+86 21 6123 4567", "");

        let warned = firm.create(&firm.boss, same()).await.unwrap();
        assert_ne!(warned.party_id, known.id);
        let told_of = &warned.look_alikes[0];
        assert_eq!((&told_of.party_id, told_of.taken), (&known.id, false));
        assert_eq!((told_of.visible, told_of.name.as_str()), (true, "Acme"));
        let blind = firm.create(&firm.marketer, same()).await.unwrap();
        let told_of = &blind.look_alikes[0];
        assert_eq!((told_of.visible, told_of.name.as_str()), (false, ""));

        policy(&firm, DuplicatePolicy::Link).await;
        let namesake = about_prospect("Acme", "", "");
        let namesake = firm.create(&firm.marketer, namesake).await.unwrap();
        assert_ne!(namesake.party_id, known.id, "a name alone is no customer");
        assert!(namesake.look_alikes.iter().all(|l| !l.taken));
        assert!(namesake.look_alikes.iter().any(|l| l.party_id == known.id));

        let caller = || about_prospect("Acme Tools", "021 6123 4567", "li@acme.example");
        for (contact, times) in [(true, "once"), (false, "and again")] {
            let taken = firm.create(&firm.marketer, caller()).await.unwrap();
            assert_eq!(taken.party_id, known.id, "{times}");
            assert!(taken.look_alikes[0].taken);
            assert_eq!(taken.contact_id.is_empty(), !contact, "{times}");
        }
        let kept = contacts(&firm, &firm.boss, &known.id).await;
        assert_eq!(kept.len(), 1, "what was said is kept, once");
        assert_eq!(
            (kept[0].name.as_str(), kept[0].email.as_str()),
            ("Acme Tools", "li@acme.example")
        );

        policy(&firm, DuplicatePolicy::Refuse).await;
        let before = prospects(&firm).await;
        let no = firm.create(&firm.marketer, same()).await;
        assert_eq!(refused(no), (Code::AlreadyExists, "EXISTS".into()));
        assert_eq!(prospects(&firm).await, before);
    }
}

#[tokio::test]
async fn a_new_lead_that_is_refused_leaves_nothing_and_hears_of_everything_by_its_own_paths() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let wrong = pb::Lead {
            title: String::new(),
            contact: Some(pb::ContactDraft {
                name: "Han Meimei".into(),
                phone: "abc".into(),
                ..Default::default()
            }),
            ..about_prospect("Acme", "x", "nowhere")
        };
        for who in [&firm.marketer, &firm.seller] {
            assert_eq!(
                violations(firm.create(who, wrong.clone()).await),
                pairs(&[
                    ("lead.title", "REQUIRED"),
                    ("lead.prospect.phone", "PHONE_MALFORMED"),
                    ("lead.prospect.email", "EMAIL_MALFORMED"),
                    ("lead.contact.phone", "PHONE_MALFORMED"),
                ])
            );
        }
        let no = firm.create(&firm.marketer, wrong).await.unwrap_err();
        assert!(no.message().contains("lead.contact.phone"), "{no}");
        assert_eq!(prospects(&firm).await, 0);

        let keyed = || pb::Lead {
            external: Some(pb::ExternalKey {
                system: "web-form".into(),
                id: "17".into(),
            }),
            ..about_prospect("Acme", "", "")
        };
        firm.create(&firm.marketer, keyed()).await.unwrap();
        let again = firm.create(&firm.marketer, keyed()).await;
        assert_eq!(refused(again), (Code::AlreadyExists, "EXISTS".into()));
        assert_eq!(prospects(&firm).await, 1);
    }
}

#[tokio::test]
async fn a_lead_opens_nobodys_hidden_customer_to_its_salesperson() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        policy(&firm, DuplicatePolicy::Link).await;
        let west = firm.world.territory("West", None, None).await;
        let other = firm.world.member_in("salesperson", Some(west)).await;
        let hidden = Party {
            phone: "021 6123 4567".into(),
            ..company("Acme")
        };
        let hidden = desk(&firm, &other).prospect(hidden).await;
        let new = about_prospect("Acme", "021 6123 4567", "");
        let lead = firm.create(&firm.marketer, new).await.unwrap();
        assert_eq!(lead.party_id, hidden.id);
        firm.assign(&firm.boss, &lead.id, &firm.seller)
            .await
            .unwrap();
        firm.qualify(&firm.seller, &lead.id).await;
        firm.world.settle().await;

        let preview = pb::ConvertLeadRequest {
            validate_only: true,
            ..ask(&lead.id)
        };
        for request in [preview.clone(), ask(&lead.id)] {
            let no = convert(&firm, &firm.seller, request).await;
            assert_eq!(reason(no), "PARTY_OF_ANOTHER");
        }
        assert_eq!(firm.party(&hidden.id).await, hidden);

        // Once its owner has verified it there is nothing to write; its name is still his.
        desk(&firm, &other)
            .verify(
                &hidden.id,
                baton_proto::customer::v1::VerificationOutcome::Confirmed,
            )
            .await;
        let would = convert(&firm, &firm.seller, preview.clone()).await.unwrap();
        let would = would.preview.unwrap();
        assert_eq!(
            (would.party_id, would.party_name),
            (hidden.id, String::new())
        );
        let contact = pb::ContactDraft {
            name: "Han Meimei".into(),
            ..Default::default()
        };
        let writes = pb::ConvertLeadRequest {
            contact: Some(convert_lead_request::Contact::NewContact(contact)),
            ..preview.clone()
        };
        let no = convert(&firm, &firm.seller, writes).await;
        assert_eq!(reason(no), "PARTY_OF_ANOTHER");

        let link = pb::ConvertLeadRequest {
            link_party_id: firm.account(&firm.seller).await.id,
            ..preview
        };
        let would = convert(&firm, &firm.seller, link).await.unwrap();
        assert!(!would.preview.unwrap().party_name.is_empty());
    }
}
