//! A site's own app as the phone: its bearer token, its refusals.

use std::net::{IpAddr, Ipv4Addr};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tessera::crypto::random::random;
use tessera::login::keys::ClaimKey;
use tessera::settings::{PhoneKeys, PhoneSettings, Settings};
use tessera::store::records::Vouched;
use tessera::ticket::ids::AccountId;
use tessera::ticket::machine::{Asker, Goal};

use crate::harness::browser::{Browser, DESKTOP, Reply, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Site, said};

const SECRET: &[u8] = b"a shared secret of thirty-two bytes";
const NOW: u64 = 1_800_000_000;

pub async fn server() -> Server {
    server_with(|_| {}).await
}

pub async fn server_with(change: impl FnOnce(&mut Settings)) -> Server {
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), SECRET).expect("written");
    let path = secret.path().to_owned();
    Server::start_with(move |settings| {
        settings.phone = Some(PhoneSettings {
            issuer: "https://issuer.example".to_owned(),
            audience: "tessera".to_owned(),
            algorithms: vec![Algorithm::HS256],
            keys: PhoneKeys::Secret(path),
            leeway: std::time::Duration::from_secs(30),
        });
        change(settings);
    })
    .await
}

pub fn claims() -> Value {
    json!({"iss": "https://issuer.example", "aud": "tessera", "sub": "app-user-1", "name": "Alice of the app", "exp": NOW + 600})
}

pub fn token(claims: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(SECRET)).expect("signs")
}

/// An app: no cookies, no browser's headers.
pub async fn call(app: &Browser, path: &str, token: &str) -> Reply {
    app.send(Method::POST, path, &[("authorization", &format!("Bearer {token}"))], None).await
}

fn path(shown: &Shown, verb: &str) -> String {
    format!("/v1/tickets/{}/{verb}", shown.typed)
}

#[tokio::test]
async fn an_app_scans_and_approves_with_its_own_token() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::new(&server, "ShopApp/1.0", "198.51.100.1"));
    let shown = browser.show_code().await;
    let scanned = call(&app, &path(&shown, "scan"), &token(&claims())).await;
    assert_eq!(scanned.status, StatusCode::OK, "{}", scanned.body);
    let told: Value = serde_json::from_str(&scanned.body).expect("JSON");
    assert_eq!(told["seen"], json!({"scanned": {}}), "nobody has pressed anything yet");
    assert_eq!(told["facts"]["account"], "Alice of the app");
    assert_eq!(told["facts"]["browser"], "Chrome");
    assert_eq!(told["facts"]["system"], "Windows");
    assert_eq!(told["facts"]["same_network"], true);
    assert_eq!(told["remaining_ms"], 120_000);
    let code = told["code"].as_str().expect("the scan code").to_owned();
    let approved = call(&app, &format!("/v1/tickets/{code}/approve"), &token(&claims())).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.body);
    let watch = format!("/v1/tickets/{code}/watch");
    let bearer = format!("Bearer {}", token(&claims()));
    let claimed = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(claimed.status, StatusCode::OK);
    let seen = app.send(Method::GET, &watch, &[("authorization", &bearer)], None).await;
    assert!(seen.body.contains("\"seen\":\"claimed\""), "{}", seen.body);
    assert!(browser.get("/").await.body.contains(">Alice of the app</h1>"));
}

#[tokio::test]
async fn sec_18_an_app_hears_of_the_same_network_only_where_both_addresses_are_known() {
    let server = server().await;
    let near = async |browser: &str, phone: &str| {
        // Typed codes are few a minute.
        server.pass(60);
        let (browser, app) = (Browser::new(&server, DESKTOP, browser), Browser::new(&server, "ShopApp/1.0", phone));
        let shown = browser.show_code().await;
        let scanned = call(&app, &path(&shown, "scan"), &token(&claims())).await;
        let told: Value = serde_json::from_str(&scanned.body).expect("JSON");
        told["facts"]["same_network"].clone()
    };
    assert_eq!(near("203.0.113.7:5678", "203.0.113.7:91").await, true);
    assert_eq!(near("[2001:db8::1]:443", "2001:db8::2").await, true);
    assert_eq!(near("203.0.113.7:5678", "203.0.113.8:5678").await, false);
    // A proxy that does not say for whom it asks, for either and for both.
    assert_eq!(near("", "203.0.113.7").await, Value::Null);
    assert_eq!(near("203.0.113.7", "").await, Value::Null);
    assert_eq!(near("", "").await, Value::Null);
    // The trusted networks cover the clients' own.
    assert_eq!(near("127.1.1.1", "127.1.1.1").await, Value::Null);
}

