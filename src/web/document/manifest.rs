//! The web app manifest (W3C Web Application Manifest), with which people put this site on the home screen of their phone.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;

use super::Site;
use crate::look::LogoKind;
use crate::text::Texts;
use crate::web::language::varies;

/// The icons of a site without a logo of its own.
const ICONS: [Icon<'static>; 4] = [
    Icon { src: "/favicon.svg", sizes: "any", kind: "image/svg+xml", purpose: "any" },
    Icon { src: "/icons/192.png", sizes: "192x192", kind: "image/png", purpose: "any" },
    Icon { src: "/icons/512.png", sizes: "512x512", kind: "image/png", purpose: "any" },
    Icon { src: "/icons/maskable.png", sizes: "512x512", kind: "image/png", purpose: "maskable" },
];

/// One icon of the site.
#[derive(Clone, Copy, Debug, Serialize)]
struct Icon<'a> {
    src: &'a str,
    sizes: &'a str,
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
    background_color: &'a str,
    theme_color: &'a str,
    icons: &'a [Icon<'a>],
    shortcuts: [Shortcut<'a>; 1],
}

/// A page that the menu of the icon on the home screen opens.
#[derive(Serialize)]
struct Shortcut<'a> {
    name: &'static str,
    url: &'static str,
    icons: [Icon<'a>; 1],
}

/// `GET /manifest.webmanifest`: returns the manifest, with the name, the logo and the background of the site.
pub async fn manifest(State(site): State<Site>, texts: &'static Texts) -> Response {
    let ground = format!("#{}", site.look().light.ground);
    let (src, kind) = site.icon();
    let sizes = match site.look().logo.as_ref().map(|logo| logo.kind) {
        Some(LogoKind::Png(width, height)) => format!("{width}x{height}"),
        Some(LogoKind::Svg) | None => "any".to_owned(),
    };
    let own = [Icon { src: &src, sizes: &sizes, kind, purpose: "any" }];
    let (icons, small) = if site.look().logo.is_some() { (&own[..], own[0]) } else { (&ICONS[..], ICONS[1]) };
    let manifest = Manifest {
        id: "/",
        name: site.name(),
        short_name: site.name(),
        lang: texts.tag,
        dir: texts.dir(),
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: &ground,
        theme_color: &ground,
        icons,
        shortcuts: [Shortcut { name: texts.own.scan, url: "/scan", icons: [small] }],
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/manifest+json")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    let mut response = (headers, Json(manifest)).into_response();
    varies(response.headers_mut(), texts);
    response
}
