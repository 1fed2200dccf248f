//! What an operator changes of the look of all pages: the colours, as a style sheet that follows the one of the pages, and
//! the logo. A site without a brand has neither, and its pages do not mention them.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Site;
use crate::web::problem::Problem;

/// The policy of the logo, if it is opened by itself: an SVG may contain scripts, and none of them runs.
const LOGO_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";
/// For how long browsers keep both: their addresses have a query that changes with their content.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `GET /look.css`: returns the style sheet with the colours of the operator.
///
/// # Errors
/// 404 if the colours are the default ones.
pub async fn style(State(site): State<Site>) -> Result<Response, Problem> {
    let (css, _) = site.0.style.clone().ok_or_else(Problem::not_found)?;
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, KEPT)], css).into_response())
}

/// `GET /logo`: returns the logo of the operator.
///
/// # Errors
/// 404 if there is none.
pub async fn logo(State(site): State<Site>) -> Result<Response, Problem> {
    let logo = site.0.look.logo.as_ref().ok_or_else(Problem::not_found)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(logo.kind.media_type())),
        (CACHE_CONTROL, KEPT),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(LOGO_POLICY)),
    ];
    Ok((headers, logo.content.to_vec()).into_response())
}
