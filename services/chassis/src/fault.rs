//! Places where a test may kill the process, or have an event refused: nothing in a build without the feature
//! `failpoints`.

use uuid::Uuid;

use crate::db::Tx;

/// Whether this build has such places.
#[must_use]
pub const fn can_strike() -> bool {
    cfg!(feature = "failpoints")
}

/// Reads from the environment which places kill: `FAILPOINTS="convert-2-called=return"`.
pub fn arm() {
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}

/// Ends the process here, as a power cut would, if the environment says so.
pub(crate) fn point(name: &str) {
    fail::fail_point!(name, |_| die(name));
    let _ = name;
}

/// The same at a place of a service. An argument has it happen for one call or kind of event only:
/// `FAILPOINTS="marketing-commit-before=return(ConvertLead)"`.
pub(crate) fn at(service: &str, place: &str, what: &str) {
    fail::fail_point!(&format!("{service}-{place}"), |only| {
        if only.is_none_or(|only| what.rsplit(['/', '.']).next() == Some(&*only)) {
            die(&format!("{service}-{place} {what}"));
        }
    });
    let _ = (service, place, what);
}

/// The places `commit-before` and `commit-after` of a transaction that has done its work.
pub(crate) fn around_commit(tx: &mut Tx, service: &str, what: &str) {
    at(service, "commit-before", what);
    #[cfg(feature = "failpoints")]
    {
        let (service, what) = (service.to_owned(), what.to_owned());
        tx.after_commit(move || at(&service, "commit-after", &what));
    }
    let _ = tx;
}

#[cfg(feature = "failpoints")]
fn die(place: &str) -> ! {
    tracing::error!(place, "killed at a fail point");
    std::process::abort()
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
