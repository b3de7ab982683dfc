//! Places where a test may kill the process: nothing in a build without the feature `failpoints`.

/// Reads from the environment which places kill: `FAILPOINTS="convert-2-called=return"`.
pub fn arm() {
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}

/// Ends the process here, as a power cut would, if the environment says so.
pub(crate) fn point(name: &str) {
    fail::fail_point!(name, |_| {
        tracing::error!(name, "killed at a fail point");
        std::process::abort()
    });
    let _ = name;
}
