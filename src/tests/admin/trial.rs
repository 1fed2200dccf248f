//! What is done to apps is written down, and administrators try them.

use reqwest::StatusCode;
use tessera::store::records::app_log::Act;
use tessera::store::records::app_options::Verification;
use tessera::store::records::apps::Dialects;

use super::pages::{administrator, register, saves};
use crate::harness::browser::{Browser, DESKTOP, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, decides, query, said};
use crate::oauth::audience::{account, group, joins};

/// Presses "Try it"; where that leads.
async fn tries(admin: &Browser, site: &Site, dialect: &str) -> String {
    let begun = admin.post(&format!("/admin/apps/{}/try", site.id), &[("dialect", dialect)]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{begun:?}");
    begun.location().to_owned()
}

fn path_of<'a>(server: &Server, reply: &'a Reply) -> &'a str {
    reply.location().strip_prefix(&server.origin).unwrap_or_else(|| panic!("not to this server: {reply:?}"))
}

#[tokio::test]
async fn an_administrator_sees_what_an_app_would_receive_and_nothing_of_it_lasts() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, page) = register(&server, &admin, "Shop & <b>Sons</b>").await;
    assert!(page.body.contains(">Try it</button>"), "{}", page.body);
    let path = tries(&admin, &site, "oidc").await;
    assert!(admin.get(&path).await.body.contains("name=\"decision\""), "the question that every visitor is asked");
    let back = decides(&admin, &path, "allow").await;
    let address = path_of(&server, &back);
    assert!(address.starts_with(&format!("/admin/apps/{}/tried/", site.id)), "{address}");
    let code = said(address, "code");
    // Neither the app nor anybody else can do anything with the code, and nobody else sees the answer.
    let own = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", back.location().split('?').next().expect("a part")),
    ];
    let alice = Browser::signed_in(&server, "Alice").await;
    let nothing = alice.get("/admin/nothing").await;
    let seen = alice.get(address).await;
    assert_eq!((seen.status, &seen.body), (StatusCode::NOT_FOUND, &nothing.body));
    server.administrator("Ada").await;
    let ada = Browser::new(&server, DESKTOP, "198.51.100.20");
    ada.sign_in("ada", PASSWORD, "/").await;
    assert!(ada.get(address).await.body.contains("This try is over"));

    let shown = admin.get(address).await;
    assert_eq!(shown.status, StatusCode::OK);
    for part in [
        "It works.",
        "&quot;acr&quot;: &quot;urn:tessera:password&quot;",
        "&quot;name&quot;: &quot;Grace&quot;",
        "&quot;expires_in&quot;: 600",
        "Shop &amp; &lt;b&gt;",
    ] {
        let plain = part.replace("&quot;", "\"");
        assert!(shown.body.contains(part) || shown.body.contains(&plain), "{part}: {}", shown.body);
    }
    assert!(
        !shown.body.contains(&code) && !shown.body.contains("eyJhbGciOi"),
        "codes and tokens are not shown: {}",
        shown.body
    );
    assert!(!shown.body.contains("<b>Sons"), "{}", shown.body);
    assert_eq!(site.calls("/oauth/token", &own).await.error(), "invalid_grant");
    assert!(admin.get(address).await.body.contains("This try is over"), "once");
    let acts = server.app.records.app_log(None, None, 10).await.expect("answers");
    assert_eq!(acts[0].act, Act::Tried);
}

