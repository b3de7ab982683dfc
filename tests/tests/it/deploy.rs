//! What is deployed names only what there is: services, addresses, settings, figures.

use std::{collections::BTreeSet, fs, path::PathBuf};

use baton_chassis::{config::Config, listen, test::Engine};
use baton_tests::stack::{PROCESSES, SERVICES};
use serde_json::Value as Json;
use serde_yaml_ng::Value as Yaml;

use crate::marketing::Firm;

fn file(name: &str) -> String {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn yaml(name: &str) -> Yaml {
    let mut value: Yaml = serde_yaml_ng::from_str(&file(name)).unwrap();
    value.apply_merge().unwrap();
    value
}

fn text(value: &Yaml) -> &str {
    value.as_str().unwrap_or_default()
}

/// A container's settings, with the variables of the composition put in as `x`.
fn settings(service: &Yaml) -> Vec<(String, String)> {
    let mapping = service["environment"].as_mapping();
    mapping
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let mut value = text(value).to_owned();
            while let Some((before, rest)) = value.split_once("${") {
                let (variable, after) = rest.split_once('}').unwrap();
                let put = if variable.ends_with(":-") { "" } else { "x" };
                value = format!("{before}{put}{after}");
            }
            (text(name).to_owned(), value)
        })
        .collect()
}

#[test]
fn the_composition_is_the_stack_with_settings_that_exist() {
    let composition = yaml("docker-compose.yml");
    let services = composition["services"].as_mapping().unwrap();
    let names: BTreeSet<_> = services.keys().map(text).collect();
    for (name, service) in PROCESSES {
        let described = &composition["services"][name];
        assert_eq!(
            text(&described["command"][0]),
            format!("baton-{service}"),
            "{name}"
        );
        assert!(
            described["healthcheck"]["test"].is_sequence(),
            "{name} is asked for its health"
        );
        let settings = settings(described);
        let config = Config::of(settings.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
        for other in SERVICES.into_iter().filter(|other| *other != "gateway") {
            let url = &config.services()[other].url;
            assert_eq!(
                url.is_empty(),
                other == service,
                "{name} knows where {other} is"
            );
            let hosts = url.split(',').filter(|url| !url.is_empty()).map(host);
            let replicas = PROCESSES.into_iter().filter(|(_, of)| *of == other);
            let expected: Vec<_> = replicas.map(|(name, _)| name.to_owned()).collect();
            if other != service {
                assert_eq!(
                    hosts.collect::<Vec<_>>(),
                    expected,
                    "{name} asks all of {other}"
                );
            }
        }
        if service != "gateway" {
            let database = config.db_url(service);
            assert!(
                database.ends_with(&format!("@postgres/{service}")),
                "{database}"
            );
            let bus = &config.bus.url;
            assert!(bus.starts_with(&format!("nats://{service}:")), "{bus}");
            assert_eq!(host(bus), "nats");
        }
        let after = described["depends_on"].as_mapping().unwrap();
        for needed in after.keys().map(text) {
            assert!(names.contains(needed), "{name} waits for {needed}");
        }
    }
}

#[test]
fn with_certificates_the_composition_calls_the_same_processes_over_mutual_tls() {
    let (plain, over) = (yaml("docker-compose.yml"), yaml("deploy/certificates.yml"));
    let made = over["services"]["certificates"]["command"].as_sequence();
    let made: Vec<_> = made.unwrap().iter().map(text).collect();
    for (name, service) in PROCESSES {
        let described = &over["services"][name];
        let before = Config::of(settings(&plain["services"][name])).unwrap();
        let mut both = settings(&plain["services"][name]);
        let own = settings(described);
        both.extend(own.iter().filter(|(key, _)| key != "SERVICE").cloned());
        let config = Config::of(both).unwrap_or_else(|e| panic!("{name}: {e}"));
        for (other, now) in config.services() {
            let url = before.services()[other].url.replace("http://", "https://");
            assert_eq!(now.url, url, "{name} calls {other}");
        }
        let links = &config.links;
        for (file, is) in [
            ("ca.pem", &links.ca),
            ("cert.pem", &links.cert),
            ("key.pem", &links.key),
        ] {
            assert_eq!(*is, PathBuf::from("/certificates").join(file), "{name}");
        }
        assert!(own.contains(&("SERVICE".to_owned(), service.to_owned())));
        let mounted = &described["volumes"][0];
        assert_eq!(text(&mounted["volume"]["subpath"]), name);
        let is_made = name == service || made.contains(&&*format!("{name}={service}"));
        assert!(is_made, "{name} has a certificate");
    }
}

fn host(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split(':').next().unwrap().to_owned()
}

#[test]
fn every_file_and_password_of_the_composition_is_there() {
    let composition = file("docker-compose.yml");
    for line in composition.lines() {
        for mounted in line.split("./").skip(1) {
            let path = mounted.split(':').next().unwrap();
            assert!(!file(path).is_empty(), "{path}");
        }
    }
    let secrets = file("deploy/secrets.sh");
    for named in composition.split("${").skip(1) {
        let name = named.split([':', '}']).next().unwrap();
        let is_made = name.strip_suffix("_PASSWORD").is_none_or(|of| {
            secrets
                .split_whitespace()
                .any(|word| word.trim_end_matches(';') == of)
        });
        assert!(is_made, "deploy/secrets.sh makes {name}");
    }
    let databases = file("deploy/postgres/databases.sh");
    let image = file("Dockerfile");
    for (_, service) in PROCESSES {
        assert!(
            image.contains(&format!("-p baton-{service}")),
            "the image has {service}"
        );
        assert!(
            service == "gateway" || databases.contains(service),
            "{service} has a database"
        );
    }
    let scraped = yaml("deploy/prometheus/prometheus.yml");
    let targets = scraped["scrape_configs"][0]["static_configs"][0]["targets"].clone();
    let targets: Vec<_> = targets.as_sequence().unwrap().iter().map(text).collect();
    assert_eq!(targets, PROCESSES.map(|(name, _)| format!("{name}:50051")));
}

#[tokio::test]
async fn the_dashboard_shows_figures_that_exist() {
    let firm = Firm::new(Engine::Sqlite).await;
    let lead = firm.lead(&firm.marketer).await.id;
    firm.route(&firm.marketer, &lead).await.unwrap();
    let mut edge = firm.world.process.http().unwrap();
    let page = http::Request::get("/").body(axum::body::Body::empty());
    listen::ask(&mut edge, page.unwrap()).await.unwrap();
    firm.world.settle().await;
    let figures = firm.world.process.figures().await;
    let dashboard: Json = serde_json::from_str(&file("deploy/grafana/baton.json")).unwrap();
    let mut seen = 0;
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().unwrap();
            let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            for name in words.filter(|w| w.starts_with("baton_") || w.starts_with("process_")) {
                let family = ["_total", "_bucket"]
                    .iter()
                    .find_map(|end| name.strip_suffix(end))
                    .unwrap_or(name);
                assert!(
                    figures.contains(&format!("# TYPE {family} ")),
                    "{name}:\n{figures}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "the dashboard shows {seen} figures");
}
