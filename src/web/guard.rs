//! The guards that run before every handler, and the headers of every answer. `server/router.rs` sets their
//! order.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::client::{ClientAddress, Peer, TrustedProxies};
use super::document::{PERMISSIONS_POLICY, Site, signed_in};
use super::form::owner;
use super::limits::Limits;
use super::limits::tally::{Seldom, Tally};
use super::problem::Problem;
use super::render::{Reader, rendered};
use crate::about;
use crate::clock::Clock;
use crate::measure;

/// The state of the layers [`gate`] and [`headers`]: this site, its trusted proxies, its rate limits, and the counters
/// for their log lines.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The address of this site.
    pub site: Site,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub proxies: TrustedProxies,
    /// The rate limits.
    pub limits: Limits,
    /// Counts malformed requests, which are refused before any rate limit is applied.
    pub malformed: Tally,
    /// Limits the log lines about browsers that open another address than this site's.
    pub misdirected: Seldom,
    /// Whether other sites may make browsers send requests that change something to the routes behind this
    /// gate. Only for routes that ignore cookies, so that no account is at risk.
    pub is_open: bool,
}

impl Gate {
    /// Makes the state for routes to which only pages of this site may send forms (`is_open` is `false`).
    pub fn new(site: Site, proxies: TrustedProxies, limits: Limits, clock: &Clock) -> Self {
        let (malformed, misdirected) = (Tally::new("malformed", clock), Seldom::new(clock));
        Self { site, proxies, limits, malformed, misdirected, is_open: false }
    }
}

/// Largest number of bytes of the first segment of a refused request's path that a log line contains.
const PATH_LOGGED: usize = 24;

/// The layer that checks requests before their handlers. It applies the limit on the requests of one client, and
/// redirects a browser that reads at a loopback address to `localhost` if this site is there. Unless the gate
/// `is_open`, it also refuses a browser that opened another host, and requests other than `GET`, `HEAD` and `OPTIONS`
/// that come from another site.
pub async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match admit(&gate, &request) {
        Ok(None) if signed_in::is_for(&request) => owner::around(signed_in::around(next.run(request))).await,
        Ok(None) => owner::around(next.run(request)).await,
        Ok(Some(elsewhere)) => elsewhere,
        Err(problem) => refusal(&request, problem),
    }
}

/// The layer that determines the client's address of a request ([`TrustedProxies::resolve`]), stores it in the request
/// for the handlers, and adds it to the log lines of the request.
pub async fn from_where(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>() else { return Problem::broken().into_response() };
    let client = proxies.resolve(peer.0.ip(), request.headers());
    request.extensions_mut().insert(client);
    about::request(client.0, next.run(request)).await
}

/// Counts a refusal in the metrics and returns its answer, which closes the connection. Also logs the refusal, unless
/// its status is 429 or 421, which are logged where they are decided.
fn refusal(request: &Request, problem: Problem) -> Response {
    // A reached limit logs itself, and a wrong address is logged once a minute.
    if ![StatusCode::TOO_MANY_REQUESTS, StatusCode::MISDIRECTED_REQUEST].contains(&problem.status) {
        // Only the beginning of the path is logged, because the rest may be a code. The first segment of this
        // site's paths is shorter.
        let path = request.uri().path().split('/').nth(1).unwrap_or_default();
        let path = path.get(..path.len().min(PATH_LOGGED)).unwrap_or_default();
        tracing::info!(code = problem.code, path, "a request was refused");
    }
    closing(problem)
}

/// Counts a refusal in the metrics, and returns its answer with `Connection: close`.
fn closing(problem: Problem) -> Response {
    measure::refused("request", problem.code);
    // What follows a refused request on its connection is not read.
    ([(header::CONNECTION, "close")], problem).into_response()
}

/// Refuses requests that a proxy and this server could interpret differently: with 411 those with `Transfer-Encoding`,
/// and with 400 those without exactly one valid `Host`. Before HTTP/1.1, `Host` may be missing.
fn unambiguous(request: &Request) -> Result<(), Problem> {
    // Two ways to state where a body ends allow request smuggling past a proxy (ASVS 4.2.1). No client of
    // this site sends a body of unknown length, so the second way is not supported at all, and the connection
    // is closed.
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        let status = StatusCode::LENGTH_REQUIRED;
        let problem = Problem::malformed_because(|texts| texts.programs.length);
        return Err(Problem { status, code: "length_required", ..problem });
    }
    // RFC 9112 §3.2: exactly one valid Host header; before HTTP/1.1 it was optional.
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let names_one = match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (Some(_), Some(_)) => false,
        (None, _) => request.version() < Version::HTTP_11,
    };
    if names_one {
        return Ok(());
    }
    Err(Problem { code: "wrong_host", ..Problem::malformed_because(|texts| texts.programs.host) })
}

