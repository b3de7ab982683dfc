//! What is beside the verbs of a project that it shares with deals on the way to commerce: which projects a list shows, and
//! how one is opened again.

use baton_chassis::{
    Result,
    act::{Act, Look},
    list::Scope,
    policy::{Access, Function},
    wire::parse_id,
};
use baton_proto::sales::v1::ReopenProjectRequest;

use super::handoff::{for_commerce, withdraw};
use crate::{
    commerce::Commerce,
    opportunity::State,
    project::{Project, Type},
    store::project::{Filter, Scopes},
};

/// What a list shows somebody who may see the projects in `scopes`. Who only acts for commerce, or asks how far projects are
/// on their way there, is shown what is won in the territories for which he does.
pub(super) fn readable_rows(
    look: &Look<'_>,
    mut filter: Filter,
    scopes: Scopes,
) -> (Filter, Scopes) {
    let on_its_way = filter.commerce.is_some_and(|c| c != Commerce::None);
    let nothing = [&scopes.sales, &scopes.marketing, &scopes.other]
        .iter()
        .all(|scope| **scope == Scope::Nothing);
    let of_sales = filter.kind.is_none_or(|kind| kind == Type::Sales);
    let won = filter.deal_state.is_none_or(|state| state == State::Won);
    if !of_sales || !won || !(on_its_way || nothing) {
        return (filter, scopes);
    }
    (filter.kind, filter.deal_state) = (Some(Type::Sales), Some(State::Won));
    let either = [
        (Function::Sales, Access::Read),
        (Function::Commerce, Access::Read),
    ];
    let sales = look.caller.scope_of_any(&either);
    (filter, Scopes { sales, ..scopes })
}

pub(super) async fn reopen(act: &mut Act<'_>, request: &ReopenProjectRequest) -> Result<Project> {
    let by = act.member()?;
    let before: Project = act
        .seen(parse_id("id", &request.id)?, &request.etag)
        .await?;
    let mut after = before.clone();
    let event = after.reopen(for_commerce(act, &before), by)?;
    withdraw(act, &before, by).await?;
    act.store(&before, after, &event).await
}
