//! What a refused request is told: a status, a stable code, a sentence to act on. Handlers return a [`Problem`];
//! one layer renders it, as a page for people and as JSON for programs. No library's text ever gets in here.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{ACCEPT, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::cause::caused;
use crate::store::Fault;
use crate::text::{Texts, plain};

/// A refusal on its way out. It carries no finished text: what it says is put into words where it is rendered, where the
/// language of the request is known.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// For programs; never changes once released.
    pub code: &'static str,
    /// For people: what happened, and what to do.
    pub says: Says,
    /// For people: the one next step, as the words and the path of a link.
    pub step: Step,
    /// When to come back.
    pub retry_after: Option<Duration>,
}

/// The words of a link, in any language, and its path.
pub type Step = (fn(&'static Texts) -> &'static str, Cow<'static, str>);

/// What a problem says, as a function of the language.
#[derive(Clone)]
pub struct Says(Arc<dyn Fn(&'static Texts) -> Words + Send + Sync>);

impl fmt::Debug for Says {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Says")
    }
}

/// What a problem says in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What happened, why that may be; a heading, so it ends without a full stop.
    pub title: &'static str,
    /// What to do.
    pub advice: Cow<'static, str>,
}

impl Problem {
    /// A refusal that says this in the language of the request: its title, and what to do.
    pub fn saying<A: Into<Cow<'static, str>>>(
        status: StatusCode,
        code: &'static str,
        says: impl Fn(&'static Texts) -> (&'static str, A) + Send + Sync + 'static,
    ) -> Self {
        let says = move |texts| {
            let (title, advice) = says(texts);
            Words { title, advice: advice.into() }
        };
        let step: Step = (|texts| texts.common.to_start, "/".into());
        Self { status, code, says: Says(Arc::new(says)), step, retry_after: None }
    }

    /// The same refusal with another next step.
    #[must_use]
    pub fn leading(self, words: fn(&'static Texts) -> &'static str, path: impl Into<Cow<'static, str>>) -> Self {
        Self { step: (words, path.into()), ..self }
    }

    /// Something here is broken; the cause is in the log.
    pub fn broken() -> Self {
        Self::busy(|texts| (texts.problems.broken_title, texts.problems.broken_advice))
    }

    /// As much is under way as this server takes.
    pub fn full() -> Self {
        let full = Self::busy(|texts| (texts.refusals.full_title, texts.problems.broken_advice));
        Self { code: "too_many_waiting", ..full }
    }

    fn busy(says: fn(&'static Texts) -> (&'static str, &'static str)) -> Self {
        let problem = Self::saying(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", says);
        Self { retry_after: Some(Duration::from_secs(2)), ..problem }
    }

    /// Nothing is at this address.
    pub fn not_found() -> Self {
        Self::saying(StatusCode::NOT_FOUND, "not_found", |texts| {
            (texts.problems.not_found_title, texts.problems.not_found_advice)
        })
    }

    /// The request does not have the shape that this address takes.
    pub fn malformed() -> Self {
        Self::malformed_because(|texts| texts.problems.malformed_advice)
    }

    /// The request does not have the shape that this address takes, and this is what to do about it.
    pub fn malformed_because<A: Into<Cow<'static, str>>>(
        advice: impl Fn(&'static Texts) -> A + Send + Sync + 'static,
    ) -> Self {
        Self::saying(StatusCode::BAD_REQUEST, "malformed_request", move |texts| {
            (texts.problems.malformed_title, advice(texts))
        })
    }

    /// The same for a request that an app made; `why` is an English sentence of ours for the developer of the app.
    pub fn malformed_by_app(why: &str) -> Self {
        let why = why.to_owned();
        Self::malformed_because(move |texts| texts.problems.malformed_by_app(&why))
    }

    /// Too many requests from one address or account.
    pub fn too_many(retry_after: Duration) -> Self {
        let seconds = whole_seconds(retry_after);
        let problem = Self::saying(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", move |texts| {
            (texts.problems.too_many_title, texts.wait(seconds))
        });
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// No app of this name signs people in here.
    pub fn unknown_app() -> Self {
        Self::saying(StatusCode::BAD_REQUEST, "unknown_app", |texts| {
            (texts.problems.unknown_app_title, texts.problems.unknown_app_advice)
        })
    }

    /// An app wants its visitor at an address that it is not registered with.
    pub fn unknown_redirect(app: &str) -> Self {
        let app = app.to_owned();
        Self::saying(StatusCode::BAD_REQUEST, "unknown_redirect_uri", move |texts| {
            (texts.problems.unknown_redirect_title, texts.problems.unknown_redirect_advice(&app))
        })
    }

    /// The person refused, and the app they came from is not told.
    pub fn not_signed_in() -> Self {
        Self::saying(StatusCode::FORBIDDEN, "not_signed_in", |texts| {
            (texts.problems.not_signed_in_title, texts.problems.not_signed_in_advice)
        })
    }

    /// A browser opened this server by another name than it has; `address` is where the page that it asked for is.
    pub fn opened_elsewhere(opened: &str, origin: &str, address: String) -> Self {
        let (opened, origin) = (opened.to_owned(), origin.to_owned());
        Self::saying(StatusCode::MISDIRECTED_REQUEST, "wrong_address", move |texts| {
            (texts.problems.wrong_address_title, texts.problems.wrong_address_advice(&opened, &origin))
        })
        .leading(|texts| texts.problems.wrong_address_step, address)
    }

    /// An app's request is not known any more.
    pub fn request_over() -> Self {
        Self::saying(StatusCode::GONE, "request_over", |texts| {
            (texts.problems.request_over_title, texts.problems.request_over_advice)
        })
    }

    /// The same as the answer to a form: a person sees the form again, with what they typed and with this beside it. A
    /// program is told as always.
    pub fn beside_form(
        self,
        headers: &HeaderMap,
        texts: &'static Texts,
        form: impl FnOnce(String) -> Response,
    ) -> Response {
        if !wants_html(headers) {
            return self.into_response();
        }
        let mut response = form(self.message(texts));
        *response.status_mut() = self.status;
        if self.retry_after.is_some() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(self.retry_seconds()));
        }
        response
    }

    /// What the problem says in this language.
    pub fn words(&self, texts: &'static Texts) -> Words {
        (self.says.0)(texts)
    }

    /// What happened and what to do, in sentences.
    pub(super) fn message(&self, texts: &'static Texts) -> String {
        let Words { title, advice } = self.words(texts);
        format!("{title}. {}", plain(&advice))
    }

    /// When to come back, in whole seconds and at least one.
    pub fn retry_seconds(&self) -> u64 {
        whole_seconds(self.retry_after.unwrap_or_default())
    }
}

/// In whole seconds, rounded up, and at least one.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// Beside a [`Problem`] in an answer: the pages that may show it in a frame.
#[derive(Clone, Debug)]
pub struct FramedBy(pub String);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if matches!(fault, Fault::Full) {
            return Self::full();
        }
        // Logged here, once, with its cause: the answer says nothing of it.
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
