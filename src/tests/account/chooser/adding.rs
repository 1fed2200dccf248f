//! An account is added because a person chose to, and only then.

use reqwest::StatusCode;
use tessera::settings::SignUp;

use super::{ASIDE, SESSION, adds, chooses, names, session_of, with_two};
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};
use crate::login::receipts::id_of;

const ADDING: &str = "__Host-tessera-adding";

#[tokio::test]
async fn sec_78_who_signs_in_again_keeps_the_account_in_use() {
    let server = Server::start().await;
    let phone = with_two(&server).await;
    server.app.accounts.sessions.sign_out_account(id_of(&server, "bob").await).await.expect("answers");
    let page = phone.get("/accounts").await;
    let form = page.body.split("role=\"alert\"").nth(1).and_then(|rest| rest.split("</form>").next());
    let form = form.unwrap_or_else(|| panic!("nothing is said: {page:?}"));
    assert!(
        form.contains("method=\"post\"") && form.contains("value=\"add\"") && form.contains("Sign in again"),
        "{form}"
    );
    let begun = phone.post("/accounts", &[("act", "add"), ("hint", "bob")]).await;
    assert_eq!(begun.location(), "/signin?anew=1&hint=bob");
    assert!(phone.get(begun.location()).await.body.contains("value=\"bob\""), "the name is filled in");
    phone.sign_in("bob", PASSWORD, "/").await;
    assert_eq!(names(&phone).await, ["Bob", "Alice"]);
}

#[tokio::test]
async fn sec_78_the_choice_to_add_an_account_is_over_with_whatever_is_done_instead() {
    let server = Server::start().await;
    let phone = with_two(&server).await;
    server.person("Carol").await;
    let (alice, bob) = (session_of(&phone, "Alice").await, session_of(&phone, "Bob").await);
    let adding = async || {
        phone.post("/accounts", &[("act", "add")]).await;
        phone.cookie(ADDING).expect("a choice")
    };
    // The account in use is chosen once more.
    adding().await;
    chooses(&phone, &alice, "/").await;
    assert_eq!(phone.cookie(ADDING), None);
    // Another one is taken into use. The choice does not count for it, even if its cookie comes back.
    let of_alice = adding().await;
    chooses(&phone, &bob, "/").await;
    assert_eq!(phone.cookie(ADDING), None);
    for stale in [&*of_alice, "1", "."] {
        phone.set_cookie(ADDING, stale);
        assert_eq!(phone.get("/login").await.location(), "/", "{stale:?}: signed in already");
    }
    phone.sign_in("carol", PASSWORD, "/").await;
    assert_eq!((names(&phone).await, phone.cookie(ADDING)), (vec!["Carol".to_owned(), "Alice".to_owned()], None));
    // One is signed out, in either way.
    adding().await;
    phone.post("/accounts", &[("act", "sign_out"), ("session", &alice)]).await;
    assert_eq!(phone.cookie(ADDING), None);
    adding().await;
    phone.post("/signout", &[]).await;
    assert_eq!(phone.cookie(ADDING), None);
}

#[tokio::test]
async fn sec_78_a_late_answer_loses_no_session_that_was_taken_into_use_meanwhile() {
    let server = Server::start().await;
    let phone = with_two(&server).await;
    let (late, bobs) = (phone.twin(), phone.cookie(ASIDE).expect("a session"));
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    assert_eq!(phone.cookie(SESSION), Some(bobs.clone()));
    let change = [("password", PASSWORD), ("new_password", "a lantern on the pier")];
    for (path, form) in [("/account/password", &change[..]), ("/signout", &[])] {
        let answer = late.post(path, form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {answer:?}");
        let sets = |name: &str, value: &str| {
            let line = format!("{name}={value};");
            answer.headers.get_all("set-cookie").iter().any(|set| set.as_bytes().starts_with(line.as_bytes()))
        };
        assert!(sets(ASIDE, &bobs) && !sets(SESSION, &bobs), "{path}: {answer:?}");
    }
    assert_eq!(names(&late).await, ["Bob"], "he is aside");
}

#[tokio::test]
async fn an_account_is_added_by_making_one_too() {
    let server = Server::start_with(|settings| settings.account.sign_up = SignUp::Open).await;
    server.administrator("Root").await;
    let phone = Browser::signed_in(&server, "Alice").await;
    assert_eq!(phone.get("/signup").await.location(), "/", "as always");
    phone.post("/accounts", &[("act", "add")]).await;
    let page = phone.get("/signup").await;
    assert!(page.status == StatusCode::OK && page.body.contains("action=\"/signup\""), "{page:?}");
    adds(&phone, "root", "/").await;
    assert_eq!(names(&phone).await, ["Root", "Alice"]);
}
