//! `tessera app`: what an operator types and a program reads.

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use tessera::store::records::app_options::{AppOptions, SubjectType, Switch};
use tessera::store::records::pictures::PictureId;
use tokio::runtime::Runtime;

use super::logo::png;
use crate::harness::binary::tessera;

const SHOP: &str = "https://shop.example/signed-in";

/// Says it, also where no server ever ran.
pub fn app(folder: &TempDir, words: &[&str]) -> Output {
    let mut command: Command = tessera(folder);
    command.arg("app").args(words).arg("--create").stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs")
}

pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&said(output)).expect("JSON")
}

pub fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// The pictures that are kept.
fn kept_pictures(folder: &TempDir) -> Vec<String> {
    let options = SqliteConnectOptions::new().filename(folder.path().join("data").join("tessera.db"));
    let kept = async {
        let mut records = options.connect().await.expect("opens");
        sqlx::query_scalar("SELECT id FROM pictures").fetch_all(&mut records).await.expect("answers")
    };
    let kept: Vec<Vec<u8>> = Runtime::new().expect("a runtime").block_on(kept);
    kept.into_iter().map(|id| PictureId::from_random(id.try_into().expect("16 bytes")).to_string()).collect()
}

#[test]
fn an_app_is_registered_shown_rotated_and_disabled_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(said(&app(&folder, &["list"])), "No app is registered.\n");
    let added = json(&app(&folder, &["add", "Shop", "--redirect-uri", SHOP, "--dialect", "both", "--json"]));
    let [id, secret] = ["app_id", "app_secret"].map(|key| added[key].as_str().expect("a text").to_owned());
    assert_eq!((id.len(), secret.len()), (18, 43), "{added}");
    let public = said(&app(&folder, &["add", "Notes", "--redirect-uri", "http://127.0.0.1/", "--public"]));
    assert!(public.starts_with("Notes is registered as ts") && public.contains("It is a public client"), "{public}");

    let rotated = json(&app(&folder, &["rotate", &id, "--json"]));
    assert_eq!(rotated["app_id"], *id);
    assert_ne!(rotated["app_secret"], *secret);
    assert_eq!(said(&app(&folder, &["disable", &id])), "Shop is disabled: nobody can sign in through it.\n");
    let list = json(&app(&folder, &["list", "--json"]));
    let shop = serde_json::json!({
        "app_id": id, "name": "Shop", "dialect": "both", "redirect_uris": [SHOP], "public": false, "secrets": 2,
        "disabled": true, "allow": "everyone", "options": AppOptions::default(),
    });
    assert_eq!((&list[0], &list[1]["public"]), (&shop, &true.into()));
    assert_eq!(said(&app(&folder, &["enable", &id])), "Shop is enabled: people can sign in through it.\n");
    assert_eq!(json(&app(&folder, &["list", "--json"]))[0]["disabled"], false);
    app(&folder, &["disable", &id]);
    let shown = said(&app(&folder, &["list"]));
    assert!(shown.contains(&format!("{id}  Shop  (both, confidential, disabled)\n  {SHOP}\n")), "{shown}");
    for file in std::fs::read_dir(folder.path().join("data")).expect("a folder") {
        let bytes = std::fs::read(file.expect("an entry").path()).expect("bytes");
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret is kept as its hash");
    }
}

