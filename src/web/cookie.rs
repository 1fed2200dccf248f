//! Cookies: each one is `__Host-`, `Secure`, `HttpOnly`, `Path=/` and `SameSite` (ASVS 3.3). All their names
//! are defined here.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// The session cookie of a signed-in person.
pub const SESSION: &str = "__Host-tessera-session";
/// The claim key of this browser's tickets.
pub const BROWSER: &str = "__Host-tessera-browser";
/// The accounts that signed in on this device; it does not authenticate any of them.
pub const DEVICE: &str = "__Host-tessera-device";
/// The claim key of tickets that are shown in frames on other sites.
pub const FRAME: &str = "__Host-tessera-frame";
/// The language that the person chose for the pages.
pub const LANGUAGE: &str = "__Host-tessera-language";

/// Set by a form that must know whether this browser keeps cookies; it has no other meaning.
const KEPT: &str = "__Host-tessera-kept";
/// Longest time that a form may be open before it is sent.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns whether the browser sent a cookie of this site.
pub fn are_kept(headers: &HeaderMap) -> bool {
    [SESSION, BROWSER, DEVICE, KEPT].iter().any(|name| read(headers, name).is_some())
}

/// Returns a `Set-Cookie` value that lets a form find out whether the browser keeps cookies ([`are_kept`]);
/// `None` if it is known to keep them.
pub fn probe(headers: &HeaderMap) -> Option<HeaderValue> {
    (!are_kept(headers)).then(|| set(KEPT, "1", KEPT_FOR))
}

/// Returns the value of a cookie in the request. The header is read as bytes: sibling domains may set cookies
/// that come in the same header, and RFC 6265 §5.4 allows any bytes in them. The cookies of this site are
/// ASCII.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(|value| str::from_utf8(value).ok())
}

/// Makes a `Set-Cookie` value. `value` is base64url, so nothing in it needs quoting.
///
/// `Lax`, not `Strict`: a person who follows a link from another site is still signed in and still has the
/// claim key that other tabs wait with. Requests that write are also guarded by `Sec-Fetch-Site`.
pub fn set(name: &str, value: &str, life: Duration) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", life.as_secs());
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// Makes a `Set-Cookie` value for a page in another site's frame. The browser stores it separately for each
/// such site, so that no site learns what was done at another, and sends it even if third-party cookies are
/// blocked.
pub fn set_framed(name: &str, value: &str, life: Duration) -> HeaderValue {
    let line =
        format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=None; Partitioned", life.as_secs());
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// Makes a `Set-Cookie` value that deletes a cookie.
pub fn clear(name: &str) -> HeaderValue {
    set(name, "", Duration::ZERO)
}
