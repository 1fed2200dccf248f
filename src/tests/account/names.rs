//! Names that nobody sees, and names that look like those of others.

use reqwest::StatusCode;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::profile::tells;
use super::users::user;
use crate::admin::apps::{app, refused, said};
use crate::admin::pages::{administrator, register, saves};
use crate::harness::binary::{add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site};

/// Some of each kind: blanks, joiners, fillers, tags, what turns the text after it, and what only hides in a name.
const HIDDEN: [&str; 9] = [
    "\u{200b}",
    "\u{3164}",
    "\u{2800}",
    "\u{2060}",
    "\u{ad}",
    "\u{e0041}\u{e007f}",
    "Al\u{202e}ice",
    "Alice\u{200b}",
    "Al\u{200d}ice",
];

async fn many_tries() -> Server {
    Server::start_with(|settings| settings.limits.attempts_per_minute = 10_000).await
}

fn set_up_token(server: &Server) -> String {
    server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned()
}

#[tokio::test]
async fn a_name_that_nobody_sees_is_refused_wherever_one_is_given() {
    let server = many_tries().await;
    let (token, browser) = (set_up_token(&server), Browser::desktop(&server));
    for name in HIDDEN {
        for (username, display_name) in [("ann", name), (name, "Ann")] {
            let names = [("token", token.as_str()), ("username", username), ("display_name", display_name)];
            let reply = browser.post("/setup", &[&names[..], &[("password", PASSWORD)]].concat()).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
            assert!(reply.body.contains("cannot be seen"), "{name:?}: {}", reply.body);
        }
    }
    assert!(!server.app.accounts.records.has_accounts().await.expect("answers"));

    let (alice, grace) = (Browser::signed_in(&server, "Alice").await, administrator(&server).await);
    for name in HIDDEN {
        for field in ["display_name", "city"] {
            let form = [("display_name", "Alice"), ("city", "Graz")]
                .map(|(key, value)| if key == field { (key, name) } else { (key, value) });
            let reply = tells(&alice, &form).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {name:?}");
            assert!(reply.body.contains("cannot be seen"), "{field} {name:?}: {}", reply.body);
        }
        let reply = grace.post("/admin/apps/new", &[("name", name), ("redirect_uri", BACK)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
        assert!(reply.body.contains("cannot be seen"), "{name:?}: {}", reply.body);
    }
    for lines in ["Al\u{2028}ice", "Al\u{2029}ice", "Al\u{85}ice"] {
        let reply = tells(&alice, &[("display_name", lines)]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{lines:?}");
        assert!(reply.body.contains("on one line"), "{lines:?}: {}", reply.body);
    }
    for (typed, shown) in
        [("İbrahim", "İbrahim"), ("Zoe\u{308} \u{a0} 爱丽丝", "Zoë 爱丽丝"), ("👩\u{200d}🚀", "👩\u{200d}🚀")]
    {
        assert_eq!(tells(&alice, &[("display_name", typed)]).await.status, StatusCode::SEE_OTHER, "{typed}");
        assert!(alice.get("/").await.body.contains(&format!(">{shown}</h1>")), "{typed}");
    }
}

#[tokio::test]
async fn whoever_is_called_i_with_a_dot_signs_in_with_any_keyboard() {
    let server = many_tries().await;
    let (token, browser) = (set_up_token(&server), Browser::desktop(&server));
    let form = [
        ("token", token.as_str()),
        ("username", "İbrahim"),
        ("display_name", "I\u{307}brahim"),
        ("password", "pa\u{308}sswo\u{308}rter"),
    ];
    assert_eq!(browser.post("/setup", &form).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/").await.body.contains(">İbrahim</h1>"));
    for username in ["İbrahim", "I\u{307}brahim", "i\u{307}brahim", "İBRAHIM", " İbrahim "] {
        for password in ["pässwörter", "pa\u{308}sswo\u{308}rter", "p\u{e4}sswo\u{308}rter"] {
            let browser = Browser::desktop(&server);
            browser.sign_in(username, password, "/").await;
            assert!(browser.is_signed_in().await, "{username} {password:?}");
        }
    }
    for (username, password) in [("ibrahim", "pässwörter"), ("İbrahim", "passworter"), ("İbrahim", "PÄSSWÖRTER")]
    {
        let browser = Browser::desktop(&server);
        assert_eq!(browser.sign_in(username, password, "/").await.status, StatusCode::UNAUTHORIZED, "{username}");
    }
}

#[tokio::test]
async fn who_has_a_name_that_nobody_would_get_now_goes_on_signing_in_with_it() {
    let server = many_tries().await;
    // Letters of another width; what no profile of RFC 8265 takes; Hangul as some keyboards decompose it.
    let hangul = "\u{1112}\u{1161}\u{11ab}";
    for name in ["ａｄａ", "louisⅻ", hangul] {
        server.person(name).await;
        let browser = Browser::desktop(&server);
        browser.sign_in(name, PASSWORD, "/").await;
        assert!(browser.is_signed_in().await, "{name}");
    }
    for (name, typed) in [("ａｄａ", "ＡＤＡ"), (hangul, "한")] {
        let browser = Browser::desktop(&server);
        browser.sign_in(typed, PASSWORD, "/").await;
        assert!(browser.get("/").await.body.contains(&format!(">{name}</h1>")), "{typed}");
    }
    let (done, said) = user(&server.folder, &["sign-out", "ａｄａ", "--data-dir", "."], "");
    assert!(done && said.contains("is signed out"), "{said}");
}

#[tokio::test]
async fn no_user_name_looks_like_that_of_another_account() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "alice");
    let add = |name: &str| user(&folder, &["add", name, "--password-stdin"], PASSWORD);
    for same in ["Alice", "ＡＬＩＣＥ", "ａlice"] {
        let (done, said) = add(same);
        assert!(!done && said.contains("there is already an account named alice"), "{same}: {said}");
    }
    for alike in ["аlice", "аӏісе", "a1ice"] {
        let (done, said) = add(alike);
        assert!(!done && said.contains("whose name looks the same as"), "{alike}: {said}");
    }
    for (hidden, why) in
        [("al\u{200b}ice", "cannot be seen"), ("al\u{3164}ice", "cannot be seen"), ("al ice", "letters, digits and")]
    {
        let (done, said) = add(hidden);
        assert!(!done && said.contains(why), "{hidden:?}: {said}");
    }
    for (name, kept) in [("İbrahim", "i\u{307}brahim"), ("爱丽丝", "爱丽丝"), ("Zoe\u{308}", "zoë")] {
        assert_eq!(add(name), (true, format!("{kept} can sign in.\n")));
    }
}

#[tokio::test]
async fn no_app_comes_to_look_like_another() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let (shop, _) = register(&server, &grace, "Shop").await;
    let (notes, _) = register(&server, &grace, "Notes").await;
    let folder = &server.folder;
    let cli = |words: &[&str]| app(folder, &[words, &["--data-dir", "."]].concat());
    let path = |site: &Site| format!("/admin/apps/{}", site.id);
    for alike in ["Shop", "shop", " Shop ", "Ѕһор", "Ｓｈｏｐ", "Sh0p"] {
        for reply in [
            grace.post("/admin/apps/new", &[("name", alike), ("redirect_uri", BACK)]).await,
            saves(&grace, &path(&notes), &[("name", alike), ("redirect_uri", BACK)]).await,
        ] {
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{alike}");
            assert!(reply.body.contains("looks the same"), "{alike}: {}", reply.body);
        }
        let entry = format!(
            "[[app]]\nid = 'ts0123456789abcdef'\nname = '{alike}'\nredirect_uris = ['{BACK}']\npublic = true\n"
        );
        std::fs::write(folder.path().join("apps.toml"), entry).expect("written");
        for words in
            [&["add", alike, "--redirect-uri", BACK][..], &["set", &notes.id, "--name", alike], &["apply", "apps.toml"]]
        {
            let line = refused(&cli(words));
            assert!(line.contains(&format!("the app {} is called \"Shop\"", shop.id)), "{words:?}: {line}");
        }
    }
    // Its own name stays its own, and may come to be written otherwise.
    for name in ["Shop", "SHOP", "Shop"] {
        let saved = saves(&grace, &path(&shop), &[("name", name), ("redirect_uri", BACK)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{name}: {}", saved.body);
        said(&cli(&["set", &shop.id, "--name", name]));
    }
    assert_eq!(server.app.records.apps().await.expect("answers").len(), 2);
}

#[tokio::test]
async fn apps_that_looked_alike_before_that_was_asked_go_on() {
    let server = Server::start().await;
    let (one, other) = (Site::public(&server).await, Site::public(&server).await);
    let file = SqliteConnectOptions::new().filename(server.folder.path().join("tessera.db"));
    let mut records = file.connect().await.expect("opens");
    sqlx::query("UPDATE apps SET name = 'Shop'").execute(&mut records).await.expect("done");
    records.close().await.expect("closed");
    let entry = |site: &Site| {
        format!("[[app]]\nid = '{}'\nname = 'Shop'\nredirect_uris = ['{BACK}']\npublic = true\n", site.id)
    };
    std::fs::write(server.folder.path().join("apps.toml"), entry(&one) + &entry(&other)).expect("written");
    let cli = |words: &[&str]| app(&server.folder, &[words, &["--data-dir", "."]].concat());
    assert_eq!(said(&cli(&["apply", "apps.toml"])), "0 added, 0 changed, 2 unchanged.\n");
    said(&cli(&["set", &other.id, "--name", "Shop", "--device-grant"]));
    let grace = administrator(&server).await;
    let form = [("name", "Shop"), ("redirect_uri", BACK), ("public", "on"), ("device_grant", "on")];
    let saved = saves(&grace, &format!("/admin/apps/{}", other.id), &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
}

#[tokio::test]
async fn a_code_is_read_as_input_methods_type_it() {
    let server = Server::start().await;
    let (screen, phone) = (Browser::new(&server, DESKTOP, "198.51.100.9"), Browser::signed_in(&server, "Alice").await);
    let shown = screen.show_code().await;
    let wide = |letter: char| char::from_u32(u32::from(letter) + 0xfee0).expect("a letter");
    let typed: String = shown.typed.chars().map(wide).collect();
    let reply = phone.post("/link", &[("code", &typed)]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, server.path_of(&shown).await.as_str()));
}
