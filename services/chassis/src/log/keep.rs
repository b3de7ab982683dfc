//! Background work that is never given up.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Result;

/// Longest pause before work that failed is taken up again.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// The pause after so many failures in a row: 50 ms, doubled each time.
pub(super) fn pause_after(failures: u32) -> Duration {
    (Duration::from_millis(50) * 2_u32.pow(failures.min(10))).min(PAUSE_MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause between tries belongs to the chassis"
)]
pub(super) async fn pause(failures: u32) {
    tokio::time::sleep(pause_after(failures)).await;
}

/// Does a job until it is cancelled, again whenever it ends, with a growing pause after failures.
pub(super) async fn keep<F>(cancel: &CancellationToken, name: String, job: impl Fn() -> F)
where
    F: Future<Output = Result<()>>,
{
    let mut failures = 0;
    let forever = async {
        loop {
            match Box::pin(job()).await {
                Ok(()) => failures = 0,
                Err(e) => {
                    tracing::warn!(
                        job = name,
                        failures,
                        error = &e as &dyn std::error::Error,
                        "failed; tried again"
                    );
                    pause(failures).await;
                    failures += 1;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => {}
        () = forever => {}
    }
}
