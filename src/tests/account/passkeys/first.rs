//! The first account with a passkey.

use reqwest::StatusCode;
use tessera::store::records::people::Role;

use super::device::Device;
use super::{account, fetched, options, signs_in};
use crate::account::links::press;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;

#[tokio::test]
async fn the_first_account_is_made_with_a_passkey_once() {
    let server = Server::start().await;
    let link = server.app.accounts.setup.link("");
    let token = link.split("token=").nth(1).expect("a token").to_owned();
    let names = [("token", token.as_str()), ("username", "grace"), ("display_name", "Grace")];
    let (browser, mut device) = (Browser::desktop(&server), Device::default());
    assert!(fetched(&browser, "set-up", &names).await.status.is_client_error(), "nobody opened the link here");
    browser.get(&link).await;
    press(&browser, &format!("/welcome/{token}")).await;
    let wrong = fetched(&browser, "set-up", &[("token", &token), ("username", ""), ("display_name", "Grace")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(fetched(&browser, "set-up", &[("token", "x")]).await.status.is_client_error());
    let asked = options(&browser, "set-up", &names).await;
    let made = device.makes(browser.origin(), asked).await;
    let form: Vec<_> = names.into_iter().chain([("credential", made.as_str())]).collect();
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(other.post("/setup", &form).await.status, StatusCode::CONFLICT);
    for _ in 0..2 {
        let done = browser.post("/setup", &form).await;
        assert!(done.status == StatusCode::SEE_OTHER || done.status == StatusCode::GONE, "{done:?}");
    }
    assert!(browser.is_signed_in().await);
    assert_eq!(account(&server, "grace").await.role, Role::Admin);
    assert_eq!(browser.get("/admin/apps").await.status, StatusCode::OK);
    assert_eq!(signs_in(&other, &mut device, "/").await.location(), "/");
    assert!(fetched(&browser, "set-up", &names).await.status.is_client_error(), "there is an account now");
}
