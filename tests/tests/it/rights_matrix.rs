//! Every call of the contracts, made by everybody: by nobody, by members of each role, about records that are somebody else's.
//! What is expected is made from the policy, so that a new call is in it without anybody's doing.

use std::collections::HashMap;

use baton_chassis::{
    link::Link,
    list::Scope,
    policy::{Rule, TABLE},
    test::{Engine, Person},
};
use baton_proto::{
    FILE_DESCRIPTOR_SET,
    customer::v1 as customer,
    directory::v1::{Function, GrantScope},
};
use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, Kind, MessageDescriptor, MethodDescriptor, Value,
    prost::Message as _,
};
use tonic::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use crate::{
    answers::told,
    commerce::{contract, order},
    customer::{Desk, about, company},
    directory::grant,
    marketing::Firm,
    sales::{create as create_deal, ten_servers},
    sales_projects::{create as create_project, plant},
};

/// What stands in the name of every record that is not theirs.
const SECRET: &str = "Zebrawood";

/// Messages as octets: what they mean is known to the descriptors.
#[derive(Default)]
struct Octets;

impl Codec for Octets {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }
    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Octets {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put_slice(to, &item);
        Ok(())
    }
}

impl Decoder for Octets {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let len = bytes::Buf::remaining(from);
        Ok(Some(bytes::Buf::copy_to_bytes(from, len).to_vec()))
    }
}

async fn call(link: Link, method: &MethodDescriptor, message: Vec<u8>) -> Result<Vec<u8>, Status> {
    let mut client = Grpc::new(link);
    client
        .ready()
        .await
        .map_err(|e| Status::unknown(e.to_string()))?;
    let path = path(method).parse().expect("a path");
    if method.is_server_streaming() {
        let opened = client
            .server_streaming(Request::new(message), path, Octets)
            .await;
        return opened.map(|_| Vec::new());
    }
    let answer = client.unary(Request::new(message), path, Octets).await;
    answer.map(tonic::Response::into_inner)
}

fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Records that are a salesperson's, by the word that names their kind in fields and services.
async fn records(firm: &Firm) -> HashMap<&'static str, String> {
    let (world, hers) = (&firm.world, &firm.seller);
    let mut desk = Desk::new(&world.link_as(hers));
    let party = desk.account(company(&format!("{SECRET} works"))).await.id;
    let prospect = desk.prospect(company(&format!("{SECRET} mill"))).await.id;
    let contact = customer::Contact {
        party_id: party.clone(),
        name: format!("{SECRET} Zhang"),
        ..customer::Contact::default()
    };
    let contact = desk.contact(contact).await.id;
    let interaction = customer::CreateInteractionRequest {
        interaction: Some(customer::Interaction {
            about: about("ACCOUNT", &party),
            kind: customer::InteractionKind::Call.into(),
            channel: customer::Channel::Phone.into(),
            summary: format!("{SECRET} wants a price"),
            ..customer::Interaction::default()
        }),
        ..customer::CreateInteractionRequest::default()
    };
    let interaction = told(desk.interactions.create_interaction(interaction).await);
    let follow_up = customer::CreateFollowUpRequest {
        follow_up: Some(customer::FollowUp {
            about: about("ACCOUNT", &party),
            title: format!("Call {SECRET}"),
            due_time: Some(baton_chassis::wire::timestamp(
                world.clock.now() + chrono::TimeDelta::days(1),
            )),
            ..customer::FollowUp::default()
        }),
        ..customer::CreateFollowUpRequest::default()
    };
    let follow_up = told(desk.follow_ups.create_follow_up(follow_up).await);
    let campaign = firm
        .campaign(&firm.boss, &format!("{SECRET} fair"))
        .await
        .id;
    let lead = baton_proto::marketing::v1::Lead {
        title: format!("{SECRET} saws"),
        prospect: Some(firm.prospect()),
        ..baton_proto::marketing::v1::Lead::default()
    };
    let lead = firm.create(hers, lead).await.unwrap().id;
    let mut deal = ten_servers(&party);
    deal.name = format!("{SECRET} servers");
    let deal = create_deal(world, hers, deal).await.id;
    let mut project = plant(&party);
    project.name = format!("{SECRET} plant");
    let project = create_project(world, hers, project).await.id;
    let paper = contract(world, hers, &party).await.id;
    let bought = order(world, hers, &party).await.id;
    world.settle().await;
    HashMap::from([
        ("party", party),
        ("prospect", prospect),
        ("contact", contact),
        ("interaction", interaction.interaction.unwrap().id),
        ("follow_up", follow_up.follow_up.unwrap().id),
        ("campaign", campaign),
        ("lead", lead),
        ("opportunity", deal),
        ("project", project),
        ("contract", paper),
        ("order", bought),
    ])
}

