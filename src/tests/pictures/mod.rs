//! What files and bodies that mean harm can do where pictures are taken in: nothing is held that was not counted before,
//! and nobody's upload stands in anybody else's way.

mod containers;
mod crowd;
mod files;
mod memory;
mod uploads;

use tempfile::TempDir;
use tessera::entropy::random;
use tessera::store::pictures::PictureId;
use tessera::store::records::Records;
use tessera::ticket::time::Timestamp;
use tessera::web::picture::{NotTaken, Pictures};

/// Where the picture of a person is uploaded.
const OF_PERSON: &str = "/account/profile/picture";

/// Pictures without a server around them.
struct Shelf {
    pictures: Pictures,
    records: Records,
    _folder: TempDir,
}

impl Shelf {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::sqlite(&folder.path().join("tessera.db")).await.expect("opens");
        Self { pictures: Pictures::new(records.clone()), records, _folder: folder }
    }

    /// Keeps the picture in a file, and gives it back as it is kept.
    async fn keep(&self, file: &[u8]) -> Result<Vec<u8>, NotTaken> {
        let id = PictureId::from_random(random());
        self.pictures.keep(id, file.to_vec().into(), Timestamp::from_millis(1_800_000_000_000)).await?;
        Ok(self.records.picture(id).await.expect("answers").expect("kept"))
    }
}
