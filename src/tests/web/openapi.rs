//! The description at `/openapi.json`: whole in itself, and of this server's routes.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use crate::harness::described::{DESCRIBED, fits, resolved};
use crate::harness::server::Server;

/// What people look at, or what pages for them load: not for programs of others.
const FOR_PEOPLE: [&str; 52] = [
    "/",
    "/signin",
    "/signout",
    "/accounts",
    "/signed-out",
    "/setup",
    "/welcome/*",
    "/login",
    "/login/{ticket}",
    "/login/{ticket}/digits",
    "/login/{ticket}/ask",
    "/link",
    "/s/{code}",
    "/s/{code}/disown",
    "/s/{code}/report",
    "/S/{code}",
    "/T/{code}",
    "/transfer",
    "/transfer/{ticket}",
    "/transfer/{ticket}/digits",
    "/transfer/{ticket}/cancel",
    "/t/{code}",
    "/t/{code}/take",
    "/t/{code}/claim",
    "/t/{code}/decline",
    "/signup",
    "/forgot",
    "/address/*",
    "/admin/*",
    "/account",
    "/apps/*",
    "/account/*",
    "/scan",
    "/oauth/authorize/{id}",
    "/oauth/logout/{id}",
    "/embed/*",
    "/framed/*",
    "/api/{name}",
    "/pkg/*",
    "/favicon.svg",
    "/language",
    "/look.css",
    "/logo",
    "/robots.txt",
    "/embed.js",
    "/ask.js",
    "/worker.js",
    "/icons/*",
    "/manifest.webmanifest",
    "/passkey.js",
    "/scanner.js",
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

/// Path, method and operation.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
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
fn an_answer_with_more_or_less_than_is_described_is_none() {
    for (name, body, is_one) in [
        ("UserInfo", r#"{"sub":"x"}"#, true),
        ("UserInfo", r#"{"name":"Alice"}"#, false),
        ("UserInfo", r#"{"sub":"x","shoe_size":42}"#, false),
        ("OAuthError", r#"{"error":"invalid_grant","error_description":"x"}"#, true),
        ("OAuthError", r#"{"error":"invalid_mood","error_description":"x"}"#, false),
        ("Event", r#"{"seq":1,"remaining_ms":0,"seen":{"scanned":{"by":"Alice"}},"notice":null}"#, true),
        ("Event", r#"{"seq":1,"remaining_ms":0,"seen":{"scanned":{}},"notice":null}"#, true),
        ("Event", r#"{"seq":1,"remaining_ms":0,"seen":{"scanned":{"by":"Alice","account":"1"}},"notice":null}"#, false),
        ("Event", r#"{"seq":1,"remaining_ms":0,"seen":"lost","notice":null}"#, false),
    ] {
        assert_eq!(fits(&format!("/components/schemas/{name}"), body), is_one, "{name}: {body}");
    }
}

#[tokio::test]
async fn every_route_is_described_or_for_people() {
    let all = Server::start().await.app.routes();
    let mut routes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in &all {
        let method = if route.method == Method::GET { "get" } else { "post" };
        routes.entry(route.path).or_default().insert(method);
    }
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
        match described.remove(*path) {
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
