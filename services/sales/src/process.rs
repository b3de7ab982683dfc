//! The life of a sales process: stages in order, changed with care while deals stand in them, archived in the end.

use baton_chassis::{
    Reason, Time,
    error::Args,
    ids::{ProcessId, StageId},
    words,
};
use serde::Serialize;

/// Stages that a process has at most.
pub const STAGES_MAX: usize = 30;

/// The five stages that the first run brings along, with the chance of winning from each in percent.
pub const USUAL_STAGES: [(&str, i32); 5] = [
    ("需求分析", 10),
    ("产品演示", 25),
    ("初步定价", 50),
    ("报价书", 70),
    ("合同", 90),
];

words! {
    /// Where a process is in its life.
    ProcessState {
        /// New deals may take it.
        Active = "ACTIVE",
        /// Deals that have it go on; new ones do not take it.
        Archived = "ARCHIVED",
    }
}

/// One stage. A retired one stays, because deals have passed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Stage {
    /// Identity, kept through renaming and moving.
    pub id: StageId,
    /// Place in the order, from 1; of a retired stage the one it had.
    pub position: i32,
    /// Name.
    pub name: String,
    /// Chance that a deal in this stage will be won.
    pub probability_percent: i32,
    /// Whether it was taken out: no deal can enter it any more.
    pub retired: bool,
}

impl Stage {
    /// Numbers stages in the order given.
    pub fn in_order(stages: impl IntoIterator<Item = (StageId, String, i32)>) -> Vec<Self> {
        (1..)
            .zip(stages)
            .map(|(position, (id, name, probability_percent))| Self {
                id,
                position,
                name,
                probability_percent,
                retired: false,
            })
            .collect()
    }
}

/// A sales process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Process {
    /// Identity.
    pub id: ProcessId,
    /// Name.
    pub name: String,
    /// Product line that it is for; empty for every line without a process of its own.
    pub product_line: String,
    /// Where it is in its life.
    pub state: ProcessState,
    /// Counts the changes.
    pub version: i64,
    /// When it was created.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// All its stages, those in use first and in order.
    #[sqlx(skip)]
    pub stages: Vec<Stage>,
}

/// What happened to a process.
#[derive(Clone, Debug, PartialEq)]
pub enum ProcessEvent {
    /// It was created.
    Created,
    /// It was changed from this.
    Updated {
        /// Product line before.
        old_product_line: String,
        /// Stages in use before.
        old_stages: Vec<StageId>,
    },
    /// It was archived.
    Archived,
}

/// New values; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProcessChange {
    /// Name.
    pub name: Option<String>,
    /// Product line.
    pub product_line: Option<String>,
    /// Stages from now on, in order.
    pub stages: Option<Vec<Stage>>,
}

/// Why a process refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessRefused {
    /// It is out of use.
    #[error("the process is archived")]
    Archived,
    /// Deals stand in a stage that is to go.
    #[error("open deals stand in the stage {0}")]
    StageOccupied(String),
}

impl Reason for ProcessRefused {
    fn reason(&self) -> &'static str {
        match self {
            Self::Archived => "PROCESS_ARCHIVED",
            Self::StageOccupied(_) => "STAGE_OCCUPIED",
        }
    }
    fn args(&self) -> Args {
        match self {
            Self::Archived => Args::new(),
            Self::StageOccupied(stage) => vec![("stage", stage.clone())],
        }
    }
}

impl Process {
    /// A process in use from now on.
    #[must_use]
    pub fn new(
        id: ProcessId,
        name: String,
        product_line: String,
        stages: Vec<Stage>,
        at: Time,
    ) -> Self {
        Self {
            id,
            name,
            product_line,
            state: ProcessState::Active,
            version: 1,
            created_at: at,
            updated_at: at,
            stages,
        }
    }

