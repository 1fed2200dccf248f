//! What the fuzz targets begin with, in the usual lane too: whatever was found by one of them is kept among its seeds, and
//! is asked here again.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Method, StatusCode};
use tessera::oauth::AppsFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::browser::Browser;
use crate::harness::server::Server;

/// Bytes of a seed: small ones are mutated soonest.
const SEED_BYTES: u64 = 4 * 1024;

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut names: Vec<String> = entries.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(Path::new("fuzz/corpus").join(target)).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.clone(), fs::read(path).expect("a seed"))).collect()
}

#[test]
fn sec_70_every_fuzz_target_has_small_seeds_and_all_that_strangers_send_has_a_target() {
    let targets = names("fuzz/targets");
    assert_eq!(targets, names("fuzz/corpus"));
    let promised = [
        "apps_file",
        "authorize_query",
        "codes_and_forms",
        "forwarded_headers",
        "frame_reader",
        "key_sets",
        "pictures",
        "redirect_uris",
        "tokens",
        "websocket_frames",
    ];
    assert_eq!(targets, promised);
    for target in targets {
        let seeds = seeds(&target);
        assert!(seeds.len() >= 4, "{target} begins with nothing");
        for (path, seed) in seeds {
            assert!(u64::try_from(seed.len()).expect("fits") <= SEED_BYTES, "{} is no small seed", path.display());
        }
    }
}

#[tokio::test]
async fn sec_70_no_seed_breaks_anything_or_opens_anything() {
    let server = Server::start_with(|settings| {
        settings.limits.requests_per_minute = 100_000;
        settings.limits.attempts_per_minute = 100_000;
    })
    .await;
    let browser = Browser::desktop(&server);
    let is_well = |reply: &crate::harness::browser::Reply, seed: &Path| {
        assert!(!reply.status.is_server_error(), "{}: {reply:?}", seed.display());
        assert!(reply.location().is_empty() || reply.location().starts_with('/'), "{}: {reply:?}", seed.display());
    };
    for (path, seed) in seeds("authorize_query") {
        let query = String::from_utf8(seed).expect("text");
        for endpoint in ["/oauth/authorize", "/connect/qrconnect", "/oauth/logout"] {
            // No app is registered here, so nobody is led to one.
            is_well(&browser.get(&format!("{endpoint}?{query}")).await, &path);
        }
    }
    for (path, seed) in seeds("tokens") {
        let bearer = format!("Bearer {}", String::from_utf8(seed).expect("text"));
        let reply = browser.send(Method::GET, "/oauth/userinfo", &[("authorization", &bearer)], None).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{}", path.display());
    }
    for (path, seed) in seeds("pictures") {
        let id = tessera::store::records::pictures::PictureId::from_random(tessera::crypto::random::random());
        let made = server.app.pictures.make(id, seed.into(), server.clock.now()).await;
        let is_whole = path.file_name().is_some_and(|name| name == "tiny.png");
        assert!(made.is_ok() || !is_whole, "{}", path.display());
    }
    for (path, _) in seeds("apps_file") {
        if let Ok(file) = AppsFile::read(&path, server.clock.now()) {
            let _ = file.apply(&server.app.records, &server.operator()).await;
        }
    }
    let shown = browser.show_code().await;
    for (_, seed) in seeds("websocket_frames") {
        let mut stream = TcpStream::connect(&server.address).await.expect("connects");
        let head = format!(
            "GET /login/{}/watch?after=1 HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\norigin: {}\r\ncookie: {}\r\n\r\n",
            shown.ticket,
            browser.host(),
            browser.origin(),
            browser.cookie_line().expect("a claim key"),
        );
        stream.write_all(&[head.as_bytes(), &seed].concat()).await.expect("sent");
        let _ = stream.shutdown().await;
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&rest));
    }
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
}
