//! The page of a profile.

use reqwest::{Method, StatusCode};
use tessera::store::records::profiles::{Gender, Profile};
use tessera::ticket::time::Timestamp;

use super::{EVERYTHING, account, png, seen, tells, told};
use crate::harness::browser::Browser;
use crate::harness::server::Server;

const PATH: &str = "/account/profile";
const PICTURE: &str = "/account/profile/picture";

/// What a form says of itself, from a mark to the next quotation mark.
fn after<'a>(html: &'a str, mark: &str) -> &'a str {
    html.split(mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no {mark} in {html}"))
}

/// A profile without the time of its last change.
fn without_time(profile: Profile) -> Profile {
    Profile { updated_at: None, ..profile }
}

#[tokio::test]
async fn a_profile_is_told_and_what_is_wrong_is_said_at_its_field_beside_all_that_was_typed() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    assert!(alice.get("/account").await.body.contains("href=\"/account/profile\""));
    let blank = alice.get(PATH).await.body;
    assert_eq!(after(&blank, "name=\"display_name\" value=\""), "Alice");
    assert!(
        blank.matches(" selected>").count() == 1
            && blank.contains("<option value=\"name\" selected>")
            && !blank.contains("aria-invalid"),
        "{blank}"
    );

    tells(&alice, &EVERYTHING).await;
    let page = alice.get("/account/profile?done=saved").await.body;
    assert!(page.contains("<p role=\"status\" class=\"notice\">Saved.</p>"), "{page}");
    assert_eq!(
        (after(&page, "name=\"city\" value=\""), after(&page, "name=\"country\" value=\"")),
        ("Graz", "Austria")
    );
    assert!(page.contains("<option value=\"female\" selected>") && page.contains("<option value=\"nl\" selected>"));
    let kept = account(&server, "alice").await;
    assert_eq!(kept.profile.updated_at.map(Timestamp::as_millis), Some(server.clock.now().as_millis()));
    assert_eq!(without_time(kept.profile.clone()), told(Some(Gender::Female), ["Graz", "Styria", "Austria", "nl"]));

    // One thing after the other goes wrong, and once all of them together; nothing of it is kept.
    let long = "x".repeat(65);
    let wrong = [
        ("display_name", " "),
        ("gender", "7"),
        ("city", "a\u{202e}b"),
        ("province", long.as_str()),
        ("country", "a\nb"),
        ("language", "tlh"),
    ];
    for (name, value) in wrong {
        let mut form = EVERYTHING;
        form.iter_mut().filter(|(key, _)| *key == name).for_each(|pair| pair.1 = value);
        let page = alice.post(PATH, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(page.body.contains("Not saved."), "{name}");
        assert_eq!(page.body.matches("aria-invalid=\"true\"").count(), 1, "{name}: {}", page.body);
        assert!(
            page.body.contains(&format!("aria-describedby=\"{name}-wrong\" aria-invalid=\"true\" autofocus")),
            "{name}"
        );
        assert!(page.body.contains(&format!("id=\"{name}-wrong\"")), "{name}");
        let others = EVERYTHING.iter().filter(|(key, _)| *key != name && !matches!(*key, "gender" | "language"));
        for (key, value) in others {
            assert_eq!(after(&page.body, &format!("name=\"{key}\" value=\"")), *value, "{name}");
        }
    }
    let page = alice.post(PATH, &wrong).await.body;
    assert_eq!((page.matches("aria-invalid").count(), page.matches("autofocus").count()), (6, 1), "{page}");
    assert_eq!(account(&server, "alice").await, kept);

    // Everything may be taken back, and what is typed is no markup.
    let odd = [("display_name", "<b>\"A\"</b> & Co"), ("city", "\"><script>"), ("gender", ""), ("language", "")];
    assert_eq!(tells(&alice, &odd).await.status, StatusCode::SEE_OTHER);
    assert_eq!(without_time(account(&server, "alice").await.profile), told(None, ["\"><script>", "", "", ""]));
    for path in [PATH, "/"] {
        let page = alice.get(path).await.body;
        assert!(!page.contains("\"><script>") && !page.contains("<b>"), "{page}");
    }
    assert_eq!(account(&server, "bob").await.profile, told(None, [""; 4]), "everybody has their own");
    drop(bob);

    let nobody = Browser::desktop(&server);
    for path in [PATH, PICTURE, "/account/profile/picture/remove"] {
        let asked = if path == PATH { nobody.get(path).await } else { nobody.post(path, &[]).await };
        assert_eq!(asked.location(), "/signin?next=/account/profile", "{path}");
    }
    assert_eq!(nobody.post(PATH, &EVERYTHING).await.location(), "/signin?next=/account/profile");
}

