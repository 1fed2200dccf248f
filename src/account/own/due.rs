//! Deletes the accounts whose owners asked for it a day ago.

use crate::account::state::Accounts;
use crate::cause::caused;
use crate::store::Fault;
use crate::store::records::accounts::DueDeletion;

/// Largest number of accounts that are deleted at once; the others wait for the next time.
const AT_ONCE: u32 = 100;

impl Accounts {
    /// Deletes the accounts that are due, and returns how many this instance deleted. It is called periodically on each
    /// instance; the records see to it that one of them deletes an account and tells its apps. The last administrator is
    /// not deleted.
    pub async fn delete_due(&self) -> Result<usize, Fault> {
        let now = self.clock.now();
        let mut deleted = 0;
        for id in self.records.accounts_to_delete(now, AT_ONCE).await? {
            match self.records.delete_due_account(id, now).await {
                Ok(DueDeletion::Done(ended)) => {
                    deleted += 1;
                    self.sessions.tell_ended(id);
                    tracing::info!(
                        account.id = %id,
                        sessions = ended.sessions,
                        grants = ended.grants,
                        "an account was deleted, as its owner asked a day ago"
                    );
                }
                Ok(DueDeletion::IsTheLast) => {
                    tracing::warn!(account.id = %id, "an account was to be deleted and stays: it is the last administrator");
                }
                Ok(DueDeletion::NotDue) => {}
                Err(fault) => {
                    tracing::error!(account.id = %id, fault = %caused(&fault), "an account could not be deleted");
                }
            }
        }
        Ok(deleted)
    }
}
