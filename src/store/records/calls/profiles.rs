//! The methods of the records about profiles.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::fingerprint::{Fingerprint, Settled};
use crate::store::records::pictures::{NewPicture, PictureId};
use crate::store::records::{Account, Records, on_postgres, read, write, write_whole};
use crate::ticket::ids::AccountId;
use tokio::time::timeout;

impl Records {
    /// Returns an account; `None` if there is no such account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        read!(self, account_by_id(id))
    }

    /// Stores the display name and the profile of an account, except its pictures, if the stored ones still
    /// have the fingerprint `seen`; otherwise returns [`Settled::Meanwhile`]. If nothing differs, returns
    /// [`Settled::Done`] in any case.
    pub async fn settle_profile(&self, account: Account, seen: Option<Fingerprint>) -> Result<Settled, Fault> {
        write_whole!(self, settle_profile(&account, seen))
    }

    /// Sets or removes the picture of an account, deletes the previous one and returns `true`. Does nothing and
    /// returns `false` if the picture of the account is not `from` any more.
    pub async fn swap_picture(
        &self,
        account: AccountId,
        from: Option<PictureId>,
        to: Option<NewPicture>,
    ) -> Result<bool, Fault> {
        write_whole!(self, swap_picture(account, from, to.as_ref()))
    }
}
