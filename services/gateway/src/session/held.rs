//! Credentials of sessions that were asked for lately: many calls of a page, one question to the directory. Each is asked for
//! anew before it is half a minute old, so a session that was ended elsewhere ends here.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::HeaderValue;
use baton_chassis::{Result, Time};
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

/// How old credentials may be.
const FRESH: TimeDelta = TimeDelta::seconds(30);
/// Sessions that are held at once.
const HELD_MAX: usize = 10_000;

/// What a session is held by: nobody reads a secret out of the memory of a process.
type Key = [u8; 32];
/// Who wants the credentials of a session waits until whoever came first has them.
type Place = Arc<tokio::sync::Mutex<Option<Credentials>>>;

struct Credentials {
    bearer: HeaderValue,
    asked_at: Time,
}

impl Credentials {
    fn are_fresh(&self, now: Time) -> bool {
        self.asked_at <= now && now < self.asked_at + FRESH
    }
}

/// The sessions that are held.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<Key, Place>>);

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

impl Held {
    /// The credentials of a session: those that are held, or what `ask` answers.
    pub(super) async fn bearer(
        &self,
        secret: &str,
        now: Time,
        ask: impl Future<Output = Result<HeaderValue>>,
    ) -> Result<HeaderValue> {
        let key = key(secret);
        let place = self.place(key, now);
        let mut held = place.lock().await;
        if let Some(credentials) = held.as_ref().filter(|c| c.are_fresh(now)) {
            return Ok(credentials.bearer.clone());
        }
        *held = None;
        match ask.await {
            Ok(bearer) => {
                *held = Some(Credentials {
                    bearer: bearer.clone(),
                    asked_at: now,
                });
                Ok(bearer)
            }
            Err(error) => {
                self.places().remove(&key);
                Err(error)
            }
        }
    }

    /// Forgets a session.
    pub(super) fn forget(&self, secret: &str) {
        self.places().remove(&key(secret));
    }

    fn place(&self, key: Key, now: Time) -> Place {
        let mut places = self.places();
        if places.len() >= HELD_MAX && !places.contains_key(&key) {
            // Whoever is just being asked for keeps his place.
            places.retain(|_, place| {
                let held = place.try_lock();
                held.map_or(true, |held| held.as_ref().is_some_and(|c| c.are_fresh(now)))
            });
            let any = places.keys().next().copied();
            if let Some(any) = any.filter(|_| places.len() >= HELD_MAX) {
                places.remove(&any);
            }
        }
        places.entry(key).or_default().clone()
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Key, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(secret: &str) -> Key {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use baton_chassis::Error;

    use super::*;

    fn second(second: i64) -> Time {
        Time::default() + TimeDelta::seconds(second)
    }

    /// A directory that counts how often it was asked.
    #[derive(Default)]
    struct Directory(AtomicUsize);

    impl Directory {
        async fn ask(&self) -> Result<HeaderValue> {
            let times = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            tokio::task::yield_now().await;
            Ok(HeaderValue::from(times))
        }

        fn asked(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn many_calls_of_a_page_ask_once_and_again_after_half_a_minute() {
        let (held, directory) = (Held::default(), Directory::default());
        let calls = (0..20).map(|_| held.bearer("a", second(0), directory.ask()));
        for answer in futures_util::future::join_all(calls).await {
            assert_eq!(answer.unwrap(), "1");
        }
        for (at, asked) in [(29, "1"), (30, "2"), (59, "2"), (60, "3")] {
            let answer = held.bearer("a", second(at), directory.ask()).await;
            assert_eq!(answer.unwrap(), asked, "{at}");
        }
        held.bearer("b", second(60), directory.ask()).await.unwrap();
        assert_eq!(directory.asked(), 4);
        held.forget("a");
        held.bearer("a", second(60), directory.ask()).await.unwrap();
        assert_eq!(directory.asked(), 5);
    }

    #[tokio::test]
    async fn a_refusal_is_not_held() {
        let (held, directory) = (Held::default(), Directory::default());
        let refused = async { Err(Error::Unauthenticated) };
        assert!(held.bearer("a", second(0), refused).await.is_err());
        assert!(held.places().is_empty());
        let answer = held.bearer("a", second(0), directory.ask()).await;
        assert_eq!(answer.unwrap(), "1");
    }

    #[tokio::test]
    async fn no_more_are_held_than_there_is_room_for() {
        let (held, directory) = (Held::default(), Directory::default());
        for number in 0..HELD_MAX + 10 {
            let secret = number.to_string();
            held.bearer(&secret, second(0), directory.ask())
                .await
                .unwrap();
        }
        assert_eq!(held.places().len(), HELD_MAX);
        held.bearer("late", second(31), directory.ask())
            .await
            .unwrap();
        assert_eq!(held.places().len(), 1, "what is old makes room first");
    }
}
