//! Stories of what is for fewer people than the record: how persons are reached, and what things cost.

use baton_chassis::test::{Engine, Person, World};
use baton_proto::{
    chain::v1::{FindNodesRequest, chain_service_client::ChainServiceClient},
    customer::v1 as pb,
    directory::v1::{Function, GrantScope},
    insight::v1::{ListChangesRequest, audit_service_client::AuditServiceClient},
    marketing::v1 as marketing,
    sales::v1 as sales,
};

use crate::{
    answers::{mask, pairs, told, violations},
    customer::{Desk, Firm, company},
    directory::grant,
    sales::yuan,
    sales_projects::projects,
};

/// Somebody who works with all customers, deals and campaigns, and sees neither how persons are reached nor what things cost.
async fn switchboard(world: &World) -> Person {
    for function in [Function::Customer, Function::Marketing, Function::Sales] {
        grant(world, "switchboard", function, GrantScope::All).await;
    }
    world.member("switchboard").await
}

fn update(contact: pb::Contact, fields: &[&str]) -> pb::UpdateContactRequest {
    pb::UpdateContactRequest {
        contact: Some(contact),
        update_mask: mask(fields),
        ..pb::UpdateContactRequest::default()
    }
}

async fn found(world: &World, who: &Person, query: &str) -> usize {
    let request = FindNodesRequest {
        query: query.into(),
        ..FindNodesRequest::default()
    };
    let mut chain = ChainServiceClient::new(world.link_in_the_name_of(who, "insight", "customer"));
    told(chain.find_nodes(request).await).found.len()
}

/// The fields whose values a history does not show somebody.
async fn hidden_from(world: &World, who: &Person, contact: &str) -> Vec<String> {
    let request = ListChangesRequest {
        kind: "CONTACT".into(),
        id: contact.into(),
        ..ListChangesRequest::default()
    };
    let mut audit = AuditServiceClient::new(world.link_as(who));
    let changes = told(audit.list_changes(request).await).changes;
    let fields = changes.into_iter().flat_map(|c| c.fields);
    let mut hidden: Vec<_> = fields.filter(|f| f.hidden).map(|f| f.field).collect();
    hidden.sort_unstable();
    hidden.dedup();
    hidden
}

async fn contacts(desk: &mut Desk, query: &str) -> Result<usize, tonic::Status> {
    let request = pb::ListContactsRequest {
        query: query.into(),
        ..pb::ListContactsRequest::default()
    };
    let listed = desk.contacts.list_contacts(request).await?;
    Ok(listed.into_inner().contacts.len())
}

#[tokio::test]
async fn how_a_person_is_reached_is_masked_for_who_has_no_right_to_it() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let clerk = switchboard(&firm.world).await;
        let (mut hers, mut his) = (firm.desk(&firm.seller), firm.desk(&clerk));
        let of_company = pb::Party {
            phone: "+862112345678".into(),
            email: "info@pumps.example".into(),
            ..company("Pumps")
        };
        let pumps = hers.account(of_company).await;
        let zhang = pb::Contact {
            party_id: pumps.id.clone(),
            name: "Zhang".into(),
            phone: "+8613812345678".into(),
            email: "zhang@pumps.example".into(),
            wechat: "zhang_wx".into(),
            ..pb::Contact::default()
        };
        let open = hers.contact(zhang).await;
        assert_eq!(open.masked_fields, Vec::<String>::new());
        let get = pb::GetContactRequest {
            id: open.id.clone(),
        };
        let veiled = told(his.contacts.get_contact(get.clone()).await)
            .contact
            .unwrap();
        assert_eq!(
            [&veiled.phone, &veiled.email, &veiled.wechat],
            ["+86138****5678", "z***@pumps.example", "z***"]
        );
        assert_eq!(veiled.masked_fields, ["phone", "email", "wechat"]);
        let listed = his
            .contacts
            .list_contacts(pb::ListContactsRequest::default())
            .await;
        assert_eq!(told(listed).contacts, std::slice::from_ref(&veiled));
        // How a company is reached is no secret; how somebody who buys for himself is, is one.
        assert_eq!(his.party(&pumps.id).await.phone, "+862112345678");
        let person = pb::Party {
            r#type: pb::PartyType::Person.into(),
            phone: "+8613987654321".into(),
            ..company("Wang")
        };
        let wang = hers.account(person).await;
        assert_eq!(his.party(&wang.id).await.phone, "+86139****4321");

        // Nobody is found by what is hidden.
        assert_eq!(contacts(&mut hers, "5678").await.unwrap(), 1);
        assert_eq!(
            violations(contacts(&mut his, "5678").await),
            pairs(&[("query", "NOT_BY_PHONE")])
        );
        assert_eq!(contacts(&mut his, "Zhang").await.unwrap(), 1);
        assert_eq!(found(&firm.world, &firm.seller, "13812345678").await, 1);
        assert_eq!(found(&firm.world, &clerk, "13812345678").await, 0);
        assert_eq!(found(&firm.world, &clerk, "Zhang").await, 1);

        // What is sent back as it was shown is no change; another value is refused, and nothing is written.
        let promoted = pb::Contact {
            job_title: "Head of purchasing".into(),
            ..veiled.clone()
        };
        let after = told(his.contacts.update_contact(update(promoted, &[])).await);
        assert_eq!(after.contact.unwrap().job_title, "Head of purchasing");
        let moved = pb::Contact {
            phone: "+8613800000000".into(),
            wechat: String::new(),
            ..veiled
        };
        assert_eq!(
            violations(
                his.contacts
                    .update_contact(update(moved, &["phone", "wechat"]))
                    .await
            ),
            pairs(&[
                ("contact.phone", "FIELD_HIDDEN"),
                ("contact.wechat", "FIELD_HIDDEN")
            ])
        );
        let kept = told(hers.contacts.get_contact(get.clone()).await)
            .contact
            .unwrap();
        assert_eq!((kept.phone, kept.wechat), (open.phone, open.wechat));

        // Nor by what it was before.
        let hidden = hidden_from(&firm.world, &clerk, &open.id).await;
        assert_eq!(hidden, ["email", "phone", "wechat"]);
        let none = hidden_from(&firm.world, &firm.seller, &open.id).await;
        assert_eq!(none, Vec::<String>::new());

        grant(
            &firm.world,
            "switchboard",
            Function::PersonalData,
            GrantScope::All,
        )
        .await;
        let now = told(his.contacts.get_contact(get).await).contact.unwrap();
        assert_eq!(
            (now.phone.as_str(), now.masked_fields.len()),
            ("+8613812345678", 0)
        );
    }
}

