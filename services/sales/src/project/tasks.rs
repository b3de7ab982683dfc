//! What is to be done for a project, by whom and by when.

use baton_chassis::{
    Time,
    ids::{MemberId, TaskId},
};

use super::{Project, ProjectEvent, ProjectRefused, Task, TaskState, Work};

/// Tasks that a project has at most, with those that have ended.
pub const TASKS_MAX: usize = 500;

impl Task {
    /// Whether it is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == TaskState::Open
    }

    pub(super) fn end(&mut self, state: TaskState, at: Time) {
        self.state = state;
        self.ended_at = Some(at);
    }
}

impl Project {
    /// One of its tasks.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.iter().find(|t| t.id == id)
    }

    /// Gets a task.
    ///
    /// # Errors
    /// When it has ended, or has too many tasks.
    pub fn add_task(&mut self, id: TaskId, work: Work) -> Result<ProjectEvent, ProjectRefused> {
        self.must_go_on()?;
        if self.tasks.len() >= TASKS_MAX {
            return Err(ProjectRefused::TasksFull);
        }
        let task = Task {
            id,
            work,
            state: TaskState::Open,
            ended_at: None,
        };
        self.tasks.push(task.clone());
        Ok(ProjectEvent::TaskAdded(task))
    }

    /// Changes what an open task is about.
    ///
    /// # Errors
    /// When the project or the task has ended.
    pub fn update_task(&mut self, id: TaskId, work: Work) -> Result<ProjectEvent, ProjectRefused> {
        let task = self.open_task(id)?;
        let old = task.clone();
        task.work = work;
        Ok(ProjectEvent::TaskUpdated {
            old,
            new: task.clone(),
        })
    }

    /// Notes that a task is done or called off: its new `state`.
    ///
    /// # Errors
    /// When the project or the task has ended.
    pub fn end_task(
        &mut self,
        id: TaskId,
        state: TaskState,
        by: MemberId,
        at: Time,
    ) -> Result<ProjectEvent, ProjectRefused> {
        let task = self.open_task(id)?;
        task.end(state, at);
        let task = task.clone();
        Ok(ProjectEvent::TaskMoved { task, by })
    }

    /// Opens a task again.
    ///
    /// # Errors
    /// When the project has ended, or the task has not.
    pub fn reopen_task(
        &mut self,
        id: TaskId,
        by: MemberId,
    ) -> Result<ProjectEvent, ProjectRefused> {
        self.must_go_on()?;
        let ended = self.tasks.iter_mut().find(|t| t.id == id && !t.is_open());
        let task = ended.ok_or(ProjectRefused::TaskOpen)?;
        task.state = TaskState::Open;
        task.ended_at = None;
        let task = task.clone();
        Ok(ProjectEvent::TaskMoved { task, by })
    }

    fn open_task(&mut self, id: TaskId) -> Result<&mut Task, ProjectRefused> {
        self.must_go_on()?;
        let open = self.tasks.iter_mut().find(|t| t.id == id && t.is_open());
        open.ok_or(ProjectRefused::TaskEnded)
    }

    /// A milestone that was taken out is no goal of any task any more.
    pub(super) fn forget_lost_milestones(&mut self) {
        let milestones = &self.head.milestones;
        for task in &mut self.tasks {
            let goal = task.work.milestone;
            task.work.milestone = goal.filter(|g| milestones.iter().any(|m| m.id == *g));
        }
    }
}
