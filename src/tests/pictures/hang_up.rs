//! Browsers that hang up, at each moment at which a request waits for something: whatever becomes of it, the picture that
//! was there before is not kept beside the next one, and none is kept that belongs to nobody.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::{StreamExt as _, stream};
use reqwest::StatusCode;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tessera::picture::path;
use tessera::store::records::pictures::PictureId;
use tessera::web::client::Peer;
use tokio::task::yield_now;
use tower::ServiceExt as _;

use super::OF_PERSON;
use super::uploads::BEGINS;
use crate::admin::logo::{png, png_of};
use crate::admin::pages::{administrator, register};
use crate::harness::browser::Browser;
use crate::harness::server::Server;

/// No request waits as often as that.
const MOMENTS: usize = 100;

/// A server, and its records as their file has them.
struct Kept {
    server: Server,
    router: Router,
    records: SqliteConnection,
}

impl Kept {
    async fn start() -> Self {
        let server = Server::start_with(|settings| {
            settings.limits.decisions_per_minute = 10_000;
            settings.limits.requests_per_minute = 10_000;
        });
        let server = server.await;
        let options = SqliteConnectOptions::new().filename(server.folder.path().join("tessera.db"));
        let (router, records) = (server.app.router(), options.connect().await.expect("opens"));
        Self { server, router, records }
    }

    /// Sends a form with a file, or an empty one, and hangs up when the request would go on for the next time after so
    /// many. Whether it was answered before.
    async fn sends(&self, browser: &Browser, to: &str, file: Option<&[u8]>, moments: usize) -> bool {
        let (kind, body) = match file {
            Some(file) => {
                ("multipart/form-data; boundary=tile", [BEGINS.as_bytes(), file, b"\r\n--tile--\r\n"].concat())
            }
            None => ("application/x-www-form-urlencoded", Vec::new()),
        };
        let mut request = Request::post(to)
            .header("host", browser.host())
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind)
            .header("content-length", body.len())
            .extension(Peer(([127, 0, 0, 1], 4000).into()));
        request.headers_mut().expect("right so far").extend(browser.cookies());
        // The body takes its time too.
        let parts = stream::iter(body.chunks(100).map(Bytes::copy_from_slice).collect::<Vec<_>>()).then(async |part| {
            yield_now().await;
            Ok::<_, Infallible>(part)
        });
        let request = request.body(Body::from_stream(parts)).expect("a request");
        let (mut answer, mut left) = (pin!(self.router.clone().oneshot(request)), moments);
        let answered = poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(None);
            }
            left -= 1;
            answer.as_mut().poll(context).map(Some)
        });
        let Some(answer) = answered.await else { return false };
        assert_eq!(answer.expect("an answer").status(), StatusCode::SEE_OTHER);
        true
    }

    /// The pictures that are kept.
    async fn all(&mut self) -> BTreeSet<String> {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT id FROM pictures").fetch_all(&mut self.records).await.expect("answers");
        ids.into_iter().map(|id| PictureId::from_random(id.try_into().expect("16 bytes")).to_string()).collect()
    }

    /// Those that an account or an app has.
    async fn had(&self) -> BTreeSet<String> {
        let records = &self.server.app.accounts.records;
        let mut had = Vec::new();
        for name in ["alice", "grace"] {
            let found = records.account_by_username(name).await.expect("answers");
            had.extend(found.and_then(|(account, _)| account.profile.picture));
        }
        had.extend(records.apps().await.expect("answers").into_iter().filter_map(|app| app.options.logo));
        had.iter().map(PictureId::to_string).collect()
    }

    /// What is kept and had, between two changes.
    async fn settled(&mut self) -> BTreeSet<String> {
        loop {
            let (before, all) = (self.had().await, self.all().await);
            if before == self.had().await {
                assert_eq!(all, before, "what is kept, and what somebody has");
                return all;
            }
        }
    }

    /// Changes a picture and hangs up, later each time, until the answer comes; before each time there is one. What is
    /// uploaded is another picture each time, since the same file twice may be one.
    async fn hangs_up(&mut self, browser: &Browser, upload: &str, to: &str) {
        for (moments, shade) in (1..=MOMENTS).zip((0..=u8::MAX).step_by(37).cycle()) {
            let file = (upload == to).then(|| png_of(40, [shade, 255 - shade, 90]));
            // What hung up last may still be going on, and be quicker than this.
            while self.settled().await.is_empty() {
                browser.upload(upload, "picture", &png(20)).await;
            }
            let before = self.settled().await;
            let is_answered = self.sends(browser, to, file.as_deref(), moments).await;
            let after = self.settled().await;
            for gone in before.difference(&after) {
                let seen = browser.get(&path(gone.parse().expect("a name"), 0)).await;
                assert_eq!(seen.status, StatusCode::NOT_FOUND, "after {moments} moments");
            }
            if is_answered {
                assert_ne!(before, after);
                assert!(moments > 1, "it never hung up");
                return;
            }
        }
        panic!("it is not answered");
    }
}

#[tokio::test]
async fn sec_67_whenever_a_browser_hangs_up_a_profile_has_one_picture_and_the_one_before_is_gone() {
    let mut kept = Kept::start().await;
    let alice = Browser::signed_in(&kept.server, "Alice").await;
    kept.hangs_up(&alice, OF_PERSON, OF_PERSON).await;
    kept.hangs_up(&alice, OF_PERSON, "/account/profile/picture/remove").await;
    assert_eq!(kept.settled().await.len(), 0);
}

#[tokio::test]
async fn sec_67_whenever_a_browser_hangs_up_an_app_has_one_logo_and_the_one_before_is_gone() {
    let mut kept = Kept::start().await;
    let grace = administrator(&kept.server).await;
    let (site, _) = register(&kept.server, &grace, "Shop").await;
    let logo = format!("/admin/apps/{}/logo", site.id);
    kept.hangs_up(&grace, &logo, &logo).await;
    kept.hangs_up(&grace, &logo, &format!("{logo}/remove")).await;
    assert_eq!(kept.settled().await.len(), 0);
}