    /// The stages in use, in order.
    pub fn stages_in_use(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|s| !s.retired)
    }

    /// A stage of this process, retired or not.
    #[must_use]
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|s| s.id == id)
    }

    /// Changes it. `occupied` are the stages in which open deals stand: they cannot go.
    ///
    /// # Errors
    /// When it is archived or an occupied stage is left out.
    pub fn update(
        &mut self,
        change: ProcessChange,
        occupied: &[StageId],
    ) -> Result<ProcessEvent, ProcessRefused> {
        self.in_use()?;
        let event = ProcessEvent::Updated {
            old_product_line: self.product_line.clone(),
            old_stages: self.stages_in_use().map(|s| s.id).collect(),
        };
        if let Some(stages) = change.stages {
            self.set_stages(stages, occupied)?;
        }
        if let Some(name) = change.name {
            self.name = name;
        }
        if let Some(product_line) = change.product_line {
            self.product_line = product_line;
        }
        Ok(event)
    }

    fn set_stages(
        &mut self,
        stages: Vec<Stage>,
        occupied: &[StageId],
    ) -> Result<(), ProcessRefused> {
        let mut left_out: Vec<Stage> = self
            .stages
            .iter()
            .filter(|old| stages.iter().all(|s| s.id != old.id))
            .cloned()
            .collect();
        if let Some(stage) = left_out.iter().find(|s| occupied.contains(&s.id)) {
            return Err(ProcessRefused::StageOccupied(stage.name.clone()));
        }
        for stage in &mut left_out {
            stage.retired = true;
        }
        self.stages = stages;
        self.stages.append(&mut left_out);
        Ok(())
    }

    /// Takes it out of use; its deals go on.
    ///
    /// # Errors
    /// When it is archived already.
    pub fn archive(&mut self) -> Result<ProcessEvent, ProcessRefused> {
        self.in_use()?;
        self.state = ProcessState::Archived;
        Ok(ProcessEvent::Archived)
    }

    /// Whether it can still be taken and changed.
    ///
    /// # Errors
    /// When it is archived.
    pub fn in_use(&self) -> Result<(), ProcessRefused> {
        match self.state {
            ProcessState::Active => Ok(()),
            ProcessState::Archived => Err(ProcessRefused::Archived),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use baton_chassis::ids::Id as _;
    use uuid::Uuid;

    use super::*;

    /// The process of the text book.
    pub(crate) fn usual() -> Process {
        let stages = USUAL_STAGES
            .map(|(name, percent)| (StageId::derive(Uuid::nil(), name), name.to_owned(), percent));
        let id = ProcessId::derive(Uuid::nil(), "usual");
        let stages = Stage::in_order(stages);
        Process::new(id, "usual".into(), String::new(), stages, Time::UNIX_EPOCH)
    }

    fn archived() -> Process {
        Process {
            state: ProcessState::Archived,
            ..usual()
        }
    }

    fn names(process: &Process) -> Vec<&str> {
        process.stages_in_use().map(|s| s.name.as_str()).collect()
    }

    #[test]
    fn every_verb_is_allowed_while_active_and_refused_once_archived() {
        type Verb = fn(&mut Process) -> Result<ProcessEvent, ProcessRefused>;
        let verbs: [Verb; 2] = [
            |p| p.update(ProcessChange::default(), &[]),
            Process::archive,
        ];
        for verb in verbs {
            assert!(verb(&mut usual()).is_ok());
            let mut before = archived();
            assert_eq!(verb(&mut before), Err(ProcessRefused::Archived));
            assert_eq!(before, archived(), "a refusal changes nothing");
        }
    }

    #[test]
    fn a_stage_that_is_left_out_is_retired_and_keeps_its_name() {
        let mut process = usual();
        let demo = process.stages[1].clone();
        let kept = process
            .stages
            .iter()
            .filter(|s| s.id != demo.id)
            .cloned()
            .collect::<Vec<_>>();
        let change = ProcessChange {
            stages: Some(kept),
            ..ProcessChange::default()
        };
        process.update(change, &[]).unwrap();
        assert_eq!(names(&process), ["需求分析", "初步定价", "报价书", "合同"]);
        assert_eq!(
            process.stage(demo.id),
            Some(&Stage {
                retired: true,
                ..demo
            })
        );
    }

    #[test]
    fn a_retired_stage_comes_back_by_its_id() {
        let mut process = usual();
        let all = process.stages.clone();
        let first = vec![all[0].clone()];
        process
            .update(
                ProcessChange {
                    stages: Some(first),
                    ..Default::default()
                },
                &[],
            )
            .unwrap();
        process
            .update(
                ProcessChange {
                    stages: Some(all.clone()),
                    ..Default::default()
                },
                &[],
            )
            .unwrap();
        assert_eq!(process.stages, all);
    }

    #[test]
    fn a_stage_with_open_deals_cannot_go() {
        let mut process = usual();
        let (first, last) = (process.stages[0].clone(), process.stages[4].id);
        let change = ProcessChange {
            name: Some("other".into()),
            stages: Some(vec![first]),
            ..ProcessChange::default()
        };
        assert_eq!(
            process.update(change, &[last]),
            Err(ProcessRefused::StageOccupied("合同".into()))
        );
        assert_eq!(process, usual(), "a refusal changes nothing");
    }
}