#[tokio::test]
async fn an_app_says_that_somebody_pressed_and_the_screen_is_told_their_name_only_then() {
    let server = server().await;
    let (app, bearer) = (Browser::phone(&server), format!("Bearer {}", token(&claims())));
    let says = async |shown: &Shown, verb: &str, kind: &str, body: &str| {
        let (headers, body) = ([("authorization", bearer.as_str())], Some((kind, body.as_bytes().to_vec())));
        app.try_send_body(Method::POST, &path(shown, verb), &headers, body).await.expect("an answer")
    };
    let (form, script) = ("application/x-www-form-urlencoded", "application/json");
    let by_name = json!({"scanned": {"by": "Alice of the app"}});
    for (kind, quiet, pressed) in [
        (script, "", r#"{"pressed": true}"#),
        (script, r#"{"pressed": false}"#, r#"{"pressed": true}"#),
        (form, "", "pressed=true"),
    ] {
        server.pass(60);
        let browser = Browser::desktop(&server);
        let shown = browser.show_code().await;
        // A link that any site can have opened.
        assert_eq!(says(&shown, "scan", kind, quiet).await.status, StatusCode::OK, "{quiet}");
        assert_eq!(browser.hears(&shown).await["seen"], json!({"scanned": {}}), "{quiet}");
        assert_eq!(says(&shown, "scan", kind, pressed).await.status, StatusCode::OK, "{pressed}");
        assert_eq!(browser.hears(&shown).await["seen"], by_name, "{pressed}");
        says(&shown, "scan", kind, quiet).await;
        assert_eq!(browser.hears(&shown).await["seen"], by_name, "what was pressed stays so");
    }
    server.pass(60);
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    for wrong in ["pressed=", "pressed=1", "pressed=true&account=1", r#"{"pressed": "yes"}"#, r#"{"pressed": 1}"#] {
        let refused = says(&shown, "scan", form, wrong).await;
        assert_eq!((refused.status, &*refused.error()), (StatusCode::BAD_REQUEST, "unknown_parameter"), "{wrong}");
    }
    assert_eq!(browser.hears(&shown).await["seq"], 1);
    says(&shown, "scan", script, "").await;
    for verb in ["approve", "deny"] {
        let refused = says(&shown, verb, form, "pressed=true").await;
        assert_eq!(refused.error(), "unknown_parameter", "{verb}");
    }
    says(&shown, "approve", script, "").await;
    assert_eq!(browser.hears(&shown).await["seen"]["approved"]["by"], "Alice of the app", "to approve is to press");
}

#[tokio::test]
async fn sec_12_an_app_scans_a_code_for_one_account_only_where_a_person_pressed() {
    let server = server().await;
    let (screen, app) = (Browser::desktop(&server), Browser::phone(&server));
    let vouched = Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "app-user-1".to_owned(),
        display_name: "Alice of the app".to_owned(),
        picture: None,
        now: server.clock.now(),
    };
    let account = server.app.records.vouched_account(vouched).await.expect("answers").id;
    let key = ClaimKey::from_random(random());
    screen.set_cookie("__Host-tessera-browser", &key.expose());
    let asker = Asker { browser: None, system: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    let goal = Goal { only_for: Some(account), ..Goal::default() };
    let ticket = server.app.login.flow.issue(&key, asker, goal).await.expect("room");
    let shown = Shown { ticket: ticket.id.to_string(), typed: ticket.user_code.to_string() };
    let (mine, theirs) = (token(&claims()), {
        let mut claims = claims();
        claims["sub"] = json!("app-user-2");
        token(&claims)
    });
    // A link that any site can have opened: the screen hears of neither.
    let scanned = call(&app, &path(&shown, "scan"), &mine).await;
    let told: Value = serde_json::from_str(&scanned.body).expect("JSON");
    assert!(scanned.status == StatusCode::OK && told["seen"].get("waiting").is_some(), "{scanned:?}");
    assert_eq!(call(&app, &path(&shown, "scan"), &theirs).await.error(), "wrong_account");
    assert_eq!(call(&app, &path(&shown, "approve"), &mine).await.error(), "not_scanned");
    assert_eq!(screen.hears(&shown).await["seq"], 1);
    let bearer = format!("Bearer {mine}");
    let pressed = Some(&[("pressed", "true")][..]);
    app.send(Method::POST, &path(&shown, "scan"), &[("authorization", &bearer)], pressed).await;
    assert_eq!(screen.hears(&shown).await["seen"], json!({"scanned": {"by": "Alice of the app"}}));
    assert_eq!(call(&app, &path(&shown, "approve"), &mine).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_app_denies() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    call(&app, &path(&shown, "scan"), &token(&claims())).await;
    let denied = call(&app, &path(&shown, "deny"), &token(&claims())).await;
    assert!(denied.body.contains("\"seen\":\"denied\""), "{}", denied.body);
    let again = call(&app, &path(&shown, "approve"), &token(&claims())).await;
    assert_eq!((again.status, again.error()), (StatusCode::GONE, "denied".to_owned()));
}

#[tokio::test]
async fn a_token_that_does_not_fit_is_refused() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    let with = |key: &str, value: Value| {
        let mut claims = claims();
        claims[key] = value;
        token(&claims)
    };
    let without = |key: &str| {
        let mut claims = claims();
        claims.as_object_mut().expect("an object").remove(key);
        token(&claims)
    };
    let other_key = encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &EncodingKey::from_secret(b"another secret of thirty-two bytes"),
    )
    .expect("signs");
    let other_algorithm =
        encode(&Header::new(Algorithm::HS512), &claims(), &EncodingKey::from_secret(SECRET)).expect("signs");
    let unsigned = {
        let token = token(&claims());
        let claims = token.split('.').nth(1).expect("three parts");
        format!("eyJhbGciOiJub25lIn0.{claims}.")
    };
    for (why, token) in [
        ("another issuer", with("iss", json!("https://other.example"))),
        ("another audience", with("aud", json!("somebody-else"))),
        ("expired beyond the leeway", with("exp", json!(NOW - 31))),
        ("not yet valid", with("nbf", json!(NOW + 31))),
        ("no end", without("exp")),
        ("no issuer", without("iss")),
        ("no audience", without("aud")),
        ("no subject", without("sub")),
        ("an empty subject", with("sub", json!(""))),
        ("another key", other_key),
        ("an algorithm that is not taken", other_algorithm),
        ("unsigned", unsigned),
        ("nonsense", "nonsense".to_owned()),
    ] {
        let reply = call(&app, &path(&shown, "scan"), &token).await;
        assert_eq!((reply.status, reply.error()), (StatusCode::UNAUTHORIZED, "invalid_token".to_owned()), "{why}");
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{why}");
    }
    let none = app.send(Method::POST, &path(&shown, "scan"), &[], None).await;
    assert_eq!((none.status, none.error()), (StatusCode::UNAUTHORIZED, "missing_token".to_owned()));
    let in_query =
        app.send(Method::POST, &format!("{}?access_token={}", path(&shown, "scan"), token(&claims())), &[], None).await;
    assert_eq!(in_query.error(), "missing_token", "RFC 6750: never in the address");
    let within_leeway = call(&app, &path(&shown, "scan"), &with("exp", json!(NOW - 29))).await;
    assert_eq!(within_leeway.status, StatusCode::OK);
}

#[tokio::test]
async fn an_account_sent_as_a_parameter_is_refused() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    let bearer = format!("Bearer {}", token(&claims()));
    let query = app
        .send(Method::POST, &format!("{}?account=1", path(&shown, "scan")), &[("authorization", &bearer)], None)
        .await;
    assert_eq!((query.status, query.error()), (StatusCode::BAD_REQUEST, "unknown_parameter".to_owned()));
    let body =
        app.send(Method::POST, &path(&shown, "scan"), &[("authorization", &bearer)], Some(&[("account", "1")])).await;
    assert_eq!((body.status, body.error()), (StatusCode::BAD_REQUEST, "unknown_parameter".to_owned()));
}

