//! Stories of who was kept for long enough: he goes by himself, and whoever is worked with stays.

use baton_chassis::{
    Error, Result as Done,
    audit::verify::verify,
    operation::{Next, Step},
    test::{Engine, Person, World},
};
use baton_customer::{retaining, retention};
use baton_proto::{
    customer::v1::{
        self as pb, RetentionKind as Kind, person_service_client::PersonServiceClient,
        retention_service_client::RetentionServiceClient,
    },
    directory::v1::{self as directory, Function, GrantScope},
    marketing::v1 as marketing,
    personal::v1::{GetDealingsRequest, personal_service_client::PersonalServiceClient},
};
use chrono::Duration;
use futures_util::future::BoxFuture;
use serde_json::json;
use tonic::Code;

use crate::{
    answers::{refused, told},
    customer::{Desk, about, company},
    directory::grant,
    gateway::Caller,
    marketing::Firm,
    sales,
};

/// Somebody who looks after what is held of people: he administers, and deals with customers himself.
async fn officer(world: &World) -> Person {
    for function in [
        Function::Administration,
        Function::Customer,
        Function::Marketing,
        Function::Sales,
        Function::PersonalData,
    ] {
        grant(world, "officer", function, GrantScope::All).await;
    }
    world.member("officer").await
}

async fn asked(world: &World, who: &Person) -> pb::Retention {
    let who = world.again(who).await;
    let mut retention = RetentionServiceClient::new(world.link_as(&who));
    let answer = retention.get_retention(pb::GetRetentionRequest {}).await;
    told(answer).retention.unwrap()
}

fn counts(counts: &[pb::RetentionCount]) -> Vec<(Kind, i64)> {
    counts.iter().map(|c| (c.kind(), c.records)).collect()
}

async fn period(firm: &Firm, field: &str, months: i32) {
    let mut settings = directory::Settings::default();
    let place = match field {
        "prospect_retention_months" => &mut settings.prospect_retention_months,
        "contact_retention_months" => &mut settings.contact_retention_months,
        _ => &mut settings.lead_retention_months,
    };
    *place = Some(months);
    firm.set(field, settings).await;
}

async fn periods(firm: &Firm) {
    for field in [
        "prospect_retention_months",
        "contact_retention_months",
        "lead_retention_months",
    ] {
        period(firm, field, 24).await;
    }
}

fn person(name: &str) -> pb::Party {
    pb::Party {
        r#type: pb::PartyType::Person.into(),
        ..company(name)
    }
}

fn at(party: &pb::Party, name: &str) -> pb::Contact {
    pb::Contact {
        party_id: party.id.clone(),
        name: name.into(),
        ..Default::default()
    }
}

async fn archive(desk: &mut Desk, contact: &pb::Contact) {
    let request = pb::ArchiveContactRequest {
        id: contact.id.clone(),
        ..Default::default()
    };
    told(desk.contacts.archive_contact(request).await);
}

async fn lead(firm: &Firm, who: &Person, party: &str, contact: &str) -> marketing::Lead {
    let lead = marketing::Lead {
        title: "Pumps".into(),
        need: "call Wang at home".into(),
        party_id: party.into(),
        contact_id: contact.into(),
        ..Default::default()
    };
    firm.create(who, lead).await.unwrap()
}

async fn disqualify(firm: &Firm, who: &Person, lead: &marketing::Lead) {
    let request = marketing::DisqualifyLeadRequest {
        id: lead.id.clone(),
        reason: marketing::DisqualifyReason::NoDemand.into(),
        ..Default::default()
    };
    told(firm.leads(who).disqualify_lead(request).await);
}

/// Those who go once the periods are over, and those who stay.
struct Kept {
    goes: [String; 3],
    lead_goes: String,
    stays: [String; 5],
    lead_stays: String,
}