#[tokio::test]
async fn a_trial_asks_for_all_that_an_app_may_ask_for() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let who = account(&server, "grace").await;
    let (email, now) = ("grace@example.org".parse().expect("an address"), server.clock.now());
    server.app.records.change_email(who, Some(email), Some(now), now).await.expect("answers");
    joins(&server, group(&server, "staff").await, "grace").await;
    let (site, _) = register(&server, &admin, "Shop").await;
    let path = tries(&admin, &site, "oidc").await;
    let question = admin.get(&path).await;
    for part in ["Your groups", "staff", "value=\"email\""] {
        assert!(question.body.contains(part), "{part}: {}", question.body);
    }
    assert!(!question.words().contains("even when you are not using it"), "no refresh token: {}", question.words());
    let back = decides(&admin, &path, "allow").await;
    let shown = admin.get(path_of(&server, &back)).await;
    let [id_token, userinfo] = ["part-id_token", "part-userinfo"].map(|part| {
        let part = shown.body.split(&format!("id=\"{part}\"")).nth(1).and_then(|rest| rest.split("</section>").next());
        part.unwrap_or_else(|| panic!("{}", shown.body)).replace("&quot;", "\"")
    });
    for part in ["\"email\": \"grace@example.org\"", "\"email_verified\": true", "\"staff\"", "\"name\": \"Grace\""] {
        assert!(userinfo.contains(part), "{part}: {userinfo}");
    }
    assert!(id_token.contains("\"groups\"") && id_token.contains("\"staff\""), "{id_token}");
    assert!(!shown.body.contains("refresh_token"), "{}", shown.body);
}

