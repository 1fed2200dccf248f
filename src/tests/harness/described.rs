//! Every answer that a test gets is held against the description: what a program may be told is described there,
//! and nothing beside it. Clients are to let pass what they do not know; here a member that is not described fails.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};
use tessera::server::openapi::DOCUMENT;

use super::browser::Reply;

/// The document, as it is served.
pub static DESCRIBED: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(DOCUMENT).expect("JSON"));

static CLOSED: LazyLock<Value> = LazyLock::new(|| closed(&DESCRIBED));
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
static ANSWERED: LazyLock<Mutex<BTreeSet<(String, String)>>> = LazyLock::new(Mutex::default);

/// Which operations were answered in this process, and with which status.
pub fn answered() -> BTreeSet<(String, String)> {
    ANSWERED.lock().expect("not poisoned").clone()
}

/// What a reference stands for.
pub fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(link) => document.pointer(link.trim_start_matches('#')).unwrap_or_else(|| panic!("{link} leads nowhere")),
        None => value,
    }
}

/// Holds an answer against the document.
pub fn holds(method: &Method, path: &str, form: &[(&str, &str)], reply: &Reply) {
    let kind = reply.header("content-type").split(';').next().unwrap_or_default().to_owned();
    if let Some(message) = serde_json::from_str::<Value>(&reply.body).unwrap_or_default()["message"].as_str() {
        // The mirrored language has no capitals.
        let is_english = reply.header("content-language") != "ar-XA";
        assert!(!is_english || is_sentences(message), "{method} {path}: {message:?}");
    }
    // Pages are for people; a preflight is answered before anything is asked.
    if kind == "text/html" && reply.status != 200 || *method == Method::OPTIONS {
        return;
    }
    // A page in a frame asks the same, by another cookie.
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.replacen("/framed/", "/login/", 1);
    let method = if *method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    let about = || format!("{method} {path}: {} {kind} {}", reply.status, reply.body);
    let Some((template, operation)) = operation(&path, &method) else {
        let is_ours = kind == "application/json" && !path.starts_with("/api/");
        let shape = if path.starts_with("/oauth/") { "OAuthError" } else { "Problem" };
        let is_refusal = fits(&format!("/components/schemas/{shape}"), &reply.body);
        assert!(!is_ours || is_refusal, "nothing describes {}", about());
        return;
    };
    let (status, responses) = (reply.status.as_str(), &operation["responses"]);
    let named = if responses[status].is_object() { status } else { "default" };
    let response = resolved(&CLOSED, &responses[named]);
    if kind == "text/html" && response["content"][&kind].is_null() {
        return;
    }
    assert!(named == status || reply.status.as_u16() >= 400, "no such status is described: {}", about());
    match response["content"].as_object() {
        None => assert!(reply.body.is_empty() || *method == *"head", "no body is described: {}", about()),
        Some(content) => {
            assert!(content.contains_key(&kind), "no such kind is described: {}", about());
            // The dialect of WeChat calls its JSON text.
            if kind == "application/json" || path.starts_with("/sns/") {
                let at =
                    format!("/paths/{}/{method}/responses/{named}", template.replace('~', "~0").replace('/', "~1"));
                let at = match responses[named]["$ref"].as_str() {
                    Some(link) => link.trim_start_matches('#').to_owned(),
                    None => at,
                };
                assert!(fits(&format!("{at}/content/{}/schema", kind.replace('/', "~1")), &reply.body), "{}", about());
            }
        }
    }
    for name in response["headers"].as_object().into_iter().flat_map(serde_json::Map::keys) {
        assert!(!reply.header(name).is_empty(), "{name} is described: {}", about());
    }
    // What was asked with, where it was done: a page may be sent more than it reads, an endpoint of ours is not.
    let is_endpoint = operation["tags"][0] != "Browser" && !["/oauth/authorize", "/oauth/logout"].contains(&template);
    if is_endpoint && reply.status.is_success() {
        let asked = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
        for name in asked.chain(form.iter().map(|(name, _)| *name)) {
            assert!(takes(operation, name), "no parameter {name} is described: {}", about());
        }
    }
    let id = operation["operationId"].as_str().expect("an id").to_owned();
    ANSWERED.lock().expect("not poisoned").insert((id, named.to_owned()));
}

/// Whether a text is one sentence or several, and nothing else: each begins large and ends with one full stop.
fn is_sentences(text: &str) -> bool {
    let ends = |letter: char| letter.is_alphanumeric() || matches!(letter, ']' | ')' | '"');
    let is_whole = |text: &str| text.ends_with(ends) && !text.contains("..") && !text.contains("  ");
    text.starts_with(char::is_uppercase) && text.strip_suffix('.').is_some_and(is_whole)
}

fn operation(path: &str, method: &str) -> Option<(&'static str, &'static Value)> {
    let fits = |template: &str| {
        let (mut asked, mut parts) = (path.split('/'), template.split('/'));
        asked
            .by_ref()
            .zip(parts.by_ref())
            .all(|(asked, part)| part.starts_with('{') && !asked.is_empty() || asked == part)
            && path.split('/').count() == template.split('/').count()
    };
    let paths = CLOSED["paths"].as_object().expect("paths");
    let (template, item) = paths.iter().find(|(template, _)| fits(template))?;
    item.get(method).map(|operation| (template.as_str(), operation))
}

fn takes(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let is_asked = parameters.map(|parameter| resolved(&CLOSED, parameter)).any(|parameter| parameter["name"] == name);
    let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    is_asked || form["properties"][name].is_object()
}

/// Whether a body is as the schema at this place of the document has it; says why not.
pub fn fits(at: &str, body: &str) -> bool {
    let known = VALIDATORS.lock().expect("not poisoned").get(at).cloned();
    let validator = known.unwrap_or_else(|| {
        let schema = CLOSED.pointer(at).unwrap_or_else(|| panic!("there is no {at}"));
        let whole = json!({ "allOf": [schema], "components": &CLOSED["components"] });
        let made = Arc::new(jsonschema::draft202012::new(&whole).unwrap_or_else(|error| panic!("{at}: {error}")));
        VALIDATORS.lock().expect("not poisoned").insert(at.to_owned(), Arc::clone(&made));
        made
    });
    let Ok(body) = serde_json::from_str::<Value>(body) else { return false };
    for error in validator.iter_errors(&body) {
        eprintln!("{at}: {error} at {}", error.instance_path());
    }
    validator.is_valid(&body)
}

/// The same document, where no object has members beside those that it names.
fn closed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut map: serde_json::Map<_, _> = map.iter().map(|(key, value)| (key.clone(), closed(value))).collect();
            if map.get("properties").is_some_and(Value::is_object) && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            Value::Object(map)
        }
        Value::Array(list) => Value::Array(list.iter().map(closed).collect()),
        plain => plain.clone(),
    }
}
