//! The methods of the records about pictures.

use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::pictures::PictureId;
use crate::store::records::{Records, on_postgres, read, write_query};
use crate::ticket::time::Timestamp;
use std::collections::HashSet;
use tokio::time::timeout;

impl Records {
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