#[test]
fn an_app_gets_rights_and_what_is_not_said_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    std::fs::write(folder.path().join("keys.json"), keys).expect("written");
    let more = "--post-logout-redirect-uri https://shop.example/out --post-logout-redirect-uri https://shop.example/bye \
        --backchannel-logout-uri https://shop.example/ended --client-uri https://shop.example/home --id-token-signed-response-alg EdDSA --subject-type pairwise --without-pkce \
        --require-pushed-authorization-requests --device-grant --client-credentials --profile-in-id-token --embed-origin https://shop.example --matched-by-host --told-of-refusals \
        --verification scan --scan off --approval passkey --access-token-minutes 60 --refresh-idle-hours 1 --refresh-max-hours 2 --jwks keys.json --json";
    let words: Vec<&str> = ["add", "Shop", "--redirect-uri", SHOP].into_iter().chain(more.split_whitespace()).collect();
    let id = json(&app(&folder, &words))["app_id"].as_str().expect("an id").to_owned();
    let all = serde_json::json!({
        "id_token_signed_response_alg": "EdDSA", "subject_type": "pairwise", "without_pkce": true,
        "require_pushed_authorization_requests": true, "device_grant": true, "client_credentials": true,
        "profile_in_id_token": true,
        "post_logout_redirect_uris": ["https://shop.example/out", "https://shop.example/bye"],
        "backchannel_logout_uri": "https://shop.example/ended", "client_uri": "https://shop.example/home",
        "jwks": serde_json::from_str::<Value>(keys).expect("JSON"), "embed_origins": ["https://shop.example"],
        "told_of_refusals": true, "matched_by_host": true, "verification": "scan", "access_token_minutes": 60,
        "approval": "passkey", "scan": "off",
        "logo": null,
        "refresh_idle_hours": 1, "refresh_max_hours": 2,
    });
    let shop = |folder| json(&app(folder, &["list", "--json"]))[0].clone();
    assert_eq!(shop(&folder)["options"], all);

    assert_eq!(said(&app(&folder, &["set", &id, "--name", "Store"])), "Store is changed.\n");
    for nothing in [&["set", &id][..], &["set", &id, "--name", "Store"]] {
        assert_eq!(said(&app(&folder, nothing)), "Store is as it was.\n", "and its log has nothing of it");
    }
    let renamed = shop(&folder);
    let before = (&renamed["name"], &renamed["redirect_uris"][0], &renamed["dialect"], &renamed["options"]);
    assert_eq!(before, (&"Store".into(), &SHOP.into(), &"oidc".into(), &all));

    let less = "--redirect-uri https://store.example/back --dialect both --subject-type public --device-grant=false \
        --id-token-signed-response-alg RS256 --embed-origin https://store.example --verification any --scan on --approval tap --access-token-minutes 10 \
        --refresh-idle-hours 720 --refresh-max-hours 8760 --json";
    let words: Vec<&str> = ["set", &id].into_iter().chain(less.split_whitespace()).collect();
    let none = ["--post-logout-redirect-uri", "", "--backchannel-logout-uri", "", "--client-uri", "", "--jwks", ""];
    let changed = json(&app(&folder, &[&words[..], &none].concat()));
    assert_eq!(changed, shop(&folder), "what it says is what is kept");
    assert_eq!(
        (&changed["dialect"], &changed["redirect_uris"][0]),
        (&"both".into(), &"https://store.example/back".into())
    );
    let left = AppOptions {
        switches: Switch::ALL.iter().copied().filter(|switch| *switch != Switch::DeviceGrant).collect(),
        embed_origins: vec!["https://store.example".to_owned()],
        ..AppOptions::default()
    };
    assert_eq!(changed["options"], serde_json::to_value(left).expect("JSON"));
    assert!(refused(&app(&folder, &["set", "ts0123456789abcdef", "--name", "X"])).contains("there is no app"));
}

