//! The description at `/openapi.json`: whole in itself, of this server's routes, and as this server answers.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::api;
use super::browser::{Browser, PHONE, Reply, Shown};
use super::described::{DESCRIBED, answered, resolved};
use super::house_rules::sources;
use super::oauth::{Answer, Site, exchange, query};
use super::server::{PASSWORD, Server};
use super::wechat;

/// What people look at, or what pages for them load: not for programs of others.
const FOR_PEOPLE: [&str; 21] = [
    "/",
    "/signin",
    "/signout",
    "/setup",
    "/login",
    "/login/{ticket}",
    "/link",
    "/s/{code}",
    "/S/{code}",
    "/admin/*",
    "/account/*",
    "/oauth/authorize/{id}",
    "/oauth/logout/{id}",
    "/embed/*",
    "/framed/*",
    "/api/{name}",
    "/pkg/*",
    "/favicon.svg",
    "/robots.txt",
    "/embed.js",
    "/wxLogin.js",
];

/// The words of JSON Schema that the document uses: any other would be let pass in silence.
const WORDS: [&str; 20] = [
    "$ref",
    "type",
    "description",
    "required",
    "properties",
    "items",
    "contains",
    "anyOf",
    "oneOf",
    "enum",
    "const",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "default",
    "examples",
];

fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = DESCRIBED["paths"].as_object().expect("paths").iter();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().expect("operations").iter();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Every object in a value that has this key, and what it has there.
fn all<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get(key));
            map.values().for_each(|value| all(value, key, found));
        }
        Value::Array(list) => list.iter().for_each(|value| all(value, key, found)),
        _ => {}
    }
}

fn keys_are(about: &str, value: &Value, known: &[&str]) {
    for key in value.as_object().unwrap_or_else(|| panic!("{about} is no object: {value}")).keys() {
        assert!(known.contains(&key.as_str()), "{about} has {key}");
    }
}

#[test]
fn the_description_is_whole_and_every_schema_is_one() {
    let document = &*DESCRIBED;
    assert_eq!(document["openapi"], "3.1.1");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    keys_are("the document", document, &["openapi", "info", "servers", "tags", "paths", "components"]);
    let (mut ids, mut tags) = (BTreeSet::new(), BTreeSet::new());
    for (path, method, operation) in operations() {
        let about = format!("{method} {path}");
        let known =
            ["operationId", "tags", "summary", "description", "security", "parameters", "requestBody", "responses"];
        keys_are(&about, operation, &known);
        assert!(matches!(method, "get" | "post"), "{about}");
        assert!(ids.insert(operation["operationId"].as_str().expect("an id")), "{about}: an id is there twice");
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{about}");
        tags.insert(operation["tags"][0].as_str().expect("a tag"));
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let parameters = parameters.iter().map(|parameter| resolved(document, parameter));
        let mut in_path = BTreeSet::new();
        for parameter in parameters {
            keys_are(&about, parameter, &["name", "in", "description", "required", "schema"]);
            match parameter["in"].as_str() {
                Some("path") => assert!(parameter["required"] == true && in_path.insert(parameter["name"].to_string())),
                Some("query") => {}
                other => panic!("{about}: a parameter in {other:?}"),
            }
        }
        let named = path.split(['{', '}']).skip(1).step_by(2).map(|name| format!("\"{name}\"")).collect();
        assert_eq!(in_path, named, "{about}");
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let response = resolved(document, response);
            keys_are(&about, response, &["description", "headers", "content"]);
            assert!(response["description"].is_string(), "{about} {status}");
        }
        assert!(operation["responses"]["default"].is_object(), "{about}: any request can meet a limit");
        for scheme in operation["security"].as_array().expect("security, if none").iter().filter_map(Value::as_object) {
            for name in scheme.keys() {
                assert!(document["components"]["securitySchemes"][name].is_object(), "{about}: {name}");
            }
        }
    }
    let declared: BTreeSet<&str> =
        document["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    assert_eq!(tags, declared);

    let mut links = Vec::new();
    all(document, "$ref", &mut links);
    let links: BTreeSet<&str> = links.into_iter().filter_map(Value::as_str).collect();
    for link in &links {
        assert!(document.pointer(link.trim_start_matches('#')).is_some(), "{link} leads nowhere");
    }
    let whole = document.to_string();
    for (kind, parts) in document["components"].as_object().expect("components") {
        for name in parts.as_object().expect("parts").keys() {
            let is_used = links.contains(format!("#/components/{kind}/{name}").as_str());
            assert!(
                is_used || kind == "securitySchemes" && whole.contains(&format!("\"{name}\":[]")),
                "{name} is unused"
            );
        }
    }
    let mut schemas: Vec<&Value> = document["components"]["schemas"].as_object().expect("schemas").values().collect();
    all(document, "schema", &mut schemas);
    for schema in schemas {
        jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{schema}: {error}"));
        let mut parts = vec![schema];
        for key in ["items", "contains", "anyOf", "oneOf"] {
            all(schema, key, &mut parts);
        }
        for part in parts.into_iter().filter(|part| part.is_object()) {
            keys_are("a schema", part, &WORDS);
        }
    }
}

