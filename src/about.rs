//! What every log line about a request says of it: the address that it came from, and as soon as that is known, the app and
//! the account that it is about. They are fields of one span that is around the request, so that a line which is written
//! later, by whatever part of the server, names them without being told.

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

/// A request that is being answered. Each field is written once: a formatter would write a second value behind the first.
#[derive(Debug)]
struct Request {
    span: Span,
    has_app: AtomicBool,
    has_account: AtomicBool,
}

/// Answers a request that came from this address. The span is around that of a trace, which looks for its own no further
/// than the one that is under way.
pub async fn request<T>(client: IpAddr, answer: impl Future<Output = T>) -> T {
    // Its level is the highest there is, so that it is there whatever lines are written.
    let span = tracing::error_span!("request", %client, app.id = Empty, account.id = Empty, unknown_name = Empty);
    let request = Request { span: span.clone(), has_app: AtomicBool::default(), has_account: AtomicBool::default() };
    REQUEST.scope(Arc::new(request), answer.instrument(span)).await
}

/// The same work in another task, about the same request.
pub fn same_request<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    // Both are those of whoever asks, and are looked for here, before the other task begins.
    let (work, request) = (work.in_current_span(), REQUEST.try_with(Arc::clone).ok());
    async move {
        match request {
            Some(request) => REQUEST.scope(request, work).await,
            None => work.await,
        }
    }
}

/// The request is about this app, whether or not it has proved yet that it asks itself.
pub fn app(id: AppId) {
    say(|request| &request.has_app, "app.id", id);
}

/// The request is about this account.
pub fn account(id: AccountId) {
    say(|request| &request.has_account, "account.id", id);
}

/// The request names an account that there is not. What was typed is never written, since people type passwords into that
/// field; a hash of it is recognised when it comes again.
pub fn unknown_name(hash: impl Display) {
    say(|request| &request.has_account, "unknown_name", hash);
}

/// The request is about this ticket, and so about the app that it signs in to, where there is one.
pub fn ticket(ticket: &Ticket) {
    if let Some(asks) = &ticket.app {
        app(asks.id);
    }
}

fn say(is_said: impl FnOnce(&Request) -> &AtomicBool, field: &'static str, value: impl Display) {
    // What a command does, or the server by itself, is about no request.
    let _ = REQUEST.try_with(|request| {
        if !is_said(request).swap(true, Ordering::Relaxed) {
            request.span.record(field, display(value));
        }
    });
}
