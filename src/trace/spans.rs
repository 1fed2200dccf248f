//! The spans: their names, and all that is ever said in them.

use std::collections::HashMap;

use axum::http::{HeaderValue, Method, StatusCode};
use futures_util::TryFutureExt as _;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::TARGET;
use crate::ticket::ids::TicketId;

/// Methods that may be named; any other is anybody's text.
const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE];

/// A request to a route: its template, because what fills it may be somebody's code. It goes on with the trace of
/// `parent`, a `traceparent` of somebody whose word counts (W3C Trace Context), or begins its own.
pub fn request(method: &Method, route: Option<&str>, parent: Option<&HeaderValue>) -> Span {
    let method = if METHODS.contains(method) { method.as_str() } else { "_OTHER" };
    let span = info_span!(
        target: TARGET,
        "request",
        otel.name = [method, route.unwrap_or_default()].join(" ").trim_end(),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    if let Some(parent) = parent.and_then(|parent| parent.to_str().ok()) {
        // Without `tracestate`, which is free text.
        let header = HashMap::from([("traceparent".to_owned(), parent.to_owned())]);
        // Where nobody listens there is nothing to go on with.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&header));
    }
    span
}

/// The request was answered.
pub fn answered(request: &Span, status: StatusCode) {
    request.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        request.record("otel.status_code", "ERROR");
    }
}

/// A step of a ticket, both named as in the log.
pub fn step<W: Future>(name: &'static str, ticket: TicketId, work: W) -> impl Future<Output = W::Output> {
    work.instrument(info_span!(target: TARGET, "step", otel.name = name, ticket.id = %ticket, code = Empty))
}

/// The step that is under way was refused.
pub fn refused(code: &'static str) {
    Span::current().record("code", code);
}

/// A store's work, where it is done for a request; what a store is asked by itself (heartbeats, sweeps, pages that
/// wait) explains nobody's sign-in.
pub fn store<T, E>(name: &'static str, work: impl Future<Output = Result<T, E>>) -> impl Future<Output = Result<T, E>> {
    let span = if Span::current().is_none() {
        Span::none()
    } else {
        info_span!(target: TARGET, "store", otel.name = name, otel.kind = "client", otel.status_code = Empty, store = name)
    };
    let failed = |_: &E| {
        Span::current().record("otel.status_code", "ERROR");
    };
    work.inspect_err(failed).instrument(span)
}
