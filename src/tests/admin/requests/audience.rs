//! Who may use an app that was asked for, and what it learns of people: what its owner proposes, and an administrator
//! decides.

use reqwest::StatusCode;
use tessera::store::records::app_options::{SubjectType, Switch};
use tessera::store::records::people::Audience;

use super::{ASKED, approved, asked_with, asks, newest, person, server};
use crate::admin::pages::{administrator, seen_on};
use crate::harness::site::BACK;
use crate::oauth::audience::group;

/// Whether the tag with this attribute is checked.
fn is_checked(page: &str, attribute: &str) -> bool {
    let tag = page.split(attribute).nth(1).and_then(|rest| rest.split('>').next());
    tag.unwrap_or_else(|| panic!("no {attribute}: {page}")).contains("checked")
}

#[tokio::test]
async fn whoever_approves_a_new_app_has_to_say_who_may_use_it() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let id = asks(&alice, &ASKED).await;
    let path = format!("/admin/requests/{id}");
    let (staff, guests) = (group(&server, "staff").await, group(&server, "<i>guests</i>").await);
    let page = admin.get(&path).await;
    assert!(page.words().contains("staff, 0 members") && !page.body.contains("<i>guests"), "{}", page.body);
    assert!(!is_checked(&page.body, "id=\"allow-everyone\""), "nobody is chosen: {}", page.body);
    let ids = [staff, guests];
    let (staff, guests) = (staff.to_string(), guests.to_string());
    let form = |more: &[(&'static str, &str)]| {
        let mut form = ASKED.map(|(name, value)| (name, value.to_owned())).to_vec();
        form.retain(|(name, _)| *name != "allow");
        form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        form
    };
    let approve = async |more: &[(&'static str, &str)]| {
        let form = form(more);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        admin.post(&format!("{path}/approve"), &form).await
    };
    for nobody in [&[][..], &[("allow", "groups")], &[("allow", "x")], &[("allow_group", &staff)]] {
        let refused = approve(nobody).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{nobody:?}");
        let wrong = refused.body.split("id=\"allow-wrong\"").nth(1).unwrap_or_else(|| panic!("{}", refused.body));
        assert!(wrong.split("</p>").next().unwrap_or_default().contains("everyone, or at least one group"), "{wrong}");
    }
    assert!(server.app.records.delete_group(ids[1]).await.expect("answers"));
    let stale = approve(&[("allow", "groups"), ("allow_group", &staff), ("allow_group", &guests)]).await;
    assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY && stale.words().contains("deleted in the meantime"));
    assert!(is_checked(&stale.body, &format!("value=\"{staff}\"")), "what was ticked is kept: {}", stale.body);
    assert!(server.app.records.apps().await.expect("answers").is_empty());

    let done = approve(&[("allow", "groups"), ("allow_group", &staff)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{done:?}");
    let app = server.app.records.apps().await.expect("answers").pop().expect("an app");
    assert_eq!(app.audience, Audience::groups([ids[0]]));
    let mine = format!("/apps/mine/{}", app.id);
    assert!(!alice.get(&mine).await.body.contains("Nobody can use this app yet"));
    assert!(server.app.records.delete_group(ids[0]).await.expect("answers"));
    assert!(alice.get(&mine).await.body.contains("Nobody can use this app yet"));
}

#[tokio::test]
async fn an_owner_says_in_words_who_should_use_the_app_and_learns_of_no_group() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let (staff, gremium) = (group(&server, "staff").await, group(&server, "gremium").await);
    let id = asks(&alice, &ASKED).await;
    let app = approved(&server, &admin, &id, &ASKED).await;
    let path = format!("/apps/mine/{}", app.id);
    let propose = format!("{path}/propose");
    assert!(alice.get(&propose).await.words().contains("Everyone with an account may use it now."));
    server.revise_app(&app.id.to_string(), |app| app.audience = Audience::groups([gremium])).await;
    let form = alice.get(&propose).await;
    assert!(form.words().contains("Only certain groups may use it now."), "{}", form.body);

    let same = [("name", "Shop"), ("redirect_uri", BACK), ("dialect", "oidc"), ("why", "They asked")];
    let sends = async |users: &str| alice.post(&propose, &[&same[..], &[("users", users)]].concat()).await;
    let nothing = sends("").await;
    assert!(
        nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.words().contains("has these settings already")
    );
    let long = sends(&"x".repeat(501)).await;
    assert!(long.body.contains("id=\"users-wrong\""), "{}", long.body);
    // Groups that are there and one that is not are words like any others.
    let mut answers = Vec::new();
    for words in ["group:staff", "gremium", "group:none", "<b>all</b>"] {
        server.pass(1);
        let sent = sends(words).await;
        let request = newest(&alice).await;
        let page = alice.get(&format!("/apps/requests/{request}")).await;
        answers.push((sent.status, sent.location().to_owned(), page.body.contains("Only certain"), page.status));
        if words != "gremium" {
            assert!(![&page.body, &alice.get(&path).await.body].iter().any(|page| page.contains("gremium")), "{words}");
        }
        assert!(!page.body.contains("<b>all"), "{}", page.body);
        if words != "<b>all</b>" {
            alice.post(&format!("/apps/requests/{request}/withdraw"), &[]).await;
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(!form.body.contains("gremium") && !form.body.contains("staff"), "{}", form.body);

    let request = newest(&alice).await;
    let page = admin.get(&format!("/admin/requests/{request}")).await;
    let sides = page.body.split("class=\"sides\"").nth(1).expect("both sides");
    for part in ["gremium", "&lt;b&gt;all", ">different</span>"] {
        assert!(sides.contains(part), "{part}: {sides}");
    }
    assert_eq!(sides.matches(">different</span>").count(), 1, "{sides}");
    assert!(is_checked(&page.body, &format!("value=\"{gremium}\"")), "as it is now: {}", page.body);
    assert!(!is_checked(&page.body, &format!("value=\"{staff}\"")), "{}", page.body);
    let (home, seen, staff_id) = (app.options.client_uri.clone().expect("a site"), seen_on(&page), staff.to_string());
    let rest = [("client_uri", &*home), ("seen", &*seen), ("allow", "groups"), ("allow_group", &*staff_id)];
    let changed = approved(&server, &admin, &request, &[&same[..], &rest].concat()).await;
    assert_eq!(changed.audience, Audience::groups([staff]));
    let line = server.app.records.app_log(Some(app.id), None, 1).await.expect("answers").pop().expect("a line");
    assert_eq!(line.fields, ["allow"]);
    // An app that is open to nobody may stay so when something else of it changes.
    server.revise_app(&app.id.to_string(), |app| app.audience = Audience::NOBODY).await;
    assert!(alice.get(&propose).await.words().contains("Nobody may use it now."));
    server.pass(1);
    alice.post(&propose, &[("name", "Store"), ("redirect_uri", BACK), ("why", "New name")]).await;
    let request = newest(&alice).await;
    let seen = seen_on(&admin.get(&format!("/admin/requests/{request}")).await);
    let rest = [("client_uri", &*home), ("seen", &*seen), ("allow", "groups")];
    let form = [&[("name", "Store"), ("redirect_uri", BACK)][..], &rest].concat();
    assert_eq!(approved(&server, &admin, &request, &form).await.audience, Audience::NOBODY);
}

#[tokio::test]
async fn an_owner_proposes_what_the_app_learns_of_people() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let asked = asked_with("profile_in_id_token", "on");
    let id = asks(&alice, &asked).await;
    assert!(!alice.get("/apps/request").await.body.contains("profile_in_id_token"), "a new app has the usual ones");
    let app = approved(&server, &admin, &id, &ASKED).await;
    let propose = format!("/apps/mine/{}/propose", app.id);
    let form = alice.get(&propose).await;
    for name in ["id=\"pairwise\"", "id=\"profile_in_id_token\""] {
        assert!(!is_checked(&form.body, name), "{name}");
    }
    let ticks = [("pairwise", "on"), ("profile_in_id_token", "on"), ("client_credentials", "on")];
    let same =
        [("name", "Shop"), ("redirect_uri", BACK), ("dialect", "oidc"), ("why", "The library reads nothing else")];
    // Pairwise identifiers need all redirect URIs on one host.
    let hosts = [&same[..], &ticks, &[("redirect_uri", "https://other.example/")]].concat();
    let wrong = alice.post(&propose, &hosts).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"pairwise-wrong\""));
    server.pass(1);
    let sent = alice.post(&propose, &[&same[..], &ticks].concat()).await;
    assert_eq!(sent.location(), "/apps/mine?done=asked", "{sent:?}");
    let request = newest(&alice).await;
    let own = alice.get(&format!("/apps/requests/{request}")).await;
    assert_eq!(own.body.matches("<dd>on</dd>").count(), 2, "{}", own.body);
    let page = admin.get(&format!("/admin/requests/{request}")).await;
    assert_eq!(page.body.matches(">different</span>").count(), 2, "{}", page.body);
    for (name, is_on) in [("pairwise", true), ("profile_in_id_token", true), ("client_credentials", false)] {
        assert_eq!(is_checked(&page.body, &format!("id=\"{name}\"")), is_on, "{name}");
    }
    let (home, seen) = (app.options.client_uri.clone().expect("a site"), seen_on(&page));
    let rest = [("client_uri", &*home), ("seen", &*seen), ("allow", "everyone")];
    let changed = approved(&server, &admin, &request, &[&same[..], &ticks[..2], &rest].concat()).await;
    assert_eq!(changed.options.subject_type, SubjectType::Pairwise);
    assert!(changed.options.has(Switch::ProfileInIdToken) && !changed.options.has(Switch::ClientCredentials));
    let line = server.app.records.app_log(Some(app.id), None, 1).await.expect("answers").pop().expect("a line");
    assert_eq!(line.fields, ["profile_in_id_token", "subject_type"]);
    let form = alice.get(&propose).await;
    assert!(is_checked(&form.body, "id=\"pairwise\"") && is_checked(&form.body, "id=\"profile_in_id_token\""));
}
