//! Cookies: each one is `__Host-`, `Secure`, `HttpOnly`, `Path=/` and `SameSite` (ASVS 3.3). All their names
//! are defined here.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// Name of the cookie with the session of a signed-in person.
pub const SESSION: &str = "__Host-tessera-session";
/// Name of the cookie with the sessions that are kept aside in a browser where several accounts are signed in. The one in use
/// has the cookie [`SESSION`].
pub const ASIDE: &str = "__Host-tessera-aside";
/// Name of the cookie that says that the person chose to add an account, so that the session which it names is kept at the
/// next sign-in.
pub const ADDING: &str = "__Host-tessera-adding";
/// Name of the cookie with a secret key of this browser. Only with it can the browser complete the sign-ins whose QR
/// codes it shows, once they are approved on a phone.
pub const BROWSER: &str = "__Host-tessera-browser";
/// Name of the cookie that lists the accounts that signed in on this device. It does not authenticate any of
/// them.
pub const DEVICE: &str = "__Host-tessera-device";
/// Name of the cookie with the id by which accounts know this browser. It is the same for all accounts, and authenticates
/// none of them.
pub const KNOWN: &str = "__Host-tessera-known";
/// Name of the cookie with a secret key of this browser for QR codes in frames on other sites' pages. Only with it can
/// the browser complete those sign-ins, once they are approved on a phone.
pub const FRAME: &str = "__Host-tessera-frame";
/// Name of the cookie with a secret key of this browser for one-time links. A link that was opened belongs to the browser
/// that has the key, and to no other.
pub const LINK: &str = "__Host-tessera-link";
/// Name of the cookie with a secret key of this browser for passkeys. A challenge for a passkey is made for one browser, and
/// only that browser can answer it.
pub const PASSKEY: &str = "__Host-tessera-passkey";
/// Name of the cookie with the newest signed heads of the receipts of the accounts that approved on this device. It shows
/// whether the server lost some, and authenticates nobody.
pub const RECEIPTS: &str = "__Host-tessera-receipts";
/// Name of the cookie with the language that the person chose for the pages.
pub const LANGUAGE: &str = "__Host-tessera-language";

/// Name of a cookie without any other meaning than to show whether the browser keeps cookies. It is set by pages with
/// a form that needs to know that.
const KEPT: &str = "__Host-tessera-kept";
/// Lifetime of the cookie [`KEPT`]: the longest time that a form may be open before it is sent.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns whether a request shows that its browser keeps cookies: whether it has one of this site's cookies,
/// other than those of frames and of the language.
pub fn are_kept(headers: &HeaderMap) -> bool {
    [SESSION, BROWSER, DEVICE, LINK, PASSKEY, KEPT].iter().any(|name| read(headers, name).is_some())
}

/// Returns a `Set-Cookie` value for a page with a form, so that the later request of the form shows whether the
/// browser keeps cookies ([`are_kept`]). `None` if the request with these headers already shows that it does.
pub fn probe(headers: &HeaderMap) -> Option<HeaderValue> {
    (!are_kept(headers)).then(|| set(KEPT, "1", KEPT_FOR))
}

/// Returns the value of the cookie of this name in a request; `None` if there is none. The header is read as
/// bytes: sibling domains may set cookies that come in the same header, and RFC 6265 §5.4 allows any bytes in
/// them. The cookies of this site are ASCII.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(|value| str::from_utf8(value).ok())
}

/// Makes the `Set-Cookie` value that sets a cookie for this long. `value` must have characters of base64url only,
/// because it is neither checked nor quoted.
///
/// The cookie is `SameSite=Lax`, not `Strict`, so that a person who follows a link from another site is still signed
/// in, and still has the key that other tabs wait with. Requests that write are also guarded by `Sec-Fetch-Site`.
pub fn set(name: &str, value: &str, life: Duration) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Lax", life.as_secs());
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// Makes the `Set-Cookie` value that sets a cookie until the browser is closed, like [`set`].
pub fn set_for_visit(name: &str, value: &str) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// Makes the `Set-Cookie` value that sets a cookie for this long, for a page in a frame on another site
/// (`SameSite=None; Partitioned`). The browser stores it separately for each such site, so that no site learns what
/// was done at another, and sends it even if third-party cookies are blocked.
pub fn set_framed(name: &str, value: &str, life: Duration) -> HeaderValue {
    let line =
        format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=None; Partitioned", life.as_secs());
    HeaderValue::try_from(line).expect("base64url and attributes are header characters")
}

/// Makes the `Set-Cookie` value that deletes the cookie of this name. It does not delete those of [`set_framed`].
pub fn clear(name: &str) -> HeaderValue {
    set(name, "", Duration::ZERO)
}