#[test]
fn of_commands_at_the_same_moment_none_undoes_what_another_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let id = json(&app(&folder, &["add", "Shop", "--redirect-uri", SHOP, "--json"]))["app_id"].clone();
    let id = id.as_str().expect("an id");
    let changes = [
        ["--name", "Store"],
        ["--dialect", "both"],
        ["--device-grant", "--subject-type=pairwise"],
        ["--embed-origin", "https://shop.example"],
        ["--access-token-minutes", "30"],
        ["--redirect-uri", "https://store.example/back"],
    ];
    let running = changes.map(|change| {
        let mut command = tessera(&folder);
        command.args(["app", "set", id]).args(change).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("runs")
    });
    for command in running {
        said(&command.wait_with_output().expect("ends"));
    }
    let shop = json(&app(&folder, &["list", "--json"]))[0].clone();
    let options = AppOptions {
        switches: [Switch::DeviceGrant].into_iter().collect(),
        subject_type: SubjectType::Pairwise,
        embed_origins: vec!["https://shop.example".to_owned()],
        ..AppOptions::default()
    };
    let mut options = serde_json::to_value(options).expect("JSON");
    options["access_token_minutes"] = 30.into();
    assert_eq!(
        (&shop["name"], &shop["dialect"], &shop["redirect_uris"][0], &shop["options"]),
        (&"Store".into(), &"both".into(), &"https://store.example/back".into(), &options)
    );
    let log = json(&app(&folder, &["log", id, "--json"]));
    assert_eq!(log.as_array().expect("a list").len(), 1 + changes.len(), "each has its line: {log}");
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
        (&["add", "Shop\u{200b}", "--redirect-uri", SHOP], "cannot be seen (\\u{200b})"),
        (&["add", "\u{3164}", "--redirect-uri", SHOP], "cannot be seen (\\u{3164})"),
        (&["add", "Sh\u{2028}op", "--redirect-uri", SHOP], "on one line"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--public", "--client-credentials"], "by PKCE alone"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--public", "--without-pkce"], "by PKCE alone"),
        (
            &["add", "Shop", "--redirect-uri", SHOP, "--post-logout-redirect-uri", "http://shop.example/"],
            "starts with https://",
        ),
        (
            &["add", "Shop", "--redirect-uri", SHOP, "--backchannel-logout-uri", "shop.example"],
            "back-channel logout URI",
        ),
        (&["add", "Shop", "--redirect-uri", SHOP, "--embed-origin", SHOP], "and nothing more"),
        (
            &["add", "Shop", "--redirect-uri", SHOP, "--subject-type=pairwise", "--redirect-uri", "https://b.example/"],
            "on one host",
        ),
        (&["add", "Shop", "--redirect-uri", SHOP, "--jwks", "missing.json"], "missing.json"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--access-token-minutes", "61"], "1 to 60 minutes"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--refresh-idle-hours", "2161"], "90 days"),
        (&["add", "Shop", "--redirect-uri", SHOP, "--refresh-max-hours", "1"], "not shorter than"),
        (&["log", "shop"], "is not the id of an app"),
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

#[test]
fn apps_out_of_a_file_are_registered_once_and_follow_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let first = "A".repeat(43);
    write("secret", &format!("{first}\n"));
    let shop =
        "[[app]]\nid = 'ts0123456789abcdef'\nname = 'Shop'\nredirect_uris = ['https://shop.example/signed-in']\n";
    let file = format!(
        "{shop}secret_file = 'secret'\noptions = {{ subject_type = 'pairwise', verification = 'fresh', access_token_minutes = 5 }}\n"
    );
    let notes =
        "[[app]]\nid = 'tsffffffffffffffff'\nname = 'Notes'\nredirect_uris = ['http://127.0.0.1/']\npublic = true\n";
    write("apps.toml", &format!("{file}{notes}"));
    let apply = || json(&app(&folder, &["apply", "apps.toml", "--json"]));
    let counts = |added, changed, same| serde_json::json!({ "added": added, "changed": changed, "same": same });
    assert_eq!(apply(), counts(2, 0, 0));
    assert_eq!(apply(), counts(0, 0, 2), "twice changes nothing");
    let list = || json(&app(&folder, &["list", "--json"]));
    let options = &list()[0]["options"];
    assert_eq!((&list()[0]["name"], &options["subject_type"]), (&"Shop".into(), &"pairwise".into()));
    assert_eq!((&options["verification"], &options["access_token_minutes"]), (&"fresh".into(), &5.into()));

    app(&folder, &["disable", "ts0123456789abcdef"]);
    write("apps.toml", &file.replace("'Shop'", "'Store'"));
    assert_eq!(apply(), counts(0, 1, 0));
    assert_eq!(
        (&list()[0]["name"], &list()[0]["disabled"], &list()[1]["name"]),
        (&"Store".into(), &true.into(), &"Notes".into())
    );
    write("secret", &"B".repeat(42).replace('B', "A"));
    assert!(refused(&app(&folder, &["apply", "apps.toml"])).contains("does not hold 32 bytes"));
    write("secret", &format!("B{}", "A".repeat(42)));
    assert_eq!((apply(), &list()[0]["secrets"]), (counts(0, 1, 0), &2.into()));
    write("secret", &first);
    assert_eq!(apply(), counts(0, 0, 1), "it counts already");

    // The same file is the same logo; without a word of it, it stays; and '' takes it away.
    std::fs::write(folder.path().join("logo.png"), png(300)).expect("written");
    std::fs::write(folder.path().join("other.png"), png(40)).expect("written");
    let plain = file.replace("'Shop'", "'Store'");
    let logo = || list()[0]["options"]["logo"].as_str().map(str::to_owned);
    for (line, counted, is_there) in [
        ("logo_file = 'logo.png'\n", counts(0, 1, 0), true),
        ("logo_file = 'logo.png'\n", counts(0, 0, 1), true),
        ("logo_file = 'other.png'\n", counts(0, 1, 0), true),
        ("", counts(0, 0, 1), true),
        ("logo_file = ''\n", counts(0, 1, 0), false),
    ] {
        write("apps.toml", &plain.replace("options =", &format!("{line}options =")));
        assert_eq!((apply(), logo().is_some()), (counted, is_there), "{line}");
        assert_eq!(kept_pictures(&folder), logo().into_iter().collect::<Vec<_>>(), "{line}: no other is kept");
    }

    let log = json(&app(&folder, &["log", "ts0123456789abcdef", "--json"]));
    let acts: Vec<(&str, &str)> = log
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| (line["act"].as_str().expect("a word"), line["fields"][0].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(acts[..3], [("changed", "logo"); 3]);
    assert_eq!(acts[3..], [("rotated", ""), ("changed", "name"), ("disabled", ""), ("added", "")]);
    assert_eq!(
        (&log[0]["actor"], &log[0]["name"], &log[0]["app_name"]),
        (&"command line".into(), &Value::Null, &"Store".into())
    );
    let shown = said(&app(&folder, &["log", "--last", "5"]));
    assert!(
        shown.lines().count() == 5 && shown.contains("  ts0123456789abcdef  Store  changed: name  (command line)\n"),
        "{shown}"
    );
    assert!(!said(&app(&folder, &["log"])).contains("AAAA"), "no secret");
}

