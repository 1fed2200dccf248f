//! Recognises devices that signed in before. A device keeps a cookie that names the accounts it signed in to,
//! each with a device id, authenticated with the server's key. Passwords that are typed on such a device are
//! counted in a rate limit of its own, so no other client can lock the owner of the account out by guessing at
//! the password (OWASP: "device cookies").
//!
//! The cookie must never authenticate a person. With a stolen one, a client may guess at that account's
//! password as often as any client may. It cannot be forged, and the answer to a client without one does not
//! reveal whether an account exists.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::constant_time;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::hash::Keyed;
use crate::store::records::{SIDE_BY_SIDE, SeenPlaces};
use crate::ticket::ids::{AccountId, DeviceId};
use crate::web::client::ClientAddress;
use crate::web::cookie;

/// Largest number of accounts in the cookie of one device: as many as may be signed in there side by side. The account
/// that was taken into use last comes first, and those beyond this number are dropped.
const ACCOUNTS: usize = SIDE_BY_SIDE;
/// Time without a sign-in after which a device is forgotten.
const LIFE: Duration = Duration::from_secs(180 * 24 * 3600);

const ID_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
/// Number of bytes of an entry of the cookie: the account, the device id, and the tag over both.
const ENTRY_BYTES: usize = 2 * ID_BYTES + TAG_BYTES;

/// Makes and reads the cookies by which devices are recognised that signed in before; cheap to clone.
#[derive(Clone, Debug)]
pub struct KnownDevices(Keyed);

impl KnownDevices {
    /// Makes the service. Its cookies are authenticated with a key that is derived from `secret`, the server's key.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(Keyed::new(secret, "devices that signed in"))
    }

    /// Returns the accounts that signed in on the device that sent these headers, each with the id of the
    /// device at that account, the last one first. Entries that are not authentic are left out; it is empty if
    /// there is no valid cookie.
    pub fn known(&self, headers: &HeaderMap) -> Vec<(AccountId, DeviceId)> {
        let cookie = cookie::read(headers, cookie::DEVICE).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        cookie
            .unwrap_or_default()
            .chunks_exact(ENTRY_BYTES)
            .take(ACCOUNTS)
            .filter_map(|entry| self.open(entry))
            .collect()
    }

    /// Returns the `Set-Cookie` value by which the device that sent these headers is recognised at this account
    /// from now on, by the id `device`. The device keeps its other accounts.
    pub fn remember(&self, headers: &HeaderMap, account: AccountId, device: DeviceId) -> HeaderValue {
        let mut known = self.known(headers);
        known.retain(|(of, _)| *of != account);
        known.insert(0, (account, device));
        known.truncate(ACCOUNTS);
        let entries: Vec<u8> = known.iter().flat_map(|(account, device)| self.close(*account, *device)).collect();
        cookie::set(cookie::DEVICE, &URL_SAFE_NO_PAD.encode(entries), LIFE)
    }

    /// Returns what is stored of this device and of the network of this address (an IPv4 address or an IPv6 /64), by which
    /// a later sign-in of the account is seen to be from the same ones. It reveals neither.
    pub fn places(&self, account: AccountId, device: DeviceId, from: ClientAddress) -> SeenPlaces {
        let network = match from.network() {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        };
        let place = |kind: &str, what: &[u8]| {
            let hash = self.0.of(&[b"place ", kind.as_bytes(), account.as_bytes(), what]);
            format!("{kind} {}", URL_SAFE_NO_PAD.encode(hash))
        };
        SeenPlaces { device: place("device", &device.0), network: place("network", &network.octets()) }
    }

    fn close(&self, account: AccountId, device: DeviceId) -> Vec<u8> {
        [account.as_bytes(), &device.0, &self.0.of(&[account.as_bytes(), &device.0])].concat()
    }

    fn open(&self, entry: &[u8]) -> Option<(AccountId, DeviceId)> {
        let (ids, tag) = entry.split_at_checked(2 * ID_BYTES)?;
        constant_time::verify_slices_are_equal(&self.0.of(&[ids]), tag).ok()?;
        let (account, device) = ids.split_at_checked(ID_BYTES)?;
        Some((AccountId::from_slice(account)?, DeviceId(device.try_into().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::COOKIE;

    use crate::crypto::random::random;

    fn account(byte: u8) -> AccountId {
        AccountId::from_random([byte; 16])
    }

    fn carrying(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, format!("{}={value}", cookie::DEVICE).parse().expect("a header"))])
    }

    fn value_of(set: &HeaderValue) -> String {
        let line = set.to_str().expect("text");
        line.split(['=', ';']).nth(1).expect("a value").to_owned()
    }

    #[test]
    fn a_device_is_known_to_the_last_accounts_that_signed_in_there() {
        let devices = KnownDevices::new(&[1; 32]);
        let mut headers = HeaderMap::new();
        assert!(devices.known(&headers).is_empty());
        for byte in 1..=6 {
            headers = carrying(&value_of(&devices.remember(&headers, account(byte), DeviceId(random()))));
        }
        let known = devices.known(&headers);
        let accounts: Vec<_> = known.iter().map(|(account, _)| *account).collect();
        assert_eq!(accounts, [6, 5, 4, 3, 2].map(account));
        let again = devices.known(&carrying(&value_of(&devices.remember(&headers, account(4), known[2].1))));
        assert_eq!(again[0], known[2], "whoever comes back has the bucket of before");
        assert_eq!(again.len(), 5);
    }

    #[test]
    fn nobody_makes_such_a_cookie_without_the_key_or_changes_one() {
        let (ours, theirs) = (KnownDevices::new(&[1; 32]), KnownDevices::new(&[2; 32]));
        let cookie = value_of(&ours.remember(&HeaderMap::new(), account(1), DeviceId(random())));
        assert!(theirs.known(&carrying(&cookie)).is_empty(), "another key");
        let entry = URL_SAFE_NO_PAD.decode(&cookie).expect("base64url");
        for at in 0..entry.len() {
            let mut changed = entry.clone();
            changed[at] ^= 1;
            assert!(ours.known(&carrying(&URL_SAFE_NO_PAD.encode(changed))).is_empty(), "byte {at}");
        }
        for none in ["", "no base64!", "AAAA", &cookie[..cookie.len() - 4]] {
            assert!(ours.known(&carrying(none)).is_empty(), "{none:?}");
        }
    }

    #[test]
    fn a_place_is_the_device_or_the_network_of_one_account() {
        let devices = KnownDevices::new(&[1; 32]);
        let at = |byte, device, address: &str| {
            devices.places(account(byte), DeviceId([device; 16]), ClientAddress(address.parse().expect("an address")))
        };
        let first = at(1, 1, "2001:db8::1");
        let same = at(1, 2, "2001:db8::2");
        assert!(first.network == same.network && first.device != same.device, "a /64 is one network");
        for other in [at(2, 1, "2001:db8::1"), at(1, 3, "2001:db8:0:1::1"), at(1, 3, "192.0.2.1")] {
            assert!(other.network != first.network && other.device != first.device);
        }
        assert!(!first.network.contains("2001") && KnownDevices::new(&[2; 32]).0.of(&[b""]) != devices.0.of(&[b""]));
    }
}
