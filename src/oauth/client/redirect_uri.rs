//! The redirect URIs of apps. They are compared byte for byte (RFC 9700 §2.1), so that one URI cannot be
//! read in two ways. Only the port of a loopback address may differ, because a native app cannot know it in
//! advance (RFC 8252 §7.3). A native app may use a scheme of its own instead (§7.1).

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;
use reqwest::Url;
use thiserror::Error;

use crate::web::bounds::REDIRECT_URI_BYTES;

/// The hosts of loopback addresses.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

/// A redirect URI in a form with which an app may be registered. It is kept as the text that was parsed, unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

/// Why a text is not accepted as a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotARedirectUri {
    /// It is not a complete URI, or it is too long.
    #[error(
        "a redirect URI is a complete address of up to 512 plain characters, such as https://shop.example/signed-in, or for a \
         native app com.example.shop:/signed-in"
    )]
    Malformed,
    /// It has the scheme `http` and a host that is not loopback, so codes would cross the network in the
    /// clear.
    #[error("a redirect URI starts with https://; http:// is for 127.0.0.1, [::1] and localhost alone")]
    Insecure,
    /// It has a fragment (RFC 6749 §3.1.2).
    #[error("a redirect URI has no fragment (#…)")]
    Fragment,
    /// Browsers may read it differently from how it is written.
    #[error(
        "a redirect URI has no user name, no backslash, no wildcard and no dots for folders in it, and its host is written \
         as browsers write it"
    )]
    Ambiguous,
    /// It has a private-use scheme, but the app has a secret. Any program on a device may take such a scheme
    /// (RFC 8252 §8.1), and a secret is no help against that.
    #[error("a scheme of its own is for a native app, which is public and proves itself by PKCE")]
    NativeOnly,
}

impl FromStr for RedirectUri {
    type Err = NotARedirectUri;

    fn from_str(text: &str) -> Result<Self, NotARedirectUri> {
        if text.len() > REDIRECT_URI_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NotARedirectUri::Malformed);
        }
        if text.contains('#') {
            return Err(NotARedirectUri::Fragment);
        }
        if let Some((_, path)) = private_use(text) {
            let path = path.split('?').next().unwrap_or_default();
            let is_ambiguous = text.contains(['\\', '*']) || path.split('/').any(is_dots);
            return if is_ambiguous { Err(NotARedirectUri::Ambiguous) } else { Ok(Self(text.to_owned())) };
        }
        let uri: Uri = text.parse().map_err(|_| NotARedirectUri::Malformed)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(NotARedirectUri::Malformed);
        };
        let has_port = authority.host().len() < authority.as_str().len();
        if has_port && authority.port_u16().is_none() && !authority.as_str().contains('@') {
            return Err(NotARedirectUri::Malformed);
        }
        let is_ambiguous = text.contains(['\\', '*']) || authority.as_str().contains('@');
        // The host is written into a content security policy, where `;` and `,` would begin another rule.
        if !is_ambiguous
            && !authority.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
        {
            return Err(NotARedirectUri::Malformed);
        }
        if is_ambiguous || uri.path().split('/').any(is_dots) || !is_host_of_browsers(text, authority.host()) {
            return Err(NotARedirectUri::Ambiguous);
        }
        match scheme {
            // The text is compared, because the parser turns the scheme into lower case.
            "https" if text.starts_with("https://") => Ok(Self(text.to_owned())),
            "http" if loopback(text).is_some() => Ok(Self(text.to_owned())),
            "http" => Err(NotARedirectUri::Insecure),
            _ => Err(NotARedirectUri::Malformed),
        }
    }
}

impl RedirectUri {
    /// Parses an address on the web that is no redirect URI, by the same rules: https, or http on this machine, and no
    /// private-use scheme.
    pub fn parse_web(text: &str) -> Result<Self, NotARedirectUri> {
        let uri: Self = text.parse()?;
        if uri.is_private_use() { Err(NotARedirectUri::Insecure) } else { Ok(uri) }
    }

