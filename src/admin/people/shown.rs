//! What the page of a person shows: the account, its groups, its apps, and how much it has open.

use crate::account::session::Sessions;
use crate::admin::Administration;
use crate::store::Fault;
use crate::store::records::SessionRow;
use crate::store::records::accounts::Listed;
use crate::store::records::people::Group;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;
use crate::web::problem::Problem;

/// An account with everything that its page shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The account.
    pub person: Listed,
    /// The groups of which it is a member.
    pub groups: Vec<Group>,
    /// The groups of which it is no member.
    pub other_groups: Vec<Group>,
    /// The id and the name of each app to which its owner gave a consent.
    pub apps: Vec<(AppId, String)>,
    /// Its valid sessions, the last used first.
    pub sessions: Vec<SessionRow>,
    /// The service for sessions, which tells where an address is.
    pub service: Sessions,
    /// The time of the page.
    pub now: Timestamp,
}

/// Finds the account whose id is in the path of a request; the error is 404 if there is none.
pub async fn find(admin: &Administration, id: &str) -> Result<Listed, Problem> {
    let id = AccountId::parse(id).ok_or_else(Problem::not_found)?;
    admin.records.person(id).await?.ok_or_else(Problem::not_found)
}

impl Shown {
    /// Reads what the page of this account shows.
    pub async fn read(admin: &Administration, sessions: &Sessions, person: Listed) -> Result<Self, Fault> {
        let (id, records) = (person.account.id, &admin.records);
        let groups = records.groups_of(id).await?;
        let mut other_groups = records.all_groups().await?;
        other_groups.retain(|group| !groups.iter().any(|own| own.id == group.id));
        let consents = records.consents(id).await?;
        let apps = consents.into_iter().map(|consent| (consent.app.id, consent.app.name.clone())).collect();
        let (service, sessions) = (sessions.clone(), sessions.of(id).await?);
        Ok(Self { person, groups, other_groups, apps, sessions, service, now: admin.now() })
    }
}
