//! TODO profiles

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::pictures::{NewPicture, PictureId};
use crate::store::records::seen::{Fingerprint, Settled};
use crate::store::records::{Account, Records, on_postgres, read, write, write_whole};
use crate::ticket::ids::AccountId;
use tokio::time::timeout;

impl Records {
    /// An account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        read!(self, account_by_id(id))
    }

    /// Keeps what an account's owner tells: the name that it has here, and the rest but for pictures. Not where it is
    /// another than `seen` by now.
    pub async fn settle_profile(&self, account: Account, seen: Option<Fingerprint>) -> Result<Settled, Fault> {
        write_whole!(self, settle_profile(&account, seen))
    }

    /// Gives an account another picture, or none, and forgets the one before. Nothing is done, and `false` said, where the
    /// account has another picture by now than `from`.
    pub async fn swap_picture(
        &self,
        account: AccountId,
        from: Option<PictureId>,
        to: Option<NewPicture>,
    ) -> Result<bool, Fault> {
        write_whole!(self, swap_picture(account, from, to.as_ref()))
    }
}
