//! One span per request, from the router to the head of its answer. What follows the head (a WebSocket, an event
//! stream) lasts as long as a page waits, and is in no span.

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::trace;
use crate::web::client::{Peer, TrustedProxies};

/// The middleware that runs a request inside a trace span of its own, which ends with the head of the answer.
pub async fn request(State(proxies): State<TrustedProxies>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let span = trace::request(request.method(), route, traceparent(&proxies, &request));
    let response = next.run(request).instrument(span.clone()).await;
    trace::answered(&span, response.status());
    response
}

/// Returns the `traceparent` header whose trace this request continues; `None` if there is none. Only a trusted
/// proxy may set it; one that occurs twice was not set by a proxy and is ignored.
fn traceparent<'r>(proxies: &TrustedProxies, request: &'r Request) -> Option<&'r HeaderValue> {
    let peer = request.extensions().get::<Peer>()?.0.ip().to_canonical();
    let mut values = request.headers().get_all("traceparent").iter();
    let (first, second) = (values.next()?, values.next());
    (second.is_none() && proxies.trusts(peer)).then_some(first)
}
