//! Who goes by himself next, and who went: numbers, and no names.

use baton_chassis::{Context, Result, caller::Caller, context, db};
use baton_proto::customer::v1::{self as pb, retention_service_server::RetentionService};
use chrono::Days;
use tonic::{Request, Response};
use uuid::Uuid;

use super::Answer;
use crate::{retaining, retention, store, wire};

/// How many of a kind are looked at beforehand.
const LOOKED_AT: i64 = 100;
/// Days for which it is told who went.
const TOLD: Days = Days::new(366);

/// The calls about who goes by himself.
pub struct Retentions(pub Context);

#[tonic::async_trait]
impl RetentionService for Retentions {
    async fn get_retention(
        &self,
        request: Request<pb::GetRetentionRequest>,
    ) -> Answer<pb::GetRetentionResponse> {
        let answer = async {
            let caller = context::caller(&request)?;
            self.told(&caller).await
        };
        let told = answer.await.map_err(|e| self.0.refuse(&request, e))?;
        Ok(Response::new(pb::GetRetentionResponse {
            retention: Some(told),
        }))
    }
}

impl Retentions {
    async fn told(&self, caller: &Caller) -> Result<pb::Retention> {
        let (cx, settings) = (&self.0, &caller.people.settings);
        let (now, zone) = (cx.clock.now(), &settings.time_zone);
        let (day, _) = retention::next(now, zone);
        let due = retention::due(settings.retention, day, zone);
        let next_day = if due.is_empty() {
            String::new()
        } else {
            day.to_string()
        };
        let mut expected = Vec::new();
        for (what, before) in due {
            let (going, next) = retaining::look(cx, what, before, Uuid::nil(), LOOKED_AT).await?;
            let records = i64::try_from(going.len()).unwrap_or(i64::MAX);
            expected.push(wire::retained(day, what, records, next.is_some()));
        }
        let today = retention::day_of(now, zone);
        let since = today.checked_sub_days(TOLD).unwrap_or(today);
        let read = async move |tx: &mut db::Tx| store::gone(tx, since).await;
        let gone = cx.db.glance::<_, db::Error, _>(read).await?;
        let gone = gone
            .into_iter()
            .map(|(day, what, records)| wire::retained(day, what, records, false));
        Ok(pb::Retention {
            next_day,
            expected,
            gone: gone.collect(),
        })
    }
}
