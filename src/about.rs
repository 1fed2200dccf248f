//! Adds the client's address to every log line of a request and, once known, the app and the account. They
//! are fields of one span around the request, so the code that logs does not need to know them.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::field::{Empty, display};
use tracing::{Instrument as _, Span};

use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::machine::Ticket;

tokio::task_local! {
    static REQUEST: Arc<Request>;
}

/// The span of the log lines of a request in progress, and whether the app and the account are written in it already.
/// Each field of the span is written once, because a formatter would append a second value to the first.
#[derive(Debug)]
struct Request {
    span: Span,
    has_app: AtomicBool,
    has_account: AtomicBool,
}

/// Runs the future `answer`, which handles a request, inside a span with the address of the client, so that all log
/// lines of the request have that address. A span of the module `trace` must be opened inside it, because `trace` looks
/// only at the innermost span.
pub async fn request<T>(client: IpAddr, answer: impl Future<Output = T>) -> T {
    // The span has the highest level, so that it exists for every log level.
    let span = tracing::error_span!("request", %client, app.id = Empty, account.id = Empty, unknown_name = Empty);
    let request = Request { span: span.clone(), has_app: AtomicBool::default(), has_account: AtomicBool::default() };
    REQUEST.scope(Arc::new(request), answer.instrument(span)).await
}

/// Returns this work, changed so that its log lines belong to the request in which this function is called, even if the
/// work runs in another task.
pub fn same_request<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    // Both are read here, in the task of the request, before the other task begins.
    let (work, request) = (work.in_current_span(), REQUEST.try_with(Arc::clone).ok());
    async move {
        match request {
            Some(request) => REQUEST.scope(request, work).await,
            None => work.await,
        }
    }
}

/// Adds this app to the following log lines of the current request, even if the app has not authenticated yet.
/// Only the first app of a request counts.
pub fn app(id: AppId) {
    record_once(|request| &request.has_app, "app.id", id);
}

/// Adds this account to the following log lines of the current request. It does nothing if the request already has an
/// account, or the hash of an unknown user name.
pub fn account(id: AccountId) {
    record_once(|request| &request.has_account, "account.id", id);
}

/// Adds the hash of a typed user name that no account has to the following log lines of the current request, in place
/// of an account. The name itself is never written, since people type passwords into that field; the hash shows whether
/// the same text is typed again. It does nothing if the request already has an account or such a hash.
pub fn unknown_name(hash: impl Display) {
    record_once(|request| &request.has_account, "unknown_name", hash);
}

/// Adds the app that this ticket signs in to, if there is one, to the following log lines of the current
/// request.
pub fn app_of(ticket: &Ticket) {
    if let Some(asks) = &ticket.app {
        app(asks.id);
    }
}

fn record_once(is_recorded: impl FnOnce(&Request) -> &AtomicBool, field: &'static str, value: impl Display) {
    // Commands, and tasks of the server itself, have no request.
    let _ = REQUEST.try_with(|request| {
        if !is_recorded(request).swap(true, Ordering::Relaxed) {
            request.span.record(field, display(value));
        }
    });
}
