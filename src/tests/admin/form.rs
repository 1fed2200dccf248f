//! The form of an app as a browser sends it back: it has a field for every setting, so that no Save resets one unseen.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tessera::settings::Scanning;
use tessera::store::records::app_options::{
    AppOptions, SigningAlgorithm, SubjectType, Switch, TokenLifetimes, Verification,
};
use tessera::store::records::apps::{App, Dialects};
use tessera::ticket::ladder::Rung;

use super::logo::png;
use super::pages::administrator;
use crate::harness::browser::Reply;
use crate::harness::server::Server;
use crate::harness::site::Site;

/// Options that all differ from those of a new app, but for the logo, which is uploaded.
fn unusual() -> AppOptions {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    AppOptions {
        id_token_signed_response_alg: SigningAlgorithm::EdDsa,
        subject_type: SubjectType::Pairwise,
        switches: Switch::ALL.iter().copied().collect(),
        post_logout_redirect_uris: vec!["https://shop.example/out".to_owned(), "https://shop.example/bye".to_owned()],
        backchannel_logout_uri: Some("https://shop.example/ended".to_owned()),
        jwks: Some(json!({ "keys": [key] })),
        client_uri: Some("https://shop.example/home".to_owned()),
        embed_origins: vec!["https://shop.example".to_owned()],
        approval: Rung::Number,
        scan: Scanning::Off,
        verification: Verification::Scan,
        logo: None,
        token_lifetimes: TokenLifetimes { access_token_minutes: 5, refresh_idle_hours: 6, refresh_max_hours: 7 },
    }
}

async fn kept(server: &Server, site: &Site) -> App {
    server.app.records.app(site.id.parse().expect("an id")).await.expect("answers").expect("kept")
}

/// What a browser sends of the form that posts to `path`: its inputs, without boxes and choices that are not ticked.
fn sent_as_shown(page: &Reply, path: &str) -> Vec<(String, String)> {
    let after = page.body.split(&format!(" action=\"{path}\"")).nth(1).unwrap_or_else(|| panic!("no form: {page:?}"));
    let form = after.split("</form>").next().unwrap_or_default();
    for other in ["<select", "<textarea"] {
        assert!(!form.contains(other), "this test reads no {other}");
    }
    let tags = form.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let sent = tags.filter(|tag| {
        let is_tick = ["type=\"checkbox\"", "type=\"radio\""].iter().any(|kind| tag.contains(kind));
        !is_tick || tag.contains(" checked")
    });
    sent.map(|tag| (attribute(tag, "name"), attribute(tag, "value"))).collect()
}

fn attribute(tag: &str, name: &str) -> String {
    let tag = format!(" {tag}");
    let value = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[tokio::test]
async fn a_form_that_is_sent_as_it_was_shown_changes_no_option_of_its_app() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let site = Site::register_with(&server, |app| {
        app.dialects = Dialects::Both;
        app.options = unusual();
    })
    .await;
    let path = format!("/admin/apps/{}", site.id);
    assert_eq!(admin.upload(&format!("{path}/logo"), "picture", &png(20)).await.status, StatusCode::SEE_OTHER);
    let before = kept(&server, &site).await;
    let [set, usual] = [&before.options, &AppOptions::default()].map(|options| json!(options));
    for (name, value) in set.as_object().expect("an object") {
        assert_ne!(value, usual.get(name).unwrap_or(&Value::Null), "{name}: this test has to set it");
    }

    let fields = sent_as_shown(&admin.get(&path).await, &path);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let saved = admin.post(&path, &fields).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*format!("{path}?done=saved")), "{saved:?}");
    let after = kept(&server, &site).await;
    assert_eq!(
        (after.name, after.dialects, after.redirect_uris, after.options),
        (before.name, before.dialects, before.redirect_uris, before.options)
    );
}
