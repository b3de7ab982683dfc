//! What happens when time comes: a lead whose first contact is due.

use baton_chassis::{Result, act::Act, ids::LeadId};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::lead::Lead;

/// The clock that runs from the first routing of a lead to the first contact with its customer.
pub const FIRST_RESPONSE: &str = "first_response";

/// Marks a lead whose first contact did not come in time.
pub fn first_response<'a>(act: &'a mut Act<'_>, subject: Uuid) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let verb = |lead: &mut Lead, now| Ok(lead.response_overdue(now));
        act.change_seen::<Lead>(LeadId::from(subject), "", verb)
            .await?;
        Ok(())
    })
}
