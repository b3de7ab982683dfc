//! The same for exports.

use baton_chassis::{
    Violation, Violations,
    audit::read::way_in,
    wire::{etag, timestamp},
};
use baton_proto::directory::v1 as pb;

use crate::export::{Export, Filter, Format, State, StopReason};

/// Characters of the name of a list, a parameter or a column.
const NAME_MAX: usize = 100;
/// Parameters of a list, and values of one.
const FILTERS_MAX: usize = 100;
/// Characters of a value.
const VALUE_MAX: usize = 500;
/// Columns of a file.
const COLUMNS_MAX: usize = 300;

/// Writes an export.
pub fn export(x: &Export) -> pb::Export {
    let filter = |f: &Filter| pb::ExportFilter {
        field: f.field.clone(),
        values: f.values.clone(),
    };
    pb::Export {
        id: x.id.to_string(),
        member_id: x.member.to_string(),
        collection: x.collection.clone(),
        filters: x.filters.0.iter().map(filter).collect(),
        columns: x.columns.0.clone(),
        format: match x.format {
            Format::Csv => pb::ExportFormat::Csv,
            Format::Ndjson => pb::ExportFormat::Ndjson,
        }
        .into(),
        state: match x.state {
            State::Running => pb::ExportState::Running,
            State::Done => pb::ExportState::Done,
            State::Stopped => pb::ExportState::Stopped,
        }
        .into(),
        stop_reason: x
            .stop_reason
            .map_or(pb::ExportStopReason::Unspecified, stop_reason)
            .into(),
        row_count: x.row_count,
        large: x.large,
        way_in: way_in(Some(&x.way)).into(),
        address: x.address.clone(),
        expire_time: Some(timestamp(x.ends_at)),
        end_time: x.ended_at.map(timestamp),
        etag: etag(x.version),
        create_time: Some(timestamp(x.created_at)),
        update_time: Some(timestamp(x.updated_at)),
    }
}

fn stop_reason(why: StopReason) -> pb::ExportStopReason {
    match why {
        StopReason::CallerGone => pb::ExportStopReason::CallerGone,
        StopReason::ListFailed => pb::ExportStopReason::ListFailed,
        StopReason::TimeOver => pb::ExportStopReason::TimeOver,
        StopReason::SystemStopped => pb::ExportStopReason::SystemStopped,
        StopReason::NeverEnded => pb::ExportStopReason::NeverEnded,
    }
}

/// Reads why an export ended before its last row; that nobody said so is nothing that anybody says.
pub fn read_stop_reason(v: &mut Violations, value: i32) -> Option<StopReason> {
    v.optional_choice(
        "stop_reason",
        value,
        |value| match pb::ExportStopReason::try_from(value).ok()? {
            pb::ExportStopReason::CallerGone => Some(StopReason::CallerGone),
            pb::ExportStopReason::ListFailed => Some(StopReason::ListFailed),
            pb::ExportStopReason::TimeOver => Some(StopReason::TimeOver),
            pb::ExportStopReason::SystemStopped => Some(StopReason::SystemStopped),
            pb::ExportStopReason::Unspecified | pb::ExportStopReason::NeverEnded => None,
        },
    )
}

/// What a new export is of.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The list.
    pub collection: String,
    /// What it is narrowed and ordered by.
    pub filters: Vec<Filter>,
    /// The columns.
    pub columns: Vec<String>,
    /// The form of the file.
    pub format: Format,
}

/// Reads what a new export is of; `None` when something is wrong, which is noted.
pub fn new_export(v: &mut Violations, x: &pb::Export) -> Option<Asked> {
    let collection = v.text("export.collection", &x.collection, 1..=NAME_MAX);
    too_many(v, "export.filters", x.filters.len(), FILTERS_MAX);
    let filters = x.filters.iter().take(FILTERS_MAX).enumerate();
    let filters = filters.map(|(n, f)| filter(v, &format!("export.filters[{n}]"), f));
    let filters = filters.collect();
    too_many(v, "export.columns", x.columns.len(), COLUMNS_MAX);
    let columns = x.columns.iter().take(COLUMNS_MAX).enumerate();
    let columns = columns.map(|(n, c)| v.text(&format!("export.columns[{n}]"), c, 1..=NAME_MAX));
    let columns = columns.collect();
    let format = v.choice(
        "export.format",
        x.format,
        |value| match pb::ExportFormat::try_from(value).ok()? {
            pb::ExportFormat::Csv => Some(Format::Csv),
            pb::ExportFormat::Ndjson => Some(Format::Ndjson),
            pb::ExportFormat::Unspecified => None,
        },
    );
    Some(Asked {
        collection,
        filters,
        columns,
        format: format?,
    })
}

fn filter(v: &mut Violations, at: &str, f: &pb::ExportFilter) -> Filter {
    let field = v.text(&format!("{at}.field"), &f.field, 1..=NAME_MAX);
    too_many(v, &format!("{at}.values"), f.values.len(), FILTERS_MAX);
    let values = f.values.iter().take(FILTERS_MAX).enumerate();
    let values =
        values.map(|(n, value)| v.optional_text(&format!("{at}.values[{n}]"), value, VALUE_MAX));
    Filter {
        field,
        values: values.collect(),
    }
}

fn too_many(v: &mut Violations, field: &str, len: usize, max: usize) {
    if len > max {
        v.push(Violation::new(field, "TOO_MANY").with("max", max));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_chassis::Error;

    #[test]
    fn everything_that_is_wrong_with_an_export_is_told_at_once() {
        let wanted = pb::Export {
            filters: vec![pb::ExportFilter {
                field: String::new(),
                values: vec!["x".repeat(501)],
            }],
            columns: vec![String::new(); 301],
            ..pb::Export::default()
        };
        let mut v = Violations::new();
        assert!(new_export(&mut v, &wanted).is_none());
        let Err(Error::Invalid(told)) = v.done() else {
            panic!("it is wrong")
        };
        let told: Vec<_> = told.iter().map(|v| (v.field.as_str(), v.reason)).collect();
        assert_eq!(told.len(), 1 + 2 + 1 + 300 + 1);
        for expected in [
            ("export.collection", "REQUIRED"),
            ("export.filters[0].field", "REQUIRED"),
            ("export.filters[0].values[0]", "TOO_LONG"),
            ("export.columns", "TOO_MANY"),
            ("export.columns[299]", "REQUIRED"),
            ("export.format", "REQUIRED"),
        ] {
            assert!(told.contains(&expected), "{expected:?}");
        }
    }

    #[test]
    fn nobody_says_that_nobody_said_how_it_ended() {
        let mut v = Violations::new();
        let never = pb::ExportStopReason::NeverEnded.into();
        assert_eq!(read_stop_reason(&mut v, never), None);
        assert!(v.done().is_err());
    }
}
