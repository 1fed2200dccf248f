//! Requests that arrive slowly. What their sender may do is decided when all of it is there, so who loses a session or a
//! role meanwhile changes nothing.

use std::time::Duration;

use reqwest::StatusCode;
use tessera::store::records::people::Role;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::logo::png;
use super::pages::{administrator, register};
use super::people::{account, group, groups_of, manager, page_of};
use super::requests::{ASKED, approved, asks};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::hang::eventually;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::query;

const FORM: &str = "application/x-www-form-urlencoded";
const FILE: &str = "multipart/form-data; boundary=tile";
/// Time in which a server that decided by the head of a request would have decided.
const DECIDES: Duration = Duration::from_millis(300);

/// A request of which the head and a few bytes have been sent.
struct Slow {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Slow {
    /// Begins to send a request of a browser with this body, of which the first three bytes are sent.
    async fn begin(browser: &Browser, path: &str, kind: &str, body: Vec<u8>) -> Self {
        let mut slow = Self::announce(browser, path, kind, body.len()).await;
        slow.stream.write_all(&body[..3]).await.expect("sent");
        slow.rest = body[3..].to_vec();
        sleep(DECIDES).await;
        slow
    }

    /// Sends the head of a request only, which announces a body of this length.
    async fn announce(browser: &Browser, path: &str, kind: &str, length: usize) -> Self {
        let cookies = browser.cookie_line().unwrap_or_default();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {}\r\naccept: text/html\r\n\
             cookie: {cookies}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n",
            browser.host(),
            browser.address(),
        );
        let mut stream = TcpStream::connect(browser.base()).await.expect("connects");
        stream.write_all(head.as_bytes()).await.expect("sent");
        Self { stream, rest: Vec::new() }
    }

    async fn form(browser: &Browser, path: &str, form: &[(&str, &str)]) -> Self {
        Self::begin(browser, path, FORM, query(form).into_bytes()).await
    }

    async fn picture(browser: &Browser, path: &str) -> Self {
        let begins =
            b"--tile\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"me.png\"\r\n\r\n".as_slice();
        Self::begin(browser, path, FILE, [begins, &png(64), b"\r\n--tile--\r\n"].concat()).await
    }

    /// Sends the rest, and returns the status of the answer and where it leads.
    async fn ends(mut self) -> (StatusCode, String, String) {
        self.stream.write_all(&self.rest).await.expect("sent");
        self.answer().await
    }

    async fn answer(mut self) -> (StatusCode, String, String) {
        let mut answer = Vec::new();
        let _ = eventually("an answer", self.stream.read_to_end(&mut answer)).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let location = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
        (status, location.to_owned(), body.to_owned())
    }
}

/// Another administrator than Grace, in a browser of their own.
async fn eve(server: &Server) -> Browser {
    server.administrator("Eve").await;
    let browser = Browser::new(server, DESKTOP, "198.51.100.66");
    browser.sign_in("eve", PASSWORD, "/").await;
    browser
}

async fn demotes(grace: &Browser, eve: &str) {
    let done = grace.post(&format!("{eve}/role"), &[("role", "none"), ("seen", "admin")]).await;
    assert_eq!(done.location(), format!("{eve}?done=role"), "{done:?}");
}

#[tokio::test]
async fn sec_60_a_role_that_was_taken_away_while_a_form_arrived_changes_nobodys_role() {
    let server = Server::start().await;
    let (grace, eve) = (administrator(&server).await, eve(&server).await);
    server.person("Bob").await;
    let (bob, evil) = (page_of(&server, "bob").await, page_of(&server, "eve").await);
    let slow = Slow::form(&eve, &format!("{bob}/role"), &[("role", "admin"), ("seen", "none")]).await;
    demotes(&grace, &evil).await;
    let (status, _, body) = slow.ends().await;
    assert_eq!((status, body), (StatusCode::NOT_FOUND, eve.get("/admin/nothing").await.body));
    assert_eq!(account(&server, "bob").await.role, Role::None);
}

#[tokio::test]
async fn sec_16_a_proof_that_grew_old_while_a_form_arrived_is_asked_for_again() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    server.person("Bob").await;
    let bob = page_of(&server, "bob").await;
    let slow = Slow::form(&grace, &format!("{bob}/role"), &[("role", "admin"), ("seen", "none")]).await;
    server.pass(300);
    let (status, _, body) = slow.ends().await;
    assert!(status == StatusCode::FORBIDDEN && body.contains("action=\"/account/proof\""), "{status} {body}");
    assert_eq!(account(&server, "bob").await.role, Role::None);
}

