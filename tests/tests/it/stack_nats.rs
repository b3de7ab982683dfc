//! What the users of NATS may do: what their services do, and nothing else.

use std::{fmt::Write as _, time::Duration};

use async_nats::{Client, ConnectOptions, Event, ServerAddr, jetstream};
use baton_tests::{
    nats::{Nats, SETTINGS},
    stack::{Ground, SERVICES},
};
use futures_util::StreamExt as _;
use tokio::{sync::mpsc, time::timeout};

/// The users as they follow from what the services say and heed.
fn users() -> String {
    let mut all = String::new();
    for service in baton::services() {
        let (name, producers) = (service.name(), service.producers());
        if producers.is_empty() {
            continue;
        }
        let mut looked_at = producers.clone();
        looked_at.push(name);
        looked_at.sort_unstable();
        looked_at.dedup();
        let mut allowed = vec![
            format!("baton.{name}.>"),
            format!("$JS.API.STREAM.CREATE.baton_{name}"),
        ];
        allowed.extend(
            looked_at
                .iter()
                .map(|p| format!("$JS.API.STREAM.INFO.baton_{p}")),
        );
        for producer in producers {
            allowed.push(format!("$JS.API.CONSUMER.CREATE.baton_{producer}"));
            for verb in ["MSG.NEXT", "DELETE"] {
                allowed.push(format!("$JS.API.CONSUMER.{verb}.baton_{producer}.*"));
            }
        }
        let password = name.to_uppercase();
        writeln!(
            all,
            "    {{\n      user: {name}, password: $NATS_{password}_PASSWORD"
        )
        .unwrap();
        writeln!(all, "      permissions: {{\n        publish: {{ allow: [").unwrap();
        for subject in allowed {
            writeln!(all, "          \"{subject}\"").unwrap();
        }
        writeln!(
            all,
            "        ] }}\n        subscribe: {{ allow: [\"_INBOX_{name}.>\"] }}"
        )
        .unwrap();
        writeln!(all, "      }}\n    }}").unwrap();
    }
    all
}

#[test]
fn the_users_of_nats_are_those_that_follow_from_the_services() {
    let settings = std::fs::read_to_string(SETTINGS).unwrap();
    let (_, rest) = settings.split_once("  users: [\n").unwrap();
    let (written, _) = rest.rsplit_once("  ]\n").unwrap();
    assert_eq!(
        written,
        users(),
        "write these users into deploy/nats/nats.conf:\n{}",
        users()
    );
}

/// A connection of a user, and what the server complains of.
pub async fn connect(nats: &Nats, user: &str) -> (Client, mpsc::UnboundedReceiver<String>) {
    let (tell, complaints) = mpsc::unbounded_channel();
    let address: ServerAddr = nats.url(user).parse().unwrap();
    let password = address.password().unwrap().to_owned();
    let options = ConnectOptions::new()
        .user_and_password(user.to_owned(), password)
        .custom_inbox_prefix(format!("_INBOX_{user}"))
        .event_callback(move |event| {
            let tell = tell.clone();
            async move {
                if let Event::ServerError(error) = event {
                    drop(tell.send(error.to_string()));
                }
            }
        });
    (options.connect(address).await.unwrap(), complaints)
}

/// The next complaint is about this.
async fn complains(complaints: &mut mpsc::UnboundedReceiver<String>, about: &str) {
    let told = timeout(Duration::from_secs(10), complaints.recv()).await;
    let told = told
        .unwrap_or_else(|_| panic!("{about} was allowed"))
        .unwrap();
    assert!(
        told.to_lowercase().contains("permissions violation") && told.contains(about),
        "{told} is about {about}"
    );
}

#[tokio::test]
async fn a_service_says_its_own_events_and_hears_those_that_it_heeds() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_) = Ground::of_tests("nats", folder.path()) else {
        return;
    };
    std::fs::create_dir_all(folder.path().join("log")).unwrap();
    let nats = Nats::start(folder.path(), &SERVICES).await.unwrap();
    let (marketing, _quiet) = connect(&nats, "marketing").await;
    let (customer, mut heard) = connect(&nats, "customer").await;
    let stream = jetstream::stream::Config {
        name: "baton_marketing".to_owned(),
        subjects: vec!["baton.marketing.>".to_owned()],
        ..Default::default()
    };
    let context = jetstream::new(marketing);
    let mut stream = context.create_stream(stream).await.unwrap();
    let said = context
        .publish("baton.marketing.0.lead_routed", "x".into())
        .await
        .unwrap();
    said.await.unwrap();

    let consumer = jetstream::consumer::pull::OrderedConfig::default();
    let heeded = jetstream::new(customer)
        .get_stream("baton_marketing")
        .await
        .unwrap();
    let heeded = heeded.create_consumer(consumer).await.unwrap();
    let message = heeded
        .messages()
        .await
        .unwrap()
        .next()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&message.payload[..], b"x");
    assert!(
        heard.try_recv().is_err(),
        "nothing of this is complained of"
    );

    let (sales, mut refused) = connect(&nats, "sales").await;
    for subject in [
        // Another one's event.
        "baton.marketing.0.lead_routed",
        // Streams: another one's, its own, and a look at all of them.
        "$JS.API.STREAM.DELETE.baton_marketing",
        "$JS.API.STREAM.PURGE.baton_marketing",
        "$JS.API.STREAM.UPDATE.baton_sales",
        "$JS.API.STREAM.DELETE.baton_sales",
        "$JS.API.STREAM.CREATE.baton_other",
        "$JS.API.STREAM.NAMES",
        "$JS.API.STREAM.MSG.GET.baton_marketing",
        // A consumer of a producer that it does not heed.
        "$JS.API.CONSUMER.CREATE.baton_marketing",
        // An answer to somebody else.
        "_INBOX_marketing.1",
    ] {
        sales.publish(subject, "".into()).await.unwrap();
        sales.flush().await.unwrap();
        complains(&mut refused, subject).await;
    }
    for subject in ["baton.marketing.>", "_INBOX_marketing.>", "$JS.API.>", ">"] {
        let _subscription = sales.subscribe(subject).await.unwrap();
        sales.flush().await.unwrap();
        complains(&mut refused, subject).await;
    }
    assert_eq!(
        stream.info().await.unwrap().state.messages,
        1,
        "the stream is as it was"
    );
    nats.stop().await.unwrap();
}
