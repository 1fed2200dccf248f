//! A server in memory for the targets: started once, asked as often as the fuzzer likes, by a clock that stands still.
//!
//! A panic in any thread is a finding: libFuzzer's hook ends the process. So is an answer that says that something here is
//! broken, whatever was sent.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use tempfile::TempDir;
use tessera::clock::Clock;
use tessera::oauth::{AppSecret, NewApp};
use tessera::server::ServerState;
use tessera::settings::Settings;
use tessera::store::records::app_log::{Actor, By};
use tessera::store::records::app_options::AppOptions;
use tessera::store::records::apps::Dialects;
use tessera::ticket::time::Timestamp;
use tessera::web::assets::Assets;
use tessera::web::client::Peer;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// The app that is registered, and where it has people sent back to.
pub const APP: &str = "ts0123456789abcdef";
/// See [`APP`].
pub const BACK: &str = "https://shop.example/signed-in";
/// The moment at which everything happens.
pub const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// More than the fuzzer asks in a year: no limit of a minute is ever met.
const NO_LIMIT: u64 = 4_000_000_000;

/// A server.
pub struct House {
    /// What runs it.
    pub runtime: Runtime,
    /// Its parts.
    pub app: ServerState,
    /// All that it answers.
    pub router: Router,
    _folder: TempDir,
}

/// An answer, read to its end.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default()
    }
}

/// The server of this process, with nothing but the app in it.
pub fn house() -> &'static House {
    static HOUSE: LazyLock<House> = LazyLock::new(|| House::start(|_| {}));
    &HOUSE
}

impl House {
    /// A server with changed settings.
    pub fn start(change: impl FnOnce(&mut Settings)) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = Settings::defaults();
        settings.data_dir = folder.path().to_owned();
        settings.public_url = "https://login.example.com".into();
        let limits = &mut settings.limits;
        for limit in [
            &mut limits.requests_per_minute,
            &mut limits.attempts_per_minute,
            &mut limits.logins_per_minute,
            &mut limits.decisions_per_minute,
        ] {
            *limit = NO_LIMIT;
        }
        change(&mut settings);
        let app = runtime.block_on(async {
            let clock = Clock::manual(NOW);
            let app = ServerState::build(&settings, &Assets::new(|_| None), clock, CancellationToken::new())
                .await
                .expect("builds");
            let new = NewApp {
                name: "Shop".to_owned(),
                redirect_uris: vec![BACK.to_owned()],
                dialects: Dialects::Oidc,
                has_secret: true,
                options: AppOptions::default(),
            };
            let secret = AppSecret::from_random([7; 32]);
            let (shop, _) = new.register(APP.parse().expect("an id"), secret, NOW).expect("right");
            let is_added = app.records.add_app(shop, operator()).await.expect("answers");
            assert!(is_added.expect("a name that no other app has"));
            app
        });
        let router = app.router();
        Self { runtime, app, router, _folder: folder }
    }

    /// Asks; `None` where the words are none of HTTP, so that they never get here.
    pub fn ask(&self, method: Method, path: &str, headers: &[(&str, &[u8])], body: Vec<u8>) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(path).header("host", "login.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.header("content-length", body.len()).body(Body::from(body)).ok()?;
        request.extensions_mut().insert(Peer(([198, 51, 100, 1], 4711).into()));
        let answer = self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("infallible");
            let (head, body) = answer.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            Answer { status: head.status, headers: head.headers, body: body.to_vec() }
        });
        // Full is what a server may be; broken it may not be.
        let is_full = String::from_utf8_lossy(&answer.body).contains("too_many_waiting");
        assert!(!answer.status.is_server_error() || is_full, "{path:?}: {}", String::from_utf8_lossy(&answer.body));
        Some(answer)
    }
}

/// Whoever may run commands where the server runs.
pub fn operator() -> By {
    By { actor: Actor::CommandLine, now: NOW }
}

/// A file with these bytes, and the folder that it goes away with.
pub fn file_of(data: &[u8]) -> (Arc<TempDir>, std::path::PathBuf) {
    static FOLDER: LazyLock<Arc<TempDir>> = LazyLock::new(|| Arc::new(tempfile::tempdir().expect("a folder")));
    let path = FOLDER.path().join("file");
    std::fs::write(&path, data).expect("written");
    (Arc::clone(&FOLDER), path)
}