#[tokio::test]
async fn the_same_wrong_turns_have_the_same_codes_as_on_the_page() {
    let server = server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    let (mine, theirs) = (token(&claims()), {
        let mut claims = claims();
        claims["sub"] = json!("app-user-2");
        token(&claims)
    });
    let refused = |reply: Reply| (reply.status.as_u16(), reply.error());
    let expect = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(refused(call(&app, &path(&shown, "approve"), &mine).await), expect(409, "not_scanned"));
    call(&app, &path(&shown, "scan"), &mine).await;
    assert_eq!(refused(call(&app, &path(&shown, "scan"), &theirs).await), expect(409, "taken"));
    assert_eq!(refused(call(&app, &path(&shown, "approve"), &theirs).await), expect(409, "not_yours"));
    call(&app, &path(&shown, "approve"), &mine).await;
    assert_eq!(refused(call(&app, &path(&shown, "deny"), &mine).await), expect(409, "already_decided"));
    assert_eq!(
        refused(call(&app, &format!("/v1/tickets/{}/scan", "A".repeat(40)), &mine).await),
        expect(400, "forged_code")
    );
    assert_eq!(refused(call(&app, "/v1/tickets/ABC/scan", &mine).await), expect(400, "malformed_code"));
    server.pass(31);
    assert_eq!(refused(call(&app, &path(&shown, "scan"), &mine).await), expect(410, "expired"));
}

