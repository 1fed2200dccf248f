//! What browsers of several generations say with a form, and that they can sign in. The headers are computed as a browser
//! does it, out of the policy of the page that the form stands on.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, consent_form};

/// A generation: what it says of where a form comes from.
#[derive(Clone, Copy, Debug)]
struct Generation {
    /// `Sec-Fetch-Site`: not on plain HTTP, and not behind a proxy that takes it away.
    has_fetch_metadata: bool,
    /// `Origin` in a form to its own site.
    has_origin: bool,
    /// `Referer`: some people have it turned off.
    has_referer: bool,
}

const NOW: Generation = Generation { has_fetch_metadata: true, has_origin: true, has_referer: true };
const GENERATIONS: [(&str, Generation); 5] = [
    ("since 2023, on HTTPS", NOW),
    ("the same without Referer", Generation { has_referer: false, ..NOW }),
    ("Safari up to 16.3, any on plain HTTP", Generation { has_fetch_metadata: false, ..NOW }),
    ("the same without Referer", Generation { has_fetch_metadata: false, has_origin: true, has_referer: false }),
    ("Firefox up to 69", Generation { has_fetch_metadata: false, has_origin: false, has_referer: true }),
];

impl Generation {
    /// The headers of a form that `page` of `from` sends to `to` (Fetch, "append a request `Origin` header"; Referrer
    /// Policy §8.3).
    fn says(self, page: &Reply, from: &str, to: &str) -> Vec<(&'static str, String)> {
        let (policy, is_own) = (page.header("referrer-policy"), from == to);
        let tells = match policy {
            "no-referrer" => false,
            "same-origin" => is_own,
            other => panic!("say here what browsers do with {other:?}"),
        };
        let mut headers = vec![("accept", "text/html".to_owned())];
        if self.has_fetch_metadata {
            headers.push(("sec-fetch-site", if is_own { "same-origin" } else { "cross-site" }.to_owned()));
        }
        if self.has_origin || !is_own {
            headers.push(("origin", if tells { from } else { "null" }.to_owned()));
        }
        if self.has_referer && tells {
            headers.push(("referer", format!("{from}/some/page")));
        }
        headers
    }

    /// Sends a form that stands on a page of ours.
    async fn posts(self, browser: &Browser, page: &Reply, path: &str, form: &[(&str, &str)]) -> Reply {
        let headers = self.says(page, browser.origin(), browser.origin());
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.send(Method::POST, path, &headers, Some(form)).await
    }
}

#[tokio::test]
async fn browsers_of_every_generation_sign_in_approve_consent_and_sign_out() {
    for is_https in [true, false] {
        let server = Server::start_with(|settings| {
            if is_https {
                settings.public_url = "https://login.example.com".into();
            }
            settings.limits.attempts_per_minute = 1000;
        })
        .await;
        server.person("Alice").await;
        for (about, generation) in GENERATIONS {
            let about = format!("{about}, {}", server.origin);
            let phone = Browser::new(&server, PHONE, "203.0.113.1");
            let form = phone.get("/signin").await;
            let password = [("username", "alice"), ("password", PASSWORD), ("next", "/")];
            let signed_in = generation.posts(&phone, &form, "/signin", &password).await;
            assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{about}: {signed_in:?}");

            let desktop = Browser::new(&server, DESKTOP, "198.51.100.1");
            let shown = desktop.show_code().await;
            let link = phone.get("/link").await;
            let scanned = generation.posts(&phone, &link, "/link", &[("code", &shown.typed)]).await;
            let question = phone.get(scanned.location()).await;
            let code = scanned.location().strip_prefix("/s/").unwrap_or_else(|| panic!("{about}: {scanned:?}"));
            let approved = generation.posts(&phone, &question, "/api/approve", &[("code", code)]).await;
            assert_eq!(approved.status, StatusCode::SEE_OTHER, "{about}: {approved:?}");
            let login = desktop.get(&format!("/login/{}", shown.ticket)).await;
            let claim = format!("/login/{}/claim", shown.ticket);
            let claimed = generation.posts(&desktop, &login, &claim, &[]).await;
            assert_eq!(claimed.status, StatusCode::SEE_OTHER, "{about}: {claimed:?}");
            assert!(desktop.is_signed_in().await, "{about}");

            let site = Site::register(&server).await;
            let path = desktop.get(&site.sends_to(&[])).await.location().to_owned();
            let consent = desktop.get(&path).await;
            let account = consent_form(&consent);
            let decision = [("decision", "allow"), ("account", account.as_str())];
            let allowed = generation.posts(&desktop, &consent, &path, &decision).await;
            assert_ne!(allowed.status, StatusCode::FORBIDDEN, "{about}: {allowed:?}");
            assert!(allowed.status.is_redirection() || allowed.status.is_success(), "{about}: {allowed:?}");

            let home = desktop.get("/").await;
            generation.posts(&desktop, &home, "/signout", &[]).await;
            assert!(!desktop.is_signed_in().await, "{about}");
        }
    }
}

#[tokio::test]
async fn sec_30_no_other_site_writes_through_a_browser_of_any_generation() {
    let server = Server::start_with(|settings| settings.public_url = "https://login.example.com".into()).await;
    let browser = Browser::signed_in(&server, "Alice").await;
    let ours = browser.get("/").await;
    for (about, generation) in GENERATIONS {
        for evil in ["https://evil.example", "https://login.example.com.evil.example", "http://login.example.com"] {
            // Whatever policy the other site chooses for its own pages: it is told by its name, or not at all.
            for tells in [false, true] {
                let mut headers = generation.says(&ours, evil, browser.origin());
                headers.retain(|(name, _)| !["origin", "referer"].contains(name));
                let origin = if tells { evil } else { "null" };
                headers.extend(generation.has_origin.then(|| ("origin", origin.to_owned())));
                headers.extend(tells.then(|| ("referer", format!("{evil}/https://login.example.com/"))));
                let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let refused = browser.send(Method::POST, "/signout", &headers, Some(&[])).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{about}, {evil}: {headers:?}");
                assert!(browser.is_signed_in().await, "{about}");
            }
        }
    }
}

#[tokio::test]
async fn hosts_below_this_one_are_its_operators_to_speak_for() {
    for (public_url, has_subdomains, expected) in [
        ("https://login.example.com", false, "max-age=63072000"),
        ("https://login.example.com", true, "max-age=63072000; includeSubDomains"),
        ("http://login.example.com", true, ""),
        ("http://login.example.com", false, ""),
    ] {
        let server = Server::start_with(|settings| {
            settings.public_url = public_url.into();
            settings.server.hsts_subdomains = has_subdomains;
        })
        .await;
        for path in ["/login", "/nothing", "/oauth/jwks", "/healthz"] {
            let reply = Browser::desktop(&server).get(path).await;
            assert_eq!(reply.header("strict-transport-security"), expected, "{public_url} {path}");
        }
    }
}
