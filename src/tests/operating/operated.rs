//! The log as an operator has it: what programs read out of its lines.

use std::fs::{self, File};

use regex_lite::Regex;
use reqwest::Method;
use serde_json::Value;
use tessera::settings::LogFormat;

use super::logs::listen_as;
use crate::harness::binary::{Instance, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::spawn::free_port;
use crate::wechat;

/// What `docs/operating.md` gives fail2ban, whose `<ADDR>` is any address.
fn failregex() -> Vec<Regex> {
    let document = fs::read_to_string("docs/operating.md").expect("a text");
    let (_, filter) = document.split_once("failregex = ").expect("a filter");
    let (filter, _) = filter.split_once("```").expect("its end");
    let lines = filter.lines().map(|line| line.trim().replace("<ADDR>", "(?P<address>[0-9a-fA-F:.]+)"));
    lines.map(|line| Regex::new(&line).expect("an expression")).collect()
}

#[tokio::test]
async fn the_filter_of_the_document_finds_who_guesses_and_nobody_else() {
    let (lines, _guard) = listen_as(LogFormat::Text);
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 2).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let mut guessers = Vec::new();
    for (of, name) in ["alice", "nobody", "request{client=203.0.113.1}: a sign-in"].into_iter().enumerate() {
        let address = if of == 0 { "198.51.100.7".to_owned() } else { format!("2001:db8:{of}::1") };
        let guesser = Browser::new(&server, DESKTOP, &address);
        for _ in 0..3 {
            guesser.sign_in(name, "a sign-in was refused code=\"wrong_credentials\"", "/").await;
        }
        guessers.extend(vec![address; 3]);
    }
    // Who is signed in and mistypes guesses at nobody.
    alice.post("/account/password", &[("password", "wrong"), ("new_password", "another long one")]).await;
    alice.get("/s/HALF").await;
    let (text, filter) = (lines.text(), failregex());
    assert_eq!(filter.len(), 2);
    let found = text.lines().filter_map(|line| filter.iter().find_map(|filter| filter.captures(line)));
    let found: Vec<String> = found.map(|captured| captured["address"].to_owned()).collect();
    assert_eq!(found, guessers, "{text}");
}

#[tokio::test]
async fn in_json_a_number_is_a_number_and_a_code_a_text() {
    let (lines, _guard) = listen_as(LogFormat::Json);
    let server = Server::start_with(|settings| settings.limits.decisions_per_minute = 4).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (site, forum) = (Site::register(&server).await, wechat::forum(&server).await);
    let code = site.code(&browser, &phone, &[]).await;
    site.exchanges(&code).await;
    site.exchanges(&code).await;
    wechat::exchange(&forum, "x", &[]).await;
    phone.post("/account/apps", &[("withdraw", &site.id)]).await;
    phone.post("/account/devices", &[("end", "others")]).await;
    phone.get("/s/HALF").await;
    browser.sign_in("nobody", "wrong", "/").await;
    browser.get("/oauth/authorize?client_id=1234").await;
    browser.send(Method::POST, "/signin", &[("sec-fetch-site", "cross-site")], Some(&[])).await;
    for _ in 0..5 {
        phone
            .post("/api/scan", &[("code", &server.path_of(&Browser::desktop(&server).show_code().await).await[3..])])
            .await;
    }
    // More of one kind than is written.
    for _ in 0..30 {
        phone.get("/s/HALF").await;
    }
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap_or_else(|wrong| panic!("{wrong}: {line}"));
    let (text, mut seen) = (lines.text(), Vec::new());
    for line in text.lines().map(read) {
        let all = [&line["fields"], &line["span"]].into_iter().filter_map(Value::as_object).flatten();
        for (name, value) in all {
            // A hash of hexadecimal digits may have decimal ones alone; what a request named is quoted as it came.
            let may_be = ["unknown_name", "client_id"].contains(&name.as_str());
            let is_a_number = value.as_str().is_some_and(|text| text.parse::<f64>().is_ok());
            assert!(may_be || !is_a_number, "{name} in {line}");
            assert!(name != "code" || value.is_string(), "{line}");
            assert!(name != "errcode" || value.is_i64(), "{line}");
            seen.push(name.clone());
        }
    }
    for name in ["code", "errcode", "sessions", "grants", "why", "app.id", "account.id", "client", "rule"] {
        assert!(seen.iter().any(|known| known == name), "{name} is in no line:\n{text}");
    }
}

#[test]
fn the_first_line_of_a_server_says_which_it_is_where_it_is_and_on_which_stores() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, log) = (free_port(), folder.path().join("log"));
    let mut command = tessera(&folder);
    command.envs([("TESSERA_LOG__LEVEL", "info"), ("TESSERA_LOG__FORMAT", "json")]);
    command.stderr(File::create(&log).expect("made"));
    Instance::start(&mut command, port).stop();
    let text = fs::read_to_string(&log).expect("a text");
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let fields = lines.find(|line| line["fields"]["message"] == "started").expect("a line")["fields"].take();
    for (name, value) in [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("address", format!("127.0.0.1:{port}")),
        ("public_url", format!("http://localhost:{port}")),
        ("records", "sqlite".to_owned()),
        ("tickets", "memory".to_owned()),
    ] {
        assert_eq!(fields[name], *value, "{name} of {fields}");
    }
}
