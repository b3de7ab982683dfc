//! Codes of second factors: what telephones make of a secret and the time (TOTP, RFC 6238, with SHA-1, six digits and half a minute,
//! which is what all of them know), and recovery codes for when the telephone is gone.

use baton_chassis::Time;
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::seq::IndexedRandom as _;
use sha1::Sha1;

/// Seconds that a code is shown.
const STEP_S: i64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;
/// Steps by which the clock of a telephone may be off.
const OFF: i64 = 1;
/// Octets of a secret, as many as SHA-1 has.
const SECRET_LENGTH: usize = 20;
/// Letters of a recovery code: 5 bits each, 80 in all, so that a plain hash of it is enough.
const RECOVERY_LETTERS: usize = 16;
/// Recovery codes that a member gets.
pub const RECOVERY_CODES: usize = 10;

/// What somebody typed where a code is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// Six digits.
    Digits(String),
    /// A recovery code.
    Recovery(String),
}

impl Code {
    /// Reads it, however it was spaced; `None` if there is nothing.
    pub fn read(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let typed: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        let is_number = typed.len() == DIGITS && typed.bytes().all(|b| b.is_ascii_digit());
        match typed.as_str() {
            "" => None,
            _ if is_number => Some(Self::Digits(typed)),
            _ => Some(Self::Recovery(typed)),
        }
    }
}

/// A new secret.
pub fn secret() -> [u8; SECRET_LENGTH] {
    rand::random()
}

/// A secret as people type it.
pub fn base32(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// A secret as telephones read it from a picture. Sign-in names need no escaping.
pub fn uri(secret: &[u8], user: &str) -> String {
    let secret = base32(secret);
    format!(
        "otpauth://totp/Baton:{user}?secret={secret}&issuer=Baton&algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    )
}

/// New recovery codes, as people write them down.
pub fn recovery_codes(letters: &[u8]) -> Vec<String> {
    let mut rng = rand::rng();
    let mut code = || {
        let drawn = (0..RECOVERY_LETTERS).filter_map(|_| letters.choose(&mut rng));
        let drawn: Vec<char> = drawn.map(|b| char::from(*b)).collect();
        let groups: Vec<String> = drawn.chunks(4).map(|four| four.iter().collect()).collect();
        groups.join("-")
    };
    (0..RECOVERY_CODES).map(|_| code()).collect()
}

/// The step that a code of six digits belongs to, if it is one of about now and none up to `last` was taken.
pub fn step(secret: &[u8], digits: &str, last: i64, now: Time) -> Option<i64> {
    let present = now.timestamp().div_euclid(STEP_S);
    // Every step is computed, so that how long it takes does not tell which one it was.
    let fits = |step: &i64| code(secret, *step) == digits;
    let found: Vec<i64> = (present - OFF..=present + OFF).filter(fits).collect();
    found.into_iter().find(|step| *step > last)
}

/// The code that a telephone shows at an instant.
pub fn code_at(secret: &[u8], at: Time) -> String {
    code(secret, at.timestamp().div_euclid(STEP_S))
}

/// The code of a step.
fn code(secret: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last().map_or(0, |b| b & 0xf));
    let four = hash.iter().skip(offset).take(4);
    let number = four.fold(0_u32, |n, b| (n << 8) | u32::from(*b)) & 0x7fff_ffff;
    format!("{:0DIGITS$}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    /// The secret of the examples in RFC 6238.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Time {
        chrono::Utc.timestamp_opt(second, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, cut to six digits.
        for (second, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, second / 30), digits);
            assert_eq!(step(SECRET, digits, 0, at(second)), Some(second / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_a_moment_and_once() {
        let (second, digits, this) = (1_111_111_111, "050471", 37_037_037);
        for (off, good) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            let found = step(SECRET, digits, 0, at(second + off));
            assert_eq!(found.is_some(), good, "{off}");
        }
        assert_eq!(step(SECRET, digits, this - 1, at(second)), Some(this));
        assert_eq!(step(SECRET, digits, this, at(second)), None);
        assert_eq!(step(b"another secret", digits, 0, at(second)), None);
    }

    #[test]
    fn what_is_typed_is_digits_or_a_recovery_code() {
        let digits = Code::Digits("050471".into());
        assert_eq!(Code::read(" 050 471 "), Some(digits));
        let recovery = Code::Recovery("abcdefghjkmnpqrs".into());
        assert_eq!(Code::read("ABCD-efgh jkmn-pqrs"), Some(recovery));
        assert_eq!(Code::read(" - "), None);
    }

    #[test]
    fn recovery_codes_are_ten_and_read_as_they_are_written() {
        let codes = recovery_codes(b"abcdefghijkmnpqrstuvwxyz23456789");
        assert_eq!(codes.len(), RECOVERY_CODES);
        for code in codes {
            assert_eq!(code.len(), 19);
            let Some(Code::Recovery(read)) = Code::read(&code) else {
                panic!("{code}")
            };
            assert_eq!(read.len(), RECOVERY_LETTERS);
        }
    }

    #[test]
    fn an_address_says_all_that_a_telephone_needs() {
        assert_eq!(
            uri(SECRET, "li.lei"),
            "otpauth://totp/Baton:li.lei?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Baton&algorithm=SHA1&digits=6&period=30"
        );
    }
}
