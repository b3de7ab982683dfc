//! From where a caller came: by which way in, and from which address.
//!
//! Whoever makes a gRPC call is known by his connection. For whoever comes by way of the gateway, the gateway tells it, in a
//! header that is believed for what it is sealed with: a secret that every process of the system has, and nobody outside. The
//! services pass it on among themselves, so that what a neighbour changes is put down to where it began.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderName, HeaderValue};

use crate::Time;

/// The header in which one process tells another from where a caller came.
pub const ORIGIN: HeaderName = HeaderName::from_static("baton-origin");
/// Seconds for which such a header is believed.
const BELIEVED_S: i64 = 300;
/// Seconds by which clocks of two machines may differ.
const LEEWAY_S: i64 = 30;

/// By which way somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A browser that is signed in.
    Console,
    /// A program over JSON.
    Json,
    /// A program over gRPC.
    Grpc,
    /// The command line, on a machine that has the keys.
    CommandLine,
    /// A service that takes in an event.
    Event,
    /// A service that carries out an operation.
    Operation,
    /// A service whose time has come.
    Timer,
    /// A service of its own accord.
    Service,
}

impl Way {
    /// All of them, in the order of their numbers in the contract (from 1).
    pub const ALL: [Self; 8] = [
        Self::Console,
        Self::Json,
        Self::Grpc,
        Self::CommandLine,
        Self::Event,
        Self::Operation,
        Self::Timer,
        Self::Service,
    ];

    /// The way as audit rows have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "CONSOLE",
            Self::Json => "JSON",
            Self::Grpc => "GRPC",
            Self::CommandLine => "COMMAND_LINE",
            Self::Event => "EVENT",
            Self::Operation => "OPERATION",
            Self::Timer => "TIMER",
            Self::Service => "SERVICE",
        }
    }

    /// Reads it.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// From where somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// By which way in.
    pub way: Way,
    /// From which address, if from any.
    pub address: Option<IpAddr>,
}

impl Origin {
    /// By a way in, from no address.
    #[must_use]
    pub fn by(way: Way) -> Self {
        Self { way, address: None }
    }

    /// The same from an address; one of version 4 is written as such, however it was met.
    #[must_use]
    pub fn from(self, address: Option<IpAddr>) -> Self {
        Self {
            address: address.map(|a| a.to_canonical()),
            ..self
        }
    }
}

/// An address as a proxy tells it: with a port or without.
#[must_use]
pub fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let alone = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<SocketAddr>().ok().map(|a| a.ip());
    alone.parse().ok().or_else(with_port)
}

/// Seals what a process tells of a caller, and believes what was sealed so. Cheap to clone.
#[derive(Clone)]
pub struct Voucher([u8; 64]);

impl fmt::Debug for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Voucher")
    }
}

impl Voucher {
    pub(crate) fn new(secret: [u8; 64]) -> Self {
        Self(secret)
    }

    fn mac(&self, told: &str) -> Hmac<sha2::Sha256> {
        let mut mac = Hmac::new(&self.0.into());
        mac.update(told.as_bytes());
        mac
    }

    /// The header that tells it.
    #[must_use]
    pub fn vouch(&self, origin: &Origin, now: Time) -> Option<HeaderValue> {
        let address = origin.address.map(|a| a.to_string());
        let address = address.as_deref().unwrap_or("-");
        let told = format!("{} {address} {}", origin.way.as_str(), now.timestamp());
        let tag = BASE64.encode(self.mac(&told).finalize().into_bytes());
        HeaderValue::try_from(format!("{told} {tag}")).ok()
    }

    /// What a header tells, if one of our processes wrote it, and lately.
    #[must_use]
    pub fn believe(&self, header: &HeaderValue, now: Time) -> Option<Origin> {
        let (told, tag) = header.to_str().ok()?.rsplit_once(' ')?;
        let tag = BASE64.decode(tag).ok()?;
        self.mac(told).verify_slice(&tag).ok()?;
        let mut words = told.split(' ');
        let (way, from, at) = (words.next()?, words.next()?, words.next()?);
        let (at, now) = (at.parse::<i64>().ok()?, now.timestamp());
        if !(at - LEEWAY_S <= now && now < at + BELIEVED_S + LEEWAY_S) {
            return None;
        }
        Some(Origin::by(Way::read(way)?).from(address(from)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn noon() -> Time {
        Time::default() + TimeDelta::hours(12)
    }

    #[test]
    fn what_a_process_of_ours_tells_is_believed_for_five_minutes() {
        let ours = Voucher::new([1; 64]);
        for way in Way::ALL {
            for from in [None, address("203.0.113.9"), address("2001:db8::1")] {
                let origin = Origin::by(way).from(from);
                let header = ours.vouch(&origin, noon()).unwrap();
                assert_eq!(ours.believe(&header, noon()), Some(origin));
                let late = noon() + TimeDelta::seconds(BELIEVED_S + LEEWAY_S);
                assert_eq!(ours.believe(&header, late), None);
                assert_eq!(Voucher::new([2; 64]).believe(&header, noon()), None);
            }
        }
    }

    #[test]
    fn what_anybody_else_tells_is_not() {
        let ours = Voucher::new([1; 64]);
        let origin = Origin::by(Way::Json).from(address("203.0.113.9"));
        let header = ours.vouch(&origin, noon()).unwrap();
        let told = header.to_str().unwrap();
        let forged = told.replacen("203.0.113.9", "203.0.113.8", 1);
        for forged in [forged.as_str(), "CONSOLE 127.0.0.1 43200", ""] {
            let forged = HeaderValue::from_str(forged).unwrap();
            assert_eq!(ours.believe(&forged, noon()), None);
        }
    }

    #[test]
    fn an_address_is_read_with_its_port_or_without() {
        for (text, read) in [
            ("203.0.113.9", Some("203.0.113.9")),
            (" 203.0.113.9:4711 ", Some("203.0.113.9")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("unknown", None),
            ("", None),
        ] {
            let read = read.map(|r| r.parse::<IpAddr>().unwrap());
            assert_eq!(address(text), read, "{text}");
        }
        let mapped = Origin::by(Way::Grpc).from(address("::ffff:203.0.113.9"));
        assert_eq!(mapped.address, address("203.0.113.9"));
    }
}
