//! Saved views between contract and domain.

use baton_chassis::{
    Mask, Violation, Violations,
    wire::{etag, timestamp},
};
use baton_proto::directory::v1 as pb;
use sqlx::types::Json;

use super::role;
use crate::saved_view::{CONTENT_MAX_BYTES, Content, Filter, Revision, SavedView, Shared};

/// Fields of a view that an update changes.
pub const SAVED_VIEW_FIELDS: &[&str] = &[
    "name",
    "content",
    "sharing",
    "role",
    "opens_list",
    "position",
];
/// Characters of the name of a list.
const LIST_MAX: usize = 40;
/// Characters of a name.
const NAME_MAX: usize = 60;
/// Filters of a view.
const FILTERS_MAX: usize = 40;
/// Columns of a view.
const COLUMNS_MAX: usize = 60;
/// Characters of what a list calls a filter, a column or an order.
const KEY_MAX: usize = 60;
/// Characters of the value of a filter.
const VALUE_MAX: usize = 500;
/// Places of a view.
const POSITION_MAX: i64 = 1_000_000;

/// Writes a view.
pub fn saved_view(view: &SavedView) -> pb::SavedView {
    let (sharing, role) = match &view.shared {
        Shared::Nobody => (pb::SavedViewSharing::Nobody, ""),
        Shared::Role(role) => (pb::SavedViewSharing::Role, role.as_str()),
        Shared::Everybody => (pb::SavedViewSharing::Everybody, ""),
    };
    let Json(content) = &view.content;
    let filter = |f: &Filter| pb::SavedViewFilter {
        key: f.key.clone(),
        value: f.value.clone(),
    };
    pb::SavedView {
        id: view.id.to_string(),
        owner_id: view.owner.to_string(),
        list: view.list.clone(),
        name: view.name.clone(),
        content: Some(pb::SavedViewContent {
            filters: content.filters.iter().map(filter).collect(),
            columns: content.columns.clone(),
            order_by: content.order_by.clone(),
        }),
        sharing: sharing.into(),
        role: role.to_owned(),
        opens_list: view.opens_list,
        position: view.position,
        etag: etag(view.version),
        create_time: Some(timestamp(view.created_at)),
        update_time: Some(timestamp(view.updated_at)),
    }
}

/// Reads the name of a list.
pub fn list_name(v: &mut Violations, field: &str, list: &str) -> String {
    v.text(field, list, 1..=LIST_MAX)
}

/// Reads the fields of a view that the mask names.
pub fn saved_view_revision(v: &mut Violations, view: &pb::SavedView, mask: &Mask) -> Revision {
    let at = |field: &str| format!("saved_view.{field}");
    let shared = mask.has("sharing") || mask.has("role");
    Revision {
        name: mask
            .has("name")
            .then(|| v.text(&at("name"), &view.name, 1..=NAME_MAX)),
        content: mask
            .has("content")
            .then(|| content(v, &at("content"), &view.content.clone().unwrap_or_default())),
        shared: shared.then(|| sharing(v, view)),
        opens_list: mask.has("opens_list").then_some(view.opens_list),
        position: mask
            .has("position")
            .then(|| v.in_range(&at("position"), view.position, 0..=POSITION_MAX)),
    }
}

fn sharing(v: &mut Violations, view: &pb::SavedView) -> Shared {
    use pb::SavedViewSharing as S;
    let sharing = v.optional_choice("saved_view.sharing", view.sharing, |value| {
        S::try_from(value).ok()
    });
    if sharing != Some(S::Role) && !view.role.is_empty() {
        v.add("saved_view.role", "ROLE_WITHOUT_SHARING");
    }
    match sharing {
        Some(S::Role) if view.role.trim().is_empty() => {
            v.add("saved_view.role", "REQUIRED");
            Shared::Nobody
        }
        Some(S::Role) => Shared::Role(role(v, "saved_view.role", &view.role)),
        Some(S::Everybody) => Shared::Everybody,
        Some(S::Nobody | S::Unspecified) | None => Shared::Nobody,
    }
}

fn content(v: &mut Violations, field: &str, given: &pb::SavedViewContent) -> Content {
    let at = |part: &str| format!("{field}.{part}");
    for (part, count, max) in [
        ("filters", given.filters.len(), FILTERS_MAX),
        ("columns", given.columns.len(), COLUMNS_MAX),
    ] {
        if count > max {
            v.push(Violation::new(at(part), "TOO_MANY").with("max", max));
            return Content::default();
        }
    }
    let mut filters: Vec<Filter> = Vec::new();
    for (n, filter) in given.filters.iter().enumerate() {
        let at = |part: &str| format!("{field}.filters[{n}].{part}");
        let key = v.text(&at("key"), &filter.key, 1..=KEY_MAX);
        if filters.iter().any(|known| known.key == key) {
            v.add(at("key"), "FILTER_REPEATED");
        }
        let value = v.text(&at("value"), &filter.value, 1..=VALUE_MAX);
        filters.push(Filter { key, value });
    }
    let columns = given.columns.iter().enumerate();
    let content = Content {
        filters,
        columns: columns
            .map(|(n, column)| v.text(&format!("{field}.columns[{n}]"), column, 1..=KEY_MAX))
            .collect(),
        order_by: v.optional_text(&at("order_by"), &given.order_by, KEY_MAX),
    };
    if content.bytes() > CONTENT_MAX_BYTES {
        v.push(Violation::new(field, "CONTENT_TOO_LARGE").with("max", CONTENT_MAX_BYTES));
    }
    content
}