async fn keep(firm: &Firm, who: &Person) -> Kept {
    let mut desk = Desk::new(&firm.world.link_as(who));
    let acme = desk.account(company("Acme")).await;
    let unknown = desk.prospect(company("Unknown")).await;
    let wanted = desk.prospect(company("Wanted")).await;

    let alone = desk.prospect(person("Li Lei")).await.id;
    let at_unknown = desk.contact(at(&unknown, "Han Meimei")).await.id;
    let left = desk.contact(at(&acme, "Wang Wu")).await;
    archive(&mut desk, &left).await;
    let closed = lead(firm, who, &acme.id, "").await;
    disqualify(firm, who, &closed).await;

    let to_call = desk.prospect(person("Zhao Liu")).await.id;
    let plan = pb::CreateFollowUpRequest {
        follow_up: Some(pb::FollowUp {
            about: about("ACCOUNT", &to_call),
            title: "call".into(),
            due_time: Some(baton_chassis::wire::timestamp(
                firm.world.clock.now() + Duration::days(9),
            )),
            ..Default::default()
        }),
        ..Default::default()
    };
    told(desk.follow_ups.create_follow_up(plan).await);
    // An open lead is with the prospect, whomever it names.
    let at_wanted = desk.contact(at(&wanted, "Qian Qi")).await.id;
    let open = lead(firm, who, &wanted.id, "").await;
    let named = desk.contact(at(&acme, "Sun Ba")).await;
    lead(firm, who, &acme.id, &named.id).await;
    archive(&mut desk, &named).await;
    let buyer = desk.contact(at(&acme, "Wu Shi")).await;
    let deal = baton_proto::sales::v1::Opportunity {
        contact_id: buyer.id.clone(),
        ..sales::ten_servers(&acme.id)
    };
    sales::create(&firm.world, who, deal).await;
    archive(&mut desk, &buyer).await;
    let at_work = desk.contact(at(&acme, "Zhou Jiu")).await.id;
    firm.world.settle().await;
    Kept {
        goes: [alone, at_unknown, left.id],
        lead_goes: closed.id,
        stays: [to_call, at_wanted, named.id, buyer.id, at_work],
        lead_stays: open.id,
    }
}

/// Whether somebody was erased, and why.
async fn erased(world: &World, who: &Person, id: &str) -> Option<pb::ErasureReason> {
    let ask = pb::GetErasureRequest { id: id.to_owned() };
    let who = world.again(who).await;
    let answer = PersonServiceClient::new(world.link_as(&who))
        .get_erasure(ask)
        .await;
    match answer {
        Err(status) if status.code() == Code::NotFound => None,
        answer => Some(told(answer).erasure?.reason()),
    }
}

/// Lets the next night begin, and come to its end however often it is put off.
async fn night(world: &World) {
    world.advance(Duration::days(1)).await;
    for _ in 0..60 {
        world.advance(Duration::minutes(6)).await;
    }
}

const ONE_EACH: [(Kind, i64); 4] = [
    (Kind::Prospect, 1),
    (Kind::ProspectContact, 1),
    (Kind::ArchivedContact, 1),
    (Kind::Lead, 1),
];

#[tokio::test]
async fn who_was_kept_for_long_enough_goes_and_who_is_worked_with_stays() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let kept = keep(&firm, &who).await;
        world.advance(Duration::days(25 * 31)).await;
        let none = asked(world, &who).await;
        assert_eq!(none, pb::Retention::default(), "nothing has a period");

        periods(&firm).await;
        let before = asked(world, &who).await;
        assert_eq!(counts(&before.expected), ONE_EACH);
        assert!(
            before
                .expected
                .iter()
                .all(|c| c.day == before.next_day && !c.more)
        );
        assert_eq!(before.gone, []);
        night(world).await;

        for id in &kept.goes {
            let reason = erased(world, &who, id).await;
            assert_eq!(reason, Some(pb::ErasureReason::Retention), "{id}");
        }
        for id in &kept.stays {
            assert_eq!(erased(world, &who, id).await, None, "{id}");
        }
        let who = world.again(&who).await;
        let gone = firm.get(&who, &kept.lead_goes).await;
        assert_eq!(gone.need, "");
        assert_eq!(gone.quality(), marketing::LeadQuality::Disqualified);
        let open = firm.get(&who, &kept.lead_stays).await;
        assert_eq!(open.need, "call Wang at home");

        let after = asked(world, &who).await;
        let mut went = counts(&after.gone);
        went.sort_by_key(|(kind, _)| i32::from(*kind));
        assert_eq!(went, ONE_EACH);
        assert!(after.gone.iter().all(|c| c.day == before.next_day));
        assert!(after.expected.iter().all(|c| c.records == 0));
        let json = Caller::of(world, &who).get("/v1/retention").await.done();
        assert_eq!(json["gone"].as_array().map(Vec::len), Some(4));
        for service in ["customer", "marketing"] {
            let verdict = verify(&world.context(service).db, None, &[]).await.unwrap();
            assert_eq!(verdict.broken, None, "{service}");
        }
    }
}

