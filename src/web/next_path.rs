//! The path to which a sign-in leads: on this origin only, so that the server is never an open redirector.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::bounds::NEXT_PATH_CHARS;
use crate::ticket::request_id::RequestId;

/// Characters that are percent-encoded in the value of a query parameter: all but the unreserved ones (RFC 3986 §2.3)
/// and the slash.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path, with its query, to which the browser goes after a sign-in. It is always on the origin of this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPath(Box<str>);

impl NextPath {
    /// Returns the home path `/`, to which a sign-in without another destination leads.
    pub fn home() -> Self {
        Self("/".into())
    }

    /// Returns the path at which this authorization request of an app continues after a sign-in, in a browser window.
    pub fn of_request(request: RequestId) -> Self {
        Self(format!("/oauth/authorize/{request}").into())
    }

    /// Returns the path at which this authorization request of an app continues after a sign-in, in a frame of the
    /// app's page.
    pub fn of_framed_request(request: RequestId) -> Self {
        Self(format!("/embed/go/{request}").into())
    }

    /// Parses the parameter `next` of a query. `None` unless the text is a path on this origin: printable ASCII
    /// without a backslash, with exactly one slash at its beginning, and at most [`NEXT_PATH_CHARS`] bytes long.
    ///
    /// A browser takes `//host` and `/\host` for another site, and drops tabs and line ends before it parses.
    pub fn parse(text: &str) -> Option<Self> {
        let printable = text.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\');
        let ours = text.starts_with('/') && !text.starts_with("//");
        (ours && printable && text.len() <= NEXT_PATH_CHARS).then(|| Self(text.into()))
    }

    /// Returns the authorization request of an app that this path continues in a browser window; `None` if it leads elsewhere.
    pub fn request(&self) -> Option<RequestId> {
        let rest = self.0.strip_prefix("/oauth/authorize/")?;
        rest.split('?').next()?.parse().ok()
    }

    /// Returns the path as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns a link to `path` whose query contains this path as `next`, and then the pairs of `beside`, all
    /// percent-encoded. `next` is left out if this is the home path `/`.
    pub fn link_via(&self, path: &str, beside: &[(&str, &str)]) -> String {
        let next = (&*self.0 != "/").then_some(("next", &*self.0));
        let pairs = next.into_iter().chain(beside.iter().copied());
        let query: Vec<_> =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, VALUE))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// Returns the path in the form in which a ticket stores it; `None` if this is the home path.
    pub fn into_boxed(self) -> Option<Box<str>> {
        (&*self.0 != "/").then_some(self.0)
    }
}

/// Returns whether the answer to a request for this path may be a redirect to another site, judged by the beginning of
/// the path: those of apps' authorization requests, and those of the pages for signing in, which send signed-in people
/// on to such a request.
pub fn may_lead_on(path: &str) -> bool {
    ["/oauth/", "/connect/", "/login", "/signin"].iter().any(|begin| path.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_on_this_origin_is_taken() {
        for ours in ["/", "/a/b?c=d&e=%2F%2Fx", "/s/ABC#part", "/a//b"] {
            assert!(NextPath::parse(ours).is_some(), "{ours}");
        }
        for theirs in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\/evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            " /a",
            "/a b",
            "/ü",
            "///evil",
        ] {
            assert!(NextPath::parse(theirs).is_none(), "{theirs:?}");
        }
        assert!(NextPath::parse(&format!("/{}", "a".repeat(NEXT_PATH_CHARS))).is_none());
    }

    #[test]
    fn a_path_tells_which_request_of_an_app_it_continues() {
        let request = RequestId::from_random([7; 16]);
        let path = NextPath::of_request(request);
        assert_eq!(path.request(), Some(request));
        let chosen = NextPath::parse(&format!("{}?chosen=1", path.as_str()));
        assert_eq!(chosen.and_then(|path| path.request()), Some(request));
        for other in [NextPath::home(), NextPath::of_framed_request(request)] {
            assert_eq!(other.request(), None, "{other:?}");
        }
    }

    #[test]
    fn a_link_carries_the_path_as_one_value() {
        let path = |text| NextPath::parse(text).unwrap_or_else(NextPath::home);
        assert_eq!(NextPath::home().link_via("/login", &[]), "/login");
        assert_eq!(NextPath::home().link_via("/signin", &[("anew", "1")]), "/signin?anew=1");
        assert_eq!(path("/a?b=c&d").link_via("/login", &[]), "/login?next=/a%3Fb%3Dc%26d");
        assert_eq!(
            path("/a").link_via("/signin", &[("anew", "1"), ("hint", "é&")]),
            "/signin?next=/a&anew=1&hint=%C3%A9%26"
        );
    }
}
