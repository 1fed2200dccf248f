//! The logo of an app: who sets it, and who sees it.

use std::io::Cursor;

use reqwest::StatusCode;
use tessera::store::records::app_log::Act;
use tessera::store::records::people::Audience;

use super::pages::{administrator, register, saves};
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

/// A PNG of one colour.
pub fn png(edge: u32) -> Vec<u8> {
    png_of(edge, [200, 30, 90])
}

/// A PNG of this colour.
pub fn png_of(edge: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(edge, edge, image::Rgb(colour));
    picture.write_to(&mut out, image::ImageFormat::Png).expect("encodes");
    out.into_inner()
}

/// The path of the first logo on a page.
fn logo_on(page: &Reply) -> Option<String> {
    let after = page.body.split("<img src=\"/picture/").nth(1)?;
    Some(format!("/picture/{}", after.split('"').next()?))
}

#[tokio::test]
async fn an_apps_logo_stands_beside_its_name_on_every_page_that_shows_it() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, page) = register(&server, &admin, "Shop").await;
    server.revise_app(&site.id, |app| app.audience = Audience::Everyone).await;
    assert!(page.body.contains("class=\"logo\">S</span>"), "{}", page.body);
    let path = format!("/admin/apps/{}", site.id);
    let phone = Browser::signed_in(&server, "Alice").await;
    let pages = async |address: &'static str| {
        let browser = Browser::new(&server, DESKTOP, address);
        let (path, shown) = site.shows(&browser, &[]).await;
        let code = phone.scan(&shown).await;
        let confirm = phone.get(&format!("/s/{code}")).await;
        let login = browser.get(&path).await;
        site.signs_in(&Browser::new(&server, DESKTOP, "198.51.100.40"), &phone, &[]).await;
        let person = phone.get(phone.get(&site.sends_to(&[("prompt", "consent")])).await.location()).await;
        let allowed = phone.get("/account/apps").await;
        [login, confirm, person, allowed, admin.get("/admin/apps").await, admin.get(&path_of(&site.id)).await]
    };
    for page in pages("198.51.100.41").await {
        assert!(page.body.contains("class=\"logo\">S</span>") && logo_on(&page).is_none(), "{}", page.body);
    }
    let uploaded = admin.upload(&format!("{path}/logo"), "picture", &png(300)).await;
    assert_eq!((uploaded.status, uploaded.location()), (StatusCode::SEE_OTHER, &*format!("{path}?done=logo")));
    let first = logo_on(&admin.get(&path).await).expect("a logo");
    for page in pages("198.51.100.42").await {
        assert_eq!(logo_on(&page).as_ref(), Some(&first), "{}", page.body);
    }
    let stranger = Browser::desktop(&server);
    let seen = stranger.get(&first).await;
    assert_eq!((seen.status, seen.header("content-type")), (StatusCode::OK, "image/jpeg"));

    // What is said of the app otherwise leaves it alone; another takes its place; and then there is none.
    saves(&admin, &path, &[("name", "Shop"), ("redirect_uri", crate::harness::site::BACK), ("device_grant", "on")])
        .await;
    assert_eq!(logo_on(&admin.get(&path).await).as_ref(), Some(&first));
    admin.upload(&format!("{path}/logo"), "picture", &png(20)).await;
    let second = logo_on(&admin.get(&path).await).expect("a logo");
    assert_ne!(first, second);
    assert_eq!(stranger.get(&first).await.status, StatusCode::NOT_FOUND, "what was replaced is forgotten");
    admin.post(&format!("{path}/logo/remove"), &[]).await;
    assert_eq!(logo_on(&admin.get(&path).await), None);
    assert_eq!(stranger.get(&second).await.status, StatusCode::NOT_FOUND);
    let acts = server.app.records.app_log(None, None, 10).await.expect("answers");
    assert!(acts[0].act == Act::Changed && acts[0].fields == ["logo"], "{acts:?}");
    assert_eq!(acts.iter().filter(|act| act.fields == ["logo"]).count(), 3);
}

fn path_of(id: &str) -> String {
    format!("/admin/apps/{id}")
}

#[tokio::test]
async fn what_is_no_picture_is_no_logo_and_only_administrators_set_one() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}/logo", site.id);
    let large = vec![0; 8 * 1024 * 1024];
    for (file, status, text) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], 422, "Choose a JPEG, PNG or WebP file."),
        (b"", 422, "Choose a file first"),
        (&png(300)[..100], 422, "Choose a JPEG, PNG or WebP file."),
        (&large[..], 413, "This picture is too large."),
    ] {
        let refused = admin.upload(&path, "picture", file).await;
        assert!(refused.status == status && refused.body.contains(text), "{refused:?}");
        assert!(refused.body.contains("aria-describedby=\"logo-wrong logo-hint\""), "{}", refused.body);
        assert!(!refused.body.contains("Nothing was saved"), "the settings are well: {}", refused.body);
    }
    assert_eq!(admin.post(&path, &[("picture", "x")]).await.status, StatusCode::BAD_REQUEST);
    let alice = Browser::signed_in(&server, "Alice").await;
    for path in [path.clone(), format!("{path}/remove")] {
        assert_eq!(alice.upload(&path, "picture", &png(20)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let scanned = Browser::new(&server, DESKTOP, "198.51.100.9");
    let phone = Browser::phone(&server);
    phone.sign_in("grace", PASSWORD, "/").await;
    phone.signs_in(&scanned).await;
    let asked = scanned.upload(&path, "picture", &png(20)).await;
    assert_eq!(asked.location(), format!("/account/proof?next=/admin/apps/{}", site.id));
    assert_eq!(
        admin.upload("/admin/apps/ts0000000000000000/logo", "picture", &png(20)).await.status,
        StatusCode::NOT_FOUND
    );
}
