//! Bodies that come slowly, or never: of several accounts, for people's pictures and for logos.

use std::sync::Arc;
use std::time::Duration;

use image::ImageFormat;
use reqwest::StatusCode;
use tessera::web::bounds::{UPLOAD_BYTES, UPLOAD_STEP, UPLOADED_BYTES};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::OF_PERSON;
use super::files::{Scans, canvas, jpeg, lossless, many_codes, plain, riff_chunk, webp};
use crate::admin::logo::png;
use crate::admin::pages::{administrator, register};
use crate::harness::browser::{Browser, PHONE};
use crate::harness::hang::until;
use crate::harness::server::{PASSWORD, Server};

/// What a form with a file begins with.
pub const BEGINS: &str = "--tile\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"me.png\"\r\n\r\n";

/// A browser begins to upload: it says that so many bytes come, and sends the first of them.
pub async fn begins(browser: &Browser, path: &str, length: usize, sent: &[u8]) -> TcpStream {
    let cookies = browser.cookies();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: {}\r\ncookie: {}\r\n\
         content-type: multipart/form-data; boundary=tile\r\ncontent-length: {length}\r\n\r\n",
        browser.host(),
        browser.address(),
        cookies["cookie"].to_str().expect("text"),
    );
    let mut stream = TcpStream::connect(browser.base()).await.expect("connects");
    // A server that has answered may have closed already.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(sent).await;
    stream
}

/// Waits until so many bytes are left of what all bodies may hold.
async fn until_left(server: &Server, bytes: usize) {
    until(&format!("{bytes} bytes are left"), async || server.app.pictures.room() == bytes).await;
}

/// Signs in one more person, who is somewhere else than all others.
async fn person(server: &Server, at: usize) -> Browser {
    let name = format!("person-{at}");
    server.person(&name).await;
    let browser = Browser::new(server, PHONE, &format!("203.0.{at}.7"));
    browser.sign_in(&name, PASSWORD, "/").await;
    browser
}

