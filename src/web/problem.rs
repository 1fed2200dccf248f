//! The answer to a refused request: a status, a stable code, and a text that says what to do. Handlers return
//! a [`Problem`]; the layer in `render.rs` renders it, as a page for people and as JSON for programs. It
//! never contains the text of a library's error.

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

/// A refusal or a failure as an answer: its status, a code for programs, a text for people, and a link to the next
/// step. The texts are functions of the language, because the language is known only where the answer is rendered.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The code for programs, which never changes once it is released.
    pub code: &'static str,
    /// The text for people: what happened, and what to do.
    pub says: Says,
    /// The link to the next step.
    pub step: Step,
    /// The value of `Retry-After`; `None` for an answer without this header.
    pub retry_after: Option<Duration>,
}

/// A link to the next step after a problem: its text as a function of the language, and its address.
pub type Step = (fn(&'static Texts) -> &'static str, Cow<'static, str>);

/// The title and the advice of a problem, as a function of the language.
#[derive(Clone)]
pub struct Says(Arc<dyn Fn(&'static Texts) -> Words + Send + Sync>);

impl fmt::Debug for Says {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Says")
    }
}

/// The title and the advice of a problem, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What happened. It is a heading, so it ends without a full stop.
    pub title: &'static str,
    /// What to do about it.
    pub advice: Cow<'static, str>,
}

impl Problem {
    /// Makes a problem with this status and this code, and with the title and the advice that `says` returns. It links
    /// to the start page and has no `Retry-After`.
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

    /// Replaces the link to the next step by one with this text and this path or address.
    #[must_use]
    pub fn leading(self, words: fn(&'static Texts) -> &'static str, path: impl Into<Cow<'static, str>>) -> Self {
        Self { step: (words, path.into()), ..self }
    }

    /// Makes the problem of status 503 for a failure that is not the fault of the request, for example of a store. It
    /// says that something on this server does not work, and tells the client to try again after two seconds. It logs
    /// nothing: a caller that knows the cause logs it.
    pub fn broken() -> Self {
        Self::busy(|texts| (texts.problems.broken_title, texts.problems.broken_advice))
    }

    /// Makes the problem of status 503 for a server at its limit of sign-ins in progress. It says that too many people
    /// are signing in, and tells the client to try again after two seconds.
    pub fn full() -> Self {
        let full = Self::busy(|texts| (texts.refusals.full_title, texts.problems.broken_advice));
        Self { code: "too_many_waiting", ..full }
    }

    fn busy(says: fn(&'static Texts) -> (&'static str, &'static str)) -> Self {
        let problem = Self::saying(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", says);
        Self { retry_after: Some(Duration::from_secs(2)), ..problem }
    }

    /// Makes the problem of status 404: there is nothing at this address.
    pub fn not_found() -> Self {
        Self::saying(StatusCode::NOT_FOUND, "not_found", |texts| {
            (texts.problems.not_found_title, texts.problems.not_found_advice)
        })
    }

    /// Makes the problem of status 400: the request does not have the form that this address requires.
    pub fn malformed() -> Self {
        Self::malformed_because(|texts| texts.problems.malformed_advice)
    }

    /// Makes the problem of status 400 with this advice: the request does not have the form that this address
    /// requires.
    pub fn malformed_because<A: Into<Cow<'static, str>>>(
        advice: impl Fn(&'static Texts) -> A + Send + Sync + 'static,
    ) -> Self {
        Self::saying(StatusCode::BAD_REQUEST, "malformed_request", move |texts| {
            (texts.problems.malformed_title, advice(texts))
        })
    }

    /// Makes the problem of status 400 for a request of an app that does not have the required form. `why` is
    /// an English sentence for the app's developer.
    pub fn malformed_by_app(why: &str) -> Self {
        let why = why.to_owned();
        Self::malformed_because(move |texts| texts.problems.malformed_by_app(&why))
    }

    /// Makes the problem of status 429: a rate limit is reached, and the next request is allowed after this
    /// time.
    pub fn too_many(retry_after: Duration) -> Self {
        let seconds = whole_seconds(retry_after);
        let problem = Self::saying(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", move |texts| {
            (texts.problems.too_many_title, texts.wait(seconds))
        });
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// Makes the problem of status 503: as many requests of this kind wait as may wait, and the client is told to try
    /// again after this time.
    pub fn queue_full(retry_after: Duration) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..Self::too_many(retry_after) }
    }

    /// Makes the problem of status 400: no app with this id is registered and enabled.
    pub fn unknown_app() -> Self {
        Self::saying(StatusCode::BAD_REQUEST, "unknown_app", |texts| {
            (texts.problems.unknown_app_title, texts.problems.unknown_app_advice)
        })
    }

    /// Makes the problem of status 400: the redirect URI is not registered for the app of this name (RFC 6749
    /// §3.1.2.4).
    pub fn unknown_redirect(app: &str) -> Self {
        let app = app.to_owned();
        Self::saying(StatusCode::BAD_REQUEST, "unknown_redirect_uri", move |texts| {
            (texts.problems.unknown_redirect_title, texts.problems.unknown_redirect_advice(&app))
        })
    }

    /// Makes the problem of status 403 for a person who did not sign in to an app. They see it instead of being sent
    /// back, if the app receives no errors.
    pub fn not_signed_in() -> Self {
        Self::saying(StatusCode::FORBIDDEN, "not_signed_in", |texts| {
            (texts.problems.not_signed_in_title, texts.problems.not_signed_in_advice)
        })
    }

    /// Makes the problem of status 421 for a browser that opened another host than this server's. `opened` is
    /// the host that it opened, `origin` is this server's origin, and `address` is the right address of the
    /// page, to which the problem links.
    pub fn opened_elsewhere(opened: &str, origin: &str, address: String) -> Self {
        let (opened, origin) = (opened.to_owned(), origin.to_owned());
        Self::saying(StatusCode::MISDIRECTED_REQUEST, "wrong_address", move |texts| {
            (texts.problems.wrong_address_title, texts.problems.wrong_address_advice(&opened, &origin))
        })
        .leading(|texts| texts.problems.wrong_address_step, address)
    }

    /// Makes the problem of status 410: the authorization request has expired or was already answered.
    pub fn request_over() -> Self {
        Self::saying(StatusCode::GONE, "request_over", |texts| {
            (texts.problems.request_over_title, texts.problems.request_over_advice)
        })
    }

    /// Makes the answer to a refused form, with this problem's status and `Retry-After`. If the request accepts HTML,
    /// it is the page that `form` renders with the text of this problem: the form again. Otherwise it is this problem.
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

    /// Returns the title and the advice in this language. Names in the advice are between invisible marks, by which
    /// pages exclude them from translation.
    pub fn words(&self, texts: &'static Texts) -> Words {
        (self.says.0)(texts)
    }

    /// Returns the title and the advice in this language as sentences, without the invisible marks around names.
    pub(super) fn message(&self, texts: &'static Texts) -> String {
        let Words { title, advice } = self.words(texts);
        format!("{title}. {}", plain(&advice))
    }

    /// Returns the time after which the client may try again, in whole seconds, rounded up and at least 1; 1 if the
    /// problem has no `Retry-After`.
    pub fn retry_seconds(&self) -> u64 {
        whole_seconds(self.retry_after.unwrap_or_default())
    }
}

/// Rounds a time up to whole seconds, at least 1.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// The origins whose pages may show the page of a [`Problem`] in a frame, as `frame-ancestors` lists them. It is an
/// extension of the response that carries the problem.
#[derive(Clone, Debug)]
pub struct FramedBy(pub String);

/// Further fields of the JSON that a program gets with a [`Problem`]. It is an extension of the response that carries the
/// problem.
#[derive(Clone, Debug)]
pub struct Beside(pub serde_json::Map<String, serde_json::Value>);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if matches!(fault, Fault::Full) {
            return Self::full();
        }
        // Logged here with its cause, because the answer does not contain it.
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

/// Returns whether the answer to a request with these headers is for a person: whether `Accept` contains
/// `text/html`.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