    /// Returns whether `requested`, the `redirect_uri` of a request, matches this registered one: byte for
    /// byte, except that the port of a loopback address may differ (RFC 8252 §7.3).
    pub fn allows(&self, requested: &str) -> bool {
        match loopback(&self.0) {
            None => self.0 == requested,
            registered => loopback(requested) == registered,
        }
    }

    /// Returns whether the URI has a private-use scheme, which belongs to a native app (RFC 8252 §7.1).
    pub fn is_private_use(&self) -> bool {
        private_use(&self.0).is_some()
    }

    /// Returns whether `other` has the same scheme, host and port as this redirect URI; the paths may differ.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.host() == other.host() && self.0.starts_with("https://") == other.0.starts_with("https://")
    }

    /// Returns the host, and the port if there is one, of this URI; for a URI with a private-use scheme, the
    /// scheme. People are shown it as the place to which they return.
    pub fn host(&self) -> &str {
        host_of(&self.0)
    }

    /// Returns the sector for which pairwise subject identifiers are made (OpenID Connect Core §8.1): the host of this
    /// URI, in lower case and without a port; for a URI with a private-use scheme, the scheme.
    pub fn sector(&self) -> String {
        let host = self.host();
        // The colons of an IPv6 address stand in brackets.
        let port = host.rfind(':').filter(|at| !host[*at..].contains(']'));
        host[..port.unwrap_or(host.len())].to_ascii_lowercase()
    }

    /// Returns the text of the URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Returns the host, and the port if it has one, of a valid redirect URI; the scheme of one with a private-use
/// scheme.
pub fn host_of(uri: &str) -> &str {
    if let Some((scheme, _)) = private_use(uri) {
        return scheme;
    }
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// Returns the scheme, and the path with its query, of a URI with a private-use scheme; `None` for any other
/// URI. Such a scheme is a reversed domain name in lower case, and a path follows at once or after an empty
/// host (RFC 8252 §7.1).
pub fn private_use(uri: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'+'))
    };
    let is_own = scheme.contains('.') && scheme.split('.').all(is_label);
    let path = rest.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(rest);
    let has_path = path.starts_with('/') && !path.starts_with("//");
    (is_own && has_path && scheme.starts_with(|first: char| first.is_ascii_lowercase())).then_some((scheme, path))
}

