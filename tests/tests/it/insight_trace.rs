//! Stories of the trace: the whole chain of an object, as far as the reader may open it.

use baton_chassis::{
    db::Tx,
    test::{Engine, Person, World},
};
use baton_insight::store;
use baton_proto::{
    insight::v1::{
        GetTraceRequest, GetTraceResponse, LookUpObjectsRequest, TraceNode,
        trace_service_client::TraceServiceClient,
    },
    marketing::v1::{CreateLeadRequest, Lead, lead_service_client::LeadServiceClient},
    sales::v1 as pb,
    r#type::v1::{ObjectRef, Source, Subject},
};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    answers::{pairs, refused, told, violations},
    commerce::{account, source},
    sales::{create, deals, ten_servers, win, world},
};

async fn ask(
    world: &World,
    who: &Person,
    kind: &str,
    id: &str,
) -> Result<tonic::Response<GetTraceResponse>, Status> {
    let request = GetTraceRequest {
        kind: kind.to_owned(),
        id: id.to_owned(),
    };
    TraceServiceClient::new(world.link_as(who))
        .get_trace(request)
        .await
}

pub async fn trace(world: &World, who: &Person, kind: &str, id: &str) -> Vec<TraceNode> {
    told(ask(world, who, kind, id).await).nodes
}

fn kinds(nodes: &[TraceNode]) -> Vec<(&str, &str, bool)> {
    nodes
        .iter()
        .map(|n| (n.kind.as_str(), n.state.as_str(), n.visible))
        .collect()
}

async fn lead(world: &World, who: &Person, party: &str) -> Lead {
    let lead = Lead {
        title: "Wants servers".to_owned(),
        party_id: party.to_owned(),
        ..Lead::default()
    };
    let request = CreateLeadRequest {
        lead: Some(lead),
        ..Default::default()
    };
    told(
        LeadServiceClient::new(world.link_as(who))
            .create_lead(request)
            .await,
    )
    .lead
    .unwrap()
}

/// A lead, a deal that came from it, and the order that the deal became.
struct Chain {
    lead: String,
    deal: String,
    order: String,
}

async fn chain(world: &World, boss: &Person, seller: &Person) -> Chain {
    let party = account(world, boss, "Acme").await;
    let lead = lead(world, boss, &party).await.id;
    let deal = pb::Opportunity {
        source: Some(source("LEAD", &lead)),
        owner_id: seller.id.to_string(),
        ..ten_servers(&party)
    };
    let deal = create(world, boss, deal).await.id;
    win(world, boss, &deal).await;
    let request = pb::HandOverOpportunityRequest {
        id: deal.clone(),
        target: pb::HandOverTarget::Order.into(),
        ..Default::default()
    };
    told(deals(world, boss).hand_over_opportunity(request).await);
    world.settle().await;
    let ask = pb::GetHandOverRequest {
        opportunity_id: deal.clone(),
    };
    let order = told(deals(world, boss).get_hand_over(ask).await)
        .hand_over
        .unwrap()
        .made_id;
    Chain { lead, deal, order }
}

#[tokio::test]
async fn a_chain_is_shown_from_its_root_to_the_last_object_wherever_one_begins() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let chain = chain(&world, &boss, &boss).await;
        let whole = trace(&world, &boss, "ORDER", &chain.order).await;
        assert_eq!(
            kinds(&whole),
            [
                ("LEAD", "NEW", true),
                ("OPPORTUNITY", "WON", true),
                ("ORDER", "DRAFT", true)
            ]
        );
        let parents: Vec<_> = whole
            .iter()
            .filter_map(|n| n.source.as_ref())
            .map(|s| s.id.as_str())
            .collect();
        assert_eq!(parents, ["", chain.lead.as_str(), chain.deal.as_str()]);
        assert!(
            whole
                .iter()
                .all(|n| !n.number.is_empty() && !n.title.is_empty()),
            "{whole:?}"
        );
        assert_eq!(trace(&world, &boss, "lead", &chain.lead).await, whole);
        assert_eq!(
            trace(&world, &boss, "OPPORTUNITY", &chain.deal).await,
            whole
        );

        let answer = told(ask(&world, &boss, "ORDER", &chain.order).await);
        let now = baton_chassis::wire::timestamp(world.clock.now());
        assert_eq!((answer.as_of_time, answer.capped), (Some(now), false));
    }
}

#[tokio::test]
async fn what_one_may_not_open_stays_in_the_picture_without_its_name() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let chain = chain(&world, &boss, &seller).await;
        let seen = trace(&world, &seller, "OPPORTUNITY", &chain.deal).await;
        assert_eq!(
            kinds(&seen),
            [
                ("LEAD", "", false),
                ("OPPORTUNITY", "WON", true),
                ("ORDER", "DRAFT", true)
            ]
        );
        let hidden = &seen[0];
        assert_eq!(
            (hidden.id.as_str(), hidden.number.as_str()),
            (chain.lead.as_str(), "")
        );
        assert_eq!(hidden.title, "");

        let refusal = ask(&world, &seller, "LEAD", &chain.lead).await;
        assert_eq!(
            refused(refusal).0,
            Code::NotFound,
            "what one may not open is not told apart"
        );
        let refusal = ask(&world, &boss, "LEAD", &Uuid::nil().to_string()).await;
        assert_eq!(refused(refusal), (Code::NotFound, "NOT_FOUND".to_owned()));
        assert_eq!(
            violations(ask(&world, &boss, "MOON", "x").await),
            pairs(&[("kind", "CHOICE_UNKNOWN"), ("id", "ID_MALFORMED")])
        );
        let mut stranger = TraceServiceClient::new(world.link_as_stranger());
        let request = GetTraceRequest {
            kind: "LEAD".to_owned(),
            id: chain.lead,
        };
        assert_eq!(
            refused(stranger.get_trace(request).await).0,
            Code::Unauthenticated
        );
    }
}

