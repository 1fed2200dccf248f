//! The email address and the names of a person, on their profile.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::{id_of, kinds};
use crate::account::profile::{account, tells};
use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};

async fn changes(browser: &Browser, email: &str) -> Reply {
    browser.post("/account/profile/email", &[("email", email)]).await
}

#[tokio::test]
async fn an_address_is_changed_after_a_fresh_proof_and_counts_as_unproven() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    assert!(alice.get("/account/profile").await.body.contains("No address yet."));
    for (email, said) in
        [("alice", "Enter an address such as name@example.org."), ("a b@example.org", "Enter an address")]
    {
        let refused = changes(&alice, email).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains(said), "{}", refused.body);
        assert_eq!(refused.body.matches("aria-invalid=\"true\"").count(), 1, "{email}");
        assert!(refused.body.contains(&format!("value=\"{email}\"")), "it is shown again");
    }
    server.pass(300);
    let waits = changes(&alice, " Alice@Example.org ").await;
    assert_eq!(waits.status, StatusCode::FORBIDDEN);
    assert!(waits.body.contains("name=\"f.email\" value=\" Alice@Example.org \""), "{waits:?}");
    assert_eq!(account(&server, "alice").await.email, None);
    let sent = [("form", "/account/profile/email"), ("f.email", " Alice@Example.org "), ("password", PASSWORD)];
    assert_eq!(alice.post("/account/proof", &sent).await.status, StatusCode::OK);
    for _ in 0..2 {
        let done = changes(&alice, " Alice@Example.org ").await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/profile?done=email"));
    }
    let page = alice.get("/account/profile?done=email").await.body;
    for part in ["Your email address is changed.", "Alice@example.org", "Not confirmed yet."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let kept = account(&server, "alice").await;
    assert_eq!(
        (kept.email.map(|email| email.to_string()), kept.email_verified_at),
        (Some("Alice@example.org".into()), None)
    );

    // In whatever letter cases, and without saying whose it is.
    bob.post("/account/proof", &[("password", PASSWORD)]).await;
    let refused = changes(&bob, "ALICE@example.org").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("This address cannot be used here.") && !refused.body.contains("Alice"),
        "{refused:?}"
    );
    assert_eq!(account(&server, "bob").await.email, None);
    assert_eq!(changes(&alice, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(account(&server, "alice").await.email, None);
    assert_eq!(changes(&bob, "alice@example.org").await.status, StatusCode::SEE_OTHER, "it is free again");
    let changed = kinds(&server, id_of(&server, "alice").await).await;
    assert_eq!(changed.iter().filter(|kind| **kind == ActivityKind::Changed).count(), 2, "{changed:?}");
}

#[tokio::test]
async fn somebody_who_tries_address_after_address_is_stopped() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 3).await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    changes(&bob, "bob@example.org").await;
    for _ in 0..3 {
        let refused = changes(&alice, "bob@example.org").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = changes(&alice, "somebody@example.org").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.body.contains("value=\"somebody@example.org\""), "it is shown again: {refused:?}");
    assert_eq!(account(&server, "alice").await.email, None);
}

#[tokio::test]
async fn given_and_family_name_and_zone_are_told_and_checked() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let told = [
        ("display_name", "Alice"),
        ("given_name", " Alice Maria "),
        ("family_name", "Müller-Žižek 王"),
        ("zone", "europe/vienna"),
    ];
    assert_eq!(tells(&alice, &told).await.location(), "/account/profile?done=saved");
    let profile = account(&server, "alice").await.profile;
    assert_eq!(profile.given_name.as_deref(), Some("Alice Maria"));
    assert_eq!(
        (profile.family_name.as_deref(), profile.zone.as_deref()),
        (Some("Müller-Žižek 王"), Some("Europe/Vienna"))
    );
    assert_eq!(profile.updated_at, Some(tessera::ticket::time::Timestamp::from_millis(server.clock.now().as_millis())));
    let page = alice.get("/account/profile").await.body;
    assert!(page.contains("<option value=\"Asia/Shanghai\">") && page.contains("value=\"Europe/Vienna\""), "{page}");
    let long = "x".repeat(65);
    for (name, value) in [
        ("given_name", "a\u{202e}b"),
        ("given_name", "a\u{200b}"),
        ("family_name", long.as_str()),
        ("family_name", "a\nb"),
        ("zone", "Europe/Nowhere"),
        ("zone", "../etc/passwd"),
    ] {
        let refused = tells(&alice, &[("display_name", "Alice"), (name, value)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value:?}");
        assert!(refused.body.contains(&format!("id=\"{name}-wrong\"")), "{name}: {}", refused.body);
    }
    assert_eq!(account(&server, "alice").await.profile, profile);
}
