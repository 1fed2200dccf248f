//! The phones of an account that browsers may ask: each with the session on which that depends.

use super::Sessions;
use crate::store::Fault;
use crate::store::records::SessionRow;
use crate::store::records::push::PushRow;
use crate::ticket::ids::AccountId;

impl Sessions {
    /// Returns the push subscriptions of an account with the sessions of their phones, and deletes those whose session is over
    /// without that anything ended it: it was not used for long.
    pub async fn phones_asked(&self, account: AccountId) -> Result<Vec<(PushRow, SessionRow)>, Fault> {
        let mut phones = Vec::new();
        for push in self.records.pushes_of(account).await? {
            match self.valid(push.session).await? {
                Some((session, _)) => phones.push((push, session)),
                None => {
                    self.records.drop_push(account, push.id).await?;
                }
            }
        }
        Ok(phones)
    }
}
