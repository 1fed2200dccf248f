//! What a refused request is told: a status, a stable code, a sentence to act on. Handlers return a [`Problem`];
//! one layer renders it, as a page for people and as JSON for programs. No library's text ever gets in here.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::header::{ACCEPT, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::cause::caused;
use crate::store::Fault;
use crate::text::{Lang, plain};

/// A refusal on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// For programs; never changes once released.
    pub code: &'static str,
    /// For people: what happened, why that may be; a heading, so it ends without a full stop.
    pub title: &'static str,
    /// For people: what to do.
    pub advice: Cow<'static, str>,
    /// For people: the one next step, as the words and the path of a link.
    pub step: (&'static str, Cow<'static, str>),
    /// When to come back.
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// A refusal.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        advice: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code, title, advice: advice.into(), step: (Lang::En.to_start(), "/".into()), retry_after: None }
    }

    /// Something here is broken; the cause is in the log.
    pub fn broken() -> Self {
        let lang = Lang::En;
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let mut problem = Self::new(status, "temporarily_unavailable", lang.broken_title(), lang.broken_advice());
        problem.retry_after = Some(Duration::from_secs(2));
        problem
    }

    /// As much is under way as this server takes.
    pub fn full() -> Self {
        Self { code: "too_many_waiting", title: Lang::En.turn_full_title(), ..Self::broken() }
    }

    /// Nothing is at this address.
    pub fn not_found() -> Self {
        let lang = Lang::En;
        Self::new(StatusCode::NOT_FOUND, "not_found", lang.not_found_title(), lang.not_found_advice())
    }

    /// The request does not have the shape that this address takes.
    pub fn malformed() -> Self {
        let lang = Lang::En;
        Self::new(StatusCode::BAD_REQUEST, "malformed_request", lang.malformed_title(), lang.malformed_advice())
    }

    /// The same for a request that an app made; `why` is a sentence of ours, for whoever writes the app.
    pub fn malformed_by_app(why: &str) -> Self {
        Self { advice: Lang::En.malformed_by_app(why).into(), ..Self::malformed() }
    }

    /// Too many requests from one address or account.
    pub fn too_many(retry_after: Duration) -> Self {
        let lang = Lang::En;
        let status = StatusCode::TOO_MANY_REQUESTS;
        let problem = Self::new(status, "too_many_requests", lang.too_many_title(), "");
        let problem = Self { retry_after: Some(retry_after), ..problem };
        Self { advice: lang.too_many_advice(problem.retry_seconds()).into(), ..problem }
    }

    /// No app of this name signs people in here.
    pub fn unknown_app() -> Self {
        let lang = Lang::En;
        Self::new(StatusCode::BAD_REQUEST, "unknown_app", lang.unknown_app_title(), lang.unknown_app_advice())
    }

    /// An app wants its visitor at an address that it is not registered with.
    pub fn unknown_redirect(app: &str) -> Self {
        let lang = Lang::En;
        let (title, advice) = (lang.unknown_redirect_title(), lang.unknown_redirect_advice(app));
        Self::new(StatusCode::BAD_REQUEST, "unknown_redirect_uri", title, advice)
    }

    /// The person refused, and the app they came from is not told.
    pub fn not_signed_in() -> Self {
        let lang = Lang::En;
        Self::new(StatusCode::FORBIDDEN, "not_signed_in", lang.not_signed_in_title(), lang.not_signed_in_advice())
    }

    /// A browser opened this server by another name than it has; `address` is where the page that it asked for is.
    pub fn opened_elsewhere(opened: &str, origin: &str, address: String) -> Self {
        let lang = Lang::En;
        let status = StatusCode::MISDIRECTED_REQUEST;
        let (title, advice) = (lang.wrong_address_title(), lang.wrong_address(opened, origin));
        let mut problem = Self::new(status, "wrong_address", title, advice);
        problem.step = (lang.wrong_address_step(), address.into());
        problem
    }

    /// An app's request is not known any more.
    pub fn request_over() -> Self {
        let lang = Lang::En;
        Self::new(StatusCode::GONE, "request_over", lang.request_over_title(), lang.request_over_advice())
    }

    /// The same to whoever filled in a form: a person sees the form again, with what they typed and with this beside it. A
    /// program is told as always.
    pub fn beside_form(self, headers: &HeaderMap, form: impl FnOnce(String) -> Response) -> Response {
        if !wants_html(headers) {
            return self.into_response();
        }
        let mut response = form(self.message());
        *response.status_mut() = self.status;
        if self.retry_after.is_some() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(self.retry_seconds()));
        }
        response
    }

    /// What happened and what to do, in sentences.
    pub(super) fn message(&self) -> String {
        format!("{}. {}", self.title, plain(&self.advice))
    }

    /// When to come back, in whole seconds and at least one.
    pub fn retry_seconds(&self) -> u64 {
        let wait = self.retry_after.unwrap_or_default();
        (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
    }
}

/// Beside a [`Problem`] in an answer: the pages that may show it in a frame.
#[derive(Clone, Debug)]
pub struct FramedBy(pub String);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if matches!(fault, Fault::Full) {
            return Self::full();
        }
        // Logged here, once, with its cause: nobody outside hears of it.
        tracing::error!(fault = %caused(&fault), "the store failed");
        Self::broken()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.retry_after.is_some() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(self.retry_seconds()));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Whether the answer is for a person's browser.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