#[tokio::test]
async fn nobody_goes_before_his_period_is_over_or_once_it_was_taken_back() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let mut desk = Desk::new(&world.link_as(&who));
        let party = desk.prospect(person("Li Lei")).await;
        period(&firm, "prospect_retention_months", 24).await;
        world.advance(Duration::days(23 * 30)).await;
        night(world).await;
        assert_eq!(erased(world, &who, &party.id).await, None);
        // Whoever deals with him again begins the period anew.
        let say = pb::CreateInteractionRequest {
            interaction: Some(pb::Interaction {
                about: about("ACCOUNT", &party.id),
                channel: pb::Channel::Phone.into(),
                kind: pb::InteractionKind::Call.into(),
                summary: "called".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let who = world.again(&who).await;
        let mut desk = Desk::new(&world.link_as(&who));
        told(desk.interactions.create_interaction(say).await);
        world.advance(Duration::days(90)).await;
        night(world).await;
        assert_eq!(erased(world, &who, &party.id).await, None);
        period(&firm, "prospect_retention_months", 0).await;
        world.advance(Duration::days(800)).await;
        night(world).await;
        assert_eq!(erased(world, &who, &party.id).await, None);
    }
}

#[tokio::test]
async fn periods_are_administration_and_have_bounds() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let mut seller = RetentionServiceClient::new(world.link_as(&firm.seller));
        let answer = seller.get_retention(pb::GetRetentionRequest {}).await;
        assert_eq!(refused(answer).0, Code::PermissionDenied);
        // What the services tell each other nobody else is told.
        let dealings = GetDealingsRequest {
            kind: "LEAD".into(),
            subject_id: who.id.to_string(),
        };
        let mut outside = PersonalServiceClient::new(world.link_as(&who));
        assert_eq!(
            refused(outside.get_dealings(dealings).await).0,
            Code::PermissionDenied
        );
        let admin = Caller::of(world, &world.admin().await);
        let wrong = json!({
            "prospectRetentionMonths": -1,
            "contactRetentionMonths": 601,
            "leadRetentionMonths": 601,
        });
        let answer = admin.patch("/v1/settings", &wrong).await;
        let reason = "must be between 0 and 600";
        let expected = [
            ("settings.prospectRetentionMonths", reason),
            ("settings.contactRetentionMonths", reason),
            ("settings.leadRetentionMonths", reason),
        ];
        assert_eq!(answer.violations(), expected);
        let right = json!({ "prospectRetentionMonths": 600 });
        let set = admin.patch("/v1/settings", &right).await.done();
        assert_eq!(set["prospectRetentionMonths"], 600);
        assert_eq!(set["leadRetentionMonths"], 0);
    }
}

/// Forgets, every second time, what it was told: as if the process had died before it wrote it down.
fn forgetful(step: &Step) -> BoxFuture<'_, Done<Next>> {
    Box::pin(async move {
        let next = retaining::step(step).await;
        if step.operation.attempts % 2 == 0 {
            return Err(Error::Unavailable("forgotten".into()));
        }
        next
    })
}

#[tokio::test]
async fn each_goes_and_is_counted_once_however_often_a_step_is_forgotten() {
    for engine in Engine::all() {
        let services = baton::services().into_iter();
        let services = services.map(|service| match service.name() {
            "customer" => service.operation(retention::KIND, forgetful, retaining::failed),
            _ => service,
        });
        let firm = Firm::of(engine, services.collect()).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let kept = keep(&firm, &who).await;
        world.advance(Duration::days(25 * 31)).await;
        periods(&firm).await;
        night(world).await;
        for id in &kept.goes {
            assert!(erased(world, &who, id).await.is_some(), "{id}");
        }
        let mut went = counts(&asked(world, &who).await.gone);
        went.sort_by_key(|(kind, _)| i32::from(*kind));
        assert_eq!(went, ONE_EACH);
    }
}
