//! Cookies: every one is `__Host-`, `Secure`, `HttpOnly`, `Path=/` and `SameSite` (ASVS 3.3). Names live here.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// Who is signed in.
pub const SESSION: &str = "__Host-tessera-session";
/// The claim key of this browser's tickets.
pub const BROWSER: &str = "__Host-tessera-browser";
/// Which accounts signed in on this device; it opens nothing.
pub const DEVICE: &str = "__Host-tessera-device";
/// The claim key of tickets that are shown in other sites' frames.
pub const FRAME: &str = "__Host-tessera-frame";
/// The language that the person chose.
pub const LANGUAGE: &str = "__Host-tessera-language";

/// Whether this browser keeps cookies at all, where a form needs to know; it says nothing else.
const KEPT: &str = "__Host-tessera-kept";
/// How long a form may be open before it is sent.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether the browser sent a cookie of this site.
pub fn are_kept(headers: &HeaderMap) -> bool {
    [SESSION, BROWSER, DEVICE, KEPT].iter().any(|name| read(headers, name).is_some())
}

/// A `Set-Cookie` value by which a form finds out whether the browser keeps cookies ([`are_kept`]); none where it does.
pub fn probe(headers: &HeaderMap) -> Option<HeaderValue> {
    (!are_kept(headers)).then(|| set(KEPT, "1", KEPT_FOR))
}

/// The value of a cookie that the request carries. The line is read as bytes: sibling domains set cookies that come on the
/// same line, and RFC 6265 §5.4 lets those be any bytes. Ours are ASCII.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(|value| str::from_utf8(value).ok())
}

/// A `Set-Cookie` value. `value` is base64url, so nothing in it needs quoting.
///
/// `Lax`, not `Strict`: a person who comes by a link from another site is still signed in, and still has the claim
/// key that other tabs wait with. What writes is guarded by `Sec-Fetch-Site` besides.
pub fn set(name: &str, value: &str, life: Duration) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", life.as_secs());
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// A `Set-Cookie` value for a page in another site's frame: kept apart for each such site, so that it tells none what was
/// done at another, and sent where third-party cookies are blocked.
pub fn set_framed(name: &str, value: &str, life: Duration) -> HeaderValue {
    let line =
        format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=None; Partitioned", life.as_secs());
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// A `Set-Cookie` value that takes a cookie away.
pub fn clear(name: &str) -> HeaderValue {
    set(name, "", Duration::ZERO)
}
