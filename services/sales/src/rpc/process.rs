//! Calls about sales processes.

use baton_chassis::{
    Context, Error, Result,
    act::{Act, Noun as _},
    ids::ProcessId,
    paging,
    wire::parse_id,
};
use baton_proto::sales::v1::{
    ArchiveProcessRequest, ArchiveProcessResponse, CreateProcessRequest, CreateProcessResponse,
    GetProcessRequest, GetProcessResponse, ListProcessesRequest, ListProcessesResponse,
    UpdateProcessRequest, UpdateProcessResponse, process_service_server::ProcessService,
};
use tonic::{Request, Response, Status};

use crate::{
    process::{Process, ProcessChange, ProcessEvent, Stage},
    store,
    wire::process::{self as wire, StageDraft},
};

/// Answers calls about sales processes.
pub struct Processes(pub Context);

#[tonic::async_trait]
impl ProcessService for Processes {
    async fn create_process(
        &self,
        request: Request<CreateProcessRequest>,
    ) -> Result<Response<CreateProcessResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &CreateProcessRequest| {
                    let new = wire::new_process(r)?;
                    let stages = stages(act, new.stages);
                    let process =
                        Process::new(act.new_id(), new.name, new.product_line, stages, act.now);
                    let process = act.create(process, &ProcessEvent::Created).await?;
                    Ok(CreateProcessResponse {
                        process: Some(wire::process(&process)),
                    })
                },
            )
            .await
    }

    async fn get_process(
        &self,
        request: Request<GetProcessRequest>,
    ) -> Result<Response<GetProcessResponse>, Status> {
        self.0
            .query(request, async |look, r: &GetProcessRequest| {
                let id: ProcessId = parse_id("id", &r.id)?;
                // Processes belong to nobody: who may make this call may see them all.
                let process = Process::load(look.tx, id).await?;
                let process = process.ok_or_else(|| Error::not_found(Process::KIND, id))?;
                Ok(GetProcessResponse {
                    process: Some(wire::process(&process)),
                })
            })
            .await
    }

    async fn list_processes(
        &self,
        request: Request<ListProcessesRequest>,
    ) -> Result<Response<ListProcessesResponse>, Status> {
        self.0
            .query(request, async |look, r: &ListProcessesRequest| {
                let (state, line) = wire::filter(r)?;
                let list = || store::process::list(state, line.clone());
                let mut page = look.list(list, store::process::ORDERS, &paging!(r)).await?;
                for process in &mut page.rows {
                    process.stages = store::process::stages(look.tx, process.id).await?;
                }
                Ok(ListProcessesResponse {
                    processes: page.rows.iter().map(wire::process).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_process(
        &self,
        request: Request<UpdateProcessRequest>,
    ) -> Result<Response<UpdateProcessResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &UpdateProcessRequest| {
                    let update = wire::process_update(r)?;
                    let before = act.seen::<Process>(update.id, &r.etag).await?;
                    known_stages(&before, update.stages.as_deref())?;
                    let change = ProcessChange {
                        name: update.name,
                        product_line: update.product_line,
                        stages: update.stages.map(|drafts| stages(act, drafts)),
                    };
                    let occupied = store::process::occupied(act.tx, before.id).await?;
                    let mut after = before.clone();
                    let event = after.update(change, &occupied)?;
                    let process = act.store(&before, after, &event).await?;
                    Ok(UpdateProcessResponse {
                        process: Some(wire::process(&process)),
                    })
                },
            )
            .await
    }

    async fn archive_process(
        &self,
        request: Request<ArchiveProcessRequest>,
    ) -> Result<Response<ArchiveProcessResponse>, Status> {
        self.0
            .command(
                request,
                async |act: &mut Act<'_>, r: &ArchiveProcessRequest| {
                    let process = act.change::<Process>(r, |p, _| Ok(p.archive()?)).await?;
                    Ok(ArchiveProcessResponse {
                        process: Some(wire::process(&process)),
                    })
                },
            )
            .await
    }
}

fn stages(act: &Act<'_>, drafts: Vec<StageDraft>) -> Vec<Stage> {
    let with_id =
        |(id, name, percent): StageDraft| (id.unwrap_or_else(|| act.new_id()), name, percent);
    Stage::in_order(drafts.into_iter().map(with_id))
}

/// Stages that a change names by id must be stages of this process.
fn known_stages(process: &Process, drafts: Option<&[StageDraft]>) -> Result<()> {
    let named = drafts.into_iter().flatten().enumerate();
    let violations: Vec<_> = named
        .filter(|(_, (id, ..))| id.is_some_and(|id| process.stage(id).is_none()))
        .map(|(n, _)| {
            baton_chassis::Violation::new(format!("process.stages[{n}].id"), "STAGE_FOREIGN")
        })
        .collect();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(violations))
    }
}
