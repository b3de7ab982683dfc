//! Places where a test may kill the process: nothing in a build without the feature `failpoints`.

/// Ends the process here if the environment says so: `FAILPOINTS="convert-2-called=return"`.
pub(crate) fn point(name: &str) {
    fail::fail_point!(name, |_| {
        tracing::error!(name, "killed at a fail point");
        std::process::abort()
    });
    let _ = name;
}