#[test]
fn a_wrong_entry_of_the_file_stops_the_start_with_one_line_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "[[app]]\nid = 'ts0123456789abcdef'\nname = 'Shop'\n";
    let uris = "redirect_uris = ['https://shop.example/signed-in']\n";
    for (text, why) in [
        (format!("{head}{uris}"), "app ts0123456789abcdef: it needs a secret_file"),
        (format!("{head}redirect_uris = []\npublic = true"), "app ts0123456789abcdef: an app has 1 to 16"),
        (format!("{head}{uris}public = true\noptions = {{ pairwise = true }}"), "options: there is no pairwise"),
        (format!("{head}{uris}public = true\noptions = {{ verification = 'never' }}"), "options: unknown variant"),
        (format!("{head}{uris}public = true\noptions = {{ logo = 'x' }}"), "a logo is given as logo_file"),
        (format!("{head}{uris}public = true\nlogo_file = 'apps.toml'"), "no PNG, JPEG or WebP"),
        (format!("{head}{uris}public = true\nlogo_file = 'nowhere.png'"), "nowhere.png"),
        (format!("{head}{uris}public = true\noptions = {{ access_token_minutes = 90 }}"), "1 to 60 minutes"),
        (format!("{head}{uris}public = true\nsecrets = 1"), "unknown field"),
        (format!("{head}{uris}secret_file = 'nowhere'"), "nowhere"),
        (format!("{head}{uris}public = true\n{head}{uris}public = true"), "it is there twice"),
        (format!("{head}{uris}public = true\n").replace("ts01", "xx01"), "an id is ts and 16 digits"),
        ("[[app]\n".to_owned(), "apps.toml"),
    ] {
        std::fs::write(folder.path().join("apps.toml"), &text).expect("written");
        let mut command = tessera(&folder);
        command.env("TESSERA_OAUTH__APPS_FILE", "apps.toml").args(["serve", "--addr", "127.0.0.1:0"]);
        let line = refused(&command.stderr(Stdio::piped()).output().expect("runs"));
        assert!(line.starts_with("tessera: oauth.apps_file: apps.toml: ") && line.contains(why), "{text}: {line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
    assert_eq!(said(&app(&folder, &["list"])), "No app is registered.\n", "none of the wrong files brought any");
}
