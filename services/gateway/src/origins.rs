//! From where requests come, as it is told to the services: by which way in, and from which address.

use std::net::IpAddr;

use axum::http::{HeaderName, HeaderValue, request::Parts};
use baton_chassis::{
    Clock, Origin, Way,
    listen::Arrival,
    origin::{ORIGIN, Voucher, address},
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Tells the services from where requests come, so that they believe it.
#[derive(Clone, Debug)]
pub struct Origins {
    voucher: Voucher,
    clock: Clock,
    /// Whether what a proxy says of a client is believed.
    trust_proxy: bool,
}

impl Origins {
    /// Vouched for by this.
    #[must_use]
    pub fn new(voucher: Voucher, clock: Clock, trust_proxy: bool) -> Self {
        Self {
            voucher,
            clock,
            trust_proxy,
        }
    }

    /// What the services are told of a request that came in by this way. The command line tells it itself: it has the keys.
    pub(crate) fn tell(&self, head: &Parts, way: Way) -> Option<HeaderValue> {
        let now = self.clock.now();
        let said = head.headers.get(ORIGIN);
        let said = said.and_then(|said| self.voucher.believe(said, now));
        let told = said.map_or(way, |said| said.way);
        let origin = Origin::by(told).from(client(head, self.trust_proxy));
        self.voucher.vouch(&origin, now)
    }
}

/// From which address a request came.
pub(crate) fn client(head: &Parts, trust_proxy: bool) -> Option<IpAddr> {
    // Each proxy adds who came to it: the last one is the one that ours has seen.
    let forwarded = head.headers.get_all(&FORWARDED_FOR).iter().next_back();
    let forwarded = forwarded
        .filter(|_| trust_proxy)
        .and_then(|all| all.to_str().ok())
        .and_then(|all| all.rsplit(',').next())
        .and_then(address);
    let arrived = head.extensions.get::<Arrival>();
    forwarded.or_else(|| arrived.map(|arrived| arrived.address))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use baton_chassis::{Time, token::Keys};

    use super::*;

    fn head(headers: &[(&'static str, &str)]) -> Parts {
        let mut request = Request::builder().uri("/v1/leads");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let address = address("192.0.2.7").unwrap();
        head.extensions.insert(Arrival {
            address,
            tls: false,
        });
        head
    }

    #[test]
    fn the_last_address_that_a_trusted_proxy_has_seen_is_that_of_the_client() {
        let seen = |value, trust| client(&head(&[("x-forwarded-for", value)]), trust);
        let (proxy, client) = (address("192.0.2.7"), address("203.0.113.9"));
        assert_eq!(seen("10.0.0.1, 203.0.113.9", true), client);
        assert_eq!(seen("10.0.0.1, 203.0.113.9", false), proxy);
        assert_eq!(seen("nonsense", true), proxy);
    }

    #[test]
    fn who_says_from_where_he_comes_is_believed_only_with_the_keys() {
        let voucher = Keys::random().unwrap().voucher();
        let clock = Clock::manual(Time::default());
        let origins = Origins::new(voucher.clone(), clock.clone(), false);
        let told = |head: &Parts| {
            let told = origins.tell(head, Way::Json).unwrap();
            voucher.believe(&told, clock.now()).unwrap()
        };
        let from = address("192.0.2.7");
        let json = Origin::by(Way::Json).from(from);
        assert_eq!(told(&head(&[])), json);
        let line = Origin::by(Way::CommandLine);
        let forged = Keys::random().unwrap().voucher().vouch(&line, clock.now());
        let ours = voucher.vouch(&line, clock.now());
        for (said, way) in [(forged, Way::Json), (ours, Way::CommandLine)] {
            let said = said.unwrap();
            let told = told(&head(&[("baton-origin", said.to_str().unwrap())]));
            assert_eq!(told, Origin::by(way).from(from));
        }
    }
}
