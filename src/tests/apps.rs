//! `tessera app`: what an operator types and a program reads.

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::binary::tessera;

const SHOP: &str = "https://shop.example/signed-in";

/// Says it, with what more there is to say.
fn app(folder: &TempDir, words: &[&str]) -> Output {
    let mut command: Command = tessera(folder);
    command.arg("app").args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&said(output)).expect("JSON")
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[test]
fn an_app_is_registered_shown_rotated_and_disabled_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(said(&app(&folder, &["list"])), "No app is registered.\n");
    let added = json(&app(&folder, &["add", "Shop", "--redirect-uri", SHOP, "--dialect", "both", "--json"]));
    let [id, secret] = ["app_id", "app_secret"].map(|key| added[key].as_str().expect("a text").to_owned());
    assert_eq!((id.len(), secret.len()), (18, 43), "{added}");
    let public = said(&app(&folder, &["add", "Notes", "--redirect-uri", "http://127.0.0.1/", "--public"]));
    assert!(public.starts_with("Notes is registered as ts") && public.contains("It is public"), "{public}");

    let rotated = json(&app(&folder, &["rotate", &id, "--json"]));
    assert_eq!(rotated["app_id"], *id);
    assert_ne!(rotated["app_secret"], *secret);
    assert_eq!(said(&app(&folder, &["disable", &id])), "Shop signs nobody in any more.\n");
    let list = json(&app(&folder, &["list", "--json"]));
    let shop = serde_json::json!({
        "app_id": id, "name": "Shop", "dialect": "both", "redirect_uris": [SHOP], "public": false, "secrets": 2,
        "disabled": true,
    });
    assert_eq!((&list[0], &list[1]["public"]), (&shop, &true.into()));
    let shown = said(&app(&folder, &["list"]));
    assert!(shown.contains(&format!("{id}  Shop  (both, confidential, disabled)\n  {SHOP}\n")), "{shown}");
    for file in std::fs::read_dir(folder.path().join("data")).expect("a folder") {
        let bytes = std::fs::read(file.expect("an entry").path()).expect("bytes");
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret is kept as its hash");
    }
}

#[test]
fn what_is_wrong_with_an_app_is_said_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    for (words, why) in [
        (&["add", "Shop", "--redirect-uri", "http://shop.example/"][..], "starts with https://"),
        (&["add", "Shop", "--redirect-uri", "https://shop.example/#code"], "no fragment"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--redirect-uri", SHOP], "each of them once"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--public", "--dialect", "both"], "needs a secret"),
        (&["add", " ", "--redirect-uri", SHOP], "1 to 64 characters"),
        (&["rotate", "ts0123456789abcdef"], "there is no app ts0123456789abcdef"),
        (&["disable", "shop"], "there is no app shop"),
    ] {
        let line = refused(&app(&folder, words));
        assert!(line.starts_with("tessera: ") && line.contains(why), "{words:?}: {line}");
    }
    let public = json(&app(&folder, &["add", "Notes", "--redirect-uri", SHOP, "--public", "--json"]));
    assert_eq!(public["app_secret"], Value::Null);
    let line = refused(&app(&folder, &["rotate", public["app_id"].as_str().expect("an id")]));
    assert!(line.contains("it has no secret to rotate"), "{line}");
}
