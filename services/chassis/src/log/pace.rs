//! How soon a loop goes on while news keep coming: at once when there are few; the longer a round takes, the more are
//! gathered for the next one, so that many share its cost.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A loop rests for so many times as long as it worked.
const REST: u32 = 2;
/// The longest rest: what comes meanwhile waits for so long.
const REST_MAX: Duration = Duration::from_millis(100);

/// When a loop may go on.
pub(super) struct Pace {
    next: Instant,
    rests: bool,
}

impl Pace {
    /// For events of a producer. What the directory says is who may do what: it is little, and nobody waits with it.
    pub fn of(producer: &str) -> Self {
        Self {
            next: Instant::now(),
            rests: producer != "directory",
        }
    }

    /// Waits until the rest after the last round is over.
    pub async fn rest(&self) {
        sleep_until(self.next).await;
    }

    /// A round that began then is over.
    pub fn worked_since(&mut self, began: Instant) {
        if self.rests {
            let now = Instant::now();
            self.next = now + ((now - began) * REST).min(REST_MAX);
        }
    }
}
