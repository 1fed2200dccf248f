//! Many at once: exactly one winner each.

use std::sync::Arc;

use reqwest::{Method, StatusCode};

use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

const RACERS: usize = 64;

async fn winners(racers: Vec<tokio::task::JoinHandle<StatusCode>>) -> (usize, Vec<StatusCode>) {
    let mut statuses = Vec::new();
    for racer in racers {
        statuses.push(racer.await.expect("an answer"));
    }
    let won = statuses.iter().filter(|status| status.is_success()).count();
    statuses.sort();
    statuses.dedup();
    (won, statuses)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_05_of_sixty_four_scans_approvals_and_claims_exactly_one_wins_each() {
    let server = Server::start_with(|settings| {
        settings.limits.requests_per_minute = 100_000;
        settings.limits.attempts_per_minute = 10_000;
        settings.limits.decisions_per_minute = 10_000;
    })
    .await;
    let mut phones = Vec::new();
    for of in 0..RACERS {
        let name = format!("Person{of}");
        server.person(&name).await;
        let phone = Browser::phone(&server);
        phone.sign_in(&name, PASSWORD, "/").await;
        phones.push(Arc::new(phone));
    }
    let browser = Arc::new(Browser::desktop(&server));
    let shown = browser.show_code().await;
    let path = server.path_of(&shown).await;
    let code: Arc<str> = path.trim_start_matches("/s/").into();
    let post = |phone: &Arc<Browser>, path: &'static str| {
        let (phone, code) = (Arc::clone(phone), Arc::clone(&code));
        tokio::spawn(async move {
            let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
            phone.send(Method::POST, path, &headers, Some(&[("code", &*code)])).await.status
        })
    };

    let (won, statuses) = winners(phones.iter().map(|phone| post(phone, "/api/scan")).collect()).await;
    assert_eq!((won, statuses), (1, vec![StatusCode::OK, StatusCode::CONFLICT]), "scans by 64 accounts");

    let mut owner = None;
    for phone in &phones {
        if phone.get(&path).await.status.is_success() {
            assert!(owner.replace(Arc::clone(phone)).is_none(), "one owner");
        }
    }
    let owner = owner.expect("an owner");
    let (won, _) = winners(
        phones.iter().filter(|phone| !Arc::ptr_eq(phone, &owner)).map(|phone| post(phone, "/api/approve")).collect(),
    )
    .await;
    assert_eq!(won, 0, "approvals by 63 others");
    let seq = async || browser.hears(&shown).await["seq"].as_u64().expect("a number");
    let before = seq().await;
    let (won, statuses) = winners((0..RACERS).map(|_| post(&owner, "/api/approve")).collect()).await;
    assert_eq!((won, statuses), (RACERS, vec![StatusCode::OK]), "who says the same again is answered as at first");
    assert_eq!(seq().await, before + 1, "and it is one approval");

    let claims = (0..RACERS).map(|_| {
        let (browser, path) = (Arc::clone(&browser), format!("/login/{}/claim", shown.ticket));
        tokio::spawn(async move { browser.fetch(Method::POST, &path).await.status })
    });
    let (won, statuses) = winners(claims.collect()).await;
    assert_eq!((won, statuses), (1, vec![StatusCode::OK, StatusCode::GONE]), "claims by the browser");
}