#[test]
fn every_route_is_described_or_for_people() {
    let mut routes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for source in sources() {
        let is_other = ["src/tests/", "src/bench/"].iter().any(|folder| source.path.starts_with(folder));
        for route in source.text.split(".route(\"").skip(1).filter(|_| !is_other) {
            let (path, rest) = route.split_once('"').expect("a path");
            let line = rest.split('\n').next().unwrap_or_default();
            let methods = ["get", "post"].into_iter().filter(|method| line.contains(&format!("{method}(")));
            routes.entry(path.to_owned()).or_default().extend(methods);
        }
    }
    assert!(routes.len() > 50, "{routes:?}");
    // On the port for machines ([server] admin_addr), in Prometheus' own format.
    routes.remove("/metrics");
    // Another name of the same script.
    routes.remove("/js/wxLogin.js");
    let mut described: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (path, method, _) in operations() {
        described.entry(path.to_owned()).or_default().insert(method);
    }
    let is_for_people = |path: &str| {
        FOR_PEOPLE.iter().any(|known| known.strip_suffix('*').map_or(*known == path, |folder| path.starts_with(folder)))
    };
    for (path, methods) in &routes {
        match described.remove(path) {
            Some(known) => assert!(known == *methods && !is_for_people(path), "{path}: {known:?}"),
            None => assert!(is_for_people(path), "{path} is neither described nor for people"),
        }
    }
    assert!(described.is_empty(), "described, and not there: {described:?}");
    for known in FOR_PEOPLE {
        let folder = known.trim_end_matches('*');
        assert!(routes.keys().any(|path| path.starts_with(folder)), "{known} is no route");
    }
}

/// A program's call.
async fn ask(
    program: &Browser,
    method: Method,
    path: &str,
    bearer: Option<&str>,
    form: Option<&[(&str, &str)]>,
) -> Reply {
    let line = format!("Bearer {}", bearer.unwrap_or_default());
    let headers = [("authorization", line.as_str())];
    program.send(method, path, if bearer.is_some() { &headers } else { &[] }, form).await
}

#[tokio::test]
async fn each_answer_that_is_described_is_given_by_a_request() {
    let server = api::server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let program = Browser::new(&server, "probe/1.0", "192.0.2.9");
    for path in
        ["/openapi.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth/jwks"]
    {
        assert_eq!(ask(&program, Method::GET, path, None, None).await.status, StatusCode::OK);
    }
    ask(&program, Method::GET, "/healthz", None, None).await;
    ask(&program, Method::GET, "/readyz", None, None).await;
    apps(&server, &browser, &phone).await;
    wechat_sites(&server, &browser, &phone, &program).await;
    phones(&server, &program).await;
    pages(&server, &phone).await;
    server.stopping.cancel();
    ask(&program, Method::GET, "/readyz", None, None).await;

    let answered = answered();
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().expect("an id");
        for status in
            operation["responses"].as_object().expect("responses").keys().filter(|status| *status != "default")
        {
            assert!(
                answered.contains(&(id.to_owned(), status.clone())),
                "{method} {path} was never answered by {status}"
            );
        }
    }
}