/// The kind of record that a service is about.
fn noun(method: &MethodDescriptor) -> Option<&'static str> {
    let service = method.parent_service();
    Some(match service.name() {
        "PartyService" if method.name().contains("Prospect") => "prospect",
        "PartyService" => "party",
        "ContactService" => "contact",
        "InteractionService" => "interaction",
        "FollowUpService" => "follow_up",
        "CampaignService" => "campaign",
        "LeadService" => "lead",
        "OpportunityService" => "opportunity",
        "ProjectService" => "project",
        "ContractService" => "contract",
        "OrderService" => "order",
        _ => return None,
    })
}

/// A request that names the records wherever it can name some, and looks for their name wherever it can look.
fn request(
    descriptor: &MessageDescriptor,
    noun: Option<&str>,
    records: &HashMap<&str, String>,
    depth: u8,
) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        let named = |noun: &str| records.get(noun).cloned().map(Value::String);
        let value = match (field.name(), field.kind()) {
            ("id", Kind::String) => noun.and_then(named),
            ("kind", Kind::String) => Some(Value::String("OPPORTUNITY".to_owned())),
            ("query", Kind::String) => Some(Value::String(SECRET.to_owned())),
            (name, Kind::String) => name.strip_suffix("_id").and_then(named),
            (_, Kind::Message(inner))
                if depth > 0 && inner.full_name().starts_with("baton.") && !field.is_map() =>
            {
                let inner = match inner.name() {
                    // An object is named by kind and id.
                    "ObjectRef" | "Source" => request(&inner, Some("opportunity"), records, 0),
                    _ => request(&inner, noun, records, depth - 1),
                };
                Some(Value::Message(inner))
            }
            _ => None,
        };
        // Of members of a oneof the last one counts; that is as good as any.
        match (value, field.cardinality()) {
            (Some(value), Cardinality::Repeated) => {
                message.set_field(&field, Value::List(vec![value]));
            }
            (Some(value), _) => message.set_field(&field, value),
            (None, _) => {}
        }
    }
    message
}

/// What the door is to say, by the policy alone; nothing where it is to let him in.
fn at_the_door(
    rule: Rule,
    who: Option<&Person>,
    firm_scope: impl Fn(&Person) -> Scope,
) -> Option<Code> {
    match (rule, who) {
        (Rule::Public, _) | (Rule::SignedIn | Rule::InPerson, Some(_)) => None,
        (_, None) => Some(Code::Unauthenticated),
        (Rule::Within | Rule::Services(_), Some(_)) => Some(Code::PermissionDenied),
        (Rule::Any(..), Some(person)) => {
            (firm_scope(person) == Scope::Nothing).then_some(Code::PermissionDenied)
        }
    }
}

