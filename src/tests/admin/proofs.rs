//! The fresh proof on the pages of administrators. Every change needs one, and the form that was sent without one waits for
//! the password and is sent then. That it is every change is held in `web/routes.rs`.

use reqwest::{Method, StatusCode};
use tessera::store::records::people::Role;
use tessera::web::bounds::CARRIED_FIELDS;

use super::logo::png;
use super::pages::{administrator, register};
use super::people::{account, page_of};
use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::BACK;

const PROOF: &str = "/account/proof";
/// Text that is markup, has line ends, and letters beyond ASCII.
const ODD: &str = "\"><script>alert(1)</script> & ü=%41+\r\nsecond line";

/// The form of a page, as a browser sends it: its path, and its hidden fields.
struct Sent {
    path: String,
    fields: Vec<(String, String)>,
}

impl Sent {
    fn of(page: &Reply) -> Self {
        let form = page.body.split("<form ").nth(1).unwrap_or_else(|| panic!("no form: {page:?}"));
        let form = form.split("</form>").next().unwrap_or_default();
        let value = |of: &str, name: &str| {
            let value = of.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            let value = value.unwrap_or_else(|| panic!("no {name}: {of}"));
            let value = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'");
            // HTML drops the first half of a line end, and a browser sends it again.
            value.replace("&amp;", "&").replace("\r\n", "\n").replace('\n', "\r\n")
        };
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        // Every form of a signed-in person also names the account of its page.
        let fields = inputs.map(|input| (value(input, "name"), value(input, " value")));
        let fields = fields.filter(|(name, _)| name != "made_for").collect();
        Self { path: value(form, "action"), fields }
    }

    fn with<'a>(&'a self, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
        let all = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        all.chain([(name, value)]).collect()
    }

    async fn send(&self, by: &Browser) -> Reply {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        by.post(&self.path, &fields).await
    }
}

/// Sends a form that needs a proof and has none; the page that asks.
async fn asked(by: &Browser, path: &str, form: &[(&str, &str)]) -> (Reply, Sent) {
    let page = by.post(path, form).await;
    assert!(
        page.status == StatusCode::FORBIDDEN && page.body.contains("action=\"/account/proof\""),
        "{path}: {page:?}"
    );
    let sent = Sent::of(&page);
    assert_eq!(sent.path, PROOF);
    (page, sent)
}

#[tokio::test]
async fn sec_16_a_form_of_an_administrator_waits_for_the_password_and_nothing_typed_is_lost() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    server.pass(300);
    let blank = grace.get("/admin/groups/new").await;
    assert_eq!(blank.status, StatusCode::OK, "to look needs no new proof");
    let typed = [("name", "team"), ("description", ODD), ("same", "one"), ("same", "two"), ("submit", "")];
    let (page, ask) = asked(&grace, "/admin/groups/new", &typed).await;
    assert!(!page.body.contains("<script>alert") && page.body.contains("what you entered is sent"), "{page:?}");
    assert!(page.body.contains("href=\"/admin/groups/new\""), "there is a way back: {page:?}");
    assert!(server.app.records.groups().await.expect("answers").is_empty());

    let wrong = grace.post(PROOF, &ask.with("password", "a guess")).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("not your password"), "{wrong:?}");
    assert!(!wrong.body.contains("a guess"), "{wrong:?}");
    let again = Sent::of(&wrong);
    assert_eq!(again.fields, ask.fields, "a wrong password keeps the form");
    asked(&grace, "/admin/groups/new", &typed).await;

    let right = grace.post(PROOF, &again.with("password", PASSWORD)).await;
    let form = Sent::of(&right);
    assert_eq!((right.status, &*form.path), (StatusCode::OK, "/admin/groups/new"));
    let fields: Vec<_> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, typed, "it is the form as it was, and has no password");
    let nonce = right.header("content-security-policy").split("'nonce-").nth(1).and_then(|it| it.split('\'').next());
    let script = format!("<script nonce=\"{}\">", nonce.expect("a nonce"));
    assert!(right.body.contains(&script) && right.body.contains("type=\"submit\""), "{right:?}");
    let done = form.send(&grace).await;
    assert_eq!(done.status, StatusCode::UNPROCESSABLE_ENTITY, "the page says what is wrong with it: {done:?}");
    let plain = [("name", "team"), ("description", "All of us")];
    assert_eq!(
        grace.post("/admin/groups/new", &plain).await.status,
        StatusCode::SEE_OTHER,
        "it is not asked for twice"
    );
}

