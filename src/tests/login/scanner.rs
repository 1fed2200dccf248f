//! The page that scans with the camera, and what it needs: permissions, a decoder, and a manifest for the home screen.

use reqwest::{Method, StatusCode};

use crate::harness::browser::Browser;
use crate::harness::server::Server;

const NO_CAMERA: &str = "camera=(), microphone=(), geolocation=()";

#[tokio::test]
async fn sec_29_only_the_scanner_of_a_signed_in_person_may_use_the_camera_and_start_workers() {
    let server = Server::start().await;
    let (alice, stranger) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let scanner = alice.get("/scan").await;
    assert_eq!(scanner.header("permissions-policy"), "camera=(self), microphone=(), geolocation=()");
    let policy = scanner.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("; worker-src 'self'; "), "{policy}");
    assert!(policy.contains("form-action 'self'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");

    let turned_away = stranger.get("/scan").await;
    assert_eq!(turned_away.status, StatusCode::SEE_OTHER);
    assert_eq!(turned_away.header("permissions-policy"), NO_CAMERA);
    for (browser, path) in [(&alice, "/"), (&alice, "/link"), (&alice, "/account"), (&stranger, "/login")] {
        let page = browser.get(path).await;
        assert_eq!(page.header("permissions-policy"), NO_CAMERA, "{path}");
        assert!(!page.header("content-security-policy").contains("worker-src"), "{path}: {page:?}");
    }
}

#[tokio::test]
async fn sec_26_the_decoder_of_the_scanner_may_load_its_webassembly_and_nothing_else() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let page = alice.get("/scan").await.body;
    let path = page.split("data-scanner=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    let script = alice.get(path).await;
    assert_eq!(script.status, StatusCode::OK, "{path}: `make site` makes it");
    assert_eq!(
        script.header("content-security-policy"),
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let wasm = alice.fetch(Method::GET, &path.replace(".js", ".wasm")).await;
    assert_eq!((wasm.status, wasm.header("content-type")), (StatusCode::OK, "application/wasm"));
    assert!(!wasm.header("content-security-policy").contains("script-src"), "{wasm:?}");

    let script = alice.get("/scanner.js").await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert!(!script.header("content-security-policy").contains("script-src"));
}

#[tokio::test]
async fn the_scanner_and_the_typed_code_lead_to_each_other_and_the_scanner_works_as_a_press() {
    let server = Server::start().await;
    let (alice, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    assert!(alice.get("/link").await.body.contains("href=\"/scan\""));
    let page = alice.get("/scan").await.body;
    for part in ["action=\"/api/scan\"", "name=\"pressed\" value=\"true\"", "action=\"/link\"", "playsinline", "muted"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    // The script fills in the code of the link and sends the form.
    let shown = desktop.show_code().await;
    let path = server.path_of(&shown).await;
    let code = path.strip_prefix("/s/").expect("a code");
    let sent = alice.post("/api/scan", &[("code", code), ("pressed", "true")]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, &*path));
    let heard = desktop.hears(&shown).await;
    assert!(heard.to_string().contains("Alice"), "the screen is told who scanned: {heard}");
    assert!(alice.get(&path).await.body.contains("Approve"));
}

#[tokio::test]
async fn the_manifest_has_the_name_of_the_site_and_is_linked_for_who_is_signed_in() {
    let server = Server::start_with(|settings| settings.look.name = "Our <Club>".into()).await;
    let (alice, stranger) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    for path in ["/", "/account", "/scan"] {
        let page = alice.get(path).await;
        assert!(page.body.contains("<link rel=\"manifest\" href=\"/manifest.webmanifest\""), "{path}: {page:?}");
        assert!(page.header("content-security-policy").contains("; manifest-src 'self'; "), "{path}");
    }
    for path in ["/", "/login", "/signin"] {
        let page = stranger.get(path).await;
        assert!(!page.body.contains("manifest"), "{path}: {page:?}");
        assert!(!page.header("content-security-policy").contains("manifest-src"), "{path}");
    }
    let manifest = stranger.get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest.body).expect("JSON");
    assert_eq!(manifest["name"], "Our <Club>");
    assert_eq!((&manifest["start_url"], &manifest["display"]), (&"/".into(), &"standalone".into()));
    assert_eq!((&manifest["shortcuts"][0]["url"], &manifest["lang"]), (&"/scan".into(), &"en".into()));
    for icon in manifest["icons"].as_array().expect("icons") {
        let shown = stranger.get(icon["src"].as_str().expect("a path")).await;
        assert_eq!(
            (shown.status, shown.header("content-type")),
            (StatusCode::OK, icon["type"].as_str().expect("a type"))
        );
    }
    assert_eq!(stranger.get("/icons/1.png").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get("/icons/..%2Frobots.txt").await.status, StatusCode::NOT_FOUND);
}
