//! What a device remembers of its accounts, it remembers of as many as may be signed in there.

use super::{adds, chooses, names, session_of};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::login::receipts::{COOKIE, id_of};

const FIVE: [&str; 5] = ["Alice", "Bob", "Carol", "Dave", "Erin"];

#[tokio::test]
async fn sec_78_five_accounts_of_a_phone_are_recognised_and_their_receipts_remembered() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for name in FIVE {
        if name != "Alice" {
            server.person(name).await;
            adds(&phone, &name.to_lowercase(), "/").await;
        }
        let screen = Browser::new(&server, DESKTOP, "198.51.100.7");
        phone.signs_in(&screen).await;
        assert!(screen.is_signed_in().await, "{name}");
    }
    let devices = async || {
        let mut devices = Vec::new();
        for name in FIVE {
            let account = id_of(&server, &name.to_lowercase()).await;
            devices.push(server.app.accounts.sessions.known_device(&phone.cookies(), account));
        }
        devices
    };
    let known = devices().await;
    assert!(known.iter().all(Option::is_some), "{known:?}");
    for name in FIVE {
        adds(&phone, &name.to_lowercase(), "/").await;
    }
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    assert_eq!(names(&phone).await, ["Bob", "Erin", "Dave", "Carol", "Alice"]);
    assert_eq!(devices().await, known, "each is the device that it was");
    assert_eq!(phone.cookie(COOKIE).expect("heads").split('~').count(), 5);
    for line in phone.cookie_line().expect("cookies").split("; ") {
        assert!(line.len() + 100 < 4096, "{} bytes: {line}", line.len());
    }
    // A device that is not recognised any more is not made known by a choice.
    phone.set_cookie("__Host-tessera-device", "");
    chooses(&phone, &session_of(&phone, "Alice").await, "/").await;
    assert!(devices().await.iter().all(Option::is_none));
    // It is then as any other: the owner of the account signs in on it with the password.
    phone.sign_in("alice", PASSWORD, "/").await;
    assert!(devices().await[0].is_some());
}
