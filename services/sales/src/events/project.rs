//! What others hear of a project.

use baton_chassis::{
    act::Said,
    ids::MemberId,
    wire::{date_text, id_text, money, source},
    words::Word as _,
    words::number,
};
use baton_proto::{
    sales::v1 as sales,
    r#type::v1::{Money, Subject},
};

use super::{amount, commerce};
use crate::{
    commerce::Sold as _,
    project::{Head, Project, ProjectEvent, Task, TaskState, Terms, Turn},
    wire,
};

pub(crate) fn subject(project: &Project) -> Subject {
    Subject {
        kind: "PROJECT".into(),
        id: project.id.to_string(),
        number: project.number.clone(),
        state: project.state.as_str().into(),
        source: Some(source(&project.source())),
        title: project.head.name.clone(),
        owner_id: project.head.owner.to_string(),
        territory_id: id_text(project.head.territory),
        version: project.version,
        amount: worth(project),
    }
}

fn facts(head: &Head, terms: &Terms) -> sales::ProjectFacts {
    sales::ProjectFacts {
        name: head.name.clone(),
        party_id: id_text(head.party),
        contact_id: id_text(head.contact),
        owner_id: head.owner.to_string(),
        territory_id: id_text(head.territory),
        team: wire::project::team(head),
        milestones: wire::project::milestones(head),
        risk_level: number(head.risk),
        budget: amount(head.budget().as_ref()),
        amount: amount(terms.amount.as_ref()),
        probability_percent: terms.percent,
        expected_close_date: date_text(terms.expected_close),
    }
}

fn task_facts(task: &Task) -> sales::ProjectTaskFacts {
    sales::ProjectTaskFacts {
        task_id: task.id.to_string(),
        assignee_id: task.work.assignee.to_string(),
        due_date: date_text(task.work.due_on),
        milestone_id: id_text(task.work.milestone),
        state: task.state.number(),
    }
}

fn worth(project: &Project) -> Option<Money> {
    let deal = project.deal.as_ref()?;
    deal.amount_minor.map(|minor| money(&deal.currency, minor))
}

/// What others hear of a project.
#[must_use]
pub fn said(project: &Project, event: &ProjectEvent) -> Said {
    let (subject, kind) = (Some(subject(project)), project.kind.number());
    let now = || Some(facts(&project.head, &project.terms()));
    match event {
        ProjectEvent::Created => Said::of(&sales::ProjectCreated {
            subject,
            r#type: kind,
            new: now(),
        }),
        ProjectEvent::Updated { old, old_terms } => Said::of(&sales::ProjectUpdated {
            subject,
            r#type: kind,
            old: Some(facts(old, old_terms)),
            new: now(),
        }),
        ProjectEvent::LinesSet { old_amount } => Said::of(&sales::ProjectLinesSet {
            subject,
            old_amount: amount(old_amount.as_ref()),
            new_amount: worth(project),
            product_ids: wire::project::product_ids(project),
        }),
        ProjectEvent::Reopened {
            old_state,
            old_deal,
            by,
        } => Said::of(&sales::ProjectReopened {
            subject,
            r#type: kind,
            old_state: old_state.number(),
            old_deal_state: number(*old_deal),
            member_id: by.to_string(),
        }),
        ProjectEvent::Work { turn, by } => work_said(project, subject, *turn, *by),
        ProjectEvent::Won(by) => Said::of(&sales::ProjectWon {
            subject,
            party_id: id_text(project.head.party),
            amount: worth(project),
            member_id: by.to_string(),
            commerce_state: number(project.deal.as_ref().map(|d| d.commerce)),
        }),
        ProjectEvent::Commerce(event) => commerce::project_said(subject, project.commerce(), event),
        ProjectEvent::Lost(by) => lost(project, subject, *by),
        ProjectEvent::Retracted(lead, by) => Said::of(&sales::ProjectRetracted {
            subject,
            lead_id: lead.to_string(),
            member_id: by.to_string(),
        }),
        ProjectEvent::TaskAdded(task) => Said::of(&sales::ProjectTaskAdded {
            subject,
            task: Some(task_facts(task)),
        }),
        ProjectEvent::TaskUpdated { old, new } => Said::of(&sales::ProjectTaskUpdated {
            subject,
            old: Some(task_facts(old)),
            new: Some(task_facts(new)),
        }),
        ProjectEvent::TaskMoved { task, by } => task_said(subject, task, *by),
    }
}

fn work_said(project: &Project, subject: Option<Subject>, turn: Turn, by: MemberId) -> Said {
    macro_rules! said {
        ($message:ident) => {
            Said::of(&sales::$message {
                subject,
                r#type: project.kind.number(),
                member_id: by.to_string(),
            })
        };
    }
    match turn {
        Turn::Started => said!(ProjectStarted),
        Turn::Held => said!(ProjectHeld),
        Turn::Resumed => said!(ProjectResumed),
        Turn::Completed => said!(ProjectCompleted),
        Turn::Cancelled => said!(ProjectCancelled),
    }
}

fn lost(project: &Project, subject: Option<Subject>, by: MemberId) -> Said {
    let deal = project.deal.as_ref();
    Said::of(&sales::ProjectLost {
        subject,
        party_id: id_text(project.head.party),
        amount: worth(project),
        reason: number(deal.and_then(|d| d.loss_reason)),
        competitor: deal.map(|d| d.competitor.clone()).unwrap_or_default(),
        member_id: by.to_string(),
    })
}

fn task_said(subject: Option<Subject>, task: &Task, by: MemberId) -> Said {
    macro_rules! said {
        ($message:ident) => {
            Said::of(&sales::$message {
                subject,
                task: Some(task_facts(task)),
                member_id: by.to_string(),
            })
        };
    }
    match task.state {
        TaskState::Open => said!(ProjectTaskReopened),
        TaskState::Done => said!(ProjectTaskCompleted),
        TaskState::Cancelled => said!(ProjectTaskCancelled),
    }
}
