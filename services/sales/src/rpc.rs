//! The calls of sales: read the request, ask the neighbours what must be asked, act, answer.

mod checks;
mod funnel;
mod hand_over;
mod handoff;
mod import;
mod opportunity;
mod origin;
mod process;
mod project;
mod project_commerce;
mod project_retract;

pub use self::{
    funnel::Funnels, import::Imports, opportunity::Opportunities, process::Processes,
    project::Projects,
};
