//! What stands before every handler and around every answer. Order matters and is set in `app.rs`.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::client::{ClientAddress, Peer, TrustedProxies};
use super::document::Site;
use super::limits::Limits;
use super::problem::Problem;
use super::render::{Reader, rendered};
use super::tally::{Seldom, Tally};
use crate::about;
use crate::measure;

/// What the gate needs to know.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The site.
    pub site: Site,
    /// Whose `X-Forwarded-For` counts.
    pub proxies: TrustedProxies,
    /// How often one address may ask.
    pub limits: Limits,
    /// Counts the requests that are refused before anybody's limit is asked.
    pub malformed: Tally,
    /// Lets it be said that browsers open another address than this site's.
    pub misdirected: Seldom,
    /// Whether other sites may have browsers write here: where no cookie counts, nothing of anybody's is at stake.
    pub is_open: bool,
}

/// Bytes of a path's first part in a log line.
const PATH_LOGGED: usize = 24;

/// What every request meets that asks for more than health: who is it, may it ask at all, and may it write.
pub async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match admit(&gate, &request) {
        Ok(None) => next.run(request).await,
        Ok(Some(elsewhere)) => elsewhere,
        Err(problem) => refusal(&request, problem),
    }
}

/// Finds out from where a request comes, for all that follows and for every line about it.
pub async fn from_where(State(proxies): State<TrustedProxies>, mut request: Request, next: Next) -> Response {
    let Some(peer) = request.extensions().get::<Peer>() else { return Problem::broken().into_response() };
    let client = proxies.resolve(peer.0.ip(), request.headers());
    request.extensions_mut().insert(client);
    about::request(client.0, next.run(request)).await
}

fn refusal(request: &Request, problem: Problem) -> Response {
    // A limit that was reached says so itself; another address than ours, once a minute.
    if ![StatusCode::TOO_MANY_REQUESTS, StatusCode::MISDIRECTED_REQUEST].contains(&problem.status) {
        // Of the path its beginning: what follows may be somebody's code. No path of ours begins with more than that.
        let path = request.uri().path().split('/').nth(1).unwrap_or_default();
        let path = path.get(..path.len().min(PATH_LOGGED)).unwrap_or_default();
        tracing::info!(code = problem.code, path, "a request was refused");
    }
    closing(problem)
}

fn closing(problem: Problem) -> Response {
    measure::refused("request", problem.code);
    // Whatever stands behind a refused request on its connection is not read.
    ([(header::CONNECTION, "close")], problem).into_response()
}

/// Refuses what two readers of one request, a proxy and this server, could read in two ways.
fn unambiguous(request: &Request) -> Result<(), Problem> {
    // Two ways to say where a body ends are how requests are smuggled past a proxy (ASVS 4.2.1). No client of ours
    // sends a body of unknown length, so the second way is not spoken at all; and its connection is closed.
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        let status = StatusCode::LENGTH_REQUIRED;
        let problem = Problem::malformed_because(|texts| texts.programs.length);
        return Err(Problem { status, code: "length_required", ..problem });
    }
    // RFC 9112 §3.2: one host, as a host is written; before HTTP/1.1 nobody had to name one.
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

/// RFC 9110 §7.2: a host, and maybe a port behind it; no name of a user before it.
fn is_host(text: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(text) else { return false };
    let port = authority.as_str().strip_prefix(authority.host());
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_digits))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

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

/// Refuses a page to a browser that opened another address than the site's: it could not sign in there.
fn at_its_address(gate: &Gate, request: &Request) -> Result<(), Problem> {
    /// Of a host as long as any is (RFC 1035 §2.3.4), with its port.
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

fn is_write(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what another site made this browser send (ASVS 3.5.1). Every browser since 2023 says so itself in
/// `Sec-Fetch-Site`, to a site on HTTPS; before that, on plain HTTP, and behind a proxy that takes such headers away,
/// `Origin` does; before 2020 some said in a form to their own site nothing but `Referer`. What has none of them and carries
/// no cookie is no browser: nothing of anybody's is at stake.
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

/// The same for a WebSocket, which no browser protects: the exact origin, and never without one (ASVS 4.4.2).
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

/// The outermost layer: what every request has to say of itself, and the headers of every answer, whatever its status (ASVS
/// 3.4). A page has set its own policy already.
pub async fn headers(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let site = &gate.site;
    let mut response = match unambiguous(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => {
            // Nobody's limit is asked before this, so a line for each could be as many as anybody likes.
            gate.malformed.one();
            rendered(site, Reader::of(&request), closing(problem))
        }
    };
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Nothing to other sites. To this one it says where a form came from: with `no-referrer` browsers would send
        // `Origin: null`, and the guard would refuse our own forms (Fetch, "append a request `Origin` header").
        (header::REFERRER_POLICY, "same-origin"),
        (OPENER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
        // What a ticket or an account says is for one reader, once. Files set their own.
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

/// Leaves a page together with the site that opened it in a window of its own. With `same-origin`, which every other page
/// has, the browser parts the two for good: the site takes the window for closed, and never hears that somebody signed in.
pub async fn keeps_opener(mut response: Response) -> Response {
    response.headers_mut().insert(OPENER_POLICY, HeaderValue::from_static("unsafe-none"));
    response
}

/// The client's address, for handlers.
impl<S: Sync> axum::extract::FromRequestParts<S> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(Problem::broken)
    }
}
