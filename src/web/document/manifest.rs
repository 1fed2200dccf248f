//! The web app manifest (W3C Web Application Manifest), with which people put this site on the home screen of their phone.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;

use super::Site;
use crate::text::Texts;
use crate::web::language::varies;

/// The icons of the site.
const ICONS: [Icon; 4] = [
    Icon { src: "/favicon.svg", sizes: "any", kind: "image/svg+xml", purpose: "any" },
    Icon { src: "/icons/192.png", sizes: "192x192", kind: "image/png", purpose: "any" },
    Icon { src: "/icons/512.png", sizes: "512x512", kind: "image/png", purpose: "any" },
    Icon { src: "/icons/maskable.png", sizes: "512x512", kind: "image/png", purpose: "maskable" },
];

/// One icon of the site.
#[derive(Clone, Copy, Debug, Serialize)]
struct Icon {
    src: &'static str,
    sizes: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    purpose: &'static str,
}

#[derive(Serialize)]
struct Manifest<'a> {
    id: &'static str,
    name: &'a str,
    short_name: &'a str,
    lang: &'static str,
    dir: &'static str,
    start_url: &'static str,
    scope: &'static str,
    display: &'static str,
    background_color: &'static str,
    theme_color: &'static str,
    icons: [Icon; 4],
    shortcuts: [Shortcut; 1],
}

/// A page that the menu of the icon on the home screen opens.
#[derive(Serialize)]
struct Shortcut {
    name: &'static str,
    url: &'static str,
    icons: [Icon; 1],
}

/// `GET /manifest.webmanifest`: returns the manifest, with the name of the site from the settings.
pub async fn manifest(State(site): State<Site>, texts: &'static Texts) -> Response {
    let manifest = Manifest {
        id: "/",
        name: site.name(),
        short_name: site.name(),
        lang: texts.tag,
        dir: texts.dir(),
        start_url: "/",
        scope: "/",
        display: "standalone",
        // `--ground` of the style sheet.
        background_color: "#fbfaf7",
        theme_color: "#fbfaf7",
        icons: ICONS,
        shortcuts: [Shortcut { name: texts.own.scan, url: "/scan", icons: [ICONS[1]] }],
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/manifest+json")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    let mut response = (headers, Json(manifest)).into_response();
    varies(response.headers_mut(), texts);
    response
}
