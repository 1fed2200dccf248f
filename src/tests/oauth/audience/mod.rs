//! Who may use an app: everyone, or the members of its groups, at every step and from the moment that they change.

mod exchange;
mod exits;
mod groups;
mod sign_in;

use tessera::crypto::random::random;
use tessera::store::records::activity::{Activity, ActivityFilter, ActivityKind};
use tessera::store::records::people::{Audience, Group, GroupId};
use tessera::ticket::ids::AccountId;

use crate::harness::server::Server;
use crate::harness::site::Site;

/// Makes a group.
pub async fn group(server: &Server, name: &str) -> GroupId {
    let group = Group {
        id: GroupId::from_random(random()),
        name: name.parse().expect("a name"),
        description: String::new(),
        grants_rights: false,
        created_at: server.clock.now(),
    };
    let id = group.id;
    assert!(server.app.records.add_group(group).await.expect("answers"), "a new name");
    id
}

/// The account of this user name.
pub async fn account(server: &Server, name: &str) -> AccountId {
    server.app.records.account_by_username(name).await.expect("answers").expect("there").0.id
}

pub async fn joins(server: &Server, group: GroupId, name: &str) {
    let who = account(server, name).await;
    assert!(server.app.records.add_member(group, who, server.clock.now()).await.expect("answers"), "{name} was in it");
}

pub async fn leaves(server: &Server, group: GroupId, name: &str) {
    let who = account(server, name).await;
    assert!(server.app.records.remove_member(group, who).await.expect("answers"), "{name} was not in it");
}

/// Opens an app to these groups alone.
pub async fn open_to(server: &Server, site: &Site, groups: &[GroupId]) {
    let audience = Audience::groups(groups.iter().copied());
    server.revise_app(&site.id, |app| app.audience = audience.clone()).await;
}

/// The refusals in the activity of this person, the newest first.
pub async fn refusals(server: &Server, name: &str) -> Vec<Activity> {
    let filter = ActivityFilter {
        account: Some(account(server, name).await),
        kind: Some(ActivityKind::AppRefused),
        ..ActivityFilter::default()
    };
    server.app.records.activity(filter, 100).await.expect("answers")
}