#[tokio::test]
async fn sec_16_a_stolen_session_of_an_administrator_gives_nobody_rights() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    server.person("Bob").await;
    let marked = super::people::group(&server, "admins", true).await.to_string();
    let bob = page_of(&server, "bob").await;
    server.pass(300);
    let new = [("username", "eve"), ("display_name", "Eve"), ("role", "admin")];
    for (path, form) in [
        (format!("{bob}/role"), &[("role", "admin"), ("seen", "none")][..]),
        (format!("{bob}/groups"), &[("add", &*marked)]),
        (format!("/admin/groups/{marked}/members"), &[("member", "bob")]),
        (format!("/admin/groups/{marked}"), &[("name", "admins")]),
        (format!("{bob}/disable"), &[]),
        (format!("{bob}/delete"), &[("sure", "on")]),
        ("/admin/people/new".to_owned(), &new),
        ("/admin/apps/new".to_owned(), &[("name", "Shop"), ("redirect_uri", BACK)]),
    ] {
        asked(&grace, &path, form).await;
    }
    let bob = account(&server, "bob").await;
    assert_eq!((bob.role, bob.is_disabled), (Role::None, false));
    assert!(super::people::groups_of(&server, bob.id).await.is_empty());
    assert!(server.app.records.account_by_username("eve").await.expect("answers").is_none());
    let groups = server.app.records.groups().await.expect("answers");
    assert!(groups.len() == 1 && server.app.records.apps().await.expect("answers").is_empty());
}

#[tokio::test]
async fn a_form_that_waited_for_the_password_has_one_effect_however_often_it_is_pressed() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let page = grace.get("/admin/apps/new").await;
    let attempt = page.body.split("name=\"attempt\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let form = [("name", "Shop"), ("redirect_uri", BACK), ("attempt", attempt.expect("the form has its id"))];
    server.pass(300);
    let (_, ask) = asked(&grace, "/admin/apps/new", &form).await;
    let (first, second) = (grace.twin(), grace.twin());
    let proof = ask.with("password", PASSWORD);
    let (one, two) = tokio::join!(first.post(PROOF, &proof), second.post(PROOF, &proof));
    let [one, two] = [one, two].map(|reply| Sent::of(&reply));
    let (done, again) = tokio::join!(one.send(&first), two.send(&second));
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, again.location()));
    assert_eq!(one.send(&grace).await.location(), done.location());
    assert_eq!(server.app.records.apps().await.expect("answers").len(), 1);
}

#[tokio::test]
async fn sec_16_the_page_that_asks_for_a_password_sends_no_form_to_other_paths_or_for_other_sites() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    server.pass(300);
    for path in ["https://evil.example/", "//evil.example/admin/x", "/account/password", "/admin/../signout", ""] {
        let form = [("password", PASSWORD), ("form", path), ("f.end", "others")];
        let refused = grace.post(PROOF, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}: {refused:?}");
    }
    // An address has no form, whatever it says.
    let linked = grace.get(&format!("{PROOF}?next=/admin/people&form=/admin/apps/new&f.name=Evil")).await;
    assert!(linked.status == StatusCode::OK && !linked.body.contains("Evil"), "{linked:?}");
    let form = [("password", PASSWORD), ("form", "/admin/apps/new"), ("f.name", "Evil")];
    for site in ["cross-site", "same-site"] {
        let headers = [("accept", "text/html"), ("sec-fetch-site", site)];
        let refused = grace.send(Method::POST, PROOF, &headers, Some(&form)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{refused:?}");
    }
    asked(&grace, "/admin/apps/new", &[]).await;
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let told = grace.send(Method::POST, "/admin/apps/new", &headers, Some(&[])).await;
    assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "proof_needed"));
}

#[tokio::test]
async fn a_large_form_waits_too_and_a_file_is_chosen_again_after_the_proof() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let (site, _) = register(&server, &grace, "Shop").await;
    server.pass(300);
    let long = "ü".repeat(15 * 1024);
    let (_, ask) = asked(&grace, "/admin/apps/new", &[("name", "Notes"), ("redirect_uri", &long)]).await;
    let right = grace.post(PROOF, &ask.with("password", PASSWORD)).await;
    assert_eq!(Sent::of(&right).fields[1].1, long);

    server.pass(300);
    let page = format!("/admin/apps/{}", site.id);
    let leads = format!("{PROOF}?next={page}");
    let asks = grace.upload(&format!("{page}/logo"), "picture", &png(64)).await;
    assert_eq!((asks.status, asks.location()), (StatusCode::SEE_OTHER, &*leads));
    let many: Vec<_> = (0..=CARRIED_FIELDS).map(|_| ("allow_group", "x")).collect();
    let asks = grace.post("/admin/apps/new", &many).await;
    assert_eq!(asks.location(), "/account/proof?next=/admin/apps/new", "so many fields are not carried");
    let back = grace.post(PROOF, &[("password", PASSWORD), ("next", &page)]).await;
    assert_eq!(back.location(), page);
    let done = grace.upload(&format!("{page}/logo"), "picture", &png(64)).await;
    assert_eq!(done.location(), format!("{page}?done=logo"));
}
