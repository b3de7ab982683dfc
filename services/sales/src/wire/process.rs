//! Sales processes as contracts write them.

use std::collections::HashSet;

use baton_chassis::{
    Result, Violation, Violations,
    ids::{ProcessId, StageId},
    wire::{etag, timestamp},
    words::Word as _,
};
use baton_proto::sales::v1 as pb;

use crate::process::{Process, ProcessState, STAGES_MAX};

/// A stage as a request names it; without an id it is a new one.
pub type StageDraft = (Option<StageId>, String, i32);

/// A new process.
pub struct NewProcess {
    /// Name.
    pub name: String,
    /// Product line that it is for.
    pub product_line: String,
    /// Stages in order.
    pub stages: Vec<StageDraft>,
}

/// A change of a process; what is `None` stays.
pub struct ProcessUpdate {
    /// The process.
    pub id: ProcessId,
    /// Name.
    pub name: Option<String>,
    /// Product line.
    pub product_line: Option<String>,
    /// Stages in order.
    pub stages: Option<Vec<StageDraft>>,
}

/// Reads a request for a new process.
///
/// # Errors
/// All violations.
pub fn new_process(request: &pb::CreateProcessRequest) -> Result<NewProcess> {
    let process = request.process.clone().unwrap_or_default();
    let mut v = Violations::new();
    let new = NewProcess {
        name: name(&mut v, &process),
        product_line: product_line(&mut v, &process),
        stages: stages(&mut v, &process),
    };
    for (n, _) in new
        .stages
        .iter()
        .enumerate()
        .filter(|(_, (id, ..))| id.is_some())
    {
        v.add(format!("process.stages[{n}].id"), "STAGE_ID_SUPERFLUOUS");
    }
    v.done()?;
    Ok(new)
}

/// Reads a change.
///
/// # Errors
/// All violations.
pub fn process_update(request: &pb::UpdateProcessRequest) -> Result<ProcessUpdate> {
    let process = request.process.clone().unwrap_or_default();
    let mut v = Violations::new();
    let mask = v.mask(
        request.update_mask.as_ref(),
        &["name", "product_line", "stages"],
    );
    let update = ProcessUpdate {
        id: v.id("process.id", &process.id),
        name: mask.has("name").then(|| name(&mut v, &process)),
        product_line: mask
            .has("product_line")
            .then(|| product_line(&mut v, &process)),
        stages: mask.has("stages").then(|| stages(&mut v, &process)),
    };
    v.done()?;
    Ok(update)
}

fn name(v: &mut Violations, process: &pb::Process) -> String {
    v.text("process.name", &process.name, 1..=100)
}

fn product_line(v: &mut Violations, process: &pb::Process) -> String {
    v.optional_text("process.product_line", &process.product_line, 100)
}

fn stages(v: &mut Violations, process: &pb::Process) -> Vec<StageDraft> {
    if process.stages.is_empty() {
        v.add("process.stages", "REQUIRED");
    }
    if process.stages.len() > STAGES_MAX {
        v.push(Violation::new("process.stages", "TOO_MANY").with("max", STAGES_MAX));
    }
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    let mut read = Vec::new();
    for (n, stage) in process.stages.iter().enumerate().take(STAGES_MAX) {
        let field = |name| format!("process.stages[{n}].{name}");
        let id = v.optional_id::<StageId>(&field("id"), &stage.id);
        let name = v.text(&field("name"), &stage.name, 1..=100);
        let percent = v.in_range(
            &field("probability_percent"),
            stage.probability_percent,
            0..=100,
        );
        if !name.is_empty() && !names.insert(name.clone()) {
            v.add(field("name"), "STAGE_NAME_TWICE");
        }
        if id.is_some_and(|id| !ids.insert(id)) {
            v.add(field("id"), "STAGE_TWICE");
        }
        read.push((id, name, percent));
    }
    read
}

/// A process.
#[must_use]
pub fn process(process: &Process) -> pb::Process {
    pb::Process {
        id: process.id.to_string(),
        name: process.name.clone(),
        product_line: process.product_line.clone(),
        stages: process
            .stages_in_use()
            .map(|s| pb::Stage {
                id: s.id.to_string(),
                name: s.name.clone(),
                probability_percent: s.probability_percent,
            })
            .collect(),
        state: process.state.number(),
        etag: etag(process.version),
        create_time: Some(timestamp(process.created_at)),
        update_time: Some(timestamp(process.updated_at)),
    }
}

/// What a list of processes is narrowed to.
///
/// # Errors
/// All violations.
pub fn filter(
    request: &pb::ListProcessesRequest,
) -> Result<(Option<ProcessState>, Option<String>)> {
    let mut v = Violations::new();
    let state = v.optional_choice("state", request.state, ProcessState::numbered);
    let line = v.optional_text("product_line", &request.product_line, 100);
    v.done()?;
    Ok((state, Some(line).filter(|l| !l.is_empty())))
}
