//! Where this server goes by itself because an app says so: to its back channel. Administrators alone register apps, and
//! an app may well stand beside this server in a private network, so those are gone to. Link-local addresses are not:
//! there is no app, and in a cloud there is what the machine may know of itself.

use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether this server goes to an address.
pub fn is_reachable(address: IpAddr) -> bool {
    // An IPv4 address in the clothes of IPv6 is itself.
    match address.to_canonical() {
        IpAddr::V4(address) => {
            !(address.is_link_local() || address.is_unspecified() || address.is_multicast() || address.is_broadcast())
        }
        IpAddr::V6(address) => !(address.is_unicast_link_local() || address.is_unspecified() || address.is_multicast()),
    }
}

/// Whether a URI names a host that may be gone to, as far as the text tells: an address in any way of writing it that
/// clients understand. What a name stands for is seen when it is resolved.
pub fn names_reachable(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    address.map_or(true, is_reachable)
}

/// Finds the addresses of names; those that are not gone to are not among them.
#[derive(Debug)]
pub struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(reachable(found)?)
        })
    }
}

fn reachable(found: impl Iterator<Item = SocketAddr>) -> io::Result<Addrs> {
    let reachable: Vec<SocketAddr> = found.filter(|address| is_reachable(address.ip())).collect();
    if reachable.is_empty() {
        return Err(io::Error::other("this name stands for no address that is gone to"));
    }
    Ok(Box::new(reachable.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_local_addresses_are_not_gone_to_however_they_are_written() {
        for wrong in [
            "https://169.254.169.254/latest/meta-data",
            "https://169.254.0.1:8443/",
            "https://2852039166/",
            "https://0xa9fea9fe/",
            "https://0251.0376.0251.0376/",
            "https://169.254.43518/",
            "https://[fe80::1]/",
            "https://[febf::1]:8443/",
            "https://[::ffff:169.254.169.254]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://0.0.0.0/",
            "https://[::]/",
            "https://224.0.0.1/",
            "https://[ff02::1]/",
            "https://255.255.255.255/",
            "",
            "shop.example",
        ] {
            assert!(!names_reachable(wrong), "{wrong}");
        }
        for right in [
            "https://shop.example/ended",
            "https://192.168.1.7/ended",
            "https://10.0.0.7:8443/ended",
            "https://172.16.0.7/ended",
            "https://[fd00::7]/ended",
            "https://[2001:db8::7]/ended",
            "https://127.0.0.1/ended",
            "http://127.0.0.1:4000/ended",
            "http://[::1]:4000/ended",
            "http://localhost:4000/ended",
        ] {
            assert!(names_reachable(right), "{right}");
        }
    }

    #[test]
    fn of_what_a_name_stands_for_link_local_addresses_are_left_out() {
        let at = |texts: &[&str]| texts.iter().map(|text| text.parse().expect("an address")).collect::<Vec<_>>();
        let found = at(&["169.254.169.254:0", "192.0.2.7:0", "[fe80::1]:0", "[2001:db8::7]:0"]);
        let left: Vec<_> = reachable(found.into_iter()).expect("some are left").collect();
        assert_eq!(left, at(&["192.0.2.7:0", "[2001:db8::7]:0"]));
        assert!(reachable(at(&["169.254.169.254:0"]).into_iter()).is_err());
    }
}
