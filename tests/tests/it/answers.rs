//! Reading answers: what was said yes to, and why it was said no.

use std::fmt::Debug;

use prost_types::FieldMask;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;

/// What a call answered.
pub fn told<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("the call is allowed").into_inner()
}

/// Code and reason of a refusal.
pub fn refused<T: Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.expect_err("the call is refused");
    let reason = status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default();
    (status.code(), reason)
}

/// The stable reason of a refusal.
pub fn reason<T: Debug>(answer: Result<T, Status>) -> String {
    refused(answer).1
}

/// Fields that a request has wrong, each with the rule that it breaks.
pub fn violations<T: Debug>(answer: Result<T, Status>) -> Vec<(String, String)> {
    let status = answer.expect_err("the call is refused");
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let told = status
        .get_details_bad_request()
        .map(|bad| bad.field_violations)
        .unwrap_or_default();
    told.into_iter().map(|v| (v.field, v.reason)).collect()
}

/// The same as text, to compare with what a story expects.
pub fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned()))
        .collect()
}

/// The fields that an update is to change.
#[expect(clippy::unnecessary_wraps, reason = "as requests hold it")]
pub fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask {
        paths: paths.iter().map(|p| (*p).to_owned()).collect(),
    })
}
