//! A person's own account: what happened to it, its email address, its data, its deletion, and the start page.

mod activity;
mod data;
mod download;
mod email;
mod home;

use tessera::store::records::activity::{Activity, ActivityFilter, ActivityKind};
use tessera::ticket::ids::AccountId;

use crate::harness::hang::until;
use crate::harness::server::Server;

/// The id of the account with this user name.
pub async fn id_of(server: &Server, name: &str) -> AccountId {
    server.app.records.account_by_username(name).await.expect("answers").expect("there").0.id
}

/// What is stored about an account, the oldest first.
pub async fn happened(server: &Server, id: AccountId) -> Vec<Activity> {
    let filter = ActivityFilter { account: Some(id), ..ActivityFilter::default() };
    let mut lines = server.app.records.activity(filter, 1000).await.expect("answers");
    lines.reverse();
    lines
}

/// The kinds of what is stored about an account, the oldest first.
pub async fn kinds(server: &Server, id: AccountId) -> Vec<ActivityKind> {
    happened(server, id).await.into_iter().map(|activity| activity.line.kind).collect()
}

/// Waits for lines that are stored in the background, until there are this many of a kind.
pub async fn waits_for(server: &Server, id: AccountId, kind: ActivityKind, count: usize) {
    until("the lines of activity", async || {
        kinds(server, id).await.iter().filter(|one| **one == kind).count() >= count
    })
    .await;
}
