//! Serves the site's files: script, WebAssembly, style, pictures. A release binary contains them, compressed
//! at build time, under a name that changes with their content; a debug build reads them from the folder
//! where cargo-leptos writes them.

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest;
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// The script that reads QR codes in a worker.
const DECODER: &str = "pkg/decoder.js";
/// The policy of that worker: it loads the WebAssembly beside it, and nothing else.
const DECODER_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The policy of the service worker: it sends to this site, and loads nothing.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A function that returns the content of a file of the site by its path, such as `pkg/tessera.js`; `None` if there is
/// no such file.
type Find = fn(&str) -> Option<Cow<'static, [u8]>>;

/// The static files of the site: scripts, WebAssembly, styles and icons. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Assets {
    find: Find,
    /// A hash over the bundle, because script and WebAssembly must be of the same build. `None` in a debug
    /// build, whose files change while it runs.
    hash: Option<Arc<str>>,
}

impl Assets {
    /// Makes the set of the site's files, whose contents `find` returns. A release build also computes the hash
    /// of the bundle.
    pub fn new(find: Find) -> Self {
        let hash = (!cfg!(debug_assertions)).then(|| bundle_hash(find));
        Self { find, hash }
    }

    /// Returns the path on this site, without a leading slash, of the folder with script, WebAssembly and style:
    /// `pkg/<hash>` in a release build, `pkg` in a debug build.
    pub fn pkg_dir(&self) -> String {
        self.hash.as_ref().map_or_else(|| "pkg".to_owned(), |hash| format!("pkg/{hash}"))
    }

    fn serve(&self, name: &str, headers: &HeaderMap, cache: &'static str) -> Result<Response, Problem> {
        // A debug build reads from a folder, and nothing above it is one of its files.
        if name.contains("..") {
            return Err(Problem::not_found());
        }
        let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("txt") => "text/plain; charset=utf-8",
            _ => return Err(Problem::not_found()),
        };
        let (content, encoding) = self.smallest(name, headers).ok_or_else(Problem::not_found)?;
        let mut response = content.into_response();
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Ok(response)
    }

    /// Returns the content of a file and its `Content-Encoding`. A release build returns the file compressed with
    /// Brotli or else gzip, if the browser accepts that; otherwise it is not compressed and the encoding is `None`.
    /// Returns `None` if there is no such file.
    fn smallest(&self, name: &str, headers: &HeaderMap) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
        if !cfg!(debug_assertions) {
            for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
                if accepts(headers, encoding)
                    && let Some(content) = (self.find)(&format!("{name}.{ending}"))
                {
                    return Some((content, Some(encoding)));
                }
            }
        }
        (self.find)(name).map(|content| (content, None))
    }
}

fn bundle_hash(find: Find) -> Arc<str> {
    let mut context = digest::Context::new(&digest::SHA256);
    for name in ["pkg/tessera.js", "pkg/tessera.wasm", "pkg/tessera.css", DECODER, "pkg/decoder.wasm"] {
        if let Some(content) = find(name) {
            context.update(&content);
        }
    }
    data_encoding::HEXLOWER.encode(&context.finish().as_ref()[..8]).into()
}

/// `GET /pkg/{*path}`: returns a file of the bundle (script, WebAssembly or style). Under a path with the current hash
/// browsers may cache it for a year, otherwise they must revalidate it. Fails with 404 if there is no such file.
pub async fn pkg(
    State(assets): State<Assets>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let hashed = assets.hash.as_ref().and_then(|hash| path.strip_prefix(&**hash)?.strip_prefix('/'));
    let cache = if hashed.is_some() { "public, max-age=31536000, immutable" } else { "no-cache" };
    let name = format!("pkg/{}", hashed.unwrap_or(&path));
    let mut response = assets.serve(&name, &headers, cache)?;
    if name == DECODER {
        // A worker has the policy of its own script, and not that of the page (CSP3 §2.2.2).
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DECODER_POLICY));
    }
    Ok(response)
}

/// `GET /icons/{name}`: returns a picture of the site's icon, for the home screen of a phone.
pub async fn icon(
    State(assets): State<Assets>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    assets.serve(&format!("icons/{name}"), &headers, "public, max-age=86400")
}

/// `GET /favicon.svg`: returns the icon of the site.
pub async fn favicon(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("favicon.svg", &headers, "public, max-age=86400")
}

/// `GET /passkey.js`: returns the script of the forms that take a passkey.
pub async fn passkey(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("passkey.js", &headers, "public, max-age=3600")
}

/// `GET /scanner.js`: returns the script of the page that scans codes.
pub async fn scanner(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("scanner.js", &headers, "public, max-age=3600")
}

/// `GET /ask.js`: returns the script of the page on which a person lets browsers ask this phone.
pub async fn ask(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("ask.js", &headers, "public, max-age=3600")
}

/// `GET /worker.js`: returns the service worker, which shows notifications. Browsers look for a newer one each time.
pub async fn worker(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    let mut response = assets.serve("worker.js", &headers, "no-cache")?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
    Ok(response)
}

/// `GET /embed.js`: returns the script with which an app's page shows the QR code in a frame.
pub async fn embed(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("embed.js", &headers, "public, max-age=3600")
}

/// `GET /wxLogin.js`: returns the counterpart of WeChat's script of this name, for pages written for WeChat's
/// platform.
pub async fn wx_login(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("wxLogin.js", &headers, "public, max-age=3600")
}

/// `GET /robots.txt`: returns the rules for crawlers.
pub async fn robots(State(assets): State<Assets>, headers: HeaderMap) -> Result<Response, Problem> {
    assets.serve("robots.txt", &headers, "public, max-age=86400")
}

/// Returns whether `Accept-Encoding` names this encoding with a weight above 0.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim() == encoding && !refused
    })
}
