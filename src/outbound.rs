//! Protection against server-side request forgery: which addresses this server may call because somebody else named
//! them. Apps and their addresses are registered by administrators, and an app may run beside this server in a private network,
//! so back-channel logout calls private addresses too. The addresses of push services come from browsers, so only public
//! ones are called ([`Reach`]). Link-local addresses and the metadata services of clouds, which tell a machine its
//! credentials, are refused to all: no app is there.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The addresses of the metadata services of clouds, apart from those in `169.254.0.0/16` and `fe80::/10`,
/// which are refused because they are link-local.
const METADATA: [IpAddr; 8] = [
    // Alibaba Cloud
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    // Azure: the agent's wire server
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    // Oracle Cloud, Classic
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    // AWS: instance metadata, and EKS Pod Identity
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
    // Google Cloud
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    // Scaleway
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42)),
    // Oracle Cloud
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe)),
];

/// Returns whether this server may call an address. It is `false` for unspecified, multicast, broadcast and
/// link-local addresses, for metadata services of clouds, and for IPv6 addresses that embed the IPv4 address of
/// such a service or a link-local one.
pub fn is_reachable(address: IpAddr) -> bool {
    // An IPv4-mapped address (RFC 4291 §2.5.5.2) is the IPv4 address.
    match address.to_canonical() {
        IpAddr::V4(address) => {
            !(address.is_unspecified() || address.is_multicast() || address.is_broadcast() || tells_machines(address))
        }
        IpAddr::V6(address) => {
            !(address.is_unspecified()
                || address.is_multicast()
                || address.is_unicast_link_local()
                || METADATA.contains(&IpAddr::V6(address))
                || embedded(address).into_iter().any(tells_machines))
        }
    }
}

/// Returns whether an IPv4 address is link-local or a cloud's metadata service.
fn tells_machines(address: Ipv4Addr) -> bool {
    address.is_link_local() || METADATA.contains(&IpAddr::V4(address))
}

/// Returns the IPv4 addresses to which an IPv6 address leads through a translator or a tunnel; an empty list for
/// other addresses.
fn embedded(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let bytes = address.octets();
    let at = |places: [usize; 4]| Ipv4Addr::from(places.map(|place| bytes[place]));
    let last = at([12, 13, 14, 15]);
    match address.segments() {
        // IPv4-compatible (RFC 4291 §2.5.5.1), IPv4-translated (RFC 2765 §2.1), NAT64 (RFC 6052 §2.1),
        // and ISATAP (RFC 5214 §6.1).
        [0, 0, 0, 0, 0 | 0xffff, 0, _, _]
        | [0x64, 0xff9b, 0, 0, 0, 0, _, _]
        | [_, _, _, _, 0 | 0x200, 0x5efe, _, _] => vec![last],
        // NAT64 with a prefix of the network's own (RFC 8215), of each length in RFC 6052 §2.2.
        [0x64, 0xff9b, 1, _, _, _, _, _] => {
            vec![at([6, 7, 9, 10]), at([7, 9, 10, 11]), at([9, 10, 11, 12]), last]
        }
        // 6to4 (RFC 3056 §2).
        [0x2002, _, _, _, _, _, _, _] => vec![at([2, 3, 4, 5])],
        // Teredo (RFC 4380 §4): its server, and its client with all bits inverted.
        [0x2001, 0, _, _, _, _, _, _] => vec![at([4, 5, 6, 7]), !last],
        _ => Vec::new(),
    }
}

/// Returns whether the host of a URI may be called; `false` for a URI that cannot be parsed. An address is
/// recognised in every notation that clients understand. A name is accepted, because [`Resolver`] checks its
/// addresses at each call.
pub fn names_reachable(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    address.map_or(true, is_reachable)
}

/// Returns whether an address is one of the public internet, which is where a host is that a stranger may name. It is `false`
/// for all that [`is_reachable`] refuses, and for loopback, private, shared, reserved and documentation addresses.
pub fn is_public(address: IpAddr) -> bool {
    is_reachable(address)
        && match address.to_canonical() {
            IpAddr::V4(address) => is_public_v4(address),
            // RFC 4291 §2.4: global unicast addresses are 2000::/3 so far. RFC 6052 §2.1: with NAT64 a public IPv4 address
            // is reached at 64:ff9b::/96.
            IpAddr::V6(address) => match address.segments() {
                // RFC 3849: documentation.
                [0x2001, 0xdb8, ..] => false,
                [0x2000..=0x3fff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
                    embedded(address).into_iter().all(is_public_v4)
                }
                _ => false,
            },
        }
}

