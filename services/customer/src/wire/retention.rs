//! Who goes by himself, in the contracts' words.

use baton_chassis::Date;
use baton_proto::customer::v1 as pb;

use super::code;
use crate::retention::What;

/// How many of a kind go on a day.
pub fn retained(day: Date, what: What, records: i64, more: bool) -> pb::RetentionCount {
    pb::RetentionCount {
        day: day.to_string(),
        kind: code(what),
        records,
        more,
    }
}