/// Makes every call once for each of them, and tells what should not have happened.
async fn wronged(
    firm: &Firm,
    records: &HashMap<&'static str, String>,
    people: &[Option<Person>],
) -> Vec<String> {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the contracts");
    let directory = firm.world.context("directory");
    let snapshot = directory.people.snapshot().await.unwrap();
    let mut wrong = Vec::new();
    for (service, calls) in TABLE {
        let service = pool.get_service_by_name(service).expect("a service");
        for (name, rule) in *calls {
            let mut methods = service.methods();
            let method = methods.find(|m| m.name() == *name).expect("a call");
            let asked = request(&method.input(), noun(&method), records, 2).encode_to_vec();
            for who in people {
                let link = match who {
                    Some(who) => firm.world.link_as(who),
                    None => firm.world.link_as_stranger(),
                };
                let answer = call(link, &method, asked.clone()).await;
                let scope = |who: &Person| match rule {
                    Rule::Any(functions, _) => snapshot.scope(who.id, functions),
                    _ => Scope::All,
                };
                let expected = at_the_door(*rule, who.as_ref(), scope);
                let name = who.as_ref().map_or("a stranger", |who| who.name.as_str());
                wrong.extend(
                    verdict(&method, expected, answer)
                        .into_iter()
                        .map(|why| format!("{} by {name}: {why}", path(&method))),
                );
            }
        }
    }
    wrong
}

/// What is wrong with an answer to somebody whose the records are not, if he was to be refused so at the door.
fn verdict(
    method: &MethodDescriptor,
    expected: Option<Code>,
    answer: Result<Vec<u8>, Status>,
) -> Vec<&'static str> {
    let code = answer.as_ref().map_or_else(Status::code, |_| Code::Ok);
    if let Some(expected) = expected {
        return if code == expected {
            Vec::new()
        } else {
            vec!["is not refused at the door"]
        };
    }
    let mut wrong = Vec::new();
    if matches!(code, Code::Internal | Code::Unknown | Code::DataLoss) {
        wrong.push("fails");
    }
    let names_it = noun(method).is_some() && !method.name().starts_with("List");
    // A probe answers whatever is asked.
    if names_it && code == Code::Ok && method.name() != "ProbeDuplicates" {
        wrong.push("is done to a record that is not his");
    }
    let octets = answer.unwrap_or_else(|status| status.message().as_bytes().to_vec());
    if octets.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()) {
        wrong.push("tells what is not his");
    }
    wrong
}

#[tokio::test]
async fn everybody_is_answered_as_the_policy_says_and_nobody_is_told_what_is_not_his() {
    for engine in Engine::all() {
        let firm = Firm::new(engine).await;
        let world = &firm.world;
        for (role, function, scope) in [
            // A right to fields alone opens no record.
            ("nobody_in_particular", Function::Cost, GrantScope::All),
            ("buyer_of_space", Function::Marketing, GrantScope::Own),
            ("drafter", Function::Commerce, GrantScope::Own),
            ("receptionist", Function::Customer, GrantScope::Territory),
            ("closer", Function::Sales, GrantScope::Team),
        ] {
            grant(world, role, function, scope).await;
        }
        let records = records(&firm).await;
        let mut people = vec![None];
        for role in [
            "nobody_in_particular",
            "buyer_of_space",
            "drafter",
            "receptionist",
            "closer",
            "salesperson",
            "sales_manager",
        ] {
            people.push(Some(world.member(role).await));
        }
        let wrong = wronged(&firm, &records, &people).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        // They are there all the same: to whom all is open, most calls tell of them or do something to them.
        let boss = [Some(world.member("boss").await)];
        let told = wronged(&firm, &records, &boss).await;
        assert!(told.len() > 40, "{}", told.join("\n"));
    }
}

#[test]
fn a_stranger_is_let_in_nowhere_but_where_he_signs_in() {
    let mut open: Vec<&str> = Vec::new();
    for (_, calls) in TABLE {
        let public = calls.iter().filter(|(_, rule)| *rule == Rule::Public);
        open.extend(public.map(|(name, _)| *name));
    }
    assert_eq!(open, ["CreateSession", "UsePasswordLink", "ExchangeApiKey"]);
}
