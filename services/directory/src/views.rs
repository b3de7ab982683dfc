//! Saved views: made, changed and forgotten, each within one transaction.
//!
//! Like a session, a view is nobody's business but the directory's: it says no events, and what happens to it stands in audit
//! rows.

use baton_chassis::{
    Error, Result, Violation, Violations,
    act::{Act, Look},
    ids::{MemberId, SavedViewId},
};
use serde_json::{Value, json};

use crate::{
    member::{Member, Roles},
    organisation,
    saved_view::{By, Revision, SavedView, SavedViewEvent, Shared},
    store,
};

/// Its kind in answers and audit rows.
pub const KIND: &str = "SAVED_VIEW";

/// Makes a view of whoever acts. What is wrong with the request so far is told with what is wrong here.
pub async fn make(
    act: &mut Act<'_>,
    mut v: Violations,
    list: String,
    wanted: Revision,
) -> Result<SavedView> {
    let by = by(act)?;
    // Of two who make a view under one name at once, the second one sees the first.
    store::lock(act.tx).await?;
    let others = store::saved_view::of_owner(act.tx, by.member, &list).await?;
    check(act, &mut v, &wanted, &others).await?;
    v.done()?;
    let id = act.new_id();
    let view = SavedView::create(id, by, list, wanted, &others, act.now)?;
    if view.opens_list {
        close_others(act, others).await?;
    }
    store::saved_view::insert(act.tx, &view).await?;
    note(
        act,
        &Value::Null,
        &json!(view),
        &view,
        SavedViewEvent::Created,
    )
    .await?;
    Ok(view)
}

/// Changes a view.
pub async fn update(
    act: &mut Act<'_>,
    mut v: Violations,
    (id, etag): (SavedViewId, &str),
    revision: Revision,
) -> Result<SavedView> {
    let by = by(act)?;
    store::lock(act.tx).await?;
    let before = seen(act, id, etag).await?;
    let mut others = store::saved_view::of_owner(act.tx, before.owner, &before.list).await?;
    others.retain(|other| other.id != id);
    check(act, &mut v, &revision, &others).await?;
    v.done()?;
    let mut after = before.clone();
    let event = after.update(by, revision)?;
    if after == before {
        return Ok(after);
    }
    if after.opens_list {
        close_others(act, others).await?;
    }
    save(act, &before, after, event).await
}

/// Forgets a view.
pub async fn delete(act: &mut Act<'_>, id: SavedViewId, etag: &str) -> Result<()> {
    let by = by(act)?;
    let view = seen(act, id, etag).await?;
    let event = view.delete(by)?;
    store::saved_view::delete(act.tx, &view).await?;
    let gone = SavedView {
        version: view.version + 1,
        ..view.clone()
    };
    note(act, &json!(view), &Value::Null, &gone, event).await
}

/// A view that is shown to whoever asks: of others there is nothing to be known.
pub async fn shown(look: &mut Look<'_>, id: SavedViewId) -> Result<SavedView> {
    let me = look.member()?;
    let roles = roles(look, me).await?;
    let found = store::saved_view::load(look.tx, id).await?;
    let found = found.filter(|view| view.is_shown_to(me, &roles));
    found.ok_or_else(|| Error::not_found(KIND, id))
}

/// The roles of a member as they are now.
pub async fn roles(look: &mut Look<'_>, member: MemberId) -> Result<Roles> {
    Ok(organisation::read::<Member>(look.tx, member).await?.roles)
}

fn by(act: &Act<'_>) -> Result<By> {
    Ok(By {
        member: act.member()?,
        administers: organisation::administers(&act.caller),
    })
}

/// The same for whoever changes it: administration answers for what others are shown, whose ever it is.
async fn seen(act: &mut Act<'_>, id: SavedViewId, etag: &str) -> Result<SavedView> {
    let me = act.member()?;
    let roles = roles(act, me).await?;
    let answers_for_it = organisation::administers(&act.caller);
    let found = store::saved_view::load(act.tx, id).await?;
    let found = found.filter(|view| {
        view.is_shown_to(me, &roles) || answers_for_it && view.shared != Shared::Nobody
    });
    let view = found.ok_or_else(|| Error::not_found(KIND, id))?;
    if !etag.is_empty() && etag != baton_chassis::wire::etag(view.version) {
        return Err(Error::Stale);
    }
    Ok(view)
}

/// What only the store knows to be wrong.
async fn check(
    act: &mut Act<'_>,
    v: &mut Violations,
    revision: &Revision,
    others: &[SavedView],
) -> Result<()> {
    if let Some(name) = &revision.name
        && others.iter().any(|other| other.name == *name)
    {
        v.add("saved_view.name", "NAME_TAKEN");
    }
    if let Some(Shared::Role(role)) = &revision.shared
        && !role.is_empty()
        && !store::grant::knows_role(act.tx, role).await?
    {
        v.push(Violation::new("saved_view.role", "ROLE_UNKNOWN").with("role", role));
    }
    Ok(())
}

/// A list begins with one view.
async fn close_others(act: &mut Act<'_>, others: Vec<SavedView>) -> Result<()> {
    for before in others.into_iter().filter(|other| other.opens_list) {
        let mut after = before.clone();
        let event = after.give_way();
        save(act, &before, after, event).await?;
    }
    Ok(())
}

async fn save(
    act: &mut Act<'_>,
    before: &SavedView,
    mut after: SavedView,
    event: SavedViewEvent,
) -> Result<SavedView> {
    (after.version, after.updated_at) = (before.version + 1, act.now);
    store::saved_view::save(act.tx, &after).await?;
    note(act, &json!(before), &json!(after), &after, event).await?;
    Ok(after)
}

async fn note(
    act: &mut Act<'_>,
    before: &Value,
    after: &Value,
    view: &SavedView,
    event: SavedViewEvent,
) -> Result<()> {
    let (id, version) = (view.id.into(), view.version);
    act.audit(KIND, id, version, event.verb(), before, after)
        .await
}