/// OpenID Connect.
async fn apps(server: &Server, browser: &Browser, phone: &Browser) {
    let site = Site::register_with(server, |app| {
        app.options.has_device_grant = true;
        app.options.has_client_credentials = true;
    })
    .await;
    let backend = &site.backend;
    let code = site.code(browser, phone, &[("scope", "openid profile offline_access")]).await;
    let tokens = site.exchanges(&code).await;
    let (access, again) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let own = site.calls("/oauth/token", &[("grant_type", "client_credentials")]).await.text("access_token");
    for method in [Method::GET, Method::POST] {
        for bearer in [Some(access.as_str()), Some("x"), Some(&own), None] {
            ask(backend, method.clone(), "/oauth/userinfo", bearer, None).await;
        }
    }
    for token in [access.as_str(), &again, &own, "x"] {
        site.calls("/oauth/introspect", &[("token", token)]).await;
    }
    site.refreshes(&again).await;
    site.calls("/oauth/device", &[("scope", "openid")]).await;
    let pushed = site.calls("/oauth/par", &site.asks(&[])).await.text("request_uri");
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/device", "/oauth/par"] {
        site.calls(path, &[]).await;
        ask(backend, Method::POST, path, None, Some(&[])).await;
    }
    site.calls("/oauth/revoke", &[("token", &access)]).await;
    let by_name = [("client_id", site.id.as_str()), ("request_uri", &pushed)];
    for _ in 0..2 {
        browser.fetch(Method::GET, &format!("/oauth/authorize?{}", query(&by_name))).await;
    }
    browser.fetch(Method::GET, "/oauth/authorize").await;
    for form in [site.asks(&[]), site.asks(&[("redirect_uri", "https://evil.example/")])] {
        ask(backend, Method::POST, "/oauth/authorize", None, Some(&form)).await;
    }
    browser.fetch(Method::GET, "/oauth/logout").await;
    browser.fetch(Method::GET, "/oauth/logout?post_logout_redirect_uri=https://evil.example/").await;
    ask(backend, Method::POST, "/oauth/logout", None, Some(&[])).await;
    assert_eq!(site.calls("/oauth/token", &exchange(&code)).await.error(), "invalid_grant");
}

/// WeChat's dialect.
async fn wechat_sites(server: &Server, browser: &Browser, phone: &Browser, program: &Browser) {
    let site = wechat::forum(server).await;
    browser.post("/signout", &[]).await;
    let back = wechat::signs_in(&site, browser, phone).await;
    ask(program, Method::GET, &wechat::connect(&site, &[("scope", "x")]), None, None).await;
    let uuid = wechat::uuid(&site).await;
    for path in [format!("/connect/qrcode/{uuid}"), "/connect/qrcode/x".to_owned()] {
        ask(program, Method::GET, &path, None, None).await;
    }
    for json in ["", "&f=json"] {
        ask(program, Method::GET, &format!("/connect/l/qrconnect?uuid=x{json}"), None, None).await;
    }
    let call = async |path: &str, params: &[(&str, &str)]| {
        for params in [params, &[]] {
            let by_post = program.send(Method::POST, path, &[], Some(params)).await;
            let by_get = ask(program, Method::GET, &format!("{path}?{}", query(params)), None, None).await;
            if !params.is_empty() && path != "/sns/oauth2/access_token" {
                assert_eq!(by_post.body.contains("errmsg"), by_get.body.contains("errmsg"), "{path}");
            }
        }
    };
    let code = super::oauth::said(&back, "code");
    let params =
        [("appid", site.id.as_str()), ("secret", &site.secret), ("code", &code), ("grant_type", "authorization_code")];
    let tokens = Answer::of(program.send(Method::POST, "/sns/oauth2/access_token", &[], Some(&params)).await);
    let (token, again, openid) = (tokens.text("access_token"), tokens.text("refresh_token"), tokens.text("openid"));
    assert_eq!(openid.len(), 28, "{tokens:?}");
    call(
        "/sns/oauth2/refresh_token",
        &[("appid", &site.id), ("grant_type", "refresh_token"), ("refresh_token", &again)],
    )
    .await;
    call("/sns/auth", &[("access_token", &token), ("openid", &openid)]).await;
    call("/sns/userinfo", &[("access_token", &token), ("openid", &openid)]).await;
    // By now the code was used.
    call("/sns/oauth2/access_token", &params).await;
}