fn objects(named: &[(&str, &str)]) -> LookUpObjectsRequest {
    let object = |(kind, id): &(&str, &str)| ObjectRef {
        kind: (*kind).to_owned(),
        id: (*id).to_owned(),
    };
    LookUpObjectsRequest {
        objects: named.iter().map(object).collect(),
    }
}

#[tokio::test]
async fn objects_are_told_by_name_to_whoever_may_open_them() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let (boss, seller) = (
            world.member("boss").await,
            world.member("salesperson").await,
        );
        let chain = chain(&world, &boss, &seller).await;
        let nothing = Uuid::nil().to_string();
        let asked = objects(&[
            ("ORDER", &chain.order),
            ("lead", &chain.lead),
            ("LEAD", &nothing),
            ("OPPORTUNITY", &chain.deal),
        ]);
        let mut client = TraceServiceClient::new(world.link_as(&seller));
        let answer = told(client.look_up_objects(asked.clone()).await);
        assert_eq!(
            kinds(&answer.nodes),
            [
                ("ORDER", "DRAFT", true),
                ("LEAD", "", false),
                ("OPPORTUNITY", "WON", true)
            ]
        );
        assert_eq!(answer.nodes[1].title, "");
        assert!(!answer.nodes[2].title.is_empty());
        assert!(answer.away_services.is_empty());

        let mut stranger = TraceServiceClient::new(world.link_as_stranger());
        assert_eq!(
            refused(stranger.look_up_objects(asked).await).0,
            Code::Unauthenticated
        );
        let wrong = objects(&[("MOON", "x"), ("LEAD", &chain.lead)]);
        assert_eq!(
            violations(client.look_up_objects(wrong).await),
            pairs(&[
                ("objects[0].kind", "CHOICE_UNKNOWN"),
                ("objects[0].id", "ID_MALFORMED")
            ])
        );
        assert_eq!(
            violations(client.look_up_objects(objects(&[])).await),
            pairs(&[("objects", "REQUIRED")])
        );
        let many = vec![("LEAD", chain.lead.as_str()); 201];
        assert_eq!(
            violations(client.look_up_objects(objects(&many)).await),
            pairs(&[("objects", "TOO_MANY")])
        );
    }
}

async fn in_store<F>(world: &World, work: F)
where
    F: AsyncFn(&mut Tx) -> Result<(), baton_chassis::db::Error> + Send + 'static,
{
    world.context("insight").db.write(work).await.unwrap();
}

#[tokio::test]
async fn where_no_event_has_come_yet_the_owners_are_asked() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let chain = chain(&world, &boss, &boss).await;
        let whole = trace(&world, &boss, "ORDER", &chain.order).await;
        in_store(&world, async |tx| {
            tx.sql("delete from node").execute().await?;
            tx.sql("update progress set sequence = sequence - 1")
                .execute()
                .await?;
            Ok(())
        })
        .await;
        let answer = told(ask(&world, &boss, "ORDER", &chain.order).await);
        assert_eq!(answer.nodes, whole, "upwards the owners know everything");
        let now = baton_chassis::wire::timestamp(world.clock.now());
        assert!(answer.as_of_time.unwrap().seconds <= now.seconds);
        let below = trace(&world, &boss, "LEAD", &chain.lead).await;
        assert_eq!(
            kinds(&below),
            [("LEAD", "NEW", true)],
            "downwards only what was heard of"
        );
    }
}

#[tokio::test]
async fn events_about_one_object_may_come_twice_and_in_any_order() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let boss = world.member("boss").await;
        let party = account(&world, &boss, "Acme").await;
        let lead = lead(&world, &boss, &party).await.id;
        world.settle().await;
        let told_of = |version, kind: &str, id: &str| Subject {
            kind: "LEAD".to_owned(),
            id: lead.clone(),
            version,
            source: Some(Source {
                kind: kind.to_owned(),
                id: id.to_owned(),
            }),
            ..Subject::default()
        };
        let parent = Uuid::from_u128(7).to_string();
        let late = told_of(9, "CAMPAIGN", &parent);
        let early = told_of(2, "DIRECT", "");
        in_store(&world, async move |tx| {
            for subject in [late.clone(), early.clone(), late.clone()] {
                store::learn(tx, subject).await?;
            }
            Ok(())
        })
        .await;
        let shown = trace(&world, &boss, "LEAD", &lead).await;
        let source = shown.last().and_then(|n| n.source.clone()).unwrap();
        assert_eq!(source.id, parent, "the later word counts");
    }
}

#[test]
fn what_an_event_says_as_number_100_is_an_object_of_the_chain() {
    use prost::Message as _;
    let set = prost_types::FileDescriptorSet::decode(baton_proto::FILE_DESCRIPTOR_SET).unwrap();
    let events = set
        .file
        .iter()
        .filter(|f| f.name().ends_with("/events.proto"));
    let fields = events.flat_map(|f| &f.message_type).flat_map(|m| &m.field);
    let parts: Vec<_> = fields
        .filter(|f| f.number() == 100)
        .map(|f| (f.name(), f.type_name()))
        .collect();
    assert_eq!(parts, [("part", ".baton.type.v1.Subject"); 3]);
}
