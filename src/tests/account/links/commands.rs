//! An operator makes links on the command line.

use reqwest::StatusCode;
use serde_json::Value;

use super::{CHOSEN, press};
use crate::account::users::user;
use crate::harness::binary::{Instance, add_user, tessera};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::spawn::free_port;

#[tokio::test]
async fn an_operator_invites_lets_back_in_and_withdraws_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(&mut tessera(&folder), "grace");
    let instance = Instance::start(&mut tessera(&folder), free_port());
    let browser = || Browser::at(&format!("http://localhost:{}", instance.port), instance.port, DESKTOP, "127.0.0.1");
    let run = |arguments: &[&str]| user(&folder, arguments, "");
    let (done, said) = run(&["invite", "alice"]);
    assert!(!done && said.contains("there is no account named alice; --display-name adds it"), "{said}");
    let (done, said) = run(&["invite", "alice", "--display-name", "Alice", "--email", "not one"]);
    assert!(!done && said.contains("an email address has the form"), "{said}");
    let invite = ["invite", "alice", "--display-name", "Alice", "--email", "alice@example.org", "--json"];
    let (done, said) = run(&invite);
    assert!(done, "{said}");
    let made: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((made["purpose"].as_str(), made["username"].as_str()), (Some("invite"), Some("alice")));
    let path = |link: &str| link[link.find("/welcome/").expect("a link")..].to_owned();
    let first = path(made["link"].as_str().expect("a link"));
    // A newer one replaces it.
    let (done, said) = run(&["invite", "Alice"]);
    assert!(done && said.contains("Send this link to alice"), "{said}");
    let second = path(said.trim());
    let alice = browser();
    assert_eq!(alice.get(&first).await.status, StatusCode::GONE);
    press(&alice, &second).await;
    let form = [("display_name", "Alice"), ("password", CHOSEN)];
    assert_eq!(alice.post(&format!("{second}/enrol"), &form).await.location(), "/");
    assert!(alice.is_signed_in().await);

    let (done, said) = run(&["invite", "alice"]);
    assert!(!done && said.contains("`tessera user recover` lets its owner back in"), "{said}");
    let (done, said) = run(&["recover", "alice"]);
    assert!(done, "{said}");
    let recovery = path(said.trim());
    let (done, said) = run(&["withdraw-link", "alice"]);
    assert!(done && said == "The link of alice does not work any more.\n", "{said}");
    assert_eq!(browser().get(&recovery).await.status, StatusCode::GONE);
    let (done, said) = run(&["withdraw-link", "alice"]);
    assert!(!done && said.contains("no link of alice works"), "{said}");
    let (done, said) = run(&["links", "alice", "--json"]);
    assert!(done, "{said}");
    let links: Value = serde_json::from_str(&said).expect("JSON");
    let states: Vec<_> = links.as_array().expect("a list").iter().map(|link| link["state"].as_str()).collect();
    assert_eq!(states, [Some("withdrawn"), Some("used"), Some("withdrawn")], "{links}");
    let (done, said) = run(&["links", "alice"]);
    assert!(done && said.lines().count() == 3 && said.contains("made ") && !said.contains("/welcome/"), "{said}");
    run(&["disable", "alice"]);
    let (done, said) = run(&["recover", "alice"]);
    assert!(!done && said.contains("alice is disabled"), "{said}");
    assert_eq!(run(&["links", "grace"]), (true, "No link was made for grace.\n".to_owned()));
}
