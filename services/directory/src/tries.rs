//! Tries that did not succeed, by where they come from. They are held in memory: each process counts for itself, and begins anew
//! when it starts. What is counted by sign-in name stands in the store besides.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use baton_chassis::Time;

use crate::sign_in::{Attempts, WINDOW, Wait};

/// Places that are counted at once. Whoever has more addresses than that is not held up by counting them.
const HELD_MAX: usize = 10_000;

/// How many there were lately from each place.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<String, Attempts>>);

/// What an address is counted as. Whoever has an IPv6 address has all of its network; whoever is on this machine, which may be a
/// proxy that nobody believes, is not counted.
pub fn place(address: IpAddr) -> Option<String> {
    let address = address.to_canonical();
    if address.is_loopback() {
        return None;
    }
    Some(match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    })
}

impl Tries {
    /// Begins a try and counts it as failed until it is given back.
    pub fn begin(&self, place: &str, max: i32, now: Time) -> Result<(), Wait> {
        let mut held = self.held();
        if held.len() >= HELD_MAX && !held.contains_key(place) {
            held.retain(|_, tries| now < tries.since + WINDOW);
            let any = held.keys().next().cloned();
            if let Some(any) = any.filter(|_| held.len() >= HELD_MAX) {
                held.remove(&any);
            }
        }
        held.entry(place.to_owned())
            .or_insert_with(|| Attempts::none(place.to_owned(), now))
            .begin(max, now)
    }

    /// Takes back that a try is counted: it succeeded.
    pub fn give_back(&self, place: &str) {
        if let Some(tries) = self.held().get_mut(place) {
            tries.failures -= 1;
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Attempts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn minute(minute: i64) -> Time {
        Time::default() + TimeDelta::minutes(minute)
    }

    #[test]
    fn a_place_waits_when_it_failed_too_often_and_what_succeeds_is_not_counted() {
        let tries = Tries::default();
        for _ in 0..10 {
            tries.begin("office", 3, minute(0)).unwrap();
            tries.give_back("office");
        }
        for _ in 0..3 {
            tries.begin("office", 3, minute(0)).unwrap();
        }
        let until = minute(15);
        assert_eq!(tries.begin("office", 3, minute(14)), Err(Wait { until }));
        assert_eq!(tries.begin("home", 3, minute(14)), Ok(()));
        assert_eq!(tries.begin("office", 3, minute(15)), Ok(()));
    }

    #[test]
    fn no_more_places_are_held_than_there_is_room_for() {
        let tries = Tries::default();
        for n in 0..HELD_MAX + 10 {
            tries.begin(&n.to_string(), 3, minute(0)).unwrap();
        }
        assert_eq!(tries.held().len(), HELD_MAX);
        tries.begin("late", 3, minute(20)).unwrap();
        assert_eq!(tries.held().len(), 1, "what is old makes room first");
    }

    #[test]
    fn a_network_of_one_household_is_one_place_and_this_machine_is_none() {
        let of = |text: &str| place(text.parse().unwrap());
        assert_eq!(of("10.0.0.7").as_deref(), Some("10.0.0.7"));
        assert_eq!(of("::ffff:10.0.0.7"), of("10.0.0.7"));
        assert_eq!(
            of("2001:db8:1:2:3::4").as_deref(),
            Some("2001:db8:1:2::/64")
        );
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:3::4"));
        for here in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(of(here), None, "{here}");
        }
    }
}
