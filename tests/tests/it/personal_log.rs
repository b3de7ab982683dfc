//! The log never tells of a person: whatever is asked, refused or goes wrong, down to what is logged for those who look for
//! errors.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use baton_chassis::test::{Engine, World};
use baton_proto::{
    customer::v1 as pb,
    directory::v1::{Function, GrantScope},
};
use serde_json::json;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{
    customer::Desk,
    directory::{Desk as Directory, grant},
    gateway::{Browser, Caller},
};

/// What is logged, kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Kept {
    /// Keeps what this process logs from now on, errors or whatever helps to find them.
    fn begin() -> Self {
        let kept = Self::default();
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("debug"))
            .with_ansi(false)
            .with_writer(kept.clone())
            .try_init()
            .expect("a process for this story alone");
        kept
    }

    fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}

/// What tells of a person, or is his secret; the telephone number also as a service writes it, the name also in a URL.
const TELLING: [&str; 9] = [
    "金丝雀",
    "%E9%87%91%E4%B8%9D%E9%9B%80",
    "13712345678",
    "8613712345678",
    "canary@nest.example",
    "canary@@nest",
    "canary-on-wechat",
    "the canary sang",
    "canary pass phrase",
];

async fn create(caller: &Caller) -> (String, String) {
    let party = json!({ "name": "金丝雀", "type": "PARTY_TYPE_PERSON", "phone": "13712345678",
        "email": "canary@nest.example" });
    let made = caller.post("/v1/prospects", &party).await.done();
    let party = made["party"]["id"].as_str().unwrap().to_owned();
    let contact = json!({ "partyId": party, "name": "金丝雀", "phone": "13712345678",
        "wechat": "canary-on-wechat", "email": "canary@nest.example" });
    let made = caller.post("/v1/contacts", &contact).await.done();
    (party, made["id"].as_str().unwrap().to_owned())
}

/// Everything that a person is named by: made, changed, looked for, loaded, refused.
async fn ask(caller: &Caller, party: &str, contact: &str) {
    let change =
        json!({ "name": "金丝雀", "jobTitle": "the canary sang", "wechat": "canary-on-wechat" });
    let path = format!("/v1/contacts/{contact}");
    caller.patch(&path, &change).await.done();
    let said = json!({ "interaction": {
        "about": { "kind": "CONTACT", "id": contact }, "channel": "CHANNEL_PHONE",
        "kind": "INTERACTION_KIND_CALL", "summary": "the canary sang" } });
    caller.post("/v1/interactions", &said["interaction"]).await;
    let lead = json!({ "title": "A cage", "need": "the canary sang", "partyId": party });
    caller.post("/v1/leads", &lead).await.done();
    let row = json!({ "system": "old", "rows": [
        { "externalId": "1", "party": { "name": "金丝雀", "email": "canary@@nest" } },
        { "externalId": "2", "party": { "name": "金丝雀", "type": "PARTY_TYPE_PERSON",
            "phone": "13712345678" } },
    ]});
    caller.post("/v1/parties:import", &row).await;
    for query in [
        "13712345678",
        "canary@nest.example",
        "%E9%87%91%E4%B8%9D%E9%9B%80",
    ] {
        for path in ["/v1/search", "/v1/prospects", "/v1/contacts", "/v1/leads"] {
            caller.get(&format!("{path}?query={query}")).await;
        }
        caller.get(&format!("/v1/parties/{query}")).await;
        caller.get(&format!("/v1/nothing/{query}?q={query}")).await;
    }
    // Refused: each field wrong, a duplicate, a field that there is not, a body that is none.
    let wrong = json!({ "partyId": "13712345678", "name": "金丝雀".repeat(200), "phone": "canary@@nest",
        "email": "canary@@nest", "wechat": "canary-on-wechat".repeat(20) });
    assert_eq!(caller.post("/v1/contacts", &wrong).await.code, 400);
    let twice = json!({ "name": "金丝雀", "type": "PARTY_TYPE_PERSON", "phone": "13712345678" });
    let refused = caller
        .post("/v1/prospects?onDuplicate=DUPLICATE_POLICY_REFUSE", &twice)
        .await;
    assert_eq!(refused.code, 409, "{}", refused.body);
    let unknown = json!({ "canary@nest.example": "13712345678", "name": 13_712_345_678_i64 });
    caller.post("/v1/contacts", &unknown).await;
    caller
        .post("/v1/contacts", &json!("canary@nest.example"))
        .await;
    caller.patch("/v1/contacts/13712345678", &change).await;
}

/// Signs in with words that are nobody's, or not his.
async fn fail_to_sign_in(world: &World, member: &str) {
    for (user, password) in [
        (member, "the canary pass phrase"),
        ("canary@nest.example", "canary pass phrase"),
        ("13712345678", "canary pass phrase"),
    ] {
        let mut browser = Browser::new(world);
        assert_ne!(browser.sign_in(user, password).await.code, 200);
        let mut desk = Directory::new(world.link_as_stranger());
        assert!(desk.sign_in(user, password).await.is_err());
    }
}

#[tokio::test]
async fn the_log_never_tells_of_a_person_whatever_is_asked() {
    let kept = Kept::begin();
    for engine in Engine::all() {
        let world = World::new(engine, baton::services()).await;
        for function in [
            Function::Administration,
            Function::Customer,
            Function::Marketing,
            Function::Import,
            Function::PersonalData,
        ] {
            grant(&world, "keeper", function, GrantScope::All).await;
        }
        let keeper = world.member("keeper").await;
        let caller = Caller::of(&world, &keeper);
        let (party, contact) = create(&caller).await;
        ask(&caller, &party, &contact).await;
        fail_to_sign_in(&world, &keeper.name).await;
        let mut admin = Directory::of(&world, &world.admin().await);
        admin.hire("warden", "keeper", "canary pass phrase 2").await;

        // The same over gRPC.
        let mut desk = Desk::new(&world.link_as(&keeper));
        let wrong = pb::CreateContactRequest {
            contact: Some(pb::Contact {
                party_id: "13712345678".into(),
                name: "金丝雀".into(),
                email: "canary@@nest".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert!(desk.contacts.create_contact(wrong).await.is_err());
        let held = caller.get(&format!("/v1/persons/{contact}")).await.done();
        assert!(held.to_string().contains("canary-on-wechat"));
        let reason = json!({ "reason": "ERASURE_REASON_REQUESTED" });
        let path = format!("/v1/persons/{contact}:erase");
        caller.post(&path, &reason).await.done();
        world.settle().await;
        world.process.stop().await;
    }
    let text = kept.text();
    assert!(
        text.contains("DEBUG") && text.contains("INFO"),
        "something is logged"
    );
    for telling in TELLING {
        let line = text.lines().find(|line| line.contains(telling));
        assert_eq!(line, None, "{telling} is logged");
    }
}
