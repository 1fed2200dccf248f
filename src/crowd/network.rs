//! The network that a connection is counted under. It takes eight bytes, because there may be a million of them.

use std::net::IpAddr;
use std::num::NonZeroU64;

/// An IPv4 address, or the first 64 bits of an IPv6 address: what connections are counted by. Its bits are inverted, so
/// that they are never all zero, and a network that may be missing takes eight bytes too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(NonZeroU64);

/// The bits in front of an IPv4 address. No client has an IPv6 address that begins with them, because that would be the
/// address of a group of hosts (multicast, RFC 4291 §2.7).
const IPV4: u64 = 0xffff_fffe << 32;

impl Network {
    /// Returns the network of a client with this address.
    pub fn of(address: IpAddr) -> Self {
        Self::from_bits(match address {
            IpAddr::V4(address) => IPV4 | u64::from(address.to_bits()),
            IpAddr::V6(address) => address.segments()[..4].iter().fold(0, |bits, part| bits << 16 | u64::from(*part)),
        })
    }

    /// Returns the network of the subscriber who has this one: an IPv4 address itself, or the /48 of an IPv6 address,
    /// because one subscriber has up to a /48 (RFC 6177).
    pub(super) fn of_subscriber(self) -> Self {
        let bits = !self.0.get();
        if bits >= IPV4 { self } else { Self::from_bits(bits & (u64::MAX << 16)) }
    }

    /// The last network of all, which is one of groups too, is counted as the last but one.
    fn from_bits(bits: u64) -> Self {
        Self(NonZeroU64::new(!bits).unwrap_or(NonZeroU64::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Network {
        Network::of(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_is_an_ipv4_address_or_an_ipv6_64_and_a_subscriber_has_a_48() {
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("192.0.2.1").of_subscriber());
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:4::5"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_eq!(of("2001:db8:1:2::3").of_subscriber(), of("2001:db8:1:3::3").of_subscriber());
        assert_ne!(of("2001:db8:1::").of_subscriber(), of("2001:db8:2::").of_subscriber());
        // The lowest and the highest address of each kind that a client can have.
        let ends = ["0.0.0.0", "255.255.255.255", "::1", "feff:ffff:ffff:ffff::1"].map(of);
        assert!((0..4).all(|one| (0..one).all(|other| ends[one] != ends[other])));
    }
}
