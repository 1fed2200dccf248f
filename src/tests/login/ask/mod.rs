//! A known browser asks a phone: how a phone lets it, what is sent, whom it may ask, and what the phone decides about.

mod asking;
mod bounds;
mod deciding;
mod edges;
mod sending;
mod service;
mod subscribing;

use reqwest::StatusCode;
use tessera::settings::Settings;

use self::service::{PhoneKeys, PushService};
use super::ladder::{server_with, signs_in_by_number};
use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};

/// A server whose phones have this push service, with the defaults of the ladder.
async fn asking_server(service: &PushService) -> Server {
    asking_server_with(service, |_| {}).await
}

async fn asking_server_with(service: &PushService, change: impl FnOnce(&mut Settings)) -> Server {
    server_with(|settings| {
        service.is_used_by(settings);
        change(settings);
    })
    .await
}

/// A phone that lets browsers ask it, and its keys.
async fn subscribes(service: &PushService, phone: &Browser, path: &str) -> PhoneKeys {
    let keys = PhoneKeys::new();
    let reply = posts(phone, &format!("https://localhost:{}/{path}", service.port), &keys).await;
    assert_eq!(reply.location(), "/account/ask?done=on", "{reply:?}");
    keys
}

async fn posts(phone: &Browser, endpoint: &str, keys: &PhoneKeys) -> Reply {
    let form = [("endpoint", endpoint), ("p256dh", &keys.p256dh()), ("auth", &keys.auth())];
    phone.post("/account/ask", &form).await
}

/// A browser that the account of a phone knows, and in which nobody is signed in.
async fn known_browser(server: &Server, phone: &Browser) -> Browser {
    let browser = Browser::desktop(server);
    makes_known(server, phone, &browser).await;
    browser
}

async fn makes_known(server: &Server, phone: &Browser, browser: &Browser) {
    signs_in_by_number(server, phone, browser, &[("remember", "true")]).await;
    browser.post("/signout", &[]).await;
}

/// Another person on a phone of their own.
async fn other_person(server: &Server, name: &str) -> Browser {
    server.person(name).await;
    let phone = Browser::phone(server);
    phone.sign_in(name, PASSWORD, "/").await;
    phone
}

/// The names on the buttons of a login page, each with what names the account.
fn buttons(page: &Reply) -> Vec<(String, String)> {
    let forms = page.body.split("name=\"account\" value=\"").skip(1);
    let form = |rest: &str| {
        let handle = rest.split('"').next().unwrap_or_default().to_owned();
        let button = rest.split("</button>").next().unwrap_or_default();
        let words: String = button.split('<').filter_map(|part| part.split_once('>')).map(|(_, words)| words).collect();
        (words, handle)
    };
    forms.map(form).collect()
}

/// A browser presses the button of the account that it shows first, on a new page.
async fn asks(browser: &Browser) -> (Shown, Reply) {
    let page = browser.get("/login").await;
    let (shown, buttons) = (Shown::read(&page.body), buttons(&page));
    let (_, handle) = buttons.first().unwrap_or_else(|| panic!("no button: {}", page.words()));
    let reply = presses(browser, &shown, handle).await;
    (shown, reply)
}

async fn presses(browser: &Browser, shown: &Shown, handle: &str) -> Reply {
    browser.post(&format!("/login/{}/ask", shown.ticket), &[("account", handle)]).await
}

/// The same, where it is taken.
async fn asks_phones(browser: &Browser) -> Shown {
    let (shown, reply) = asks(browser).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, &*format!("/login/{}", shown.ticket)));
    shown
}

/// A phone goes on from the page that lists what waits, and gets the scan code.
async fn opens(phone: &Browser, shown: &Shown) -> String {
    let reply = phone.post("/account/asked", &[("ticket", &shown.ticket), ("pressed", "true")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    reply.location().strip_prefix("/s/").unwrap_or_else(|| panic!("{reply:?}")).to_owned()
}
