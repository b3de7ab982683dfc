//! The demo company by one click, for whoever administers a small firm's system: `GET /demo` tells whether it is there,
//! `POST /demo` loads it, `DELETE /demo` puts the system back to what it was before.
//!
//! Nothing in Baton deletes, so clearing is restoring: before the demo is loaded all stores are copied as of one moment,
//! and to clear it the process stops, puts that copy back and starts again. What was done meanwhile stays in a folder
//! beside, as with every restore.

use std::{fs, path::PathBuf};

use axum::{
    Json, Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use baton_chassis::{Context, config::Config};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{Reception, play};
use crate::{
    api::{self, Api, Edge},
    backup, session,
};

/// What a page of our own sends, and no page of anybody else can.
const OWN_PAGE: HeaderName = HeaderName::from_static("x-baton-csrf");
/// What tells who asks.
const WHO: [HeaderName; 3] = [header::AUTHORIZATION, header::COOKIE, OWN_PAGE];
/// The sign-in name of the first administrator, in whose name the demo is played.
const ADMIN: &str = "admin";
/// Somebody whom only the demo company has.
const BOSS: &str = "demo-boss";

#[derive(Clone)]
struct Demo {
    cx: Context,
    edge: Router,
    clear: CancellationToken,
}

/// The edge with the demo company beside it. `clear` is cancelled when the process is to put the system back.
pub fn beside(edge: Router, cx: &Context, clear: CancellationToken) -> Router {
    let demo = Demo {
        cx: cx.clone(),
        edge: edge.clone(),
        clear,
    };
    let of_demo = get(told).post(load).delete(put_back);
    Router::new()
        .route("/demo", of_demo)
        .with_state(demo)
        .merge(edge)
}

/// Where the copy of the system lies that was made before the demo company came.
#[must_use]
pub fn copy_before(config: &Config) -> PathBuf {
    config.data.join("before-demo")
}

/// Puts the system back to what it was before the demo company came. Nothing may run on it.
///
/// # Errors
/// When the copy is not whole, or a file cannot be moved.
pub async fn clear(config: &Config) -> Result<(), backup::Error> {
    let copy = copy_before(config);
    backup::restore(&copy, config, true).await?;
    fs::remove_dir_all(&copy).map_err(|e| backup::Error::File {
        path: copy,
        cause: e.to_string(),
    })
}

/// What went wrong, for the log; the caller learns that something did.
fn failed(cause: &dyn std::fmt::Display) -> Response {
    tracing::error!(%cause, "the demo company");
    told_as(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL")
}

fn told_as(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({"details": [{"reason": reason}]}))).into_response()
}

async fn told(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    if let Err(refusal) = demo.administrator(&headers).await {
        return refusal;
    }
    match demo.state().await {
        Ok(state) => Json(state).into_response(),
        Err(e) => failed(&e),
    }
}

async fn load(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    if let Err(refusal) = demo.changes(&headers).await {
        return refusal;
    }
    // A copy can be made of files only; elsewhere the demo comes to stay.
    let copied = match demo.copy().await {
        Ok(()) | Err(backup::Error::NotOurs(_)) => demo.play().await,
        Err(e) => return failed(&e),
    };
    match copied {
        Ok(state) => Json(state).into_response(),
        Err(e) => failed(&e),
    }
}

async fn put_back(State(demo): State<Demo>, headers: HeaderMap) -> Response {
    if let Err(refusal) = demo.changes(&headers).await {
        return refusal;
    }
    if !demo.is_copied() {
        return told_as(StatusCode::CONFLICT, "DEMO_NOT_CLEARABLE");
    }
    demo.clear.cancel();
    StatusCode::ACCEPTED.into_response()
}

impl Demo {
    /// Refuses whoever may not administer the firm.
    async fn administrator(&self, headers: &HeaderMap) -> Result<(), Response> {
        let mut request = Request::get("/v1/me");
        for name in WHO {
            if let Some(value) = headers.get(&name) {
                request = request.header(name, value);
            }
        }
        let request = request.body(Body::empty()).map_err(|e| failed(&e))?;
        let Ok(answer) = self.edge.clone().oneshot(request).await;
        if !answer.status().is_success() {
            return Err(answer);
        }
        let body = answer.into_body().collect().await.map_err(|e| failed(&e))?;
        let me: Value = serde_json::from_slice(&body.to_bytes()).map_err(|e| failed(&e))?;
        let may = |granted: &Value| {
            granted["function"] == "FUNCTION_ADMINISTRATION" && granted["access"] == "ACCESS_WRITE"
        };
        if me["functions"]
            .as_array()
            .is_some_and(|all| all.iter().any(may))
        {
            Ok(())
        } else {
            Err(told_as(StatusCode::FORBIDDEN, "DENIED"))
        }
    }

    /// Refuses also what a page of somebody else may have sent.
    async fn changes(&self, headers: &HeaderMap) -> Result<(), Response> {
        if !headers.contains_key(OWN_PAGE) && !headers.contains_key(header::AUTHORIZATION) {
            return Err(told_as(StatusCode::FORBIDDEN, "CSRF"));
        }
        self.administrator(headers).await
    }

    fn is_copied(&self) -> bool {
        backup::is_whole(&copy_before(&self.cx.config))
    }

    /// Copies the system, unless that was done before.
    async fn copy(&self) -> Result<(), backup::Error> {
        if self.is_copied() {
            return Ok(());
        }
        let into = copy_before(&self.cx.config);
        // What an earlier attempt left behind when it was interrupted.
        drop(fs::remove_dir_all(&into));
        backup::make(&self.cx.config, &into).await?;
        Ok(())
    }

    async fn admin(&self) -> Result<Api, api::Error> {
        let api = Api::new(Edge::Here(self.edge.clone()), "", "zh-CN");
        self.token(ADMIN).await.map(|token| api.of(token))
    }

    async fn state(&self) -> Result<Value, api::Error> {
        let members = self.admin().await?.get("/v1/members?pageSize=500").await?;
        let loaded = members["members"]
            .as_array()
            .is_some_and(|all| all.iter().any(|m| m["name"] == BOSS));
        Ok(json!({"loaded": loaded, "clearable": loaded && self.is_copied()}))
    }

    async fn play(&self) -> Result<Value, api::Error> {
        let admin = self.admin().await?;
        play(&admin, self).await?;
        self.state().await
    }

    async fn token(&self, name: &str) -> Result<String, api::Error> {
        let broken = |cause: String| api::Error::Broken {
            method: http::Method::POST,
            path: format!("token of {name}"),
            cause,
        };
        let link = self.cx.links.bare("directory");
        let link = link.map_err(|e| broken(e.to_string()))?;
        session::token(link, &self.cx.keys, name, "zh-CN")
            .await
            .map_err(|e| broken(e.to_string()))
    }
}

impl Reception for Demo {
    async fn sign_in(&self, admin: &Api, member: &Value) -> Result<Api, api::Error> {
        let name = member["name"].as_str().unwrap_or_default();
        Ok(admin.of(self.token(name).await?))
    }
}
