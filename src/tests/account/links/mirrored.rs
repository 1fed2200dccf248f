//! The pages of one-time links and of the fresh proof, in the language for tests: no English is left in them.

use reqwest::StatusCode;
use tessera::store::records::links::LinkPurpose;

use super::{CHOSEN, account, invitation, link};
use crate::admin::pages::administrator;
use crate::harness::browser::Browser;
use crate::web::mirrored::{holds, look, mirrored, server};

#[tokio::test]
async fn the_pages_of_one_time_links_and_of_the_fresh_proof_are_mirrored() {
    let server = server().await;
    let grace = mirrored(administrator(&server).await);
    let (browser, other) = (mirrored(Browser::desktop(&server)), mirrored(Browser::phone(&server)));
    let made = invitation(&server, "Alice").await;
    look(&browser, &made.path).await;
    browser.post(&made.path, &[("probed", "1")]).await;
    look(&browser, &made.path).await;
    let refused = browser.post(&made.enrol(), &[("display_name", "Alice"), ("password", "short")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    holds("a password that is refused", &refused);
    holds("another browser", &other.post(&made.path, &[]).await);
    let links = format!("/admin/people/{}/links", account(&server, "alice").await.id);
    look(&grace, &links).await;
    browser.post(&made.enrol(), &[("display_name", "Alice"), ("password", CHOSEN)]).await;
    for path in [&*made.path, "/welcome/x"] {
        look(&browser, path).await;
    }
    let recovery = link(&server, "alice", LinkPurpose::Recover).await;
    look(&other, &recovery.path).await;
    other.post(&recovery.path, &[("probed", "1")]).await;
    look(&other, &recovery.path).await;
    let new = grace.post(&links.replace("/links", "/recover"), &[]).await;
    look(&grace, new.location()).await;
    for done in ["withdrawn", "disabled", "no-username", "has-way-in"] {
        look(&grace, &format!("{links}?done={done}")).await;
    }
    server.pass(300);
    look(&grace, &format!("/account/proof?next={links}")).await;
    holds("a proof that is refused", &grace.post("/account/proof", &[("password", "a guess")]).await);
}