#[tokio::test]
async fn sec_67_slow_uploads_of_one_account_stand_in_nobody_elses_way() {
    let server = Server::start().await;
    let (alice, grace) = (Browser::signed_in(&server, "Alice").await, administrator(&server).await);
    let (site, _) = register(&server, &grace, "Shop").await;
    let logo = format!("/admin/apps/{}/logo", site.id);
    let bob = person(&server, 100).await;
    // Eight of each: twice as many as there were places for all people together.
    let mut slow = Vec::new();
    for _ in 0..8 {
        slow.push(begins(&alice, OF_PERSON, UPLOAD_BYTES, BEGINS.as_bytes()).await);
        slow.push(begins(&grace, &logo, UPLOAD_BYTES, BEGINS.as_bytes()).await);
    }
    // One of each has its place, and holds what came of it.
    until_left(&server, UPLOADED_BYTES - 2 * UPLOAD_STEP).await;
    for file in [png(300), png(40)] {
        assert_eq!(bob.upload(OF_PERSON, "picture", &file).await.status, StatusCode::SEE_OTHER);
    }
    let ada = person(&server, 101).await;
    assert_eq!(ada.upload(OF_PERSON, "picture", &png(20)).await.status, StatusCode::SEE_OTHER);
    // An account's own next upload is read when the ones before it are over.
    slow.clear();
    assert_eq!(alice.upload(OF_PERSON, "picture", &png(20)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(grace.upload(&logo, "picture", &png(20)).await.status, StatusCode::SEE_OTHER);
    until_left(&server, UPLOADED_BYTES).await;
}

#[tokio::test]
async fn sec_67_a_body_holds_what_came_of_it_and_not_what_it_claims() {
    let server = Server::start().await;
    let bob = person(&server, 100).await;
    // More accounts than would fit if each held what it claims.
    let mut trickling = Vec::new();
    for at in 0..12 {
        let somebody = person(&server, at).await;
        trickling.push(begins(&somebody, OF_PERSON, UPLOAD_BYTES, &[b'x'; 100]).await);
    }
    until_left(&server, UPLOADED_BYTES - 12 * UPLOAD_STEP).await;
    assert_eq!(bob.upload(OF_PERSON, "picture", &png(300)).await.status, StatusCode::SEE_OTHER);
    for stream in &mut trickling {
        stream.write_all(&vec![b'x'; UPLOAD_STEP]).await.expect("sent");
    }
    until_left(&server, UPLOADED_BYTES - 24 * UPLOAD_STEP).await;
    drop(trickling);
    until_left(&server, UPLOADED_BYTES).await;
}

#[tokio::test]
async fn sec_67_accounts_that_hold_all_with_slow_bodies_give_way_to_whoever_sends() {
    let server = Server::start().await;
    let (alice, grace) = (Browser::signed_in(&server, "Alice").await, administrator(&server).await);
    let (site, _) = register(&server, &grace, "Shop").await;
    let logo = format!("/admin/apps/{}/logo", site.id);
    // A photograph that is nearly as large as one may be.
    let mut photo = plain(300, ImageFormat::Jpeg);
    photo.resize(UPLOAD_BYTES - 4096, 0);
    let steps = UPLOADED_BYTES / UPLOAD_STEP;
    for holders in [2, 3, 16] {
        let (mut slow, mut left) = (Vec::new(), steps);
        for at in 0..holders {
            let somebody = person(&server, 10 * holders + at).await;
            let share = (steps + at) / holders;
            slow.push(begins(&somebody, OF_PERSON, UPLOAD_BYTES, &vec![b'x'; share * UPLOAD_STEP - 1]).await);
            left -= share;
            until_left(&server, left * UPLOAD_STEP).await;
            server.pass(1);
        }
        assert_eq!(left, 0);
        // They go on a little now and then.
        server.pass(20);
        for (browser, path) in [(&alice, OF_PERSON), (&grace, &*logo)] {
            let taken = browser.upload(path, "picture", &photo).await;
            assert_eq!(taken.status, StatusCode::SEE_OTHER, "{holders} hold all: {taken:?}");
        }
        // The first of them goes on, and is told to come again.
        let mut one = slow.swap_remove(0);
        one.write_all(&vec![b'x'; UPLOAD_BYTES - (steps / holders * UPLOAD_STEP - 1)]).await.expect("sent");
        let mut answer = [0; 12];
        one.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 503", "{holders} hold all");
        drop(slow);
        until_left(&server, UPLOADED_BYTES).await;
    }
}

/// Sends a file at some megabits a second, and hears what becomes of it.
async fn sends_in_steps(browser: &Browser, file: &[u8]) -> String {
    let body = [BEGINS.as_bytes(), file, b"\r\n--tile--\r\n"].concat();
    let mut stream = begins(browser, OF_PERSON, body.len(), &[]).await;
    for step in body.chunks(UPLOAD_STEP) {
        stream.write_all(step).await.expect("sent");
        sleep(Duration::from_millis(20)).await;
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_67_accounts_that_upload_without_a_pause_take_turns_with_whoever_comes() {
    let server = Server::start_with(|settings| settings.limits.decisions_per_minute = 10_000).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    // What takes longest to decode, in a body that holds most.
    let mut heavy = jpeg(Scans::Baseline, 5_712, 4_284, &[0x22, 0x11, 0x11], &[]);
    heavy.resize(UPLOAD_BYTES - 4096, 0);
    let (small, mut photo) = (plain(300, ImageFormat::Jpeg), plain(300, ImageFormat::Jpeg));
    photo.resize(UPLOAD_BYTES / 4, 0);
    let (heavy, mut floods, mut people) = (Arc::new(heavy), JoinSet::new(), 0);
    for crowd in [2, 3, 6] {
        while people < crowd {
            let somebody = Arc::new(person(&server, people).await);
            people += 1;
            for _ in 0..2 {
                let (somebody, heavy) = (Arc::clone(&somebody), Arc::clone(&heavy));
                floods.spawn(async move {
                    loop {
                        somebody.upload(OF_PERSON, "picture", &heavy).await;
                    }
                });
            }
        }
        until("all is held", async || server.app.pictures.room() < UPLOAD_BYTES).await;
        for file in [&small, &photo, &small, &photo] {
            assert_eq!(sends_in_steps(&alice, file).await, "HTTP/1.1 303", "{crowd} upload without a pause");
        }
    }
}

#[tokio::test]
async fn what_is_said_of_a_picture_tells_what_to_do_about_it() {
    let server = Server::start().await;
    let (alice, grace) = (Browser::signed_in(&server, "Alice").await, administrator(&server).await);
    let (site, _) = register(&server, &grace, "Shop").await;
    let logo = format!("/admin/apps/{}/logo", site.id);
    let moves = webp(&[canvas(2, 8, 8), lossless(8), riff_chunk(*b"ANIM", &[0; 6])]);
    for (file, status, text) in [
        (moves, 422, "This picture is animated."),
        (webp(&[many_codes(2_000)]), 413, "Save the picture as a JPEG or PNG file."),
        (webp(&[canvas(0, 16_384, 16_384), lossless(8)]), 422, "This file is not a picture that we can read."),
    ] {
        for (browser, path) in [(&alice, OF_PERSON), (&grace, &*logo)] {
            let told = browser.upload(path, "picture", &file).await;
            assert!(told.status == status && told.body.contains(text), "{text}: {told:?}");
        }
    }
}