#[tokio::test]
async fn a_profile_that_was_changed_elsewhere_is_not_undone_by_a_form_that_was_open_meanwhile() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let open = seen(&alice.get(PATH).await.body);
    tells(&alice, &EVERYTHING).await;
    let kept = account(&server, "alice").await;
    let late = [("display_name", "Alice"), ("city", "Linz"), ("seen", open.as_str())];
    let refused = alice.post(PATH, &late).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("was changed elsewhere") && refused.body.contains("value=\"Linz\""), "{refused:?}");
    assert_eq!(alice.post(PATH, &late[..2]).await.status, StatusCode::CONFLICT, "nor by one that saw nothing");
    assert_eq!(account(&server, "alice").await, kept);
    // Whoever was told and sends it once more means it. A picture is none of it.
    alice.upload(PICTURE, "picture", &png(40)).await;
    let told = seen(&refused.body);
    for _ in 0..2 {
        assert_eq!(alice.post(PATH, &[late[0], late[1], ("seen", &told)]).await.status, StatusCode::SEE_OTHER);
    }
    let kept = account(&server, "alice").await;
    assert_eq!((kept.profile.city.as_deref(), kept.profile.gender), (Some("Linz"), None));
    assert!(kept.profile.picture.is_some());
}

#[tokio::test]
async fn a_picture_is_uploaded_replaced_and_removed_and_stands_for_its_person() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let initials = "class=\"avatar\">A</p>";
    assert!(alice.get("/").await.body.contains(initials));
    let shown = async || after(&alice.get("/").await.body, "<img src=\"").to_owned();
    alice.upload(PICTURE, "picture", &png(300)).await;
    let first = shown().await;
    let picture = alice.get(&first).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert!(alice.get(PATH).await.body.contains(&first), "on the page where it is changed too");

    // The one before is gone with the next, and what is refused changes nothing.
    alice.upload(PICTURE, "picture", &png(40)).await;
    let second = shown().await;
    assert_ne!(first, second);
    assert_eq!(alice.get(&first).await.status, StatusCode::NOT_FOUND);
    let large = vec![0; 8 * 1024 * 1024];
    for (file, status, said) in [
        (&b"GIF89a"[..], StatusCode::UNPROCESSABLE_ENTITY, "This file is not a picture that we can read."),
        (&b""[..], StatusCode::UNPROCESSABLE_ENTITY, "Choose a file first"),
        (&large[..], StatusCode::PAYLOAD_TOO_LARGE, "This picture is too large."),
    ] {
        let page = alice.upload(PICTURE, "picture", file).await;
        assert_eq!(page.status, status, "{said}");
        assert!(page.body.contains(&format!("<p id=\"picture-wrong\" class=\"wrong\">{said}")), "{}", page.body);
        assert!(page.body.contains("aria-describedby=\"picture-wrong picture-hint\" aria-invalid=\"true\""));
    }
    assert_eq!(alice.post(PICTURE, &[("picture", "x")]).await.status, StatusCode::BAD_REQUEST, "no form for a file");
    let nobody = Browser::desktop(&server).upload(PICTURE, "picture", &png(40)).await;
    assert_eq!(nobody.location(), "/signin?next=/account/profile");
    assert_eq!(shown().await, second);

    // Two windows at once: one of the two is there, and the other is not kept anywhere.
    let twin = alice.twin();
    let (small, large) = (png(50), png(60));
    let (_, _) = tokio::join!(alice.upload(PICTURE, "picture", &small), twin.upload(PICTURE, "picture", &large));
    let third = shown().await;
    assert_eq!(alice.get(&third).await.status, StatusCode::OK);
    assert_eq!(alice.get(&second).await.status, StatusCode::NOT_FOUND);

    let removed = alice.post("/account/profile/picture/remove", &[]).await;
    assert_eq!(removed.location(), "/account/profile?done=removed");
    assert!(alice.get("/").await.body.contains(initials));
    assert_eq!(alice.get(&third).await.status, StatusCode::NOT_FOUND);
    let again = alice.post("/account/profile/picture/remove", &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "there is none any more");
    let foreign = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let crossed = alice.send(Method::POST, "/account/profile/picture/remove", &foreign, Some(&[])).await;
    assert_eq!(crossed.status, StatusCode::FORBIDDEN);
}
