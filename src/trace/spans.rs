//! Makes the spans, and defines their names and all their fields.

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

/// The HTTP methods that a span may name. Any other is free text of the client and is recorded as `_OTHER`.
const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE];

/// Makes the span of an HTTP request. It names the route by its template, because the path may contain a code. It
/// continues the trace of `parent`, a `traceparent` (W3C Trace Context) from a trusted proxy, or starts a new one.
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
        // This fails if no layer collects spans; then there is nothing to continue.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&header));
    }
    span
}

/// Records the HTTP status of the answer in the span of its request; a server error marks the span as failed.
pub fn answered(request: &Span, status: StatusCode) {
    request.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        request.record("otel.status_code", "ERROR");
    }
}

/// Runs the work of a step of a ticket (such as a scan or a claim) in a span. The span has the same name and ticket id
/// as the log line of the step.
pub fn step<W: Future>(name: &'static str, ticket: TicketId, work: W) -> impl Future<Output = W::Output> {
    work.instrument(info_span!(target: TARGET, "step", otel.name = name, ticket.id = %ticket, code = Empty))
}

/// Records in the current span the error code with which its step was refused.
pub fn refused(code: &'static str) {
    Span::current().record("code", code);
}

/// Runs the work of a store in a span, which is marked as failed if the work fails. Work without a request
/// (heartbeats, sweeps, waiting pages) runs without a span, because it explains no sign-in.
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
