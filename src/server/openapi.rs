//! The `OpenAPI` document of the requests that programs may send. It is written by hand, and the tests check
//! every answer of this server against it.

use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

/// The text of the `OpenAPI` document about the requests that programs may send to this server; it is JSON.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /openapi.json`: returns [`DOCUMENT`]. Any origin may read it, so that viewers on other sites can show it.
pub async fn document() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=3600"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, DOCUMENT)
}
