//! The answer to a refused request: a status, a stable code and a sentence that says what to do. Handlers
//! return a [`Problem`], and one layer renders it as a page for people and as JSON for programs. It never
//! contains the error text of a library.

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

/// The refusal of a request. Its text is made only when it is rendered, because the language of the request
/// is known there.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The code for programs. It never changes once it is released.
    pub code: &'static str,
    /// The words for people: what happened, and what to do.
    pub says: Says,
    /// The next step for people, as a link.
    pub step: Step,
    /// The time after which the request may be repeated.
    pub retry_after: Option<Duration>,
}

/// The words of a link in the language of the request, and its path.
pub type Step = (fn(&'static Texts) -> &'static str, Cow<'static, str>);

/// The words of a problem as a function of the language.
#[derive(Clone)]
pub struct Says(Arc<dyn Fn(&'static Texts) -> Words + Send + Sync>);

impl fmt::Debug for Says {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Says")
    }
}

/// The words of a problem in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// A heading that says what happened and why. It has no full stop.
    pub title: &'static str,
    /// What the person can do.
    pub advice: Cow<'static, str>,
}

impl Problem {
    /// Makes a refusal with this title and advice, in the language of the request.
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

    /// Returns this refusal with another next step.
    #[must_use]
    pub fn leading(self, words: fn(&'static Texts) -> &'static str, path: impl Into<Cow<'static, str>>) -> Self {
        Self { step: (words, path.into()), ..self }
    }

    /// Returns a 503: something failed in this server, and the log says what.
    pub fn broken() -> Self {
        Self::busy(|texts| (texts.problems.broken_title, texts.problems.broken_advice))
    }

    /// Returns a 503: this server has as many sign-ins under way as it can hold.
    pub fn full() -> Self {
        let full = Self::busy(|texts| (texts.refusals.full_title, texts.problems.broken_advice));
        Self { code: "too_many_waiting", ..full }
    }

    fn busy(says: fn(&'static Texts) -> (&'static str, &'static str)) -> Self {
        let problem = Self::saying(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", says);
        Self { retry_after: Some(Duration::from_secs(2)), ..problem }
    }

    /// Returns a 404.
    pub fn not_found() -> Self {
        Self::saying(StatusCode::NOT_FOUND, "not_found", |texts| {
            (texts.problems.not_found_title, texts.problems.not_found_advice)
        })
    }

    /// Returns a 400: the request does not have the form that this address expects.
    pub fn malformed() -> Self {
        Self::malformed_because(|texts| texts.problems.malformed_advice)
    }

    /// Returns a 400 that says what to do about it.
    pub fn malformed_because<A: Into<Cow<'static, str>>>(
        advice: impl Fn(&'static Texts) -> A + Send + Sync + 'static,
    ) -> Self {
        Self::saying(StatusCode::BAD_REQUEST, "malformed_request", move |texts| {
            (texts.problems.malformed_title, advice(texts))
        })
    }

    /// Returns a 400 for a request that an app made. `why` is an English sentence for the developer of the
    /// app.
    pub fn malformed_by_app(why: &str) -> Self {
        let why = why.to_owned();
        Self::malformed_because(move |texts| texts.problems.malformed_by_app(&why))
    }

    /// Returns a 429: there were too many requests from one address or account.
    pub fn too_many(retry_after: Duration) -> Self {
        let seconds = whole_seconds(retry_after);
        let problem = Self::saying(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", move |texts| {
            (texts.problems.too_many_title, texts.wait(seconds))
        });
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// Returns a 400: there is no enabled app with the identifier in the request.
    pub fn unknown_app() -> Self {
        Self::saying(StatusCode::BAD_REQUEST, "unknown_app", |texts| {
            (texts.problems.unknown_app_title, texts.problems.unknown_app_advice)
        })
    }

    /// Returns a 400: the app is not registered with the address that its visitor should be sent to.
    pub fn unknown_redirect(app: &str) -> Self {
        let app = app.to_owned();
        Self::saying(StatusCode::BAD_REQUEST, "unknown_redirect_uri", move |texts| {
            (texts.problems.unknown_redirect_title, texts.problems.unknown_redirect_advice(&app))
        })
    }

    /// Returns a 403: the person refused, and the app is not told of it.
    pub fn not_signed_in() -> Self {
        Self::saying(StatusCode::FORBIDDEN, "not_signed_in", |texts| {
            (texts.problems.not_signed_in_title, texts.problems.not_signed_in_advice)
        })
    }

    /// Returns a 421: a browser opened this server under another name. `address` is the right address of the
    /// page.
    pub fn opened_elsewhere(opened: &str, origin: &str, address: String) -> Self {
        let (opened, origin) = (opened.to_owned(), origin.to_owned());
        Self::saying(StatusCode::MISDIRECTED_REQUEST, "wrong_address", move |texts| {
            (texts.problems.wrong_address_title, texts.problems.wrong_address_advice(&opened, &origin))
        })
        .leading(|texts| texts.problems.wrong_address_step, address)
    }

    /// Returns a 410: the request of an app has expired.
    pub fn request_over() -> Self {
        Self::saying(StatusCode::GONE, "request_over", |texts| {
            (texts.problems.request_over_title, texts.problems.request_over_advice)
        })
    }

    /// Returns the answer to a form: a person sees the form again with what they typed and with this problem.
    /// A program gets the usual answer.
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

    /// Returns the words in this language.
    pub fn words(&self, texts: &'static Texts) -> Words {
        (self.says.0)(texts)
    }

    /// Returns what happened and what to do as sentences.
    pub(super) fn message(&self, texts: &'static Texts) -> String {
        let Words { title, advice } = self.words(texts);
        format!("{title}. {}", plain(&advice))
    }

    /// Returns the value of `Retry-After`: whole seconds, at least one.
    pub fn retry_seconds(&self) -> u64 {
        whole_seconds(self.retry_after.unwrap_or_default())
    }
}

/// Rounds a time up to whole seconds, and at least one.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// The pages that may show a problem in a frame; it is added to an answer beside the [`Problem`].
#[derive(Clone, Debug)]
pub struct FramedBy(pub String);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if matches!(fault, Fault::Full) {
            return Self::full();
        }
        // The cause is logged only here, because the answer does not contain it.
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

/// Returns whether the client is a browser that wants a page.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
