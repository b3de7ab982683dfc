//! Which leads tell of a person, and what is left of them when he is erased.

use baton_chassis::{Error, Result, Time, act::Act, operation, personal::Personal};

use crate::{
    conversion::{self, Contact, NewContact, Task},
    lead::{Lead, LeadEvent, Quality},
};

impl Personal for Lead {
    const ABOUT: &'static str = "select id from (select id from lead where contact = $1 \
        union select id from lead where party = $1 \
        union select id from lead where id = $1) as told where id > $2 order by id limit $3";

    const RESTING: Option<&'static str> = Some(
        "select id from lead where quality = 'DISQUALIFIED' and updated_at < $1 \
        and (need <> '' or follow_up_plan <> '' or disqualify_note <> '') and id > $2 order by id limit $3",
    );

    /// What became of a converted one is a record of its own.
    fn rests_since(&self) -> Option<Time> {
        let at_rest = matches!(self.quality, Quality::Converted | Quality::Disqualified);
        at_rest.then_some(self.updated_at)
    }

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
