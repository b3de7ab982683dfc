//! From where a call came into the system, told from process to process: the edge sees the address, and the service behind it
//! counts by it. What comes from outside under the same name is worth nothing, because it lacks the tag.

use std::net::IpAddr;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};

use crate::token::Keys;

/// The header that tells it.
pub const FROM: &str = "x-baton-from";

impl Keys {
    fn tag(&self, address: IpAddr) -> Hmac<sha2::Sha256> {
        let mut tag = Hmac::new(&self.derived("baton addresses").into());
        tag.update(address.to_string().as_bytes());
        tag
    }

    /// An address with a tag that only a process of this deployment can make.
    #[must_use]
    pub fn vouch(&self, address: IpAddr) -> String {
        let tag = BASE64.encode(self.tag(address).finalize().into_bytes());
        format!("{address} {tag}")
    }

    /// The address, if the tag is its own.
    #[must_use]
    pub fn vouched(&self, text: &str) -> Option<IpAddr> {
        let (address, tag) = text.split_once(' ')?;
        let address = address.parse().ok()?;
        let tag = BASE64.decode(tag).ok()?;
        self.tag(address)
            .verify_slice(&tag)
            .is_ok()
            .then_some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_believed_if_one_of_us_says_it() {
        let (keys, others) = (Keys::random().unwrap(), Keys::random().unwrap());
        for address in ["10.0.0.7", "2001:db8::7"] {
            let address = address.parse().unwrap();
            let said = keys.vouch(address);
            assert_eq!(keys.vouched(&said), Some(address));
            assert_eq!(others.vouched(&said), None);
        }
        let (_, tag) = keys
            .vouch("10.0.0.7".parse().unwrap())
            .split_once(' ')
            .map(|(a, t)| (a.to_owned(), t.to_owned()))
            .unwrap();
        for forged in [
            "",
            "10.0.0.7",
            "10.0.0.7 ",
            "10.0.0.7 AAAA",
            &format!("10.0.0.8 {tag}"),
        ] {
            assert_eq!(keys.vouched(forged), None, "{forged}");
        }
    }
}