#[tokio::test]
async fn without_phone_in_the_configuration_no_token_is_taken() {
    let server = Server::start().await;
    let reply = call(&Browser::phone(&server), "/v1/tickets/BCDF-GHJK/scan", &token(&claims())).await;
    assert_eq!((reply.status, reply.error()), (StatusCode::NOT_FOUND, "phone_tokens_off".to_owned()));
}

#[tokio::test]
async fn an_app_says_what_its_person_ticks_and_a_picture_of_its_token_goes_to_apps_alone() {
    let server = server().await;
    let (site, app) = (Site::register(&server).await, Browser::phone(&server));
    let picture = "https://issuer.example/alice.png";
    let token = {
        let mut claims = claims();
        claims["picture"] = json!(picture);
        token(&claims)
    };
    let bearer = format!("Bearer {token}");
    let approve = async |shown: &Shown, kind: &str, body: &str| {
        let headers = [("authorization", bearer.as_str())];
        let body = Some((kind, body.as_bytes().to_vec()));
        app.try_send_body(Method::POST, &path(shown, "approve"), &headers, body).await.expect("an answer")
    };
    let (form, script) = ("application/x-www-form-urlencoded", "application/json");
    let asks = [("scope", "openid profile address")];
    // Each time the boxes stand as they were left the time before.
    for (kind, body, before, learns) in [
        (script, "", "+name +picture", json!(["Alice of the app", picture])),
        (script, r#"{"fields": ["name", "gender", "shoe-size"]}"#, "+name +picture", json!(["Alice of the app", null])),
        (script, "{}", "+name picture", json!(["Alice of the app", null])),
        (form, "fields=picture%2Cname", "+name picture", json!(["Alice of the app", picture])),
        (form, "fields=picture+place", "+name +picture", json!([null, picture])),
        (script, r#"{"fields": []}"#, "name +picture", json!([null, null])),
        (form, "fields=", "name picture", json!([null, null])),
    ] {
        // Typed codes are few a minute.
        server.pass(60);
        let browser = Browser::desktop(&server);
        let (path_of_request, shown) = site.shows(&browser, &asks).await;
        let scanned: Value = serde_json::from_str(&call(&app, &path(&shown, "scan"), &token).await.body).expect("JSON");
        let fields = scanned["facts"]["fields"].as_array().expect("a list").iter().map(|asked| {
            let is_ticked = asked["ticked"].as_bool().expect("either");
            format!("{}{}", if is_ticked { "+" } else { "" }, asked["field"].as_str().expect("a word"))
        });
        assert_eq!(fields.collect::<Vec<_>>().join(" "), before, "{body}");
        assert_eq!(approve(&shown, kind, body).await.status, StatusCode::OK, "{body}");
        browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        let tokens = site.exchanges(&said(browser.get(&path_of_request).await.location(), "code")).await;
        let info = site.userinfo(&tokens.text("access_token")).await;
        assert_eq!(json!([info.json["name"], info.json["picture"]]), learns, "{body}");

        let home = browser.get("/").await.body;
        assert!(home.contains("class=\"avatar\">Aa</p>"), "{home}");
        assert!(!home.contains("issuer.example"), "no page of ours shows it");
    }
    // Only approving says anything, and nothing else but that.
    let shown = Browser::desktop(&server).show_code().await;
    call(&app, &path(&shown, "scan"), &token).await;
    for wrong in
        [r#"{"account": "1"}"#, r#"{"fields": "name"}"#, r#"{"fields": [], "account": 1}"#, "fields=name&account=1"]
    {
        let refused = approve(&shown, script, wrong).await;
        let expected = (StatusCode::BAD_REQUEST, "unknown_parameter".to_owned());
        assert_eq!((refused.status, refused.error()), expected, "{wrong}");
    }
    for verb in ["scan", "deny"] {
        let headers = [("authorization", bearer.as_str())];
        let refused = app.send(Method::POST, &path(&shown, verb), &headers, Some(&[("fields", "name")])).await;
        assert_eq!(refused.error(), "unknown_parameter", "{verb}");
    }

    // Their name is the token's, on their own page too; the rest is theirs to tell.
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    call(&app, &path(&shown, "scan"), &token).await;
    approve(&shown, script, "").await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let page = browser.get("/account/profile").await.body;
    assert!(!page.contains("name=\"display_name\"") && page.contains(">Alice of the app</dd>"), "{page}");
    let saved = crate::account::profile::tells(&browser, &[("display_name", "Mallory"), ("city", "Graz")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let page = browser.get("/account/profile").await.body;
    assert!(page.contains(">Alice of the app</dd>") && page.contains("value=\"Graz\""), "{page}");
}
