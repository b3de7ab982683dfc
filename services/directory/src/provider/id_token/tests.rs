//! Tokens that are not what they seem, by keys made here.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use baton_chassis::Time;
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::JwkSet};
use serde_json::{Value as Json, json};

use super::{Expected, Untrusted, verify};
use crate::provider::Claims;

const NOW: i64 = 1_800_000_000;

struct Key(SigningKey);

impl Key {
    fn new(seed: u8) -> Self {
        Self(SigningKey::from_bytes(&[seed; 32]))
    }

    fn public(&self, kid: &str) -> Json {
        let x = BASE64.encode(self.0.verifying_key().as_bytes());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x })
    }

    fn sign(&self, kid: Option<&str>, claims: &Json) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = kid.map(str::to_owned);
        let key = self.0.to_pkcs8_der().unwrap();
        let key = EncodingKey::from_ed_der(key.as_bytes());
        jsonwebtoken::encode(&header, claims, &key).unwrap()
    }
}

fn keys(keys: &[Json]) -> JwkSet {
    serde_json::from_value(json!({ "keys": keys })).unwrap()
}

fn ours() -> JwkSet {
    keys(&[Key::new(1).public("one"), Key::new(2).public("two")])
}

fn believed(token: &str, keys: &JwkSet, amr: &[String]) -> Result<Claims, Untrusted> {
    let expected = Expected {
        issuer: "https://id.example.com",
        client_id: "baton",
        nonce: "n",
        amr,
    };
    verify(
        token,
        keys,
        &expected,
        Time::from_timestamp(NOW, 0).unwrap(),
    )
}

/// What a sound token says, but for this.
fn claims(but: &Json) -> Json {
    let mut claims = json!({
        "iss": "https://id.example.com",
        "aud": "baton",
        "sub": "7",
        "nonce": "n",
        "iat": NOW - 1,
        "exp": NOW + 3600,
    });
    for (name, value) in but.as_object().unwrap() {
        match value {
            Json::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

#[test]
fn a_token_is_believed_if_all_that_it_says_is_right_and_else_for_nothing() {
    use Untrusted as U;
    let table = [
        (json!({}), Ok(())),
        (
            json!({ "iss": "https://other.example.com" }),
            Err(U::Issuer),
        ),
        (json!({ "iss": "https://id.example.com/" }), Err(U::Issuer)),
        (json!({ "iss": null }), Err(U::Issuer)),
        (json!({ "aud": "other" }), Err(U::Audience)),
        (json!({ "aud": null }), Err(U::Audience)),
        (json!({ "aud": [] }), Err(U::Audience)),
        (json!({ "aud": ["baton"] }), Ok(())),
        (json!({ "aud": ["baton", "other"] }), Err(U::Audience)),
        (json!({ "aud": ["baton", "other"], "azp": "baton" }), Ok(())),
        (
            json!({ "aud": ["baton", "other"], "azp": "other" }),
            Err(U::Audience),
        ),
        (json!({ "azp": "other" }), Err(U::Audience)),
        (json!({ "azp": "baton" }), Ok(())),
        (json!({ "exp": NOW }), Ok(())),
        (json!({ "exp": NOW - 60 }), Err(U::Time)),
        (json!({ "exp": null }), Err(U::Time)),
        (json!({ "exp": "tomorrow" }), Err(U::Time)),
        (json!({ "iat": NOW + 60 }), Ok(())),
        (json!({ "iat": NOW + 61 }), Err(U::Time)),
        (json!({ "iat": NOW - 601 }), Err(U::Time)),
        (json!({ "iat": null }), Err(U::Time)),
        (json!({ "nbf": NOW + 61 }), Err(U::Time)),
        (json!({ "nonce": "m" }), Err(U::Nonce)),
        (json!({ "nonce": null }), Err(U::Nonce)),
        (json!({ "sub": "" }), Err(U::Subject)),
        (json!({ "sub": "7".repeat(256) }), Err(U::Subject)),
        (json!({ "sub": 7 }), Err(U::Subject)),
    ];
    for (but, answer) in table {
        let token = Key::new(1).sign(Some("one"), &claims(&but));
        assert_eq!(believed(&token, &ours(), &[]).map(drop), answer, "{but}");
    }
}

#[test]
fn a_signature_is_that_of_the_key_which_the_token_names() {
    use Untrusted as U;
    let sound = claims(&json!({}));
    let token = |seed, kid| Key::new(seed).sign(kid, &sound);
    let of = |token: &str, keys: &JwkSet| believed(token, keys, &[]).map(drop);
    assert_eq!(of(&token(2, Some("two")), &ours()), Ok(()));
    assert_eq!(of(&token(2, Some("one")), &ours()), Err(U::Signature));
    assert_eq!(of(&token(3, Some("three")), &ours()), Err(U::Key));
    // Who names none must leave no choice.
    assert_eq!(of(&token(1, None), &ours()), Err(U::Key));
    let single = keys(&[Key::new(1).public("one")]);
    assert_eq!(of(&token(1, None), &single), Ok(()));
    let mut sealing = Key::new(1).public("one");
    sealing["use"] = json!("enc");
    assert_eq!(of(&token(1, Some("one")), &keys(&[sealing])), Err(U::Key));
    let mut another = Key::new(1).public("one");
    another["alg"] = json!("ES256");
    assert_eq!(of(&token(1, Some("one")), &keys(&[another])), Err(U::Key));

    let sound = token(1, Some("one"));
    let [head, _, signature] = sound.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let forged = BASE64.encode(claims(&json!({ "sub": "8" })).to_string());
    let forged = format!("{head}.{forged}.{signature}");
    assert_eq!(of(&forged, &ours()), Err(U::Signature));
    for nothing in ["", "a", "a.b.c", &format!("{sound}.x")] {
        assert!(of(nothing, &ours()).is_err(), "{nothing}");
    }
}

#[test]
fn a_token_that_anybody_could_have_signed_is_not_believed() {
    let body = BASE64.encode(claims(&json!({})).to_string());
    let none = BASE64.encode(r#"{"alg":"none","kid":"one"}"#);
    assert!(believed(&format!("{none}.{body}."), &ours(), &[]).is_err());

    // By the public key as if it were a secret, and by a secret that we share.
    let public = Key::new(1).0.verifying_key();
    for secret in [&public.as_bytes()[..], b"client secret"] {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("one".to_owned());
        let key = EncodingKey::from_secret(secret);
        let token = jsonwebtoken::encode(&header, &claims(&json!({})), &key).unwrap();
        let told = believed(&token, &ours(), &[]);
        assert_eq!(told.map(drop), Err(Untrusted::Algorithm));
        // Not even where the provider says so.
        let k = BASE64.encode(secret);
        let shared = json!({ "kty": "oct", "kid": "one", "alg": "HS256", "k": k });
        let told = believed(&token, &keys(&[shared]), &[]);
        assert_eq!(told.map(drop), Err(Untrusted::Algorithm));
    }
}

#[test]
fn what_he_must_have_shown_stands_in_the_token() {
    let demanded = ["mfa".to_owned(), "hwk".to_owned()];
    for (amr, answer) in [
        (json!(["pwd", "mfa"]), Ok(())),
        (json!(["hwk"]), Ok(())),
        (json!(["pwd"]), Err(Untrusted::Strength)),
        (json!("mfa"), Err(Untrusted::Strength)),
        (json!(null), Err(Untrusted::Strength)),
    ] {
        let token = Key::new(1).sign(Some("one"), &claims(&json!({ "amr": amr })));
        assert_eq!(
            believed(&token, &ours(), &demanded).map(drop),
            answer,
            "{amr}"
        );
    }
}
