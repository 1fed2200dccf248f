//! The address at a push service to which messages for one phone are sent. The browser of the phone chose it, so this server
//! calls it only over HTTPS, in the public internet, and follows no redirects from there.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use url::{Host, Url};

use crate::outbound::{Reach, is_public, names_reachable};

/// The largest number of characters of an address. Those of the well-known push services have some 200.
const CHARACTERS: usize = 1024;

/// The last labels of names that lead to no host of the public internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476).
const PRIVATE_LABELS: [&str; 9] =
    ["localhost", "local", "internal", "arpa", "test", "invalid", "example", "onion", "alt"];

/// Says which addresses of push services are taken.
#[derive(Clone, Debug)]
pub(super) struct EndpointRules {
    /// Hosts of push services in the network of the operator.
    private_hosts: Arc<[String]>,
}

/// An address at a push service. Whoever has it can send to the phone, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Endpoint(Url);

impl EndpointRules {
    /// Makes the rules, with these hosts of push services in the network of the operator.
    pub(super) fn new(private_hosts: &[String]) -> Self {
        Self { private_hosts: private_hosts.into() }
    }

    /// Returns how far the client for push services may reach.
    pub(super) fn reach(&self) -> Reach {
        Reach::Public { but_for: Arc::clone(&self.private_hosts) }
    }

    /// Parses an address; `None` if this server does not call it. What a name leads to is checked at each call.
    pub(super) fn parse(&self, text: &str) -> Option<Endpoint> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= CHARACTERS)?;
        let is_plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
        let is_taken = match url.host()? {
            Host::Ipv4(address) => self.may_call(&url, address.into()),
            Host::Ipv6(address) => self.may_call(&url, address.into()),
            Host::Domain(name) => self.is_private_host(&url) || is_public_name(name),
        };
        (is_plain && url.fragment().is_none() && is_taken).then_some(Endpoint(url))
    }

    fn may_call(&self, url: &Url, address: IpAddr) -> bool {
        is_public(address) || (self.is_private_host(url) && names_reachable(url.as_str()))
    }

    fn is_private_host(&self, url: &Url) -> bool {
        self.private_hosts.iter().any(|host| url.host_str() == Some(host))
    }
}

/// Returns whether a name may be one of the public internet: it has a dot, and none of the endings for other networks.
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.rsplit_once('.').is_some_and(|(_, last)| !PRIVATE_LABELS.contains(&last))
}

impl Endpoint {
    /// Returns the address for a call.
    pub(super) fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the origin of the push service, for which a token is signed (RFC 8292 §2).
    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Returns the host of the push service, for the log.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Endpoint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_76_only_https_addresses_in_the_public_internet_are_taken() {
        let rules = EndpointRules::new(&[]);
        for right in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/QO-abc",
            "https://push.services.mozilla.com:8443/a?b=c",
            "https://9.9.9.9/a",
        ] {
            assert!(rules.parse(right).is_some(), "{right}");
        }
        let long = format!("https://push.services.mozilla.com/{}", "a".repeat(CHARACTERS));
        for wrong in [
            "",
            "push.services.mozilla.com",
            "http://push.services.mozilla.com/a",
            "ftp://push.services.mozilla.com/a",
            "https://me@push.services.mozilla.com/a",
            "https://push.services.mozilla.com/a#b",
            "https://localhost/a",
            "https://localhost./a",
            "https://a.localhost/a",
            "https://push/a",
            "https://push.local/a",
            "https://push.internal/a",
            "https://push.home.arpa/a",
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://10.0.0.7/a",
            "https://192.168.1.7/a",
            "https://169.254.169.254/latest",
            "https://[::1]/a",
            "https://[fd00::7]/a",
            "https://[::ffff:127.0.0.1]/a",
            &long,
        ] {
            assert_eq!(rules.parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_host_that_the_operator_named_may_be_private_and_tells_machines_nothing() {
        let rules = EndpointRules::new(&["localhost".to_owned(), "10.0.0.7".to_owned(), "169.254.169.254".to_owned()]);
        assert!(rules.parse("https://localhost:8443/a").is_some() && rules.parse("https://10.0.0.7/a").is_some());
        for wrong in ["http://localhost/a", "https://10.0.0.8/a", "https://169.254.169.254/a"] {
            assert_eq!(rules.parse(wrong), None, "{wrong}");
        }
    }
}
