//! Which leads tell of a person, and what is left of them when he is erased.

use baton_chassis::{Error, Result, act::Act, operation, personal::Personal};

use crate::{
    conversion::{self, Contact, NewContact, Task},
    lead::{Lead, LeadEvent},
};

impl Personal for Lead {
    const ABOUT: &'static str = "select id from (select id from lead where contact = $1 \
        union select id from lead where party = $1) as told where id > $2 order by id limit $3";

    fn forget(&mut self) -> Option<LeadEvent> {
        Some(Self::forget(self))
    }

    /// What a conversion was to make tells of the person whom it made.
    async fn forgotten(&self, act: &mut Act<'_>) -> Result<()> {
        operation::rewrite_ended(act.tx, conversion::KIND, self.id.into(), |data| {
            let mut task: Task = serde_json::from_value(data).map_err(Error::internal)?;
            task.plan.evidence.clear();
            if let Contact::New(new) = &mut task.plan.contact {
                *new = NewContact::default();
            }
            serde_json::to_value(task).map_err(Error::internal)
        })
        .await
    }
}
