//! The ways by which a code leaves without a page of this server: a frame, and the dialect of WeChat.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::Dialects;

use super::{group, joins, leaves, open_to, refusals};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, said};
use crate::oauth::embed;
use crate::wechat;

#[tokio::test]
async fn sec_71_a_frame_gives_no_code_for_who_was_removed_after_the_approval() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.embed_origins = vec![embed::PAGE.to_owned()]).await;
    let staff = group(&server, "staff").await;
    open_to(&server, &site, &[staff]).await;
    let (phone, browser) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    joins(&server, staff, "alice").await;
    let shown = embed::ticket(&embed::opens(&browser, &site, &[]).await.1);
    phone.approve(&shown).await;
    leaves(&server, staff, "alice").await;
    let refused = browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await;
    let refused = Answer::of(refused);
    assert_eq!((refused.status, refused.error()), (StatusCode::FORBIDDEN, "may_not_use_app".to_owned()), "{refused:?}");
    assert!(refused.text("message").starts_with("You may not use this app."), "{refused:?}");
    let lines = refusals(&server, "alice").await;
    assert_eq!(lines[0].line.address.map(|one| one.to_string()).as_deref(), Some("198.51.100.1"));
}

#[tokio::test]
async fn sec_71_the_dialect_of_wechat_refuses_in_its_own_numbers() {
    let server = Server::start().await;
    let (site, staff) = (wechat::forum(&server).await, group(&server, "staff").await);
    open_to(&server, &site, &[staff]).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    joins(&server, staff, "alice").await;
    let signs_in = async || said(&wechat::signs_in(&site, &Browser::desktop(&server), &phone).await, "code");
    let (code, kept) = (signs_in().await, signs_in().await);
    let tokens = wechat::exchange(&site, &kept, &[]).await;
    let [access, refresh, openid] = ["access_token", "refresh_token", "openid"].map(|name| tokens.text(name));
    assert_eq!(wechat::userinfo(&site, &access, &openid).await.text("nickname"), "Alice");
    leaves(&server, staff, "alice").await;
    assert_eq!(wechat::number(&wechat::exchange(&site, &code, &[]).await), 50001);
    assert_eq!(wechat::number(&wechat::userinfo(&site, &access, &openid).await), 50001);
    assert_eq!(wechat::number(&wechat::refresh(&site, &refresh, &[]).await), 50001);
    joins(&server, staff, "alice").await;
    assert_eq!(wechat::number(&wechat::refresh(&site, &refresh, &[]).await), 50001, "the grant is over");
    assert_eq!(wechat::number(&wechat::exchange(&site, &code, &[]).await), 40163);

    // A program that draws its own page is told that there will be nothing.
    let uuid = wechat::uuid(&site).await;
    let scan = wechat::scanned(&server, &phone, &uuid).await;
    phone.post("/api/approve", &[("code", &scan)]).await;
    leaves(&server, staff, "alice").await;
    assert_eq!(wechat::polled(&site, &uuid, "404").await, "window.wx_errcode=403;window.wx_code='';");
    // The page says so, and leads back with no code where the app wants to hear of refusals.
    server
        .revise_app(&site.id, |app| {
            app.dialects = Dialects::WeChat;
            app.options.switches.set(Switch::ToldOfRefusals, true);
        })
        .await;
    let path = phone.get(&wechat::connect(&site, &[])).await.location().to_owned();
    let page = phone.get(&path).await;
    assert!(page.status == StatusCode::FORBIDDEN && page.words().contains("You may not use Shop"), "{page:?}");
    let account = crate::harness::site::consent_form(&page);
    let back = phone.post(&path, &[("decision", "deny"), ("account", &account)]).await;
    assert_eq!(["state", "code"].map(|name| said(back.location(), name)), ["3d6be0a4", ""], "{back:?}");
}
