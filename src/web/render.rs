//! Renders the bodies of refusals: a page for people, JSON for programs, and the format of RFC 6749 §5.2 for
//! apps.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::document::Site;
use super::language::{Language, varies};
use super::problem::{Beside, FramedBy, Problem, wants_html};
use crate::text::Lang;

/// The JSON of a refusal for programs other than apps, such as this site's scripts.
#[derive(Serialize)]
struct Body {
    error: &'static str,
    message: String,
    /// What the handler puts beside it.
    #[serde(flatten)]
    beside: Map<String, Value>,
}

/// The JSON of a refusal for an app that calls an OAuth endpoint (RFC 6749 §5.2).
#[derive(Serialize)]
struct AppBody {
    error: &'static str,
    error_description: String,
}

/// The client that reads an answer: whether it is a person, a program or an app, its language, and whether its request
/// only reads (`GET`, `HEAD`).
#[derive(Clone, Debug)]
pub(super) struct Reader {
    kind: Kind,
    language: Language,
    only_looks: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Person,
    Program,
    /// A program that calls an OAuth endpoint, whatever its `Accept` says.
    App,
}

impl Kind {
    fn of(request: &Request) -> Self {
        // Below `/oauth/`, browsers open only `authorize` and `logout`; programs call everything else.
        let called = request.uri().path().strip_prefix("/oauth/");
        if called.is_some_and(|called| !called.starts_with("authorize") && !called.starts_with("logout")) {
            Self::App
        } else if wants_html(request.headers()) {
            Self::Person
        } else {
            Self::Program
        }
    }
}

impl Reader {
    /// Determines from a request which kind of client reads the answer, in which language, and whether the request
    /// only reads.
    pub(super) fn of(request: &Request) -> Self {
        let only_looks = matches!(*request.method(), Method::GET | Method::HEAD);
        Self { kind: Kind::of(request), language: Language::of(request.extensions()), only_looks }
    }
}

/// The layer that gives every answer with a [`Problem`], and every refusal that a library made, the body that fits its
/// reader: a page for a person, JSON for a program or an app.
pub async fn render(State(site): State<Site>, request: Request, next: Next) -> Response {
    let reader = Reader::of(&request);
    rendered(&site, &reader, next.run(request).await)
}

/// Returns the answer with its [`Problem`] rendered for this reader: as a page, or as JSON. A refusal that a library
/// made is rendered as the problem that fits it ([`foreign`]). Any other answer is returned unchanged.
pub(super) fn rendered(site: &Site, reader: &Reader, mut response: Response) -> Response {
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| foreign(status, &response));
    let Some(problem) = problem else { return response };
    let framed_by = response.extensions_mut().remove::<FramedBy>().map(|FramedBy(pages)| pages);
    let beside = response.extensions_mut().remove::<Beside>().map(|Beside(fields)| fields).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    // Asked for only now: the handler may have found the request of an app that wants another language.
    let texts = reader.language.texts();
    let mut rendered = match reader.kind {
        Kind::Person => {
            let mut page = site.problem_page(texts, &problem, framed_by);
            if reader.only_looks && problem.status == StatusCode::SERVICE_UNAVAILABLE {
                // The page reloads itself, because the person has only looked and can look again.
                page.headers_mut().insert("refresh", HeaderValue::from(problem.retry_seconds()));
            }
            page
        }
        Kind::Program => {
            let body = Body { error: problem.code, message: problem.message(texts), beside };
            let mut answer = axum::Json(body).into_response();
            varies(answer.headers_mut(), texts);
            answer
        }
        Kind::App => {
            let is_passing = problem.retry_after.is_some();
            let error = if is_passing { "temporarily_unavailable" } else { "invalid_request" };
            // English, because RFC 6749 §5.2 allows only ASCII characters.
            let error_description = problem.message(Lang::default().texts());
            axum::Json(AppBody { error, error_description }).into_response()
        }
    };
    *rendered.status_mut() = problem.status;
    // The other headers (such as `Retry-After`, `WWW-Authenticate` and `Connection`) are kept.
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    rendered.headers_mut().extend(parts.headers);
    rendered
}

/// Returns the problem that fits a refusal or a failure that a library made, without the library's text. Client errors
/// keep their status; 408, 500 and a 503 without a content type become [`Problem::broken`]. `None` for any other
/// answer, and for pages and JSON, which this server made.
fn foreign(status: StatusCode, response: &Response) -> Option<Problem> {
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let is_ours = kind.starts_with(b"text/html") || kind == b"application/json";
    match status {
        _ if is_ours => None,
        StatusCode::NOT_FOUND => Some(Problem::not_found()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Problem { status, code: "method_not_allowed", ..Problem::not_found() }),
        StatusCode::PAYLOAD_TOO_LARGE => {
            let too_large = Problem::malformed_because(|texts| texts.programs.too_large);
            Some(Problem { status, code: "too_large", ..too_large })
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::INTERNAL_SERVER_ERROR => Some(Problem::broken()),
        StatusCode::SERVICE_UNAVAILABLE if kind.is_empty() => Some(Problem::broken()),
        _ if status.is_client_error() => Some(Problem { status, ..Problem::malformed() }),
        _ => None,
    }
}
