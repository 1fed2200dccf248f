//! The methods of the records about profiles and pictures.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::fingerprint::{Fingerprint, Settled};
use crate::store::records::pictures::{NewPicture, PictureId};
use crate::store::records::{Account, Records, on_postgres, read, read_one, write_query, write_whole};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use std::collections::HashSet;
use tokio::time::timeout;

impl Records {
    /// Returns an account; `None` if there is no such account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        read_one!(self, account_by_id(id))
    }

    /// Stores the display name and the profile of an account, except its pictures. Stores nothing and returns
    /// [`Settled::Meanwhile`] if the stored ones do not have the fingerprint `seen` any more. If the account has
    /// these values already, returns [`Settled::Done`], whatever `seen` is.
    pub async fn settle_profile(
        &self,
        account: Account,
        seen: Option<Fingerprint>,
        now: Timestamp,
    ) -> Result<Settled, Fault> {
        write_whole!(self, settle_profile(&account, seen, now))
    }

    /// Sets the picture of an account to `to`, or removes it if `to` is `None`, deletes the previous one and
    /// returns `true`. Does nothing and returns `false` if the present picture is not `from`, or if there is no
    /// such account.
    pub async fn swap_picture(
        &self,
        account: AccountId,
        from: Option<PictureId>,
        to: Option<NewPicture>,
    ) -> Result<bool, Fault> {
        write_whole!(self, swap_picture(account, from, to.as_ref()))
    }

    /// Returns the JPEG file of the picture with this id; `None` if there is no such picture.
    pub async fn picture(&self, id: PictureId) -> Result<Option<Vec<u8>>, Fault> {
        read!(self, picture(id))
    }

    /// Deletes pictures that no account and no app uses, and that are older than
    /// [`UNUSED_KEPT`](crate::store::records::pictures::UNUSED_KEPT).
    pub(in crate::store) async fn sweep_pictures(&self, now: Timestamp) -> Result<(), Fault> {
        let unused = read!(self, pictures_of_no_account())?;
        // Read after the pictures: a picture that was added meanwhile is not among the unused ones.
        let logos: HashSet<PictureId> = self.apps().await?.into_iter().filter_map(|app| app.options.logo).collect();
        for id in unused.into_iter().filter(|id| !logos.contains(id)) {
            write_query!(self, one drop_old_picture(id, now))?;
        }
        Ok(())
    }
}