/// Returns whether an IPv4 address is none of the special-purpose ones (RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // "This network", carriers' shared addresses (RFC 6598), protocol assignments, benchmarks (RFC 2544), and all
        // from multicast on.
        || first == 0
        || (first == 100 && second & 0xc0 == 64)
        || (first, second, third) == (192, 0, 0)
        || (first == 198 && second & 0xfe == 18)
        || first >= 224)
}

/// Who named the hosts that a client calls, which decides how far it may reach.
#[derive(Clone, Debug)]
pub enum Reach {
    /// Administrators: a host may be in the private network of this server.
    Registered,
    /// Strangers: a host is in the public internet, but for these, which the operator named.
    Public {
        /// Hosts in the network of the operator.
        but_for: Arc<[String]>,
    },
}

impl Reach {
    /// Returns whether a client with this reach may call this address for a host of this name.
    fn covers(&self, host: &str, address: IpAddr) -> bool {
        match self {
            Self::Public { but_for } if !but_for.iter().any(|own| own.eq_ignore_ascii_case(host)) => is_public(address),
            Self::Registered | Self::Public { .. } => is_reachable(address),
        }
    }
}

/// Resolves host names for calls of this server, and leaves out the addresses that must not be called. Fails if
/// none is left.
#[derive(Debug)]
pub struct Resolver(pub Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(reachable(found, |address| reach.covers(name.as_str(), address))?)
        })
    }
}

