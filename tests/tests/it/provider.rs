//! A certified OpenID provider (`oidc-provider`, tests/oidc) as a process of its own, and a browser that goes there.

use std::{path::Path, process::Stdio};

use baton_chassis::{
    Clock,
    config::ProviderConfig,
    test::{Engine, World},
};
use baton_gateway::Files;
use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::gateway::{Answer, Browser};

/// What the provider knows us by, and what we show it.
const SECRET: &str = "a secret: between 2 & 3 %";
/// Where browsers reach the gateway of these stories.
const PUBLIC_URL: &str = "http://baton.test";

/// A provider that runs.
pub struct Provider {
    pub issuer: String,
    process: Child,
    ears: ChildStdin,
    mouth: Lines<BufReader<ChildStdout>>,
}

impl Provider {
    pub async fn start() -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/oidc");
        assert!(
            home.join("node_modules").is_dir(),
            "no provider to sign in by: run tests/tools.sh oidc"
        );
        let back = ["corp", "other"].map(|name| format!("{PUBLIC_URL}/sign-in/{name}/back"));
        let told = json!({ "redirect": back, "secret": SECRET });
        let mut process = Command::new("node")
            .args(["--input-type=module", "--eval"])
            .arg(include_str!("../../oidc/provider.mjs"))
            .arg(told.to_string())
            .current_dir(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let ears = process.stdin.take().unwrap();
        let mouth = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut provider = Self {
            issuer: String::new(),
            process,
            ears,
            mouth,
        };
        let said = provider.hear().await;
        said["issuer"]
            .as_str()
            .unwrap()
            .clone_into(&mut provider.issuer);
        provider
    }

    async fn hear(&mut self) -> Json {
        let line = self.mouth.next_line().await.unwrap();
        serde_json::from_str(&line.expect("the provider answers")).unwrap()
    }

    async fn say(&mut self, what: &Json) -> Json {
        let line = format!("{what}\n");
        self.ears.write_all(line.as_bytes()).await.unwrap();
        self.hear().await
    }

    /// Whom it knows from now on, with their claims.
    pub async fn knows(&mut self, people: &Json) {
        self.say(&json!({ "people": people })).await;
    }

    /// Signs with other keys from now on.
    pub async fn rotate(&mut self) {
        self.say(&json!({ "rotate": true })).await;
    }

    /// Signs somebody in whose browser is sent there, or nobody, who turns away; tells where the browser goes then.
    pub async fn visit(&mut self, url: &str, login: Option<&str>) -> String {
        let said = self.say(&json!({ "visit": url, "as": login })).await;
        let back = said["back"].as_str();
        back.unwrap_or_else(|| panic!("the provider keeps the browser: {said}"))
            .strip_prefix(PUBLIC_URL)
            .unwrap()
            .to_owned()
    }

    /// Ends, and answers nobody any more.
    pub async fn end(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// What a process is told of it.
    pub fn settings(&self, more: &Json) -> ProviderConfig {
        let mut settings = json!({
            "issuer": self.issuer,
            "client_id": "baton",
            "client_secret": SECRET,
            "display_name": "Corporate account",
            "trust_name": true,
        });
        let more = more.as_object().unwrap().clone();
        settings.as_object_mut().unwrap().extend(more);
        serde_json::from_value(settings).unwrap()
    }

    /// A world in which people sign in by it under the names `corp` and `other`, at the time that it is.
    pub async fn world(&self, engine: Engine, more: &Json) -> World {
        let gateway = baton_gateway::service().http(|cx| baton_gateway::router(cx, Files::none()));
        let services = vec![baton_directory::service(), gateway];
        let world = World::with(engine, services, |config| {
            PUBLIC_URL.clone_into(&mut config.auth.public_url);
            for name in ["corp", "other"] {
                let settings = self.settings(more);
                config.auth.oidc.insert(name.to_owned(), settings);
            }
        });
        let world = world.await;
        catch_up(&world).await;
        world
    }
}

/// The clock of a world stands still, and that of the provider does not. It need not be exact: clocks may differ by a minute.
async fn catch_up(world: &World) {
    let behind = Clock::System.now() - world.clock.now();
    if behind > TimeDelta::seconds(30) {
        world.advance(behind).await;
    }
}

/// A browser on its way to a provider and back.
pub struct Visitor<'w> {
    world: &'w World,
    pub browser: Browser,
    /// `name=value` of what it holds meanwhile.
    pub attempt: String,
}

impl<'w> Visitor<'w> {
    pub fn new(world: &'w World) -> Self {
        Self {
            world,
            browser: Browser::new(world),
            attempt: String::new(),
        }
    }

    /// Goes to one of our addresses as a browser does whose user follows a link.
    pub async fn go(&mut self, uri: &str) -> Answer {
        catch_up(self.world).await;
        let cookies = [("cookie", self.attempt.as_str())];
        let answer = self
            .browser
            .ask_with(&cookies, "GET", uri, &Json::Null)
            .await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            if cookie.starts_with("baton-attempt=") {
                cookie.clone_into(&mut self.attempt);
            } else {
                cookie.clone_into(&mut self.browser.cookie);
            }
        }
        answer
    }

    /// Goes to the provider: the address that it is sent to.
    pub async fn there(&mut self, return_to: &str) -> String {
        let answer = self
            .go(&format!("/sign-in/corp?return_to={return_to}"))
            .await;
        assert_eq!(answer.code, 303, "{}", answer.text);
        answer.header("location").to_owned()
    }

    /// All the way there and back.
    pub async fn sign_in(&mut self, provider: &mut Provider, login: &str) -> Answer {
        let url = self.there("/leads").await;
        let back = provider.visit(&url, Some(login)).await;
        self.go(&back).await
    }

    /// The same, for who comes in.
    pub async fn comes_in(&mut self, provider: &mut Provider, login: &str) {
        let answer = self.sign_in(provider, login).await;
        assert_eq!(answer.code, 303, "{}", answer.text);
        assert_eq!(answer.header("location"), "/leads");
    }

    /// The same, for who does not: what he is told.
    pub async fn is_refused(&mut self, provider: &mut Provider, login: &str) -> String {
        let answer = self.sign_in(provider, login).await;
        page(&answer).to_owned()
    }
}

/// The page of who is not signed in.
#[track_caller]
pub fn page(answer: &Answer) -> &str {
    assert_eq!(answer.code, 400, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let (_, told) = answer.text.split_once("role=\"alert\">").unwrap();
    told.split_once("</p>").unwrap().0
}
