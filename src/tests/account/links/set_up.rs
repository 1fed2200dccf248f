//! The set-up link belongs to the browser that opened it, and makes the first account.

use reqwest::StatusCode;

use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

fn form(token: &str) -> [(&str, &str); 4] {
    [("token", token), ("username", "ann"), ("display_name", "Ann"), ("password", PASSWORD)]
}

/// Looks at the set-up link and presses its button.
async fn press(browser: &Browser, link: &str) -> Reply {
    browser.get(link).await;
    let token = link.split_once("token=").expect("a token").1;
    browser.post(&format!("/welcome/{token}"), &[("probed", "1")]).await
}

#[tokio::test]
async fn the_set_up_link_shows_a_button_first_and_is_of_the_browser_that_presses_it() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let link = server.app.accounts.setup.link("");
    let token = link.split_once("token=").expect("a token").1;
    let path = format!("/welcome/{token}");
    let (browser, other) = (Browser::desktop(&server), Browser::new(&server, DESKTOP, "198.51.100.9"));
    assert_eq!(browser.get(&path).await.location(), link);
    let page = browser.get(&link).await;
    assert!(page.body.contains(&format!("action=\"{path}\"")) && !page.body.contains("name=\"username\""), "{page:?}");
    assert_eq!(browser.post(&path, &[("probed", "1")]).await.location(), link);
    let page = browser.get(&link).await;
    assert!(page.body.contains("action=\"/setup\"") && page.body.contains("name=\"username\""), "{page:?}");

    for refused in [press(&other, &link).await, other.post("/setup", &form(token)).await] {
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("open the link here again in an hour"), "{refused:?}");
    }
    assert!(!other.get(&link).await.body.contains("name=\"username\""));
    assert_eq!(browser.post("/setup", &form(token)).await.location(), "/");
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.get("/admin/apps").await.status, StatusCode::OK, "nobody else had a password before");
    for path in [&link, &path] {
        let path = other.get(path).await.location().to_owned();
        let path = if path.is_empty() { link.clone() } else { path };
        assert_eq!(other.get(&path).await.status, StatusCode::GONE);
    }
}

#[tokio::test]
async fn whoever_lost_the_browser_that_opened_the_set_up_link_goes_on_in_another_an_hour_later() {
    let server = Server::start().await;
    let link = server.app.accounts.setup.link("");
    let token = link.split_once("token=").expect("a token").1;
    press(&Browser::desktop(&server), &link).await;
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(press(&other, &link).await.status, StatusCode::CONFLICT);
    server.pass(3600);
    assert_eq!(press(&other, &link).await.location(), link);
    assert_eq!(other.post("/setup", &form(token)).await.location(), "/");
    assert!(other.is_signed_in().await);
}
