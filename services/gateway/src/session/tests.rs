//! Whose request it is, by what a browser says of it.

use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;

use super::*;

const SECRET: &str = "0123456789012345678901234567890123456789-_A";

fn sessions(trust_proxy: bool) -> Sessions {
    let away = || Err(Error::Away("directory".to_owned()));
    Sessions::new(away, Clock::manual(Time::default()), trust_proxy)
}

fn head(method: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri("/v1/leads")
        .header("host", "crm.example.com");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn over_tls(mut head: Parts) -> Parts {
    head.extensions.insert(Arrival {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        tls: true,
    });
    head
}

#[test]
fn a_cookie_is_found_by_the_name_that_its_way_gives_it() {
    let both = format!(
        "a=b; baton={SECRET}; __Host-baton={}",
        SECRET.to_lowercase()
    );
    let held = |head: &Parts| sessions(false).secret(head).map(str::to_owned);
    let plain = head("GET", &[("cookie", &both)]);
    assert_eq!(held(&plain).as_deref(), Some(SECRET));
    let secure = over_tls(head("GET", &[("cookie", &both)]));
    assert_eq!(held(&secure), Some(SECRET.to_lowercase()));
    for wrong in [
        "",
        "baton=",
        "baton=short",
        "xbaton=0123456789012345678901234567890123456789-_A",
    ] {
        assert_eq!(held(&head("GET", &[("cookie", wrong)])), None, "{wrong}");
    }
}

#[test]
fn what_changes_something_must_come_from_a_page_of_ours() {
    let ours = ("x-baton-csrf", "1");
    for (headers, allowed) in [
        (&[][..], false),
        (&[ours], true),
        (&[("x-baton-csrf", "0")], false),
        (&[ours, ("sec-fetch-site", "same-origin")], true),
        (&[ours, ("sec-fetch-site", "none")], true),
        (&[ours, ("sec-fetch-site", "same-site")], false),
        (&[ours, ("sec-fetch-site", "cross-site")], false),
        (&[ours, ("origin", "https://crm.example.com")], true),
        (&[ours, ("origin", "https://CRM.example.com")], true),
        (&[ours, ("origin", "https://example.com")], false),
        (&[ours, ("origin", "https://crm.example.com:8443")], false),
        (&[ours, ("origin", "null")], false),
        (&[("origin", "https://crm.example.com")], false),
    ] {
        for method in ["POST", "PATCH", "DELETE", "PUT"] {
            let head = head(method, headers);
            assert_eq!(sessions(false).ours(&head).is_ok(), allowed, "{headers:?}");
        }
        assert!(sessions(false).ours(&head("GET", headers)).is_ok());
    }
}

#[test]
fn a_proxy_is_believed_only_if_the_settings_say_so() {
    let forwarded = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", "6.6.6.6, 10.0.0.1"),
        ("x-forwarded-host", "shop.example.com"),
        ("x-baton-csrf", "1"),
        ("origin", "https://shop.example.com"),
    ];
    let head = head("POST", &forwarded);
    let told = |trusted: bool| {
        let sessions = sessions(trusted);
        let ours = sessions.ours(&head).is_ok();
        (sessions.cookie(&head), sessions.address(&head), ours)
    };
    assert_eq!(told(false), (PLAIN, String::new(), false));
    assert_eq!(told(true), (SECURE, "10.0.0.1".to_owned(), true));
}

#[test]
fn a_cookie_is_kept_until_the_session_ends_and_forgotten_at_once() {
    let (sessions, ends) = (sessions(false), Time::default() + TimeDelta::hours(12));
    let kept = |head: &Parts, kept| {
        let cookie = sessions.keep(head, kept).unwrap();
        cookie.to_str().unwrap().to_owned()
    };
    let plain = head("POST", &[]);
    assert_eq!(
        kept(&plain, Some(("x", ends))),
        "baton=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"
    );
    let secure = over_tls(head("POST", &[]));
    assert_eq!(
        kept(&secure, None),
        "__Host-baton=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure"
    );
    assert_eq!(sessions.address(&secure), "127.0.0.1");
}

#[test]
fn a_key_is_told_from_a_token_by_how_it_begins() {
    for (shown, expected) in [
        ("Bearer baton_0b2f_x", Some("baton_0b2f_x")),
        ("bearer  baton_0b2f_x ", Some("baton_0b2f_x")),
        ("Bearer eyJhbGciOi", None),
        ("Basic baton_0b2f_x", None),
        ("baton_0b2f_x", None),
    ] {
        let head = head("GET", &[("authorization", shown)]);
        assert_eq!(key(&head), expected, "{shown}");
    }
    let long = format!("Bearer baton_{}", "x".repeat(KEY_MAX));
    assert_eq!(key(&head("GET", &[("authorization", &long)])), None);
}
