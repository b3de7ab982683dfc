//! A call, made again under the same request id until it is answered.

use std::time::Duration;

use baton::api::Error;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::{Left, Team};
use crate::faults::{
    ledger::{Call, Who, identity},
    pause,
};

/// A call that is not answered within this is made again.
const ANSWER_LIMIT: Duration = Duration::from_secs(12);
/// A call that is not answered for so long in all is never answered.
const PATIENCE: Duration = Duration::from_mins(5);
/// The longest pause before a call is made again.
const PAUSE_MAX: Duration = Duration::from_millis(500);
/// What is to be tried again: busy, away, late, or the caller took it back.
const AGAIN: [u16; 5] = [429, 499, 502, 503, 504];
/// What is told while what others sign is not valid by a wrong clock.
const UNAUTHORIZED: u16 = 401;

impl Team {
    /// Has every service answer once: a lead comes in, and what is kept elsewhere is read.
    pub async fn probe(&self, number: u64) {
        drop(self.single(number).await);
        for path in [
            "/v1/opportunities?pageSize=1",
            "/v1/orders?pageSize=1",
            "/v1/accounts?pageSize=1",
        ] {
            drop(self.read(Who::Boss, path).await);
        }
    }

    /// Makes every call that was kept once more under its request id: it must be answered as before. Tells how many.
    pub async fn repeat(&self, at_once: usize) -> usize {
        let calls = std::mem::take(&mut self.ledger.book().calls);
        let count = calls.len();
        let again = calls.into_iter().map(|call| async move {
            let post = || self.api(call.who).post(&call.path, &call.key, &call.body);
            if let Ok(answer) = self.insist(&call.path, false, post).await {
                let told = identity(&answer);
                if told != call.answer {
                    let Call { path, answer, .. } = &call;
                    self.ledger.finds(
                        "repeat-answers-the-same",
                        format!("{path} was answered {answer}, now {told}"),
                    );
                }
            }
        });
        stream::iter(again)
            .buffer_unordered(at_once)
            .collect::<()>()
            .await;
        count
    }

    /// An operation that is not finished at once is asked after until it is.
    pub(super) async fn until_ended(
        &self,
        path: &str,
        mut operation: Value,
    ) -> Result<Value, Left> {
        let began = Instant::now();
        loop {
            match operation["state"].as_str().unwrap_or_default() {
                state if state.ends_with("_COMPLETED") => return Ok(operation),
                state if state.ends_with("_RUNNING") && began.elapsed() < PATIENCE => {}
                _ => {
                    self.ledger
                        .finds("operation-ends", format!("{path} ended as {operation}"));
                    return Err(Left);
                }
            }
            pause(Duration::from_millis(200)).await;
            operation = self.read(Who::Seller, path).await?;
        }
    }

    pub(super) async fn read(&self, who: Who, path: &str) -> Result<Value, Left> {
        self.insist(path, false, || self.api(who).get(path)).await
    }

    pub(super) async fn ask(
        &self,
        who: Who,
        path: &str,
        step: &str,
        body: Value,
        hasty: bool,
    ) -> Result<Value, Left> {
        let key = Uuid::new_v5(&self.run, step.as_bytes()).to_string();
        let answer = self
            .insist(path, hasty, || self.api(who).post(path, &key, &body))
            .await?;
        let (path, identity) = (path.to_owned(), identity(&answer));
        self.ledger.answered(Call {
            who,
            path,
            key,
            body,
            answer: identity,
        });
        Ok(answer)
    }

    /// Makes a call until it is answered; `hasty`: once.
    pub(super) async fn insist<F>(
        &self,
        path: &str,
        hasty: bool,
        call: impl Fn() -> F,
    ) -> Result<Value, Left>
    where
        F: Future<Output = Result<Value, Error>>,
    {
        let (began, mut wait) = (Instant::now(), Duration::from_millis(25));
        loop {
            let why = match timeout(ANSWER_LIMIT, call()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Err(_) => "no answer".to_owned(),
                Ok(Err(Error::Broken { cause, .. })) => cause,
                Ok(Err(Error::Refused { status, text, .. }))
                    if AGAIN.contains(&status.as_u16())
                        || (status == UNAUTHORIZED && self.ledger.a_clock_is_wrong()) =>
                {
                    text
                }
                Ok(Err(error)) => {
                    self.ledger.finds("refused", error.to_string());
                    return Err(Left);
                }
            };
            if hasty {
                self.ledger.book().given_up += 1;
                return Err(Left);
            }
            if began.elapsed() > PATIENCE {
                self.ledger
                    .finds("never-answered", format!("{path}: {why}"));
                return Err(Left);
            }
            self.ledger.book().repeated += 1;
            pause(wait).await;
            wait = (wait * 2).min(PAUSE_MAX);
        }
    }
}
