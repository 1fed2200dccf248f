//! The browser of the OpenID Foundation's conformance suite, as `end2end/conformance/tessera.json` drives it: its
//! entries, tasks and commands, over plain pages. No script runs but the one line that sends a form back by itself.

use std::collections::{BTreeMap, HashMap};

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::page::{Page, parsed};
use crate::harness::browser::{Browser, Reply};

/// Where the suite has its own pages.
pub const SUITE: &str = "https://localhost.emobix.co.uk:8443/test/a/tessera/";

/// Where the browser is.
#[derive(Debug)]
pub struct At {
    pub url: String,
    /// The status of the last page of this server.
    pub status: StatusCode,
    pub html: String,
    /// What was posted to a page of the suite.
    pub posted: Vec<(String, String)>,
    /// What the configuration had a picture taken of.
    pub pictures: Vec<String>,
}

impl At {
    /// What came back to the suite, by whichever way.
    pub fn back(&self) -> BTreeMap<String, String> {
        assert!(self.url.starts_with(SUITE), "it did not come back: {self:?}");
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let mut params: BTreeMap<_, _> = self.posted.iter().cloned().collect();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent_encoding::percent_decode_str(value).decode_utf8().expect("text").into_owned();
            assert!(params.insert(name.to_owned(), value).is_none(), "{name} is there twice: {}", self.url);
        }
        params
    }
}

/// One browser of the suite: a module begins with a fresh one.
pub struct Suite<'a> {
    config: &'a Value,
    module: &'a str,
    browser: Browser,
}

impl<'a> Suite<'a> {
    pub fn new(config: &'a Value, module: &'a str, browser: Browser) -> Self {
        Self { config, module, browser }
    }

    /// Goes to an address, and does there what the configuration says.
    pub async fn visits(&self, url: &str) -> At {
        let at = self.follow(url.to_owned(), None).await;
        self.does(url, at).await
    }

    /// The same with a form: it is posted, and the browser goes where that leads.
    pub async fn posts(&self, url: &str, form: &[(&str, &str)]) -> At {
        let path = url.strip_prefix(self.browser.origin()).expect("an address of this server");
        let begun = self.browser.send(Method::POST, path, &[("accept", "*/*")], Some(form)).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{begun:?}");
        let at = self.follow(format!("{}{}", self.browser.origin(), begun.location()), None).await;
        self.does(url, at).await
    }

    async fn does(&self, url: &str, mut at: At) -> At {
        let own = &self.config["override"][self.module]["browser"];
        let entries = if own.is_array() { own } else { &self.config["browser"] };
        let entries = entries.as_array().expect("entries");
        let entry = entries.iter().find(|entry| matches(text(&entry["match"]), url));
        let entry = entry.unwrap_or_else(|| panic!("{}: nothing matches {url}", self.module));
        for task in entry["tasks"].as_array().expect("tasks") {
            if !matches(text(&task["match"]), &at.url) {
                assert!(
                    task["optional"] == true,
                    "{}: {} expects {}: {at:?}",
                    self.module,
                    task["task"],
                    task["match"]
                );
                continue;
            }
            let mut typed = HashMap::new();
            for command in task["commands"].as_array().into_iter().flatten() {
                at = self.obeys(command.as_array().expect("a command"), &mut typed, at).await;
            }
        }
        at
    }

    async fn obeys(&self, command: &[Value], typed: &mut HashMap<String, String>, mut at: At) -> At {
        let word = |index: usize| command.get(index).map_or("", text);
        let page = Page::of(&at.html);
        let found = page.find(word(1), word(2));
        match word(0) {
            "text" => {
                let name = found.and_then(|tag| tag.get("name")).unwrap_or_else(|| panic!("{command:?}: {at:?}"));
                typed.insert(name.clone(), word(3).to_owned());
                at
            }
            "click" => match found {
                None => {
                    assert_eq!(word(3), "optional", "{}: {command:?} finds nothing: {at:?}", self.module);
                    at
                }
                Some(tag) => {
                    let (url, form) = page.pressed(tag, typed);
                    let pictures = at.pictures;
                    At { pictures, ..self.follow(parsed(&at.url, &url), form).await }
                }
            },
            "wait" => {
                let is_there = match word(1) {
                    "contains" => at.url.contains(word(2)),
                    "xpath" => page.text().contains(word(4)),
                    _ => found.is_some(),
                };
                assert!(is_there, "{}: {command:?}: {at:?}", self.module);
                if word(5).starts_with("update-image-placeholder") {
                    at.pictures.push(word(4).to_owned());
                }
                at
            }
            other => panic!("{other} is no command that the suite knows"),
        }
    }

    /// Follows wherever an address leads, until there is a page.
    async fn follow(&self, mut url: String, mut form: Option<Vec<(String, String)>>) -> At {
        for _ in 0..8 {
            let Some(path) = url.strip_prefix(self.browser.origin()) else {
                assert!(url.starts_with(SUITE), "the browser was sent to {url}");
                let html = "<p id=\"submission_complete\"></p>".to_owned();
                let posted = form.unwrap_or_default();
                return At { url, status: StatusCode::OK, html, posted, pictures: Vec::new() };
            };
            let reply: Reply = match form.take() {
                None => self.browser.get(path).await,
                Some(form) => {
                    let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    self.browser.post(path, &pairs).await
                }
            };
            if !reply.location().is_empty() {
                url = parsed(&url, reply.location());
                continue;
            }
            let page = Page::of(&reply.body);
            let Some(back) = page.find("id", "back").filter(|_| reply.body.contains(".submit()")) else {
                return At { url, status: reply.status, html: reply.body, posted: Vec::new(), pictures: Vec::new() };
            };
            let (to, fields) = page.pressed(back, &HashMap::new());
            url = to;
            form = fields;
        }
        panic!("{}: redirects without end", self.module)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Spring's simple patterns: `*` is anything.
fn matches(pattern: &str, url: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = url.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for part in parts {
        last = Some(part);
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    last.map_or(rest.is_empty(), |last| last.is_empty() || url.ends_with(last))
}

#[test]
fn an_address_is_compared_as_the_suite_does() {
    for (pattern, url, fits) in [
        ("https://op/a*", "https://op/a", true),
        ("https://op/a*", "https://op/ab?c", true),
        ("https://op/a/*", "https://op/a", false),
        ("*/test/a/x/callback*", "https://suite/test/a/x/callback?code=1", true),
        ("*/callback", "https://suite/callback?x", false),
        ("https://op/a", "https://op/ab", false),
    ] {
        assert_eq!(matches(pattern, url), fits, "{pattern} {url}");
    }
}
