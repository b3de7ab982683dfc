//! Calls about exports.

use baton_chassis::{
    Caller, Context, Error, Result, Violations, context, ids::MemberId, paging, wire::parse_id,
};
use baton_proto::directory::v1::{self as pb, export_service_server::ExportService};
use tonic::{Request, Response};

use super::Answer;
use crate::{export::Wanted, exports, organisation, store, wire::export as wire};

/// Calls about exports.
pub struct Exports(pub Context);

#[tonic::async_trait]
impl ExportService for Exports {
    async fn begin_export(
        &self,
        r: Request<pb::BeginExportRequest>,
    ) -> Answer<pb::BeginExportResponse> {
        let begun = self.begun(&r).await;
        begun
            .map(Response::new)
            .map_err(|error| self.0.refuse(&r, error))
    }

    async fn end_export(&self, r: Request<pb::EndExportRequest>) -> Answer<pb::EndExportResponse> {
        let ended = self.ended(&r).await;
        ended
            .map(Response::new)
            .map_err(|error| self.0.refuse(&r, error))
    }

    async fn get_export(&self, r: Request<pb::GetExportRequest>) -> Answer<pb::GetExportResponse> {
        self.0
            .query(r, async |look, r| {
                let export = exports::shown(look, parse_id("id", &r.id)?).await?;
                Ok(pb::GetExportResponse {
                    export: Some(wire::export(&export)),
                })
            })
            .await
    }

    async fn list_exports(
        &self,
        r: Request<pb::ListExportsRequest>,
    ) -> Answer<pb::ListExportsResponse> {
        self.0
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let asked = v.optional_id("member_id", &r.member_id);
                v.done()?;
                let filter = store::export::Filter {
                    member: whose(&look.caller, asked)?,
                    collection: Some(r.collection.clone()).filter(|c| !c.is_empty()),
                    large: r.large,
                };
                let list = || store::export::list(&filter);
                let page = look.list(list, store::export::ORDERS, &paging!(r)).await?;
                Ok(pb::ListExportsResponse {
                    exports: page.rows.iter().map(wire::export).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }
}

/// Whose exports are listed. Whoever does not oversee has his own.
fn whose(caller: &Caller, asked: Option<MemberId>) -> Result<Option<MemberId>> {
    if organisation::oversees(caller) {
        return Ok(asked);
    }
    let me = caller.in_person().ok_or(Error::Denied)?;
    match asked {
        Some(other) if other != me => Err(Error::Denied),
        _ => Ok(Some(me)),
    }
}

impl Exports {
    async fn begun(&self, r: &Request<pb::BeginExportRequest>) -> Result<pb::BeginExportResponse> {
        let caller = context::caller(r)?;
        let mut v = Violations::new();
        let asked = r.get_ref().export.clone().unwrap_or_default();
        let asked = wire::new_export(&mut v, &asked);
        v.done()?;
        let asked = asked.ok_or_else(|| Error::invalid("export", "REQUIRED"))?;
        let address = caller.origin.address.map(|a| a.to_string());
        let wanted = Wanted {
            member: caller.member()?,
            collection: asked.collection,
            filters: asked.filters,
            columns: asked.columns,
            format: asked.format,
            way: caller.origin.way.as_str(),
            address: address.unwrap_or_default(),
        };
        let begin =
            async move |act: &mut baton_chassis::Act<'_>| exports::begin(act, wanted.clone()).await;
        let (export, time_zone) = self.0.act(caller, begin).await?;
        Ok(pb::BeginExportResponse {
            export: Some(wire::export(&export)),
            time_zone,
        })
    }

    async fn ended(&self, r: &Request<pb::EndExportRequest>) -> Result<pb::EndExportResponse> {
        let (caller, asked) = (context::caller(r)?, r.get_ref());
        let mut v = Violations::new();
        let id = v.id("id", &asked.id);
        let rows = v.in_range("row_count", asked.row_count, 0..=i64::MAX);
        let why = wire::read_stop_reason(&mut v, asked.stop_reason);
        v.done()?;
        let end =
            async move |act: &mut baton_chassis::Act<'_>| exports::end(act, id, rows, why).await;
        let export = self.0.act(caller, end).await?;
        Ok(pb::EndExportResponse {
            export: Some(wire::export(&export)),
        })
    }
}
