//! The fresh proof by a passkey.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::device::Device;
use super::{adds, is_refused, lines, options, refusals, with_passkey};
use crate::admin::pages::administrator;
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

async fn proves(browser: &Browser, device: &mut Device, form: &[(&str, &str)]) -> crate::harness::browser::Reply {
    let asked = options(browser, "prove", &[]).await;
    let answer = device.answers(browser.origin(), asked).await;
    let all: Vec<_> = form.iter().copied().chain([("credential", answer.as_str())]).collect();
    browser.post("/account/proof", &all).await
}

#[tokio::test]
async fn a_passkey_proves_a_person_once_more_and_the_form_that_waited_goes_on() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let mut device = Device::default();
    adds(&grace, &mut device).await;
    server.pass(300);
    let waits = grace.post("/admin/groups/new", &[("name", "staff")]).await;
    assert_eq!(waits.status, StatusCode::FORBIDDEN);
    assert!(waits.body.contains("data-options=\"/passkey/options/prove\""), "{waits:?}");
    let carried = [("form", "/admin/groups/new"), ("f.name", "staff"), ("next", "/admin/groups/new")];
    let page = proves(&grace, &mut device, &carried).await;
    assert!(page.status == StatusCode::OK && page.body.contains("action=\"/admin/groups/new\""), "{page:?}");
    assert_eq!(lines(&server, "grace", ActivityKind::Proved).await, 1);
    server.pass(300);
    assert_eq!(proves(&grace, &mut device, &[("next", "/admin/groups/new")]).await.location(), "/admin/groups/new");
    // The password is taken as well.
    server.pass(300);
    assert_eq!(grace.post("/account/proof", &[("password", PASSWORD), ("next", "/link")]).await.location(), "/link");
}

#[tokio::test]
async fn sec_58_the_passkey_of_another_account_proves_nothing() {
    let server = Server::start().await;
    let (alice, _) = with_passkey(&server, "Alice").await;
    let (_, mut bobs) = with_passkey(&server, "Bob").await;
    server.pass(300);
    let mut asked = options(&alice, "prove", &[]).await;
    asked["allowCredentials"] = serde_json::json!([]);
    let answer = bobs.answers(alice.origin(), asked).await;
    let carried = [("form", "/admin/groups/new"), ("f.name", "staff"), ("credential", answer.as_str())];
    let refused = alice.post("/account/proof", &carried).await;
    is_refused(&refused, "belongs to another account");
    assert!(refused.body.contains("value=\"staff\""), "the form still waits");
    assert_eq!(refusals(&server, "alice", 1).await, 1);
    assert_eq!(refusals(&server, "bob", 0).await, 0);
    let asked = alice.post("/account/passkeys", &[("name", "x")]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.body.contains("name=\"f.name\" value=\"x\""), "the name is not lost: {asked:?}");
}