#[tokio::test]
async fn sec_60_a_session_that_ended_while_its_form_arrived_ends_no_other_one() {
    let server = Server::start().await;
    let (phone, stolen) = (Browser::signed_in(&server, "Alice").await, Browser::new(&server, DESKTOP, "198.51.100.66"));
    stolen.sign_in("alice", PASSWORD, "/").await;
    let slow = Slow::form(&stolen, "/account/devices", &[("end", "others")]).await;
    phone.post("/account/devices", &[("end", "others")]).await;
    assert!(!stolen.is_signed_in().await);
    let (status, location, _) = slow.ends().await;
    assert_eq!((status, &*location), (StatusCode::SEE_OTHER, "/signin?next=/account/devices"));
    assert!(phone.is_signed_in().await, "its owner goes on");
}

#[tokio::test]
async fn sec_60_whoever_was_disabled_while_their_form_arrived_adds_nobody_to_a_group() {
    let server = Server::start().await;
    let (grace, mia) = (administrator(&server).await, manager(&server).await);
    server.person("Bob").await;
    let team = group(&server, "team", false).await.to_string();
    let (bob, own) = (page_of(&server, "bob").await, page_of(&server, "mia").await);
    let slow = [
        Slow::form(&mia, &format!("{bob}/groups"), &[("add", &team)]).await,
        Slow::form(&mia, &format!("/admin/groups/{team}/members"), &[("member", "bob")]).await,
    ];
    assert_eq!(grace.post(&format!("{own}/disable"), &[]).await.location(), format!("{own}?done=disabled"));
    for slow in slow {
        assert_eq!(slow.ends().await.0, StatusCode::NOT_FOUND);
    }
    assert!(groups_of(&server, account(&server, "bob").await.id).await.is_empty());
}

#[tokio::test]
async fn sec_60_a_session_or_a_role_that_ended_while_a_picture_arrived_changes_no_picture() {
    let server = Server::start_with(|settings| settings.oauth.requests = true).await;
    let (grace, eve) = (administrator(&server).await, eve(&server).await);
    let (site, _) = register(&server, &grace, "Notes").await;
    let (phone, stolen) = (Browser::signed_in(&server, "Alice").await, Browser::new(&server, DESKTOP, "198.51.100.67"));
    stolen.sign_in("alice", PASSWORD, "/").await;
    let owned = approved(&server, &grace, &asks(&phone, &ASKED).await, &ASKED).await;
    let picture = Slow::picture(&stolen, "/account/profile/picture").await;
    let of_owner = Slow::picture(&stolen, &format!("/apps/mine/{}/logo", owned.id)).await;
    let logo = Slow::picture(&eve, &format!("/admin/apps/{}/logo", site.id)).await;
    phone.post("/account/devices", &[("end", "others")]).await;
    demotes(&grace, &page_of(&server, "eve").await).await;
    let (status, location, _) = picture.ends().await;
    assert_eq!((status, &*location), (StatusCode::SEE_OTHER, "/signin?next=/account/profile"));
    let (status, location, _) = of_owner.ends().await;
    assert_eq!((status, location), (StatusCode::SEE_OTHER, format!("/signin?next=/apps/mine/{}", owned.id)));
    assert_eq!(logo.ends().await.0, StatusCode::NOT_FOUND);
    assert_eq!(account(&server, "alice").await.profile.picture, None);
    for app in server.app.records.apps().await.expect("answers") {
        assert_eq!(app.options.logo, None, "{}", app.name);
    }
    // Who keeps the session uploads as before, however slowly.
    let (status, location, _) = Slow::picture(&phone, "/account/profile/picture").await.ends().await;
    assert_eq!((status, &*location), (StatusCode::SEE_OTHER, "/account/profile?done=picture"));
}

#[tokio::test]
async fn sec_67_of_a_large_form_nothing_is_read_unless_its_sender_could_send_one() {
    let server = Server::start_with(|settings| settings.oauth.requests = true).await;
    let (grace, alice) = (administrator(&server).await, Browser::signed_in(&server, "Alice").await);
    let nobody = Browser::new(&server, DESKTOP, "198.51.100.68");
    let large = 100 * 1024;
    // Each is answered by its head.
    for (who, path, status) in [
        (&nobody, "/admin/apps/new", StatusCode::NOT_FOUND),
        (&alice, "/admin/apps/new", StatusCode::NOT_FOUND),
        (&nobody, "/admin/people/new", StatusCode::NOT_FOUND),
        (&nobody, "/apps/request", StatusCode::SEE_OTHER),
        (&nobody, "/account/proof", StatusCode::SEE_OTHER),
        (&alice, "/account/proof", StatusCode::PAYLOAD_TOO_LARGE),
        (&alice, "/account/profile", StatusCode::PAYLOAD_TOO_LARGE),
        (&grace, "/account/profile", StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answered = Slow::announce(who, path, FORM, large).await.answer().await;
        assert_eq!(answered.0, status, "{path}: {answered:?}");
    }
    let form = format!("name=&redirect_uri={}", "x".repeat(large));
    let (status, ..) = Slow::begin(&grace, "/admin/apps/new", FORM, form.into_bytes()).await.ends().await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "it is read");
}
