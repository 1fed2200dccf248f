//! The methods of the records about roles, groups and who may use an app.

use crate::measure;
use crate::store::Fault;
use crate::store::records::accounts::RoleChange;
use crate::store::records::apps::App;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::people::{Audience, Group, GroupChange, GroupId, Role};
use crate::store::records::{Records, on_postgres, read, write_alone, write_query};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Gives an account a role. The last administrator that can sign in keeps theirs, because otherwise the server could
    /// not be administered; the result tells what was done.
    pub async fn set_role(&self, id: AccountId, role: Role) -> Result<RoleChange, Fault> {
        let ways = self.ways_in();
        write_alone!(self, "accounts", set_role(ways, id, role))
    }

    /// Returns every group with the number of its members, in the order of their names.
    pub async fn groups(&self) -> Result<Vec<(Group, u64)>, Fault> {
        read!(self, groups())
    }

    /// Returns the group of this id; `None` if there is no such group.
    pub async fn group(&self, id: GroupId) -> Result<Option<Group>, Fault> {
        read!(self, group(id))
    }

    /// Adds a group and returns `true`; adds nothing and returns `false` if there is one of this name, or of a name that
    /// looks like it.
    pub async fn add_group(&self, group: Group) -> Result<bool, Fault> {
        write_query!(self, one add_group(&group))
    }

    /// Replaces the name, the description and the mark of the group with this id; the result tells whether it was done.
    pub async fn change_group(&self, group: Group) -> Result<GroupChange, Fault> {
        write_alone!(self, "account_groups", change_group(&group))
    }

    /// Deletes a group and returns `true`; `false` if there is no such group. Its members stay; an app that was open to
    /// this group alone is open to no one.
    pub async fn delete_group(&self, id: GroupId) -> Result<bool, Fault> {
        let outcome = write_query!(self, one delete_group(id));
        self.known_apps().forget();
        outcome
    }

    /// Returns the groups of which an account is a member, in the order of their names.
    pub async fn groups_of(&self, account: AccountId) -> Result<Vec<Group>, Fault> {
        read!(self, groups_of(account))
    }

    /// Adds an account to a group and returns `true`; `false` if it is a member already, or if one of the two does not
    /// exist.
    pub async fn add_member(&self, group: GroupId, account: AccountId, now: Timestamp) -> Result<bool, Fault> {
        write_query!(self, one add_member(group, account, now))
    }

    /// Removes an account from a group and returns `true`; `false` if it is not a member.
    pub async fn remove_member(&self, group: GroupId, account: AccountId) -> Result<bool, Fault> {
        write_query!(self, one remove_member(group, account))
    }

    /// Returns whether an account may use an app at this moment, by the groups of both. `app` may come from the cache: an
    /// app that is open to everyone needs no query, and what the database says of the groups counts.
    pub async fn may_use(&self, account: AccountId, app: &App) -> Result<bool, Fault> {
        match app.audience {
            Audience::Everyone => Ok(true),
            Audience::Groups(_) => self.is_in_audience(app.id, account).await,
        }
    }

    async fn is_in_audience(&self, app: AppId, account: AccountId) -> Result<bool, Fault> {
        read!(self, is_in_audience(app, account))
    }
}