fn reachable(found: impl Iterator<Item = SocketAddr>, may_call: impl Fn(IpAddr) -> bool) -> io::Result<Addrs> {
    let reachable: Vec<SocketAddr> = found.filter(|address| may_call(address.ip())).collect();
    if reachable.is_empty() {
        return Err(io::Error::other("this name stands for no address that this server calls"));
    }
    Ok(Box::new(reachable.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_refused(uris: &[&str]) {
        for wrong in uris {
            assert!(!names_reachable(wrong), "{wrong}");
        }
    }

    #[test]
    fn link_local_addresses_are_not_called_however_they_are_written() {
        are_refused(&[
            "https://169.254.169.254/latest/meta-data",
            "https://169.254.0.1:8443/",
            "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://0251.0376.0251.0376/",
            "https://169.254.43518/",
            "https://169.254.169.254./",
            "https://169\u{3002}254\u{ff0e}169\u{ff61}254/",
            "https://\u{2460}69.254.169.254/",
            "https://%31%36%39.254.169.254/",
            "https://[fe80::1]/",
            "https://[febf::1]:8443/",
            "https://0.0.0.0/",
            "https://[::]/",
            "https://224.0.0.1/",
            "https://[ff02::1]/",
            "https://255.255.255.255/",
            "",
            "shop.example",
        ]);
    }

    #[test]
    fn addresses_where_clouds_keep_metadata_are_not_called() {
        are_refused(&[
            "https://100.100.100.200/latest/meta-data/",
            "https://1684301000/",
            "https://0x64.0x64.0x64.0xc8/",
            "https://168.63.129.16/machine",
            "https://192.0.0.192/latest/",
            "https://[fd00:ec2::254]/latest/meta-data",
            "https://[fd00:0ec2:0:0:0:0:0:254]:8443/",
            "https://[fd00:ec2::23]/v1/credentials",
            "https://[fd20:ce::254]/computeMetadata/v1/",
            "https://[fd00:42::42]/conf",
            "https://[fd00:c1::a9fe:a9fe]/opc/v2/",
        ]);
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_address_is_found_in_every_form() {
        for uris in [
            // RFC 4291 section 2.5.5.2: IPv4-mapped.
            ["https://[::ffff:169.254.169.254]/", "https://[::ffff:a9fe:a9fe]/", "https://[::ffff:100.100.100.200]/"],
            // RFC 4291 section 2.5.5.1: IPv4-compatible.
            ["https://[::169.254.169.254]/", "https://[::a9fe:1]/", "https://[::100.100.100.200]/"],
            // RFC 2765 section 2.1: IPv4-translated.
            ["https://[::ffff:0:169.254.169.254]/", "https://[::ffff:0:a9fe:1]/", "https://[::ffff:0:6464:64c8]/"],
            // RFC 6052 section 2.1: NAT64, and names that DNS64 answers for.
            ["https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::169.254.170.2]/", "https://[64:ff9b::6464:64c8]/"],
            // RFC 8215: NAT64 with a prefix of the network's own, of any length.
            [
                "https://[64:ff9b:1:a9fe:a9:fe00::]/",
                "https://[64:ff9b:1:0:a9:fea9:fe00:0]/",
                "https://[64:ff9b:1:fffe::a9fe:a9fe]/",
            ],
            ["https://[64:ff9b:1:64:64:64c8::]/", "https://[64:ff9b:1:a9:fe:a9fe::]/", "https://[64:ff9b:1::a9fe:1]/"],
            // RFC 3056: 6to4.
            ["https://[2002:a9fe:a9fe::1]/", "https://[2002:a9fe:1::]/", "https://[2002:6464:64c8:1::7]/"],
            // RFC 4380 section 4: Teredo's server, and its client with all bits inverted.
            [
                "https://[2001:0:a9fe:a9fe:8000:63bf:3fff:fdd2]/",
                "https://[2001:0:4136:e378:8000:63bf:5601:5601]/",
                "https://[2001:0:4136:e378:8000:63bf:9b9b:9b37]/",
            ],
            // RFC 5214 section 6.1: ISATAP.
            [
                "https://[2001:db8::5efe:a9fe:a9fe]/",
                "https://[2001:db8::200:5efe:a9fe:1]/",
                "https://[fd00::5efe:6464:64c8]/",
            ],
        ] {
            are_refused(&uris);
        }
    }

    #[test]
    fn apps_in_the_open_and_in_private_networks_are_called() {
        for right in [
            "https://shop.example/ended",
            "https://192.168.1.7/ended",
            "https://10.0.0.7:8443/ended",
            "https://172.16.0.7/ended",
            "https://100.100.100.201/ended",
            "https://[fd00::7]/ended",
            "https://[fd00:ec2::7]/ended",
            "https://[2001:db8::7]/ended",
            "https://[2001:db8::a9fe:a9fe]/ended",
            "https://[64:ff9b::192.0.2.7]/ended",
            "https://[64:ff9b:1::10.0.0.7]/ended",
            "https://[2002:c000:207::1]/ended",
            "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/ended",
            "https://[::ffff:192.168.1.7]/ended",
            "https://127.0.0.1/ended",
            "http://127.0.0.1:4000/ended",
            "http://[::1]:4000/ended",
            "http://localhost:4000/ended",
        ] {
            assert!(names_reachable(right), "{right}");
        }
    }

    #[test]
    fn of_what_a_name_stands_for_the_addresses_that_are_not_called_are_left_out() {
        let at = |texts: &[&str]| texts.iter().map(|text| text.parse().expect("an address")).collect::<Vec<_>>();
        let wrong =
            ["169.254.169.254:0", "100.100.100.200:0", "[fe80::1]:0", "[fd00:ec2::254]:0", "[64:ff9b::a9fe:a9fe]:0"];
        let right = ["192.0.2.7:0", "[2001:db8::7]:0"];
        let left: Vec<_> =
            reachable(at(&[&wrong[..], &right].concat()).into_iter(), is_reachable).expect("some are left").collect();
        assert_eq!(left, at(&right));
        for wrong in wrong {
            assert!(reachable(at(&[wrong]).into_iter(), is_reachable).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_such_an_address_is_not_found() {
        let found =
            async |name: &str| Resolver(Reach::Registered).resolve(name.parse().expect("a name")).await.map(|_| ());
        // The system's resolver takes these names for numeric addresses.
        for name in ["169.254.43518", "2852039166", "0xa9fea9fe", "1684301000", "0144.0144.0144.0310"] {
            let error = found(name).await.expect_err(name);
            assert!(error.to_string().contains("stands for no address"), "{name}: {error}");
        }
        assert!(found("localhost").await.is_ok());
    }

    #[test]
    fn a_host_that_a_stranger_named_is_called_in_the_public_internet_alone() {
        for wrong in [
            "127.0.0.1",
            "10.0.0.7",
            "172.16.0.7",
            "192.168.1.7",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "192.0.2.7",
            "198.18.0.1",
            "240.0.0.1",
            "169.254.169.254",
            "::1",
            "::ffff:10.0.0.7",
            "fd00::7",
            "fe80::1",
            "2001:db8::7",
            "2002:a00:7::1",
            "64:ff9b::10.0.0.7",
            "64:ff9b:1::10.0.0.7",
        ] {
            assert!(!is_public(wrong.parse().expect("an address")), "{wrong}");
        }
        for right in ["9.9.9.9", "100.63.0.1", "2620:fe::fe", "64:ff9b::9.9.9.9", "::ffff:9.9.9.9"] {
            assert!(is_public(right.parse().expect("an address")), "{right}");
        }
    }

    #[tokio::test]
    async fn a_name_that_a_stranger_gave_leads_to_no_private_address_unless_the_operator_named_it() {
        let found = async |but_for: &[&str]| {
            let but_for = but_for.iter().map(|host| (*host).to_owned()).collect();
            Resolver(Reach::Public { but_for }).resolve("localhost".parse().expect("a name")).await.map(|_| ())
        };
        assert!(found(&[]).await.is_err());
        assert!(found(&["push.example"]).await.is_err());
        assert!(found(&["localhost"]).await.is_ok());
    }
}