/// Returns whether the value of a `Host` header is a host with an optional port, without user information (RFC
/// 9110 §7.2).
fn is_host(text: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(text) else { return false };
    let port = authority.as_str().strip_prefix(authority.host());
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_digits))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks a request as [`gate`] does. `None` lets it through, `Some` is a redirect to the right address, and
/// the error is the refusal.
fn admit(gate: &Gate, request: &Request) -> Result<Option<Response>, Problem> {
    let client = request.extensions().get::<ClientAddress>().copied().ok_or_else(Problem::broken)?;
    gate.limits.request(client)?;
    let is_write = is_write(request.method());
    if let Some(url) = gate.site.canonical(request).filter(|_| !is_write) {
        return Ok(Some(Redirect::temporary(&url).into_response()));
    }
    if gate.is_open {
        return Ok(None);
    }
    at_its_address(gate, request)?;
    if is_write {
        same_origin(request.headers(), &gate.site)?;
    }
    Ok(None)
}

/// Refuses with 421 a request of a browser that opened another host than this site's, because it could not sign in
/// there. Also logs a warning, at most once a minute.
fn at_its_address(gate: &Gate, request: &Request) -> Result<(), Problem> {
    /// Largest number of bytes of the opened host in the log line and in the answer: as long as a host can be (RFC
    /// 1035 §2.3.4), with its port.
    const HOST_LOGGED: usize = 260;
    let Some(host) = gate.site.opened_elsewhere(request) else { return Ok(()) };
    let host = &host[..host.len().min(HOST_LOGGED)];
    if gate.misdirected.is_due() {
        tracing::warn!(
            opened = host,
            server.public_url = gate.site.origin(),
            "a browser opened another address than server.public_url, or the proxy does not pass the Host header on"
        );
    }
    Err(Problem::opened_elsewhere(host, gate.site.origin(), gate.site.address_of(request)))
}

/// Returns whether a request with this method may change something.
pub fn is_write(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses with 403 a request that another site made a browser send (ASVS 3.5.1). The origin is read from
/// `Sec-Fetch-Site`, which every browser since 2023 sends to a site on HTTPS; without it from `Origin`; and without
/// both from `Referer`. A request with none of them is refused only if it has a cookie: without one it puts no account
/// at risk.
pub fn same_origin(headers: &HeaderMap, site: &Site) -> Result<(), Problem> {
    let ours = match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN), headers.get(header::REFERER)) {
        (Some(from), ..) => from == "same-origin" || from == "none",
        (None, Some(origin), _) => origin == site.origin(),
        (None, None, Some(page)) => is_page_of(site, page),
        (None, None, None) => !headers.contains_key(header::COOKIE),
    };
    if ours { Ok(()) } else { Err(cross_site(site)) }
}

fn is_page_of(site: &Site, page: &HeaderValue) -> bool {
    let path = page.to_str().ok().and_then(|page| page.strip_prefix(site.origin()));
    path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
}

/// Refuses with 403 a request for a WebSocket unless it has exactly one `Origin`, that of this site (ASVS 4.4.2).
/// Browsers do not prevent other sites from opening a WebSocket.
pub fn exact_origin(headers: &HeaderMap, site: &Site) -> Result<(), Problem> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) if origin == site.origin() => Ok(()),
        _ => Err(cross_site(site)),
    }
}

fn cross_site(site: &Site) -> Problem {
    let site = site.clone();
    Problem::saying(StatusCode::FORBIDDEN, "cross_site", move |texts| {
        (texts.problems.cross_site_title, texts.problems.cross_site_advice(site.origin()))
    })
}

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The layer around [`gate`] and all handlers. It refuses requests that a proxy could interpret differently, and sets
/// the security headers of every answer, whatever its status (ASVS 3.4). Headers that an answer already has, such as
/// its policy, are kept.
pub async fn headers(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let site = &gate.site;
    let mut response = match unambiguous(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => {
            // No rate limit applies before this, so one log line per request could be a flood.
            gate.malformed.one();
            rendered(site, &Reader::of(&request), closing(problem))
        }
    };
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Sends no referrer to other sites. This site gets one, which says where a form came from: with
        // `no-referrer` browsers would send `Origin: null`, and the guard would refuse our own forms (Fetch,
        // "append a request `Origin` header").
        (header::REFERRER_POLICY, "same-origin"),
        (OPENER_POLICY, "same-origin"),
        (PERMISSIONS_POLICY, "camera=(), microphone=(), geolocation=()"),
        // Answers about a ticket or an account are for one reader, once. Files set their own header.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Some(two_years) = site.https_only() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(two_years));
    }
    response
}

/// Sets `Cross-Origin-Opener-Policy: unsafe-none` on an answer, so that a page in a window stays connected to the site
/// that opened the window. With the `same-origin` of all other pages, that site would take the window for closed and
/// would not receive the result of the sign-in.
pub async fn keeps_opener(mut response: Response) -> Response {
    response.headers_mut().insert(OPENER_POLICY, HeaderValue::from_static("unsafe-none"));
    response
}

/// Extracts the client's address that [`from_where`] put into the request, for handlers.
impl<S: Sync> axum::extract::FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(Problem::broken)
    }
}
