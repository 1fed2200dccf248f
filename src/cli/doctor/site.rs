//! Checks the site like a browser does: through the proxy to the login page, its cookies and its watch.

use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, HOST, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode, redirect};
use tokio::time::timeout;

use super::answer;
use super::answer::{Answered, PATIENCE};
use super::finding::{Finding, doubtful, good, wrong};
use crate::settings::Settings;

/// Longest wait for the first server-sent event, which the server sends at once: if it takes longer, a proxy
/// buffers it.
const AT_ONCE: Duration = Duration::from_secs(2);
/// User agent of a desktop browser, with which the doctor requests the login page, so that it is shown a code.
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

pub(crate) async fn examine(settings: &Settings, key: Option<&[u8; 32]>) -> Vec<Finding> {
    let origin = &*settings.public_url;
    let client = || Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE).user_agent(AGENT);
    // After the finding about the certificate, the other checks run all the same.
    let (Ok(client), Ok(as_a_phone)) = (client().tls_danger_accept_invalid_certs(true).build(), client().build())
    else {
        return vec![wrong(
            "no HTTPS client can be made here",
            "see that this machine has certificates of authorities",
        )];
    };
    let Answered { response: alive, mut findings } = match answer::ask(origin, &client, &as_a_phone).await {
        Ok(answered) => answered,
        Err(finding) => return vec![finding],
    };
    let headers = alive.headers().clone();
    if alive.text().await.unwrap_or_default() != "ok\n" {
        findings.push(wrong(
            format!("what answers at {origin} is not Tessera"),
            "see where the proxy leads, and that it leads all paths there",
        ));
        return findings;
    }
    findings.extend(answer::recognise(settings, &headers, key));
    let Ok(page) = client.get(format!("{origin}/login")).header(ACCEPT, "text/html").send().await else {
        return findings;
    };
    if page.status() == StatusCode::MISDIRECTED_REQUEST {
        findings.push(changed_address());
        return findings;
    }
    if page.status() != StatusCode::OK {
        findings.push(wrong(
            format!("the login page answers {}", page.status()),
            "see /readyz and the server's log for what is missing",
        ));
        return findings;
    }
    findings.push(policy(page.headers()));
    let cookie = page.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok()).unwrap_or_default().to_owned();
    findings.push(flags(&cookie));
    let html = page.text().await.unwrap_or_default();
    let ticket = html.split("action=\"/login/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let watch = Watch { client, origin, ticket, cookie: cookie.split(';').next().unwrap_or_default() };
    findings.push(watch.socket().await);
    findings.push(watch.events().await);
    findings
}

fn changed_address() -> Finding {
    wrong(
        "the server takes its own address for another: Host or Origin is changed on the way, or server.public_url is not what browsers see",
        "let the proxy pass Host and Origin as they are, and set server.public_url to the address in the browser",
    )
}

fn policy(headers: &HeaderMap) -> Finding {
    let policy = headers.get("content-security-policy").and_then(|policy| policy.to_str().ok()).unwrap_or_default();
    if policy.contains("frame-ancestors 'none'") && policy.contains("nonce-") {
        good("the policy of the pages arrives")
    } else {
        wrong("the policy of the pages is changed on the way", "let the proxy pass Content-Security-Policy as it is")
    }
}

fn flags(cookie: &str) -> Finding {
    let missing = ["Secure", "HttpOnly", "SameSite", "Path=/"].into_iter().find(|flag| !cookie.contains(flag));
    match missing {
        None if cookie.starts_with("__Host-") => good("cookies arrive with all their flags"),
        _ => wrong(
            "cookies are changed on the way: browsers drop them without their name and flags",
            "let the proxy pass Set-Cookie as it is (no proxy_cookie_flags, no rewriting of paths or names)",
        ),
    }
}

/// How the doctor requests news of the ticket that it created: its HTTP client, the origin, the ticket and the
/// cookie.
struct Watch<'a> {
    client: Client,
    origin: &'a str,
    ticket: &'a str,
    cookie: &'a str,
}

impl Watch<'_> {
    async fn ask(&self, headers: &[(&'static str, &str)]) -> Option<Response> {
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        let url = format!("{}/login/{}/watch?after=1", self.origin, self.ticket);
        let mut request =
            self.client.get(url).header(HOST, host).header(COOKIE, self.cookie).header(ORIGIN, self.origin);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        timeout(PATIENCE, request.header("sec-fetch-site", "same-origin").send()).await.ok()?.ok()
    }

    async fn socket(&self) -> Finding {
        let headers = [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let answer = self.ask(&headers).await;
        match answer.map(|answer| answer.status()) {
            Some(StatusCode::SWITCHING_PROTOCOLS) => good("WebSockets get through"),
            Some(StatusCode::FORBIDDEN) => changed_address(),
            _ => doubtful(
                "WebSockets do not get through: pages fall back to server-sent events",
                "let the proxy pass Upgrade and Connection for /login/ and /s/ (nginx: proxy_http_version 1.1 and the two headers)",
            ),
        }
    }

    async fn events(&self) -> Finding {
        let held = || {
            doubtful(
                "server-sent events are held back on the way: pages that have no WebSocket fall back to long polls",
                "let the proxy not buffer answers (nginx: proxy_buffering off)",
            )
        };
        let Some(mut answer) = self.ask(&[("accept", "text/event-stream")]).await else { return held() };
        match timeout(AT_ONCE, answer.chunk()).await {
            Ok(Ok(Some(event))) if event.starts_with(b"data:") => good("server-sent events get through at once"),
            _ => held(),
        }
    }
}
