//! People who manage people make links, see what became of them, and withdraw them.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::people::Role;

use super::{CHOSEN, account, invitation, lines, press};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

/// The path of the link that a page shows.
fn shown(server: &Server, page: &Reply) -> Option<String> {
    let link = page.body.split("id=\"fresh-link\"").nth(1)?.split('>').nth(1)?.split('<').next()?;
    Some(link.strip_prefix(&server.origin).expect("a link here").to_owned())
}

async fn pages(server: &Server, name: &str) -> [String; 4] {
    let id = account(server, name).await.id;
    ["links", "invite", "recover", "links/withdraw"].map(|what| format!("/admin/people/{id}/{what}"))
}

async fn manager(server: &Server) -> Browser {
    server.person("Pat").await;
    let pat = account(server, "pat").await.id;
    server.app.records.set_role(pat, Role::People).await.expect("answers");
    let browser = Browser::new(server, DESKTOP, "198.51.100.20");
    browser.sign_in("pat", PASSWORD, "/").await;
    browser
}

#[tokio::test]
async fn a_link_is_shown_once_and_its_maker_sees_what_became_of_it() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let grace = administrator(&server).await;
    invitation(&server, "Alice").await;
    let [links, invite, recover, _] = pages(&server, "alice").await;
    let before = grace.get(&links).await;
    assert!(before.body.contains("Made on the command line") && before.body.contains("Not opened yet"), "{before:?}");
    let attempt = before.body.split("name=\"attempt\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let form = [("attempt", attempt.expect("an attempt"))];
    // Two presses make one link.
    let (one, two) = (grace.post(&invite, &form).await, grace.post(&invite, &form).await);
    assert_eq!((one.status, one.location()), (StatusCode::SEE_OTHER, two.location()));
    let page = grace.get(one.location()).await;
    let path = shown(&server, &page).expect("a link");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(lines(&server, "alice", ActivityKind::LinkMade).await, 2, "and the one of before");
    assert!(page.body.contains("Withdrawn on"), "the earlier one: {page:?}");
    server.pass(11);
    assert!(shown(&server, &grace.get(one.location()).await).is_none(), "it is shown once");

    let (browser, other) = (Browser::desktop(&server), Browser::phone(&server));
    press(&browser, &path).await;
    press(&other, &path).await;
    let seen = grace.get(&links).await;
    assert!(seen.body.contains("not used yet") && seen.body.contains("Another browser tried"), "{seen:?}");
    browser.post(&format!("{path}/enrol"), &[("display_name", "Alice"), ("password", CHOSEN)]).await;
    let seen = grace.get(&links).await;
    assert!(seen.body.contains("Used on") && seen.body.contains("Recovery link"), "{seen:?}");
    assert!(!seen.body.contains("Make an invitation"), "she has a password: {seen:?}");
    let refused = grace.get(grace.post(&invite, &[]).await.location()).await;
    assert!(refused.body.contains("has a password or a passkey already"), "{refused:?}");
    let recovery = grace.get(grace.post(&recover, &[]).await.location()).await;
    assert!(shown(&server, &recovery).is_some());
}

#[tokio::test]
async fn a_link_is_withdrawn_by_a_press() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let made = invitation(&server, "Alice").await;
    let [.., withdraw] = pages(&server, "alice").await;
    for _ in 0..2 {
        let done = grace.get(grace.post(&withdraw, &[]).await.location()).await;
        assert!(done.body.contains("The link no longer works"), "{done:?}");
        assert!(!done.body.contains("Withdraw the link"), "{done:?}");
    }
    assert_eq!(Browser::desktop(&server).get(&made.path).await.status, StatusCode::GONE);
    assert_eq!(lines(&server, "alice", ActivityKind::LinkWithdrawn).await, 1);
}

#[tokio::test]
async fn links_are_made_by_who_manages_people_and_those_of_administrators_by_administrators() {
    let server = Server::start().await;
    let (grace, pat) = (administrator(&server).await, manager(&server).await);
    let alice = Browser::signed_in(&server, "Alice").await;
    let ([links, _, recover, withdraw], of_grace) = (pages(&server, "alice").await, pages(&server, "grace").await);
    for nobody in [&alice, &Browser::desktop(&server)] {
        assert_eq!(nobody.get(&links).await.status, StatusCode::NOT_FOUND);
        for path in [&recover, &withdraw] {
            assert_eq!(nobody.post(path, &[]).await.status, StatusCode::NOT_FOUND);
        }
    }
    for maker in [&grace, &pat] {
        let made = maker.get(maker.post(&recover, &[]).await.location()).await;
        assert!(shown(&server, &made).is_some(), "{made:?}");
    }
    assert!(grace.get(&links).await.body.contains("pat"), "and says who made it");
    assert_eq!(pat.get(&of_grace[0]).await.status, StatusCode::FORBIDDEN);
    let refused = pat.post(&of_grace[2], &[]).await;
    assert!(
        refused.status == StatusCode::FORBIDDEN && refused.body.contains("Only another administrator can do this"),
        "{refused:?}"
    );
    let by_grace = grace.get(grace.post(&of_grace[2], &[]).await.location()).await;
    assert!(shown(&server, &by_grace).is_some());
    // Another person cannot look at a link that was just made.
    let made = grace.post(&recover, &[]).await.location().to_owned();
    assert!(shown(&server, &pat.get(&made).await).is_none());
    for id in ["x", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(grace.get(&format!("/admin/people/{id}/links")).await.status, StatusCode::NOT_FOUND);
    }
}
