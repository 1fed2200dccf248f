//! The pages about people and groups, and who may do what on them.

mod details;
mod ends;
mod groups;
mod lists;
mod rights;

use reqwest::StatusCode;
use tessera::crypto::random::random;
use tessera::store::records::Account;
use tessera::store::records::activity::{Activity, ActivityFilter};
use tessera::store::records::people::{Group, GroupId};
use tessera::ticket::ids::AccountId;

use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

/// A browser in which somebody who manages people is signed in.
pub async fn manager(server: &Server) -> Browser {
    server.manager("Mia").await;
    let browser = Browser::new(server, DESKTOP, "198.51.100.30");
    assert_eq!(browser.sign_in("mia", PASSWORD, "/").await.status, StatusCode::SEE_OTHER);
    browser
}

/// The account of this user name.
pub async fn account(server: &Server, name: &str) -> Account {
    let found = server.app.records.account_by_username(name).await.expect("answers");
    found.unwrap_or_else(|| panic!("{name} has no account")).0
}

/// The path of the page of somebody.
pub async fn page_of(server: &Server, name: &str) -> String {
    format!("/admin/people/{}", account(server, name).await.id)
}

/// A group that nobody is in.
pub async fn group(server: &Server, name: &str, grants_rights: bool) -> GroupId {
    let group = Group {
        id: GroupId::from_random(random()),
        name: name.parse().expect("a name"),
        description: String::new(),
        grants_rights,
        created_at: server.clock.now(),
    };
    assert!(server.app.records.add_group(group.clone()).await.expect("answers"));
    group.id
}

pub async fn groups_of(server: &Server, id: AccountId) -> Vec<String> {
    let groups = server.app.records.groups_of(id).await.expect("answers");
    groups.iter().map(|group| group.name.to_string()).collect()
}

/// The lines of activity about an account, the newest first.
async fn activity(server: &Server, id: AccountId) -> Vec<Activity> {
    let of = ActivityFilter { account: Some(id), ..ActivityFilter::default() };
    server.app.records.activity(of, 100).await.expect("answers")
}

/// What a form's field of this name has on a page.
pub fn hidden(page: &Reply, name: &str) -> String {
    let after = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{page:?}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

/// The text of the error at a field.
fn wrong_at(page: &Reply, field: &str) -> String {
    let after = page.body.split(&format!("id=\"{field}-wrong\"")).nth(1).unwrap_or_else(|| panic!("{field}: {page:?}"));
    after.split(['>', '<']).nth(1).unwrap_or_default().to_owned()
}
