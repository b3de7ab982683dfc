//! Stories of people whose data are held: what that is, how it is erased, and what stays.

use baton_chassis::{
    audit::verify::verify,
    db::{self, Db, Tx},
    test::{Engine, Person, World},
};
use baton_proto::{
    customer::v1::{
        self as pb, ErasureReason, ErasureState, person_service_client::PersonServiceClient,
    },
    directory::v1::{Function, GrantScope},
    insight::v1::{
        GetChainFunnelRequest, ListChangesRequest, audit_service_client::AuditServiceClient,
        chain_funnel_service_client::ChainFunnelServiceClient,
    },
    marketing::v1 as marketing,
    personal::v1::{ListRecordsRequest, personal_service_client::PersonalServiceClient},
    r#type::v1::{Change, PersonalRecord},
};
use chrono::Duration;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    customer::{Desk, about, company},
    directory::grant,
    insight_trace::trace,
    marketing::Firm,
};

/// What nobody may find any more once she is erased.
const HAN: [&str; 5] = [
    "韩梅梅",
    "13800138000",
    "+8613800138000",
    "han@acme.example",
    "wechat-of-han",
];

fn persons(world: &World, who: &Person) -> PersonServiceClient<baton_chassis::link::Link> {
    PersonServiceClient::new(world.link_as(who))
}

fn erase(id: &str) -> pb::ErasePersonRequest {
    pb::ErasePersonRequest {
        id: id.into(),
        reason: ErasureReason::Requested.into(),
        ..Default::default()
    }
}

async fn history(world: &World, who: &Person, kind: &str, id: &str) -> Vec<Change> {
    let request = ListChangesRequest {
        kind: kind.into(),
        id: id.into(),
        ..Default::default()
    };
    let mut audit = AuditServiceClient::new(world.link_as(who));
    told(audit.list_changes(request).await).changes
}

/// All that the funnel counts, and all that hangs together with a lead.
async fn figures(firm: &Firm, who: &Person, lead: &str) -> String {
    firm.world.settle().await;
    let mut funnels = ChainFunnelServiceClient::new(firm.world.link_as(who));
    let funnel = told(
        funnels
            .get_chain_funnel(GetChainFunnelRequest::default())
            .await,
    );
    let nodes = trace(&firm.world, who, "LEAD", lead).await;
    let nodes: Vec<_> = nodes
        .iter()
        .map(|n| (&n.kind, &n.id, &n.number, &n.state))
        .collect();
    format!("{:?} {nodes:?}", funnel.funnel)
}

/// Everything that the stores keep in text or octets where a person might be named.
async fn kept(world: &World) -> Vec<(String, String)> {
    const TEXTS: [(&str, &str); 9] = [
        (
            "customer",
            "select cast(changes as text) as kept from audit",
        ),
        (
            "marketing",
            "select cast(changes as text) as kept from audit",
        ),
        ("customer", "select value as kept from identity_key"),
        ("customer", "select value as kept from identity_claim"),
        (
            "customer",
            "select name || phone || email || wechat || job_title as kept from contact",
        ),
        (
            "customer",
            "select summary || feedback as kept from interaction",
        ),
        (
            "customer",
            "select title || note || result as kept from follow_up",
        ),
        (
            "marketing",
            "select title || need || follow_up_plan || disqualify_note as kept from lead",
        ),
        (
            "marketing",
            "select cast(data as text) as kept from operation",
        ),
    ];
    const OCTETS: [(&str, &str); 6] = [
        (
            "customer",
            "select response as kept from idempotency where response is not null",
        ),
        (
            "marketing",
            "select response as kept from idempotency where response is not null",
        ),
        ("customer", "select payload as kept from outbox"),
        ("marketing", "select payload as kept from outbox"),
        ("customer", "select word as kept from search_word"),
        ("insight", "select facts as kept from directory_fact"),
    ];
    let mut all = Vec::new();
    for (service, text) in TEXTS {
        for kept in rows::<String>(&world.context(service).db, text).await {
            all.push((format!("{service}: {text}"), kept));
        }
    }
    for (service, text) in OCTETS {
        for kept in rows::<Vec<u8>>(&world.context(service).db, text).await {
            let kept = String::from_utf8_lossy(&kept).into_owned();
            all.push((format!("{service}: {text}"), kept));
        }
    }
    all
}

