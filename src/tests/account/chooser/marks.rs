//! A form names the account for which its page was made, wherever a browser puts the mark.

use reqwest::{Method, StatusCode};

use super::{chooses, mark, session_of, with_two};
use crate::harness::browser::Browser;
use crate::harness::server::Server;

/// The value of an attribute of a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The fields of the form with this id as a browser sends them: in the order of the document, also those that belong to it
/// from outside.
fn fields(page: &str, form: &str) -> Vec<(String, String)> {
    let (mut fields, mut is_inside, mut chosen) = (Vec::new(), false, None);
    for tag in page.split('<').filter_map(|part| part.split('>').next()) {
        match tag.split(' ').next().unwrap_or_default() {
            "form" => is_inside = attribute(tag, "id") == Some(form),
            "/form" => is_inside = false,
            "/select" => chosen = None,
            "select" if is_inside || attribute(tag, "form") == Some(form) => chosen = attribute(tag, "name"),
            "option" if tag.contains(" selected") => {
                fields.extend(chosen.zip(attribute(tag, "value")));
            }
            "input" if is_inside || attribute(tag, "form") == Some(form) => {
                let is_sent = attribute(tag, "type") != Some("checkbox") || tag.contains(" checked");
                fields.extend(attribute(tag, "name").filter(|_| is_sent).zip(attribute(tag, "value")));
            }
            _ => {}
        }
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn sec_79_the_form_that_approves_names_its_account_although_other_fields_come_first() {
    let server = Server::start().await;
    let (phone, screen) = (with_two(&server).await, Browser::desktop(&server));
    let shown = screen.show_code().await;
    let code = phone.scan(&shown).await;
    let page = phone.get(&format!("/s/{code}")).await;
    let sent = fields(&page.body, "approve");
    let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let at = |field: &str| sent.iter().position(|(name, _)| *name == field);
    assert!(at("stay") < at("made_for") && at("stay").is_some() && at("code").is_some(), "{sent:?}");
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    let refused = phone.post("/api/approve", &sent).await;
    assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{refused:?}");
    // The way leads back to the page of the code, once the person chose.
    assert!(refused.body.contains(&format!("href=\"/accounts?next=/s/{code}\"")), "{}", refused.body);
    assert_eq!(screen.hears(&shown).await["seen"]["scanned"]["by"], "Alice", "nothing was done");
    let back = chooses(&phone, &session_of(&phone, "Alice").await, &format!("/s/{code}")).await;
    assert_eq!(back.location(), format!("/s/{code}"));
    assert_eq!(phone.post("/api/approve", &sent).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sec_79_a_page_of_one_account_gets_no_options_for_a_passkey_of_another() {
    let server = Server::start().await;
    let (phone, screen) = (with_two(&server).await, Browser::desktop(&server));
    let shown = screen.show_code().await;
    let code = phone.scan(&shown).await;
    let alices = mark(&phone.get("/account/profile").await);
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    for path in ["/passkey/options/add", "/passkey/options/prove", &format!("/s/{code}/passkey")] {
        let refused = phone.send(Method::POST, path, &headers, Some(&[("made_for", &alices)])).await;
        assert_eq!(
            (refused.status, &*refused.error()),
            (StatusCode::PRECONDITION_FAILED, "account_switched"),
            "{path}"
        );
    }
}
