//! The other direction: a signed-in browser shows a code, and the phone that scans it is signed in.

mod ends;
mod over;
mod steps;
mod wrong;

use reqwest::{Method, StatusCode};
use tessera::login::keys::ScanCode;
use tessera::ticket::ids::Round;

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};

/// A code that a signed-in browser shows.
pub struct Offered {
    /// The path of the browser's page.
    pub page: String,
    /// The path that the code leads a phone to.
    pub code: String,
}

/// A desktop browser on which this person has just given their password.
pub async fn signed_in_desktop(server: &Server, name: &str) -> Browser {
    server.person(name).await;
    let desktop = Browser::desktop(server);
    desktop.sign_in(name, PASSWORD, "/").await;
    desktop
}

/// Shows a code in this browser, which is signed in with a fresh proof.
pub async fn offer(server: &Server, browser: &Browser) -> Offered {
    let shown = browser.post("/transfer", &[]).await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER, "{shown:?}");
    let page = shown.location().to_owned();
    let ticket = page.strip_prefix("/transfer/").expect("a ticket").parse().expect("an id");
    let code = format!("/t/{}", server.app.login.flow.link_text(ScanCode { ticket, round: Round(0) }));
    Offered { page, code }
}

/// Opens the code on a phone and presses the button. Returns the digits that the phone then shows.
pub async fn take(phone: &Browser, offered: &Offered) -> String {
    let page = phone.get(&offered.code).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let taken = phone.post(&format!("{}/take", offered.code), &[]).await;
    assert_eq!((taken.status, taken.location()), (StatusCode::SEE_OTHER, &*offered.code), "{taken:?}");
    digits(&phone.get(&offered.code).await)
}

/// The digits that a page of a phone shows.
pub fn digits(page: &Reply) -> String {
    let shown = page.body.split("class=\"digits\"").nth(1).and_then(|rest| rest.split('>').nth(1));
    let shown = shown.and_then(|rest| rest.split('<').next()).unwrap_or_else(|| panic!("no digits: {page:?}"));
    shown.chars().filter(char::is_ascii_digit).collect()
}

/// Other digits than these.
pub fn others(digits: &str) -> String {
    digits.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}

/// The version of the ticket that the browser's page shows.
pub async fn seq(browser: &Browser, offered: &Offered) -> String {
    let page = browser.get(&offered.page).await;
    let field = page.body.split("name=\"seq\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    field.unwrap_or_else(|| panic!("no field for the digits: {page:?}")).to_owned()
}

/// Types digits into the browser's page.
pub async fn types(browser: &Browser, offered: &Offered, typed: &str) -> Reply {
    let seq = seq(browser, offered).await;
    browser.post(&format!("{}/digits", offered.page), &[("digits", typed), ("seq", &seq)]).await
}

/// Claims the session on the phone.
pub async fn claim(phone: &Browser, offered: &Offered) -> Reply {
    phone.post(&format!("{}/claim", offered.code), &[]).await
}

/// Sends a request as a script does, with the fields of a form if there is one. Returns the status and the code of the
/// refusal.
pub async fn refusal(browser: &Browser, path: &str, form: Option<&[(&str, &str)]>) -> (u16, String) {
    let method = if form.is_some() { Method::POST } else { Method::GET };
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let reply = browser.send(method, path, &headers, form).await;
    (reply.status.as_u16(), reply.error())
}

/// The code of the refusal of a claim.
pub async fn not_claimed(phone: &Browser, offered: &Offered) -> String {
    refusal(phone, &format!("{}/claim", offered.code), Some(&[])).await.1
}

/// Signs the phone in, from the code to the session.
pub async fn signs_in(server: &Server, browser: &Browser, phone: &Browser) -> Offered {
    let offered = offer(server, browser).await;
    let digits = take(phone, &offered).await;
    types(browser, &offered, &digits).await;
    assert_eq!(claim(phone, &offered).await.status, StatusCode::SEE_OTHER);
    offered
}

/// The event that a watch of this path answers at once.
pub async fn hears(browser: &Browser, path: &str) -> Reply {
    browser.fetch(Method::GET, &format!("{path}/watch")).await
}
