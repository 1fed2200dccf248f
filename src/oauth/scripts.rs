//! What scripts of other sites may read. RFC 9700 §2.6: scripts of public apps ask from their own origin. No cookie counts
//! where they do, so scripts of every site may ask. A browser lets a script that sends credentials along read an answer only
//! where the answer names its origin, so the origins are named that apps are registered with.

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

/// The layer that lets scripts of any origin ask.
pub fn of_any_origin() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .vary([ORIGIN])
}

/// Around that layer: names the origin in the answer, where an app is registered with it.
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

/// Around where frames begin: lets a script of any page read why its frame is refused, so that it can say so. A refusal
/// contains nothing of any person; nothing else may be read, and no page.
pub async fn told_why(request: Request, next: Next) -> Response {
    let is_script = !wants_html(request.headers());
    let mut response = next.run(request).await;
    let is_refused = response.status().is_client_error() || response.status().is_server_error();
    if is_script && is_refused {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    response
}

/// Whether an app is registered with this origin. A preflight does not say which app asks, so it may be any.
async fn is_origin_of_an_app(records: &Records, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    // Where the store does not answer, the origin is as good as unknown; what was asked fails by itself.
    let apps = records.known_apps_all().await.unwrap_or_default();
    apps.iter().any(|app| is_origin_of(app, origin))
}

fn is_origin_of(app: &App, origin: &str) -> bool {
    let may_ask = app.disabled_at.is_none() && app.dialect.includes(Dialect::Oidc) && origin.contains("://");
    let mut addresses = app.redirect_uris.iter().chain(&app.options.embed_origins);
    may_ask && addresses.any(|address| is_at(address, origin))
}

/// Whether an address is at this origin. Browsers write a host in small letters, whatever the address has.
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
