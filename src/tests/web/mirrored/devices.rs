//! The pages about devices in the mirrored test language.

use super::{holds, look, mirrored, server};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::PASSWORD;

#[tokio::test]
async fn the_pages_about_devices_are_mirrored() {
    let server = server().await;
    let browser = mirrored(Browser::signed_in(&server, "Alice").await);
    let [other, scanned] =
        ["198.51.100.9", "198.51.100.8"].map(|address| mirrored(Browser::new(&server, DESKTOP, address)));
    other.sign_in("alice", PASSWORD, "/").await;
    let told = look(&browser, "/").await;
    assert!(told.body.contains("class=\"new-device\""), "{}", told.body);
    browser.signs_in(&scanned).await;
    let list = look(&browser, "/account/devices?done=known").await.body;
    let pages = list.split("<a href=\"/account/devices/").skip(1).filter_map(|rest| rest.split('"').next());
    let pages: Vec<_> = pages.map(|name| format!("/account/devices/{name}")).collect();
    assert_eq!(pages.len(), 3, "{list}");
    for page in &pages {
        look(&browser, page).await;
        look(&browser, &format!("{page}?done=renamed")).await;
        let form = [("act", "rename"), ("name", "a\u{202e}b")];
        holds("a name that hides letters", &browser.post(page, &form).await);
    }
    browser.post("/account/devices", &[("end", "others")]).await;
    for page in &pages {
        look(&browser, page).await;
    }
    for ended in [other, scanned, mirrored(Browser::desktop(&server))] {
        look(&ended, "/signed-out?next=/link").await;
    }
}
