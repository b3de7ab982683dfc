//! The whole chain under faults: players bring leads in and take them as far as a paid order while things break under
//! them; afterwards everything that was answered must be there once, whole and in order.
//!
//! A run is made of a [`field`] (the system, in either mode), [`players`] with their [`ledger`], a [`plan`] of faults and
//! [`strike`], which carries them out. When all is [`quiet`], the [`checks`] read the stores themselves.

pub mod checks;
pub mod clock;
pub mod disk;
pub mod field;
pub mod ledger;
pub mod plan;
pub mod players;
pub mod quiet;
pub mod report;
pub mod restore;
pub mod roads;
pub mod run;
pub mod strike;

/// What stops a run; what a run finds out is a [`checks::Finding`].
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Waits a moment: another process has to come further, and can only be asked again.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever waits for another process has nothing to wait on but time"
)]
pub(crate) async fn pause(time: std::time::Duration) {
    tokio::time::sleep(time).await;
}