#[tokio::test]
async fn what_things_cost_is_left_out_for_who_has_no_right_to_it() {
    for engine in Engine::all() {
        let firm = crate::marketing::Firm::new(engine).await;
        let world = &firm.world;
        let clerk = switchboard(world).await;
        let campaign = marketing::CreateCampaignRequest {
            campaign: Some(marketing::Campaign {
                name: "Fair".into(),
                kind: marketing::CampaignKind::Exhibition.into(),
                budget: Some(yuan(5_000_000)),
                ..marketing::Campaign::default()
            }),
            ..marketing::CreateCampaignRequest::default()
        };
        let made = told(firm.campaigns(&firm.boss).create_campaign(campaign).await);
        let made = made.campaign.unwrap();
        assert_eq!(made.budget, Some(yuan(5_000_000)));
        let get = marketing::GetCampaignRequest {
            id: made.id.clone(),
        };
        let seen = told(firm.campaigns(&clerk).get_campaign(get.clone()).await)
            .campaign
            .unwrap();
        assert_eq!(
            (&seen.budget, &seen.masked_fields),
            (&None, &vec!["budget".to_owned()])
        );
        let change = |campaign: marketing::Campaign| marketing::UpdateCampaignRequest {
            campaign: Some(campaign),
            ..marketing::UpdateCampaignRequest::default()
        };
        let renamed = marketing::Campaign {
            name: "Spring fair".into(),
            ..seen.clone()
        };
        told(
            firm.campaigns(&clerk)
                .update_campaign(change(renamed))
                .await,
        );
        let dearer = marketing::Campaign {
            budget: Some(yuan(9)),
            ..seen
        };
        assert_eq!(
            violations(firm.campaigns(&clerk).update_campaign(change(dearer)).await),
            pairs(&[("campaign.budget", "FIELD_HIDDEN")])
        );
        let kept = told(firm.campaigns(&firm.boss).get_campaign(get).await)
            .campaign
            .unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.budget),
            ("Spring fair", Some(yuan(5_000_000)))
        );

        let project = sales::CreateProjectRequest {
            project: Some(sales::Project {
                name: "Stand".into(),
                r#type: sales::ProjectType::Marketing.into(),
                budget: Some(yuan(700)),
                ..sales::Project::default()
            }),
            ..sales::CreateProjectRequest::default()
        };
        let made = told(projects(world, &firm.boss).create_project(project).await)
            .project
            .unwrap();
        let get = sales::GetProjectRequest { id: made.id };
        let seen = told(projects(world, &clerk).get_project(get).await)
            .project
            .unwrap();
        assert_eq!(
            (&seen.budget, &seen.masked_fields),
            (&None, &vec!["budget".to_owned()])
        );
        let dearer = sales::UpdateProjectRequest {
            project: Some(sales::Project {
                budget: Some(yuan(9)),
                ..seen
            }),
            update_mask: mask(&["budget"]),
            ..sales::UpdateProjectRequest::default()
        };
        assert_eq!(
            violations(projects(world, &clerk).update_project(dearer).await),
            pairs(&[("project.budget", "FIELD_HIDDEN")])
        );
    }
}