/// Returns whether a segment of a path is `.` or `..`, percent-encoded or not (WHATWG URL §4.1).
fn is_dots(part: &str) -> bool {
    matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Returns whether browsers go to the host as it is written. They read `2130706433` and `0x7f.1` as
/// 127.0.0.1, write `[::0001]` as `[::1]`, and refuse a host whose last label is a number or whose punycode
/// is invalid (WHATWG URL §3.5).
fn is_host_of_browsers(text: &str, host: &str) -> bool {
    Url::parse(text).is_ok_and(|read| read.host_str().is_some_and(|read| read.eq_ignore_ascii_case(host)))
}

/// Returns the host, and the path with its query, of an `http` URI with a loopback host; its port is left
/// out. `None` for any other URI.
fn loopback(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    LOOPBACK.into_iter().find_map(|host| {
        let port = authority.strip_prefix(host)?;
        let is_port = |digits: &str| digits.parse::<u16>().is_ok() && digits.bytes().all(|byte| byte.is_ascii_digit());
        (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some((host, path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RedirectUri, NotARedirectUri> {
        text.parse()
    }

    #[test]
    fn an_address_is_https_or_on_this_very_machine() {
        for right in [
            "https://shop.example/signed-in",
            "https://shop.example:8443/?from=tessera",
            "https://shop.example",
            "https://Shop.example/signed-in",
            "https://192.0.2.7/signed-in",
            "https://[2001:db8::7]/signed-in",
            "http://127.0.0.1/signed-in",
            "http://[::1]:4000/signed-in",
            "http://localhost:8080",
        ] {
            assert_eq!(parse(right).map(|uri| uri.as_str().to_owned()), Ok(right.to_owned()));
        }
        let wrong = [
            ("", NotARedirectUri::Malformed),
            ("/signed-in", NotARedirectUri::Malformed),
            ("shop.example/signed-in", NotARedirectUri::Malformed),
            ("https:///signed-in", NotARedirectUri::Malformed),
            ("https://shop.example:/signed-in", NotARedirectUri::Malformed),
            ("https://shop.example:65536/signed-in", NotARedirectUri::Malformed),
            ("https://shop.example/sign ed-in", NotARedirectUri::Malformed),
            ("https://shöp.example/", NotARedirectUri::Malformed),
            ("HTTPS://shop.example/", NotARedirectUri::Malformed),
            ("https://shop.example;script-src/", NotARedirectUri::Malformed),
            ("https://shop.example,evil.example/", NotARedirectUri::Malformed),
            ("javascript:alert(1)", NotARedirectUri::Malformed),
            ("ftp://shop.example/", NotARedirectUri::Malformed),
            ("http://shop.example/", NotARedirectUri::Insecure),
            ("http://localhost.evil.example/", NotARedirectUri::Insecure),
            ("http://127.0.0.1.evil.example/", NotARedirectUri::Insecure),
            ("http://localhost:port/", NotARedirectUri::Malformed),
            ("https://shop.example/#", NotARedirectUri::Fragment),
            ("https://shop.example@evil.example/", NotARedirectUri::Ambiguous),
            ("https://shop.example\\@evil.example/", NotARedirectUri::Malformed),
            ("https://*.shop.example/", NotARedirectUri::Ambiguous),
            ("https://shop.example/a/../b", NotARedirectUri::Ambiguous),
            ("https://shop.example/a/%2E%2e/b", NotARedirectUri::Ambiguous),
            ("https://shop.127.0.0.1/", NotARedirectUri::Ambiguous),
            ("https://shop.example.1/", NotARedirectUri::Ambiguous),
            ("https://2130706433/", NotARedirectUri::Ambiguous),
            ("https://0x7f.1/", NotARedirectUri::Ambiguous),
            ("https://127.1/", NotARedirectUri::Ambiguous),
            ("https://[::0001]/", NotARedirectUri::Ambiguous),
            ("https://xn--a/", NotARedirectUri::Ambiguous),
        ];
        for (text, why) in wrong {
            assert_eq!(parse(text), Err(why), "{text}");
        }
        assert_eq!(parse(&format!("https://shop.example/{}", "a".repeat(512))), Err(NotARedirectUri::Malformed));
    }

    #[test]
    fn a_native_app_may_have_a_scheme_of_its_own_which_is_a_domain_in_reverse() {
        for right in [
            "com.example.app:/cb",
            "com.example.app:///cb",
            "com.example.app:/",
            "com.example.my-app2:/oauth2/cb?from=tessera",
            "com.googleusercontent.apps.123-abc:/oauth2redirect",
        ] {
            let uri = parse(right).unwrap_or_else(|why| panic!("{right}: {why}"));
            assert!(uri.is_private_use() && uri.allows(right), "{right}");
            assert_eq!(uri.host(), right.split(':').next().unwrap_or_default());
            let others = ["/cb/", "/CB", "/cb?x", "/cb#", "//cb", "///cb", "/c%62", ":1/cb", ""];
            let others = others.map(|rest| format!("com.example.app:{rest}"));
            for other in others.iter().map(String::as_str).chain([
                "com.example.app2:/cb",
                "COM.example.app:/cb",
                "https://com.example.app/cb",
            ]) {
                assert_eq!(uri.allows(other), other == right, "{right} and {other}");
            }
        }
        for wrong in [
            "myapp:/cb",
            "com.example.app:cb",
            "com.example.app://cb",
            "com.example.app:////cb",
            "com.example.app:",
            "com.example.app",
            "Com.example.app:/cb",
            "1com.example:/cb",
            ".example.app:/cb",
            "com..app:/cb",
            "com.example_app:/cb",
            "com.example.app:/cb#x",
            "com.example.app:/a/../cb",
            "com.example.app:/%2e%2E/cb",
            "com.example.app:/*",
            "com.example.app:/a\\b",
            "com.example.app:/a b",
            "javascript:/x",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(!parse("https://shop.example/").expect("right").is_private_use());
    }

    #[test]
    fn a_sector_is_a_host_without_its_port() {
        for (uri, sector) in [
            ("https://shop.example/signed-in", "shop.example"),
            ("https://Shop.example:8443/?from=tessera", "shop.example"),
            ("http://127.0.0.1:4000/signed-in", "127.0.0.1"),
            ("http://[::1]/signed-in", "[::1]"),
            ("https://[2001:db8::7]:8443/", "[2001:db8::7]"),
            ("com.example.app:/cb", "com.example.app"),
        ] {
            assert_eq!(parse(uri).expect(uri).sector(), sector, "{uri}");
        }
    }

    #[test]
    fn sec_35_an_address_is_compared_letter_by_letter() {
        let registered = parse("https://shop.example/signed-in?from=tessera").expect("right");
        assert!(registered.allows("https://shop.example/signed-in?from=tessera"));
        let near_misses = [
            "",
            "https://shop.example/signed-in",
            "https://shop.example/signed-in/",
            "https://shop.example/signed-in/?from=tessera",
            "https://shop.example/signed-in?from=tessera&",
            "https://shop.example/signed-in?from=tessera&more=1",
            "https://shop.example/signed-in?from=tessera#",
            "https://shop.example/signed-in?from=tessera#code",
            "https://shop.example/signed-in?from=Tessera",
            "https://shop.example/signed-in?FROM=tessera",
            "https://shop.example/signed-in?from=%74essera",
            "https://shop.example/Signed-in?from=tessera",
            "https://shop.example/./signed-in?from=tessera",
            "https://shop.example/a/../signed-in?from=tessera",
            "https://shop.example/%2e/signed-in?from=tessera",
            "https://shop.example//signed-in?from=tessera",
            "https://shop.example\\signed-in?from=tessera",
            "https://shop.example:443/signed-in?from=tessera",
            "https://shop.example:8443/signed-in?from=tessera",
            "https://shop.example./signed-in?from=tessera",
            "https://SHOP.example/signed-in?from=tessera",
            "https://www.shop.example/signed-in?from=tessera",
            "https://shop.example.evil.example/signed-in?from=tessera",
            "https://evil.example/shop.example/signed-in?from=tessera",
            "https://shop.example@evil.example/signed-in?from=tessera",
            "https://user@shop.example/signed-in?from=tessera",
            "https://evil.example/?https://shop.example/signed-in?from=tessera",
            "https:/shop.example/signed-in?from=tessera",
            "//shop.example/signed-in?from=tessera",
            "http://shop.example/signed-in?from=tessera",
            "HTTPS://shop.example/signed-in?from=tessera",
            " https://shop.example/signed-in?from=tessera",
            "https://shop.example/signed-in?from=tessera ",
            "https://shop.example/signed-in?from=tessera\n",
            "https://shop.example/signed-in?from=tessera\0",
        ];
        for near in near_misses {
            assert!(!registered.allows(near), "{near:?}");
        }
    }

    #[test]
    fn sec_35_of_a_loopback_address_the_port_alone_may_differ() {
        let registered = parse("http://127.0.0.1:4000/signed-in").expect("right");
        for right in ["http://127.0.0.1/signed-in", "http://127.0.0.1:65535/signed-in"] {
            assert!(registered.allows(right), "{right}");
        }
        for wrong in [
            "https://127.0.0.1:4000/signed-in",
            "http://localhost:4000/signed-in",
            "http://127.0.0.2:4000/signed-in",
            "http://127.0.0.1:4000/signed-in/",
            "http://127.0.0.1:4000/signed-in?more=1",
            "http://127.0.0.1:4000/signed-in#",
            "http://127.0.0.1:65536/signed-in",
            "http://127.0.0.1:+4000/signed-in",
            "http://127.0.0.1:/signed-in",
            "http://127.0.0.1:4000@evil.example/signed-in",
            "http://127.0.0.1.evil.example/signed-in",
        ] {
            assert!(!registered.allows(wrong), "{wrong}");
        }
    }
}
