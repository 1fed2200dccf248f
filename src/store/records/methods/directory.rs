//! The methods of the records by which administrators find, add and change accounts and groups. Each change that is made
//! writes a line of activity in its transaction.

use std::time::Duration;

use crate::measure;
use crate::store::Fault;
use crate::store::records::accounts::{Listed, Removal, RoleChange};
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::directory::filter::{PeopleAfter, PeopleFilter};
use crate::store::records::directory::person::{Conflict, NewPerson, PersonChange, PersonDetails, SignedUp};
use crate::store::records::early_ends::SignedOut;
use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::passkeys::Passkey;
use crate::store::records::people::{Group, GroupChange, GroupId, Role};
use crate::store::records::{Records, on_postgres, read, write_alone, write_query, write_whole};
use crate::ticket::ids::AccountId;
use sqlx::Connection as _;
use tokio::time::timeout;

/// The longest time that PostgreSQL may take to add many accounts, each statement of it being short.
const ADDING: Duration = Duration::from_secs(120);

impl Records {
    /// Returns at most `most` accounts that the filter selects, in the order of their display names, beginning behind
    /// `after`. It reads an index and those accounts, however many others there are.
    pub async fn people(
        &self,
        filter: &PeopleFilter,
        after: Option<&PeopleAfter>,
        most: u32,
    ) -> Result<Vec<Listed>, Fault> {
        read!(self, people(self.ways_in(), filter, after, most))
    }

    /// Returns how many accounts the filter selects, but never more than `most`.
    pub async fn count_people(&self, filter: &PeopleFilter, most: u32) -> Result<u64, Fault> {
        read!(self, count_people(self.ways_in(), filter, most))
    }

    /// Returns an account as a list shows it; `None` if there is no such account.
    pub async fn person(&self, id: AccountId) -> Result<Option<Listed>, Fault> {
        read!(self, person(self.ways_in(), id))
    }

    /// Returns every group in the order of their names, without counting their members as [`Records::groups`] does.
    pub async fn all_groups(&self) -> Result<Vec<Group>, Fault> {
        read!(self, all_groups())
    }

    /// Adds these accounts and makes them members of their groups. If one of them cannot be added, adds none and returns
    /// what is taken of which. With `is_dry_run`, only returns that. Accounts that did not prove an address lose it to one
    /// that is added with it as a proven one.
    pub async fn add_people(
        &self,
        people: Vec<NewPerson>,
        is_dry_run: bool,
        by: ActedBy,
    ) -> Result<Vec<Conflict>, Fault> {
        let unproven = self.unproven_addresses();
        match self {
            Self::Sqlite(_) => write_query!(self, add_people(&people, is_dry_run, unproven, &by)),
            // As `write_alone`, but with more time: each statement adds some of the accounts.
            Self::Postgres(postgres) => {
                let adding = timeout(ADDING, async {
                    let mut lent = postgres.pool.lend().await?;
                    let outcome = async {
                        let mut transaction = lent.begin().await?;
                        let lock = sqlx::query("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE");
                        lock.execute(&mut *transaction).await?;
                        let adding =
                            postgres::queries::add_people(&mut transaction, &people, is_dry_run, unproven, &by);
                        let done = adding.await?;
                        transaction.commit().await?;
                        Ok::<_, Fault>(done)
                    }
                    .await;
                    lent.after(outcome)
                });
                measure::store("postgres", Box::pin(adding)).await.map_err(|_| Fault::TooSlow("PostgreSQL"))?
            }
        }
    }

    /// Adds an account together with its passkey; the result tells whether it was done.
    pub async fn sign_up(&self, person: NewPerson, passkey: Passkey, by: ActedBy) -> Result<SignedUp, Fault> {
        let unproven = self.unproven_addresses();
        write_alone!(self, "accounts", sign_up(&person, &passkey, unproven, &by))
    }

    /// Replaces the details of an account if they still have the fingerprint `seen`. If the account has these details
    /// already, only returns [`PersonChange::Done`], whatever `seen` is.
    pub async fn change_person(
        &self,
        id: AccountId,
        details: PersonDetails,
        seen: Option<Fingerprint>,
        by: ActedBy,
    ) -> Result<PersonChange, Fault> {
        let unproven = self.unproven_addresses();
        write_alone!(self, "accounts", change_person(id, &details, seen, unproven, &by))
    }

    /// Gives an account a role, as [`Records::set_role`] does.
    pub async fn change_role(&self, id: AccountId, role: Role, by: ActedBy) -> Result<RoleChange, Fault> {
        let ways = self.ways_in();
        write_alone!(self, "accounts", change_role(ways, id, role, &by))
    }

    /// Disables an account, as [`Records::disable_account`] does; `None` if there is no such account.
    pub async fn disable_person(&self, id: AccountId, by: ActedBy) -> Result<Option<Removal>, Fault> {
        let ways = self.ways_in();
        self.wake_sender(write_alone!(self, "accounts", disable_person(ways, id, &by)))
    }

    /// Enables an account and returns `true`, also if it is enabled; `false` if there is no such account.
    pub async fn enable_person(&self, id: AccountId, by: ActedBy) -> Result<bool, Fault> {
        write_alone!(self, "accounts", enable_person(id, &by))
    }

    /// Deletes an account, as [`Records::delete_account`] does; `None` if there is no such account.
    pub async fn delete_person(&self, id: AccountId, by: ActedBy) -> Result<Option<Removal>, Fault> {
        let ways = self.ways_in();
        self.wake_sender(write_alone!(self, "accounts", delete_person(ways, id, &by)))
    }

    /// Ends everything that an account has open, as [`Records::sign_out_account`] does; `None` if there is no such
    /// account.
    pub async fn sign_out_person(&self, id: AccountId, by: ActedBy) -> Result<Option<SignedOut>, Fault> {
        self.wake_sender(write_whole!(self, sign_out_person(id, &by)))
    }

    /// Makes an account a member of a group and returns `true`, also if it is one; `false` if one of the two does not
    /// exist.
    pub async fn join_group(&self, group: GroupId, account: AccountId, by: ActedBy) -> Result<bool, Fault> {
        write_whole!(self, join_group(group, account, &by))
    }

    /// Removes an account from a group and returns `true`, also if it is no member; `false` if there is no such group.
    pub async fn leave_group(&self, group: GroupId, account: AccountId, by: ActedBy) -> Result<bool, Fault> {
        write_whole!(self, leave_group(group, account, &by))
    }

    /// Adds a group, as [`Records::add_group`] does.
    pub async fn make_group(&self, group: Group, by: ActedBy) -> Result<bool, Fault> {
        write_whole!(self, make_group(&group, &by))
    }

    /// Replaces the settings of a group if they still have the fingerprint `seen`; `None` if they have not. If the group
    /// has these settings already, only returns [`GroupChange::Done`].
    pub async fn revise_group(
        &self,
        group: Group,
        seen: Option<Fingerprint>,
        by: ActedBy,
    ) -> Result<Option<GroupChange>, Fault> {
        write_alone!(self, "account_groups", revise_group(&group, seen, &by))
    }

    /// Deletes a group, as [`Records::delete_group`] does.
    pub async fn end_group(&self, id: GroupId, by: ActedBy) -> Result<bool, Fault> {
        let outcome = write_whole!(self, end_group(id, &by));
        self.known_apps().forget();
        outcome
    }
}
