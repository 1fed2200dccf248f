//! The `OpenAPI` document, written by hand: which requests programs may send. The tests check every answer that they
//! get from this server against it.

use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

/// The text of the document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /openapi.json`: any origin may read it, so that a viewer elsewhere can show it.
pub async fn document() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=3600"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, DOCUMENT)
}
