//! The address of a client, resolved through trusted proxies only. Its browser and system are in `agent.rs`.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::http::HeaderMap;
use ipnet::IpNet;
use strum::{EnumString, IntoStaticStr};

pub use super::agent::Agent;

/// The address of the other end of the TCP connection, which the accept loop puts into every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The IP address of the client that sent a request: that of the TCP peer, or the one that trusted proxies name in
/// `X-Forwarded-For`. [`super::guard::from_where`] puts it into every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Returns the network under which this client is counted for rate limits and connection limits: the IPv4 address
    /// itself, or the /64 of an IPv6 address.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        }
    }

    /// Returns the whole network of this client, by which bounds of a day count: the IPv4 address itself, or the /48 of an
    /// IPv6 address, which is what one subscriber gets (RFC 6177).
    pub fn subscriber(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80))),
        }
    }
}

/// The networks of the reverse proxies whose `X-Forwarded-For` is trusted; cheap to clone.
#[derive(Clone, Debug)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Makes the set of trusted proxies: all addresses in these networks.
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.into())
    }

    /// Returns whether this address is that of a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Determines the client's address: the rightmost entry of `X-Forwarded-For` that is not a trusted proxy; if all
    /// are trusted, the leftmost one. Without the header, or if `peer` is no trusted proxy, it is `peer`. If an entry
    /// is no address, it is the entry to the right of that one, or `peer` if there is none.
    pub fn resolve(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return ClientAddress(client);
        }
        // Bytes, because a client may have sent anything before the proxy's entry. Empty elements of a list
        // do not count (RFC 9110 §5.6.1.2).
        let entries: Vec<&[u8]> = headers
            .get_all("x-forwarded-for")
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
            .map(<[u8]>::trim_ascii)
            .filter(|entry| !entry.is_empty())
            .collect();
        for entry in entries.into_iter().rev() {
            let Some(address) = forwarded_for(entry) else { break };
            client = address.to_canonical();
            if !self.trusts(client) {
                break;
            }
        }
        ClientAddress(client)
    }

    /// Returns whether the address of the client of a request with these headers, over a connection from `peer`, comes
    /// from the connection or from `X-Forwarded-For`, and why.
    pub fn forwarding(&self, peer: IpAddr, headers: &HeaderMap) -> Forwarding {
        match (self.trusts(peer.to_canonical()), headers.contains_key("x-forwarded-for")) {
            (false, false) => Forwarding::Direct,
            (false, true) => Forwarding::Unbelieved,
            (true, false) => Forwarding::Unnamed,
            (true, true) => Forwarding::Named,
        }
    }

    /// Returns whether two clients are in the same network (the same IPv4 address or IPv6 /64). The result is
    /// `Unknown` if the address of either is that of a trusted proxy: then the proxy sent no `X-Forwarded-For`, or the
    /// trusted networks include the clients.
    pub fn nearness(&self, one: ClientAddress, other: ClientAddress) -> Nearness {
        if [one, other].iter().any(|client| self.trusts(client.0)) {
            Nearness::Unknown
        } else if one.network() == other.network() {
            Nearness::SameNetwork
        } else {
            Nearness::OtherNetwork
        }
    }
}

/// Where the server takes the address of the client of a request from: from the TCP connection, or from the
/// `X-Forwarded-For` of a trusted proxy, if that proxy sent one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Forwarding {
    /// From the TCP connection; there is no proxy.
    Direct,
    /// From the `X-Forwarded-For` of a trusted proxy.
    Named,
    /// Unknown: a trusted proxy sent the request without `X-Forwarded-For`.
    Unnamed,
    /// From the TCP connection; the `X-Forwarded-For` of an untrusted peer was ignored.
    Unbelieved,
}

impl Forwarding {
    /// Returns the name of this value, in lower case, for JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses a name that [`word`](Self::word) returned, such as `direct`; `None` for any other text.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// Whether two clients are in the same network (the same IPv4 address or IPv6 /64), or whether that is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// Both seem to be behind the same connection to the Internet.
    SameNetwork,
    /// They are behind different connections.
    OtherNetwork,
    /// At least one of the addresses is that of a trusted proxy, so nothing is known.
    Unknown,
}

impl Nearness {
    /// Returns `Some(true)` for the same network and `Some(false)` for different ones; `None` if that is
    /// unknown.
    pub fn is_same_network(self) -> Option<bool> {
        match self {
            Self::SameNetwork => Some(true),
            Self::OtherNetwork => Some(false),
            Self::Unknown => None,
        }
    }
}

