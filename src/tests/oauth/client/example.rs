//! The site of `examples/rust`, from its very source: it is small, and it works.

#[path = "../../../../examples/rust/src/site.rs"]
mod site;

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use tessera::clock::Clock;
use tessera::listen;
use tessera::listen::ListenerSettings;
use tessera::web::client::TrustedProxies;
use tokio::net::TcpListener;

use crate::harness::browser::{Browser, DESKTOP, Reply, Shown};
use crate::harness::server::Server;
use crate::harness::site::Site;

/// A running forum, and what it is for one browser.
struct Forum {
    origin: String,
    browser: Browser,
}

impl Forum {
    async fn start(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let origin = format!("http://localhost:{port}");
        let app = Site::register_with(server, |app| {
            app.redirect_uris = vec![format!("{origin}/signed-in")];
            app.options.post_logout_redirect_uris = vec![format!("{origin}/")];
        })
        .await;
        let site = site::Site::discover(server.origin.clone(), app.id, app.secret, origin.clone()).await;
        let listener_settings = ListenerSettings {
            connections: 16,
            per_network: 16,
            proxies: TrustedProxies::new(&[]),
            clock: server.clock.clone(),
            tls: None,
            stopping: server.stopping.clone(),
        };
        tokio::spawn(listen::serve(listener, site.expect("found").router(), listener_settings));
        let browser = Browser::at(&origin, port, DESKTOP, "198.51.100.1");
        Self { origin, browser }
    }

    /// One of the buttons is pressed.
    async fn press(&self, path: &str) -> Reply {
        self.browser.send(Method::POST, path, &[("origin", &self.origin)], Some(&[])).await
    }

    /// Where the visitor comes back to, as this browser asks for it.
    async fn back(&self, address: &str) -> Reply {
        self.browser.get(address.strip_prefix(&self.origin).expect("back at the forum")).await
    }

    async fn home(&self) -> String {
        self.browser.get("/").await.body
    }
}

/// The path of an address of the server.
fn path<'a>(server: &Server, reply: &'a Reply) -> &'a str {
    reply.location().strip_prefix(&server.origin).expect("the server's address")
}

#[tokio::test]
async fn sec_54_the_example_site_signs_its_visitor_in_and_out() {
    // The site has no other clock than the machine's.
    let server = Server::start_in(Arc::new(tempfile::tempdir().expect("a folder")), Clock::system(), |_| {}).await;
    let forum = Forum::start(&server).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    assert!(forum.home().await.contains("Sign in with Tessera"));
    let sent = forum.press("/login").await;
    let begun = browser.get(path(&server, &sent)).await;
    let shown = Shown::read(&browser.get(begun.location()).await.body);
    phone.approve(&shown).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let back = browser.get(begun.location()).await;
    // Whoever has the address and not the browser that asked gets nothing for it.
    let thief = forum.browser.beside(DESKTOP, "192.0.2.66");
    let stolen = back.location().strip_prefix(&forum.origin).expect("back at the forum");
    thief.get(stolen).await;
    assert!(thief.get("/").await.body.contains("Sign in with Tessera"));
    assert_eq!(forum.back(back.location()).await.location(), "/");
    assert!(forum.home().await.contains("<h1>Hello, Alice</h1>"), "{}", forum.home().await);

    let from_elsewhere = forum.browser.send(Method::POST, "/logout", &[("origin", "https://evil.example")], Some(&[]));
    assert_eq!(from_elsewhere.await.status, StatusCode::FORBIDDEN);
    let out = forum.press("/logout").await;
    let begun = browser.get(path(&server, &out)).await;
    let home = browser.get(begun.location()).await;
    assert_eq!(home.location(), format!("{}/", forum.origin), "{home:?}");
    assert!(forum.home().await.contains("Sign in with Tessera") && !browser.is_signed_in().await);
}
