//! Cross-origin access (CORS) for scripts of apps. Scripts of public clients call the protocol's endpoints
//! from their own origin (RFC 9700 §2.6). The endpoints read no cookies, so scripts of any site may call
//! them. If a script sends credentials along, a browser lets it read the answer only if the answer names
//! the script's origin. So answers name the origins of registered apps.

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_TYPE, ORIGIN,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::cors::{Any, CorsLayer};

use crate::store::records::Records;
use crate::store::records::apps::{App, Dialect};
use crate::web::problem::wants_html;

/// Returns the CORS layer that lets scripts of any origin send `GET` and `POST` requests, with the headers
/// `Authorization` and `Content-Type`, and read the answers.
pub fn of_any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .vary([ORIGIN])
}

/// Middleware around [`of_any_origin`]: if an enabled OpenID Connect app has a redirect URI or an embed origin at the
/// origin of the request, the answer names this origin and allows credentials, so that a script there may send them.
pub async fn by_name(State(records): State<Records>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = next.run(request).await;
    if let Some(origin) = origin
        && is_origin_of_an_app(&records, &origin).await
    {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    response
}

/// Middleware for `/embed/{app}`, which begins a frame with the sign-in code in an app's page. It lets a script of any
/// origin, whose request does not accept HTML, read an error answer, so that the embedding page can say why there is no
/// frame. An error answer contains nothing about a person; other answers cannot be read.
pub async fn readable_errors(request: Request, next: Next) -> Response {
    let is_script = !wants_html(request.headers());
    let mut response = next.run(request).await;
    let is_refused = response.status().is_client_error() || response.status().is_server_error();
    if is_script && is_refused {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    response
}

/// Returns whether a redirect URI or an embed origin of any enabled OpenID Connect app is at this origin;
/// `false` if the store fails. All apps are compared, because a preflight request does not say which app it
/// is for.
async fn is_origin_of_an_app(records: &Records, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    // If the store does not answer, the origin counts as unknown, and the request itself fails on its own.
    let apps = records.cached_apps().await.unwrap_or_default();
    apps.iter().any(|app| is_origin_of(app, origin))
}

fn is_origin_of(app: &App, origin: &str) -> bool {
    let may_ask = app.disabled_at.is_none() && app.dialects.includes(Dialect::Oidc) && origin.contains("://");
    let mut addresses = app.redirect_uris.iter().chain(&app.options.embed_origins);
    may_ask && addresses.any(|address| is_at(address, origin))
}

/// Returns whether an address, such as a redirect URI, is at this origin. Case is ignored, because browsers
/// write a host in lower case.
fn is_at(address: &str, origin: &str) -> bool {
    let (head, path) = address.split_at_checked(origin.len()).unwrap_or_default();
    head.eq_ignore_ascii_case(origin) && (path.is_empty() || path.starts_with(['/', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_at_its_own_origin_and_at_no_other() {
        for (address, origin) in [
            ("https://shop.example/signed-in", "https://shop.example"),
            ("https://Shop.example:8443?x", "https://shop.example:8443"),
            ("http://[::1]:4000", "http://[::1]:4000"),
        ] {
            assert!(is_at(address, origin), "{address} {origin}");
        }
        for (address, origin) in [
            ("https://shop.example/signed-in", "https://shop.exampl"),
            ("https://shop.example.evil.example/", "https://shop.example"),
            ("https://shop.example:8443/", "https://shop.example"),
            ("https://shop.example/", "http://shop.example"),
            ("https://shop.example/", "https://shop.example/signed-in"),
        ] {
            assert!(!is_at(address, origin), "{address} {origin}");
        }
    }
}
