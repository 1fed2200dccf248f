//! The list of people: search, filters, pages, and what is shown where there is nothing.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use tessera::crypto::random::random;
use tessera::store::records::directory::act::ActedBy;
use tessera::store::records::directory::person::NewPerson;
use tessera::store::records::people::{GroupId, Role};
use tessera::store::records::{NewAccount, Vouched};
use tessera::ticket::ids::AccountId;

use super::{group, page_of};
use crate::admin::pages::administrator;
use crate::harness::browser::Reply;
use crate::harness::server::Server;

/// Adds many people, named n0, n1 and so on.
async fn crowd(server: &Server, many: usize, groups: Vec<GroupId>) {
    let people = (0..many).map(|at| NewPerson {
        account: NewAccount {
            id: AccountId::from_random(random()),
            username: format!("n{at}"),
            display_name: format!("Person {at:04}"),
            email: Some(format!("n{at}@example.org").parse().expect("one")),
            email_verified_at: None,
            password_hash: None,
            role: Role::None,
            created_at: server.clock.now(),
        },
        given_name: None,
        family_name: None,
        groups: groups.clone(),
    });
    let by = ActedBy::command_line(server.clock.now());
    assert!(server.app.records.add_people(people.collect(), false, by).await.expect("answers").is_empty());
}

/// The paths of those who are listed.
fn listed(page: &Reply) -> Vec<String> {
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let people = links.filter(|link| link.starts_with("/admin/people/") && !link.ends_with("/new"));
    people.map(str::to_owned).collect()
}

fn next(page: &Reply) -> Option<String> {
    let before = page.body.split(" rel=\"next\"").next().filter(|before| before.len() < page.body.len())?;
    let link = before.rsplit("href=\"").next()?.split('"').next()?;
    Some(link.replace("&amp;", "&"))
}

#[tokio::test]
async fn all_people_are_listed_in_pages_of_a_hundred_each_of_them_once() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let staff = group(&server, "staff", false).await;
    crowd(&server, 249, vec![staff]).await;
    let (mut path, mut sizes, mut seen) = ("/admin/people".to_owned(), Vec::new(), BTreeSet::new());
    loop {
        let page = admin.get(&path).await;
        assert!(page.body.contains("250 people"), "{}", page.words());
        let people = listed(&page);
        sizes.push(people.len());
        seen.extend(people);
        match next(&page) {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!((sizes, seen.len()), (vec![100, 100, 50], 250));
    let filtered = admin.get("/admin/people?q=PERSON+01").await;
    assert!(filtered.body.contains("100 people") && next(&filtered).is_none(), "{}", filtered.words());
    let filtered = admin.get("/admin/people?state=no_password").await;
    let second = next(&filtered).expect("there are more");
    assert!(second.contains("state=no_password"), "{second}");
    assert_eq!(listed(&admin.get(&second).await).len(), 100);
    // The page behind somebody who is gone, and behind nonsense.
    for (after, people) in [(format!("{}Person 0240", AccountId::from_random([0; 16])), 9), ("x".to_owned(), 100)] {
        assert_eq!(listed(&admin.get(&format!("/admin/people?after={after}")).await).len(), people, "{after}");
    }
    let members = admin.get(&format!("/admin/groups/{staff}")).await;
    assert_eq!(listed(&members).len(), 100);
    assert_eq!(listed(&admin.get(&next(&members).expect("more")).await).len(), 100);
    let searched = admin.get(&format!("/admin/groups/{staff}?q=n24")).await;
    assert_eq!(listed(&searched).len(), 10, "{}", searched.words());
    assert!(admin.get("/admin/groups").await.body.contains("249 members"));
}

#[tokio::test]
async fn somebody_is_found_by_a_part_of_a_name_and_by_what_they_are() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.manager("Mia").await;
    server.person_named("zoe", "Zoë 50%_Ärmel").await;
    let staff = group(&server, "staff", false).await;
    let carol = Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "carol-1".to_owned(),
        display_name: "Carol".to_owned(),
        picture: None,
        now: server.clock.now(),
    };
    let carol = server.app.records.vouched_account(carol).await.expect("answers").id;
    server.app.records.disable_account(carol, server.clock.now()).await.expect("answers");
    let [grace, mia, zoe] =
        [page_of(&server, "grace").await, page_of(&server, "mia").await, page_of(&server, "zoe").await];
    let carol = format!("/admin/people/{carol}");
    for (query, people) in [
        ("", vec![&carol, &grace, &mia, &zoe]),
        ("q=%C3%84RM", vec![&zoe]),
        ("q=%25", vec![&zoe]),
        ("q=ra", vec![&grace]),
        ("q=CAR", vec![&carol]),
        ("role=admin", vec![&grace]),
        ("role=people", vec![&mia]),
        ("role=none&q=o", vec![&carol, &zoe]),
        ("role=nonsense&state=x&group=y&q=mia", vec![&mia]),
        ("state=disabled", vec![&carol]),
        ("state=no_password", vec![]),
        (&format!("group={staff}"), vec![]),
        ("q=nobody+at+all", vec![]),
    ] {
        let page = admin.get(&format!("/admin/people?{query}")).await;
        assert_eq!(listed(&page).iter().collect::<Vec<_>>(), people, "{query}: {}", page.words());
        assert_eq!(page.body.contains("No one matches."), people.is_empty(), "{query}");
    }
    let page = admin.get(&carol).await;
    for part in
        ["Signs in with a phone app.", "carol-1", "The name comes from the phone app", "This account is disabled."]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let named = [("display_name", "Mallory"), ("email", "c@example.org"), ("seen", &*super::hidden(&page, "seen"))];
    assert_eq!(admin.post(&carol, &named).await.status, StatusCode::SEE_OTHER);
    assert!(admin.get(&carol).await.body.contains("c@example.org"));
    assert!(
        admin.get("/admin/people?q=mallory").await.body.contains("No one matches."),
        "the next token says the name"
    );
    let delete = admin.get(&format!("{carol}/delete")).await;
    assert!(delete.body.contains("comes back when its owner next uses"), "{}", delete.body);
}
