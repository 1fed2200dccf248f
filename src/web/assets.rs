//! The site's files: script, WebAssembly, style, pictures. A release binary carries them, compressed ahead, under
//! a name that changes with their content; a debug build reads them from where cargo-leptos puts them.

use std::sync::OnceLock;

use aws_lc_rs::digest;
use axum::extract::Path;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;

#[derive(RustEmbed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Files;

/// Where a page finds script, WebAssembly and style: `pkg/<hash>` in a release, `pkg` in development.
pub fn pkg_dir() -> String {
    if cfg!(debug_assertions) { "pkg".to_owned() } else { format!("pkg/{}", bundle_hash()) }
}

/// One hash over the bundle: script and WebAssembly fit each other only.
fn bundle_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut context = digest::Context::new(&digest::SHA256);
        for name in ["pkg/tessera.js", "pkg/tessera.wasm", "pkg/tessera.css"] {
            if let Some(file) = Files::get(name) {
                context.update(&file.data);
            }
        }
        data_encoding::HEXLOWER.encode(&context.finish().as_ref()[..8])
    })
}

/// `GET /pkg/{*path}`
pub async fn pkg(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let hashed = path.strip_prefix(bundle_hash()).and_then(|rest| rest.strip_prefix('/'));
    let cache = if hashed.is_some() { "public, max-age=31536000, immutable" } else { "no-cache" };
    serve(&format!("pkg/{}", hashed.unwrap_or(&path)), &headers, cache)
}

/// Files that browsers ask for by name.
pub async fn favicon(headers: HeaderMap) -> Result<Response, Problem> {
    serve("favicon.svg", &headers, "public, max-age=86400")
}

/// What a page of an app loads to show the code in a frame.
pub async fn embed(headers: HeaderMap) -> Result<Response, Problem> {
    serve("embed.js", &headers, "public, max-age=3600")
}

/// The same for a page that was written for WeChat's platform.
pub async fn wx_login(headers: HeaderMap) -> Result<Response, Problem> {
    serve("wxLogin.js", &headers, "public, max-age=3600")
}

/// `GET /robots.txt`
pub async fn robots(headers: HeaderMap) -> Result<Response, Problem> {
    serve("robots.txt", &headers, "public, max-age=86400")
}

fn serve(name: &str, headers: &HeaderMap, cache: &'static str) -> Result<Response, Problem> {
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => return Err(Problem::not_found()),
    };
    let (file, encoding) = find(name, headers).ok_or_else(Problem::not_found)?;
    let mut response = file.data.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// The smallest form of a file that the browser takes.
fn find(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    if !cfg!(debug_assertions) {
        for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
            if accepts(headers, encoding)
                && let Some(file) = Files::get(&format!("{name}.{ending}"))
            {
                return Some((file, Some(encoding)));
            }
        }
    }
    Files::get(name).map(|file| (file, None))
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim() == encoding && !refused
    })
}