/// Parses an entry of `X-Forwarded-For`; `None` if it is not an IP address. A port after the address is ignored, and
/// an IPv6 address may be in brackets, with or without a port.
fn forwarded_for(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?;
    if let Some(address) = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse().ok().map(IpAddr::V6);
    }
    entry.parse().or_else(|_| entry.parse().map(|at: SocketAddr| at.ip())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn forwarded(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(line).expect("a header"));
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn sec_32_forwarded_addresses_are_believed_from_configured_proxies_only() {
        let proxies = TrustedProxies::new(&["10.0.0.0/8".parse().expect("a network")]);
        let seen = |peer: &str, line: &str| proxies.resolve(ip(peer), &forwarded(line)).0;
        assert_eq!(seen("192.0.2.9", "198.51.100.1"), ip("192.0.2.9"), "an untrusted peer's word counts for nothing");
        assert_eq!(seen("10.0.0.1", "198.51.100.1"), ip("198.51.100.1"));
        assert_eq!(
            seen("10.0.0.1", "203.0.113.7, 198.51.100.1, 10.2.3.4"),
            ip("198.51.100.1"),
            "what the client wrote is left of what ours wrote"
        );
        assert_eq!(seen("10.0.0.1", "nonsense"), ip("10.0.0.1"));
        assert_eq!(seen("::ffff:10.0.0.1", "198.51.100.1"), ip("198.51.100.1"));
        assert_eq!(seen("10.0.0.1", "203.0.113.7:5678, 10.2.3.4:80"), ip("203.0.113.7"), "some name the port as well");
        assert_eq!(seen("10.0.0.1", "[2001:db8::1]:443"), ip("2001:db8::1"));
        assert_eq!(seen("10.0.0.1", "198.51.100.1, 203.0.113.7:http"), ip("10.0.0.1"));
    }

    #[test]
    fn sec_32_what_a_client_wrote_hides_nothing_of_what_a_proxy_wrote() {
        let proxies = TrustedProxies::new(&["10.0.0.0/8".parse().expect("a network")]);
        let seen = |lines: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_bytes(line).expect("a header"));
            }
            proxies.resolve(ip("10.0.0.1"), &headers).0
        };
        let client = ip("198.51.100.1");
        assert_eq!(seen(&[b"z\xfcrich, 198.51.100.1"]), client);
        assert_eq!(seen(&["zürich, 198.51.100.1, 10.2.3.4".as_bytes()]), client);
        assert_eq!(seen(&[b"\xff\xfe", b"198.51.100.1"]), client, "a line each");
        assert_eq!(seen(&[b"198.51.100.1,"]), client, "RFC 9110 section 5.6.1.2: empty elements do not count");
        assert_eq!(seen(&[b"198.51.100.1", b"", b" ,,"]), client);
        assert_eq!(seen(&[b"203.0.113.7, \xff"]), ip("10.0.0.1"), "the last one is the proxy's, and says nothing");
        for (written, address) in [
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[::ffff:198.51.100.1]", "198.51.100.1"),
            ("[2001:db8::7], [::ffff:10.2.3.4]", "2001:db8::7"),
            ("[198.51.100.1]", "10.0.0.1"),
            ("[2001:db8::7", "10.0.0.1"),
            ("[[2001:db8::7]]", "10.0.0.1"),
        ] {
            assert_eq!(seen(&[written.as_bytes()]), ip(address), "{written}");
        }
    }

    #[test]
    fn sec_18_how_near_a_client_is_of_whom_only_a_proxy_is_known_is_unknown() {
        let near =
            |trusted: &TrustedProxies, one, other| trusted.nearness(ClientAddress(ip(one)), ClientAddress(ip(other)));
        let proxies = TrustedProxies::new(&["127.0.0.0/8".parse().expect("a network")]);
        assert_eq!(near(&proxies, "198.51.100.1", "198.51.100.1"), Nearness::SameNetwork);
        assert_eq!(near(&proxies, "198.51.100.1", "198.51.100.2"), Nearness::OtherNetwork);
        for (one, other) in [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "198.51.100.1"), ("198.51.100.1", "127.0.0.1")] {
            assert_eq!(near(&proxies, one, other), Nearness::Unknown, "{one} and {other}");
        }
        let none = TrustedProxies::new(&[]);
        let machine = near(&none, "127.0.0.1", "127.0.0.1");
        assert_eq!(machine, Nearness::SameNetwork, "without any proxy that is this very machine");
        // The trusted networks include those of the clients.
        let office = TrustedProxies::new(&["10.0.0.0/8".parse().expect("a network")]);
        assert_eq!(near(&office, "10.1.1.1", "10.1.1.1"), Nearness::Unknown);
        assert_eq!(near(&office, "10.1.1.1", "10.2.2.2"), Nearness::Unknown);
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network() {
        let network = |text: &str| ClientAddress(ip(text)).network();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        let subscriber = |text: &str| ClientAddress(ip(text)).subscriber();
        assert_eq!(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:1:3::1"));
        assert_ne!(subscriber("2001:db8:1:2::1"), subscriber("2001:db8:2:2::1"));
    }
}