/// A site's own app as the phone.
async fn phones(server: &Server, program: &Browser) {
    let (mine, theirs) = (api::token(&api::claims()), {
        let mut claims = api::claims();
        claims["sub"] = json!("app-user-2");
        api::token(&claims)
    });
    let at = |shown: &Shown, verb: &str| format!("/v1/tickets/{}/{verb}", shown.typed);
    let show = async || Browser::desktop(server).show_code().await;
    let over = show().await;
    ask(program, Method::POST, &at(&over, "scan"), Some(&mine), None).await;
    server.pass(121);
    for decision in ["approve", "deny"] {
        let shown = show().await;
        let scanned = Answer::of(ask(program, Method::POST, &at(&shown, "scan"), Some(&mine), None).await);
        assert!(scanned.json["facts"].is_object(), "{scanned:?}");
        let code = scanned.text("code");
        for verb in ["scan", decision] {
            ask(program, Method::POST, &format!("/v1/tickets/{code}/{verb}"), Some(&theirs), None).await;
            ask(program, Method::POST, &format!("/v1/tickets/{code}/{verb}"), None, None).await;
            ask(program, Method::POST, &format!("/v1/tickets/x/{verb}"), Some(&mine), None).await;
            ask(program, Method::POST, &at(&over, verb), Some(&mine), None).await;
        }
        for bearer in [Some(mine.as_str()), Some(&theirs), None] {
            ask(program, Method::GET, &format!("/v1/tickets/{code}/watch"), bearer, None).await;
        }
        let decided = ask(program, Method::POST, &format!("/v1/tickets/{code}/{decision}"), Some(&mine), None).await;
        assert_eq!(decided.status, StatusCode::OK, "{decided:?}");
    }
}

/// The login page and the phone's page.
async fn pages(server: &Server, phone: &Browser) {
    let (browser, other) = (Browser::desktop(server), Browser::new(server, PHONE, "203.0.113.7"));
    server.person("Bob").await;
    other.sign_in("Bob", PASSWORD, "/").await;
    phone.sign_in("Alice", PASSWORD, "/").await;
    let stranger = Browser::desktop(server);
    stranger.show_code().await;
    let shown = browser.show_code().await;
    let at = |shown: &Shown, verb: &str| format!("/login/{}/{verb}", shown.ticket);
    for browser in [&browser, &stranger] {
        browser.fetch(Method::GET, &at(&shown, "watch")).await;
        browser.fetch(Method::POST, &at(&shown, "refresh")).await;
        browser.fetch(Method::POST, &at(&shown, "claim")).await;
    }
    let code = phone.scan(&shown).await;
    for phone in [phone, &other] {
        phone.fetch(Method::GET, &format!("/s/{code}/watch")).await;
    }
    phone.post("/api/approve", &[("code", &code)]).await;
    assert_eq!(browser.fetch(Method::POST, &at(&shown, "claim")).await.status, StatusCode::OK);
    browser.fetch(Method::POST, &at(&shown, "claim")).await;
    let shown = stranger.show_code().await;
    phone.approve(&shown).await;
    assert_eq!(stranger.post(&at(&shown, "claim"), &[]).await.status, StatusCode::SEE_OTHER);
    let gone = Browser::desktop(server);
    let shown = gone.show_code().await;
    gone.fetch(Method::POST, &at(&shown, "cancel")).await;
    gone.fetch(Method::POST, &at(&shown, "claim")).await;
}