#[tokio::test]
async fn sec_35_the_address_of_a_trial_is_no_redirect_uri_of_anybodys() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = register(&server, &admin, "Shop").await;
    let path = tries(&admin, &site, "oidc").await;
    // Whoever is sent there instead of the administrator is asked to sign in as them, and takes nothing back.
    let alice = Browser::signed_in(&server, "Alice").await;
    let page = alice.get(&format!("{path}?code=1")).await;
    assert!(page.body.contains("id=\"qr\""), "{page:?}");
    assert_eq!(alice.post(&path, &[("decision", "allow")]).await.location(), path);
    let back = decides(&admin, &path, "allow").await;
    let uri = back.location().split('?').next().expect("a part").to_owned();
    for uri in [uri.as_str(), &format!("{}/admin/apps/{}/tried/x", server.origin, site.id)] {
        let params = site.asks(&[("redirect_uri", uri), ("trial", "true")]);
        let browser = Browser::desktop(&server);
        for asked in [format!("/oauth/authorize?{}", query(&params)), {
            let wechat = [
                ("appid", site.id.as_str()),
                ("redirect_uri", uri),
                ("response_type", "code"),
                ("scope", "snsapi_login"),
            ];
            format!("/connect/qrconnect?{}", query(&wechat))
        }] {
            let refused = browser.get(&asked).await;
            assert_eq!((refused.status, refused.location()), (StatusCode::BAD_REQUEST, ""), "{asked}");
        }
        assert_eq!(site.calls("/oauth/par", &params).await.error(), "invalid_request");
    }
    // An answer that somebody else made up is none.
    let path = tries(&admin, &site, "oidc").await;
    let back = admin.get(&path).await;
    let forged = path_of(&server, &back).replace("state=", "state=x");
    assert!(admin.get(&forged).await.body.contains("This try is over"), "{forged}");
    assert!(admin.get(path_of(&server, &back)).await.body.contains("It works."), "and it uses up nothing");
    let cross = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let forced = admin.send(reqwest::Method::POST, &format!("/admin/apps/{}/try", site.id), &cross, Some(&[])).await;
    assert_eq!(forced.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_trial_keeps_to_the_policy_of_the_app_and_says_what_to_mend() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = register(&server, &admin, "Shop").await;
    server
        .revise_app(&site.id, |app| {
            app.dialects = Dialects::Both;
            app.options.verification = Verification::Scan;
        })
        .await;
    let phone = admin.beside(crate::harness::browser::PHONE, "203.0.113.7");
    phone.sign_in("grace", PASSWORD, "/").await;
    let page = admin.get(&format!("/admin/apps/{}", site.id)).await;
    assert!(page.body.contains("Try OpenID Connect") && page.body.contains("Try WeChat"), "{}", page.body);
    for (dialect, part) in [("oidc", "urn:tessera:scan"), ("wechat", "unionid")] {
        admin.sign_in("grace", PASSWORD, "/").await;
        let path = tries(&admin, &site, dialect).await;
        let shown = Shown::read(&admin.get(&path).await.body);
        phone.approve(&shown).await;
        admin.fetch(reqwest::Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        let back = admin.get(&path).await;
        // Whose session is now one of a scan: it shows them what is theirs, and nothing more.
        let page = admin.get(path_of(&server, &back)).await;
        assert!(page.body.contains("It works.") && page.body.contains(part), "{dialect}: {}", page.body);
        assert!(admin.get("/admin/apps").await.location().starts_with("/signin?"));
        let stale = admin.post(&format!("/admin/apps/{}/try", site.id), &[]).await;
        assert!(stale.status == StatusCode::FORBIDDEN && stale.body.contains("action=\"/account/proof\""), "{stale:?}");
        admin.sign_in("grace", PASSWORD, "/").await;
        let path = tries(&admin, &site, dialect).await;
        let left = admin.get(&format!("{path}?leave=1")).await;
        let page = admin.get(path_of(&server, &left)).await;
        assert!(page.body.contains("access_denied") && page.body.contains("Try again and approve."), "{}", page.body);
    }
    let path = tries(&admin, &site, "oidc").await;
    admin.post(&format!("/admin/apps/{}/disable", site.id), &[]).await;
    assert_eq!(admin.get(&path).await.status, StatusCode::BAD_REQUEST, "a disabled app signs nobody in");
    assert!(!admin.get(&format!("/admin/apps/{}", site.id)).await.body.contains("/try\""));
    let again = admin.post(&format!("/admin/apps/{}/try", site.id), &[]).await;
    assert!(again.location().ends_with("?done=disabled"));
}

#[tokio::test]
async fn what_administrators_do_to_apps_is_read_page_by_page_and_says_no_secret() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    assert!(admin.get("/admin/log").await.body.contains("No changes yet."));
    let (site, page) = register(&server, &admin, "Shop & <b>Sons</b>").await;
    let path = format!("/admin/apps/{}", site.id);
    assert!(page.body.contains(&format!("href=\"/admin/log?app={}\"", site.id)), "{}", page.body);
    let form = [("name", "Store"), ("redirect_uri", BACK), ("device_grant", "on"), ("access_token_minutes", "5")];
    for _ in 0..2 {
        saves(&admin, &path, &form).await;
    }
    admin.post(&format!("{path}/secret"), &[]).await;
    let page = admin.get("/admin/log").await;
    let (words, log) = (page.words(), page.body);
    for part in [
        "Shop &amp; &lt;b&gt;Sons&lt;/b&gt;</a>",
        "registered",
        "changed",
        ": name, access_token_minutes, device_grant",
        "given a new secret",
        "grace, at 198.51.100.1",
        "15 January 2027, 08:00 UTC",
    ] {
        assert!(log.contains(part) || words.contains(part), "{part}: {log}");
    }
    assert!(!log.contains(&site.secret) && !log.contains(BACK) && !log.contains("<b>Sons"), "{log}");
    assert_eq!(log.matches("<li>").count(), 3, "what changed nothing was nothing: {log}");
    for _ in 0..25 {
        admin.post(&format!("{path}/disable"), &[]).await;
        admin.post(&format!("{path}/enable"), &[]).await;
    }
    let first = admin.get(&format!("/admin/log?app={}", site.id)).await.body;
    assert_eq!(first.matches("<li>").count(), 50);
    let older = first.split("rel=\"next\"").next().and_then(|before| before.rsplit("href=\"").next());
    let older = older.and_then(|rest| rest.split('"').next()).expect("a link").replace("&amp;", "&");
    let second = admin.get(&older).await.body;
    assert!(second.matches("<li>").count() == 3 && !second.contains("rel=\"next\""), "{older}: {second}");
    assert!(admin.get("/admin/log?before=1").await.body.contains("Nothing older."));
    for (path, status) in [("/admin/log?before=x", 400), ("/admin/log?app=x", 404)] {
        assert_eq!(admin.get(path).await.status.as_u16(), status, "{path}");
    }
    let alice = Browser::signed_in(&server, "Alice").await;
    assert_eq!(alice.get("/admin/log").await.status, StatusCode::NOT_FOUND);
}
