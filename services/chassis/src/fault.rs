//! Places where a test may kill the process, or have an event refused: nothing in a build without the feature
//! `failpoints`.

use uuid::Uuid;

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

/// Whether an event is one that no consumer can take in: with `FAILPOINTS="poison=return(1000)"` one in a thousand is, by
/// the last four octets of its id, and it is the same one for whoever tries again.
pub(crate) fn is_poison(event_id: Uuid) -> bool {
    fail::fail_point!("poison", |every| {
        let [.., a, b, c, d] = *event_id.as_bytes();
        let every = every.and_then(|n| n.parse().ok()).unwrap_or(1);
        u32::from_be_bytes([a, b, c, d]).is_multiple_of(every)
    });
    let _ = event_id;
    false
}