async fn rows<T>(db: &Db, text: &'static str) -> Vec<T>
where
    (T,): db::Record,
    T: Send + 'static,
{
    let read = async move |tx: &mut Tx| tx.sql(text).all::<(T,)>().await;
    let rows = db.glance::<_, db::Error, _>(read).await.unwrap();
    rows.into_iter().map(|(kept,)| kept).collect()
}

/// Somebody who looks after what is held of people: he administers, and reads customers.
async fn officer(world: &World) -> Person {
    for function in [
        Function::Administration,
        Function::Customer,
        Function::Marketing,
        Function::Analysis,
        Function::PersonalData,
    ] {
        grant(world, "officer", function, GrantScope::All).await;
    }
    world.member("officer").await
}

/// A contact of a company with what was said with her, what is to be done, and a lead of hers; and a colleague of hers.
struct Told {
    party: pb::Party,
    han: pb::Contact,
    lead: marketing::Lead,
    visit: pb::Interaction,
    task: pb::FollowUp,
    colleague: pb::Interaction,
    create: pb::CreateContactRequest,
}

async fn tell(firm: &Firm, who: &Person) -> Told {
    let mut desk = Desk::new(&firm.world.link_as(who));
    let party = desk.account(company("Acme")).await;
    let create = pb::CreateContactRequest {
        contact: Some(pb::Contact {
            party_id: party.id.clone(),
            name: "韩梅梅".into(),
            job_title: "Friend of 韩梅梅".into(),
            phone: "13800138000".into(),
            email: "han@acme.example".into(),
            wechat: "wechat-of-han".into(),
            ..Default::default()
        }),
        request_id: "create-han".into(),
        ..Default::default()
    };
    let made = desk.contacts.create_contact(create.clone()).await;
    let han = told(made).contact.unwrap();
    let lead = marketing::Lead {
        title: "Pumps for a plant".into(),
        need: "韩梅梅 wants pumps, call 13800138000".into(),
        party_id: party.id.clone(),
        contact_id: han.id.clone(),
        ..Default::default()
    };
    let lead = firm.create(who, lead).await.unwrap();
    let mut say = async |about, contact: &str, summary: &str, plan: &str| {
        let request = pb::CreateInteractionRequest {
            interaction: Some(pb::Interaction {
                about,
                contact_id: contact.into(),
                channel: pb::Channel::Phone.into(),
                kind: pb::InteractionKind::Call.into(),
                summary: summary.into(),
                feedback: "she was glad".into(),
                follow_up: (!plan.is_empty()).then(|| pb::FollowUpPlan {
                    title: plan.into(),
                    due_time: Some(baton_chassis::wire::timestamp(
                        firm.world.clock.now() + Duration::days(9),
                    )),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        };
        told(desk.interactions.create_interaction(request).await)
    };
    let account = about("ACCOUNT", &party.id);
    let visit = say(
        account.clone(),
        &han.id,
        "called 韩梅梅",
        "call 韩梅梅 again",
    )
    .await;
    say(about("LEAD", &lead.id), "", "韩梅梅 was out", "").await;
    let jane = pb::Contact {
        party_id: party.id.clone(),
        name: "Jane Roe".into(),
        ..Default::default()
    };
    let mut desk = Desk::new(&firm.world.link_as(who));
    let jane = desk.contact(jane).await;
    let request = pb::CreateInteractionRequest {
        interaction: Some(pb::Interaction {
            about: account,
            contact_id: jane.id,
            channel: pb::Channel::Phone.into(),
            kind: pb::InteractionKind::Call.into(),
            summary: "called Jane".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let colleague = told(desk.interactions.create_interaction(request).await);
    firm.world.settle().await;
    Told {
        party,
        han,
        lead,
        visit: visit.interaction.unwrap(),
        task: visit.follow_up.unwrap(),
        colleague: colleague.interaction.unwrap(),
        create,
    }
}

fn counts(erasure: &pb::Erasure) -> Vec<(&str, i64, bool)> {
    let counts = erasure.counts.iter();
    counts
        .map(|c| (c.kind.as_str(), c.records, c.kept))
        .collect()
}

/// Waits until an erasure is over: whoever has taken up its operation may be at it while the world is at rest.
async fn until_erased(world: &World, who: &Person, id: &str) {
    for _ in 0..1_000 {
        world.settle().await;
        let ask = pb::GetErasureRequest { id: id.to_owned() };
        let erasure = told(persons(world, who).get_erasure(ask).await).erasure;
        if erasure.unwrap().state() != ErasureState::Running {
            return world.settle().await;
        }
        tokio::task::yield_now().await;
    }
    panic!("the erasure goes on");
}

#[tokio::test]
async fn who_is_erased_is_found_nowhere_any_more_and_figures_and_chain_stay() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let told_of = tell(&firm, &who).await;
        let (id, lead) = (&told_of.han.id, &told_of.lead);
        let before = figures(&firm, &who, &lead.id).await;
        let changes = history(world, &who, "CONTACT", id).await;
        let [created] = &changes[..] else {
            panic!("one change: {changes:?}")
        };
        let name = created.fields.iter().find(|f| f.field == "name").unwrap();
        assert!(!name.erased && name.new_value.is_some());
        // Her data are in no row of the audit, read or not.
        for (place, text) in kept(world).await {
            let named = HAN.iter().any(|word| text.contains(word));
            assert!(!place.ends_with("audit") || !named, "{place}: {text}");
        }

        let preview = pb::ErasePersonRequest {
            validate_only: true,
            ..erase(id)
        };
        let preview = told(persons(world, &who).erase_person(preview).await);
        let preview = preview.erasure.unwrap();
        let expected = [("CONTACT", 1, false), ("INTERACTION", 1, false)];
        let expected = [
            &expected[..],
            &[("FOLLOW_UP", 1, false), ("LEAD", 1, false)],
        ]
        .concat();
        assert_eq!(counts(&preview), expected);
        assert_eq!(preview.erase_time, None);

        let request = pb::ErasePersonRequest {
            request_id: "erase-han".into(),
            etag: told_of.han.etag.clone(),
            ..erase(id)
        };
        let begun = told(persons(world, &who).erase_person(request).await);
        assert_eq!(begun.erasure.unwrap().state(), ErasureState::Running);
        until_erased(world, &who, id).await;
        let ask = pb::GetErasureRequest { id: id.clone() };
        let done = told(persons(world, &who).get_erasure(ask.clone()).await);
        let done = done.erasure.unwrap();
        assert_eq!(
            (done.state(), done.reason()),
            (ErasureState::Done, ErasureReason::Requested)
        );
        let found = |kind| counts(&done).iter().find(|c| c.0 == kind).map(|c| c.1);
        assert_eq!(found("LEAD"), Some(1));
        assert_eq!(
            found("INTERACTION"),
            Some(2),
            "hers, and that about her lead"
        );
        assert_eq!(found("FOLLOW_UP"), Some(1));

        for (place, text) in kept(world).await {
            for word in HAN {
                assert!(!text.contains(word), "{place} has {word}: {text}");
            }
        }
        assert_eq!(figures(&firm, &who, &lead.id).await, before);
        for service in ["customer", "marketing"] {
            let verdict = verify(&world.context(service).db, None, &[]).await.unwrap();
            assert_eq!(verdict.broken, None, "{service}");
        }

        let mut desk = Desk::new(&world.link_as(&who));
        let get = pb::GetContactRequest { id: id.clone() };
        let left = told(desk.contacts.get_contact(get).await).contact.unwrap();
        let expected = pb::Contact {
            id: id.clone(),
            party_id: told_of.party.id.clone(),
            state: told_of.han.state,
            source: told_of.han.source.clone(),
            owner_id: told_of.han.owner_id.clone(),
            territory_id: told_of.han.territory_id.clone(),
            create_time: told_of.han.create_time,
            update_time: left.update_time,
            etag: "v2".into(),
            erase_time: done.erase_time,
            ..Default::default()
        };
        assert_eq!(left, expected);
        assert!(left.erase_time.is_some());
        let now = firm.get(&who, &lead.id).await;
        assert_eq!((now.need.as_str(), now.quality), ("", lead.quality));
        let visit = pb::GetInteractionRequest {
            id: told_of.visit.id.clone(),
        };
        let visit = told(desk.interactions.get_interaction(visit).await);
        let visit = visit.interaction.unwrap();
        assert_eq!(
            (visit.summary.as_str(), visit.channel),
            ("", told_of.visit.channel)
        );
        let task = pb::GetFollowUpRequest {
            id: told_of.task.id.clone(),
        };
        let task = told(desk.follow_ups.get_follow_up(task).await)
            .follow_up
            .unwrap();
        assert_eq!(
            (task.title.as_str(), task.due_time),
            ("", told_of.task.due_time)
        );
        let other = pb::GetInteractionRequest {
            id: told_of.colleague.id.clone(),
        };
        let other = told(desk.interactions.get_interaction(other).await);
        assert_eq!(other.interaction.unwrap().summary, "called Jane");

        // The history keeps what was done, by whom and when, and not what it told of her.
        for (kind, id) in [
            ("CONTACT", id),
            ("LEAD", &lead.id),
            ("INTERACTION", &told_of.visit.id),
        ] {
            let changes = history(world, &who, kind, id).await;
            assert!(changes.len() >= 2, "{kind}");
            let gone = changes.iter().flat_map(|c| &c.fields).filter(|f| f.erased);
            assert!(gone.count() >= 2, "{kind}: {changes:?}");
            let text = format!("{changes:?}");
            assert!(!HAN.iter().any(|word| text.contains(word)), "{text}");
        }
    }
}

#[tokio::test]
async fn who_is_erased_takes_no_verb_any_more_and_may_come_anew() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let told_of = tell(&firm, &who).await;
        let id = &told_of.han.id;
        told(persons(world, &who).erase_person(erase(id)).await);
        until_erased(world, &who, id).await;

        let mut desk = Desk::new(&world.link_as(&who));
        let over = (Code::FailedPrecondition, "PERSON_ERASED".to_owned());
        let update = pb::UpdateContactRequest {
            contact: Some(pb::Contact {
                id: id.clone(),
                name: "Han".into(),
                ..Default::default()
            }),
            update_mask: mask(&["name"]),
            ..Default::default()
        };
        assert_eq!(refused(desk.contacts.update_contact(update).await), over);
        let archive = pb::ArchiveContactRequest {
            id: id.clone(),
            ..Default::default()
        };
        assert_eq!(refused(desk.contacts.archive_contact(archive).await), over);
        let say = pb::CreateInteractionRequest {
            interaction: Some(pb::Interaction {
                about: about("CONTACT", id),
                channel: pb::Channel::Phone.into(),
                kind: pb::InteractionKind::Call.into(),
                summary: "called".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(
            refused(desk.interactions.create_interaction(say).await),
            over
        );
        assert_eq!(
            refused(persons(world, &who).erase_person(erase(id)).await),
            over
        );
        let foresee = pb::ErasePersonRequest {
            validate_only: true,
            ..erase(id)
        };
        assert_eq!(
            refused(persons(world, &who).erase_person(foresee).await),
            over
        );

        // A repeat of what made her makes nothing anew, and tells nothing.
        let again = desk.contacts.create_contact(told_of.create.clone()).await;
        assert_eq!(told(again).contact, None);
        let probe = pb::ProbeDuplicatesRequest {
            phone: "13800138000".into(),
            ..Default::default()
        };
        let known = told(desk.parties.probe_duplicates(probe).await);
        assert_eq!(known.duplicates, [], "nobody has her number");
        let anew = pb::CreateContactRequest {
            request_id: String::new(),
            ..told_of.create
        };
        let anew = told(desk.contacts.create_contact(anew).await)
            .contact
            .unwrap();
        assert_ne!(anew.id, *id);

        // Whoever was writing about her when she was erased has ended an hour later: it is gone through once more.
        world.advance(Duration::hours(2)).await;
        until_erased(world, &who, id).await;
        let ask = pb::GetErasureRequest { id: id.clone() };
        let done = told(persons(world, &who).get_erasure(ask).await);
        assert_eq!(done.erasure.unwrap().state(), ErasureState::Done);
        let get = pb::GetContactRequest {
            id: anew.id.clone(),
        };
        let kept = told(desk.contacts.get_contact(get).await).contact.unwrap();
        assert_eq!(kept.name, "韩梅梅", "she who came anew is another record");
    }
}

#[tokio::test]
async fn only_who_administers_and_reads_the_record_may_ask_what_is_held_and_have_it_erased() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        grant(world, "clerk", Function::Administration, GrantScope::All).await;
        let clerk = world.member("clerk").await;
        let told_of = tell(&firm, &who).await;
        let id = &told_of.han.id;
        let ask = pb::GetPersonalDataRequest { id: id.clone() };
        let progress = pb::GetErasureRequest { id: id.clone() };
        let seller = &firm.seller;
        assert_eq!(
            refused(persons(world, seller).get_personal_data(ask.clone()).await).0,
            Code::PermissionDenied
        );
        assert_eq!(
            refused(persons(world, seller).erase_person(erase(id)).await).0,
            Code::PermissionDenied
        );
        assert_eq!(
            refused(persons(world, seller).get_erasure(progress.clone()).await).0,
            Code::PermissionDenied
        );
        assert_eq!(
            refused(persons(world, &clerk).get_personal_data(ask.clone()).await).0,
            Code::NotFound
        );
        assert_eq!(
            refused(persons(world, &clerk).erase_person(erase(id)).await).0,
            Code::NotFound
        );
        assert_eq!(
            refused(persons(world, &who).get_erasure(progress).await).0,
            Code::NotFound,
            "nothing was erased"
        );
        let mut company = persons(world, &who);
        let reason = refused(company.erase_person(erase(&told_of.party.id)).await).1;
        assert_eq!(reason, "NOT_A_PERSON");
        let nothing = pb::ErasePersonRequest {
            id: "x".into(),
            reason: 99,
            ..Default::default()
        };
        assert_eq!(
            violations(company.erase_person(nothing).await),
            pairs(&[("id", "ID_MALFORMED"), ("reason", "CHOICE_UNKNOWN")])
        );
        let stale = pb::ErasePersonRequest {
            etag: "v9".into(),
            ..erase(id)
        };
        assert_eq!(refused(company.erase_person(stale).await).1, "STALE");
        // What the services tell each other nobody else is told.
        let inner = ListRecordsRequest {
            kind: "LEAD".into(),
            subject_id: id.clone(),
            ..Default::default()
        };
        let mut outside = PersonalServiceClient::new(world.link_as(&who));
        assert_eq!(
            refused(outside.list_records(inner).await).0,
            Code::PermissionDenied
        );
    }
}

#[tokio::test]
async fn what_is_held_of_a_person_is_told_in_one_document_and_that_it_was_asked_is_kept() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let told_of = tell(&firm, &who).await;
        let ask = pb::GetPersonalDataRequest {
            id: told_of.han.id.clone(),
        };
        let data = told(persons(world, &who).get_personal_data(ask).await);
        let data = data.personal_data.unwrap();
        assert_eq!((data.kind.as_str(), &data.id), ("CONTACT", &told_of.han.id));
        let kinds: Vec<_> = data.records.iter().map(|r| r.kind.as_str()).collect();
        let expected = [
            "CONTACT",
            "INTERACTION",
            "FOLLOW_UP",
            "LEAD",
            "IDENTITY_KEY",
            "IDENTITY_KEY",
        ];
        assert_eq!(kinds, expected);
        let of = |kind: &str| -> &PersonalRecord {
            let mut records = data.records.iter();
            records.find(|r| r.kind == kind).unwrap()
        };
        let text = |record: &PersonalRecord| format!("{:?}", record.values);
        assert!(text(of("CONTACT")).contains("wechat-of-han"));
        assert!(text(of("INTERACTION")).contains("called 韩梅梅"));
        assert!(text(of("FOLLOW_UP")).contains("call 韩梅梅 again"));
        assert!(text(of("LEAD")).contains("wants pumps"));
        assert_eq!(of("LEAD").service, "marketing");
        assert_eq!(of("CONTACT").changes.len(), 1);
        assert!(format!("{:?}", of("LEAD").changes).contains("wants pumps"));

        let asked: Vec<i64> = rows(
            &world.context("customer").db,
            "select version from audit where kind = 'PERSONAL_DATA'",
        )
        .await;
        assert_eq!(asked, [0]);
    }
}

#[tokio::test]
async fn a_party_that_is_a_person_is_erased_with_what_showed_who_he_is() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let (world, who) = (&firm.world, officer(&firm.world).await);
        let mut desk = Desk::new(&world.link_as(&who));
        let person = pb::Party {
            r#type: pb::PartyType::Person.into(),
            phone: "13900139000".into(),
            ..company("李雷")
        };
        let party = desk.prospect(person).await;
        let verified = pb::VerifyProspectRequest {
            id: party.id.clone(),
            channel: pb::Channel::Phone.into(),
            outcome: pb::VerificationOutcome::Confirmed.into(),
            evidence: "李雷 answered".into(),
            ..Default::default()
        };
        let party = told(desk.parties.verify_prospect(verified).await)
            .party
            .unwrap();
        told(persons(world, &who).erase_person(erase(&party.id)).await);
        until_erased(world, &who, &party.id).await;
        let left = desk.party(&party.id).await;
        let expected = pb::Party {
            name: String::new(),
            phone: String::new(),
            etag: "v3".into(),
            update_time: left.update_time,
            erase_time: left.erase_time,
            ..party.clone()
        };
        assert_eq!(left, expected);
        assert!(left.erase_time.is_some());
        let evidence: Vec<String> = rows(
            &world.context("customer").db,
            "select evidence from verification",
        )
        .await;
        assert_eq!(evidence, [""]);
        for (place, text) in kept(world).await {
            assert!(
                !text.contains("李雷") && !text.contains("13900139000"),
                "{place}: {text}"
            );
        }
        let over = (Code::FailedPrecondition, "PERSON_ERASED".to_owned());
        let contact = pb::CreateContactRequest {
            contact: Some(pb::Contact {
                party_id: party.id.clone(),
                name: "Jane".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(refused(desk.contacts.create_contact(contact).await), over);
    }
}
