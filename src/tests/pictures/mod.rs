//! What files and bodies that mean harm can do where pictures are taken in: nothing is held that was not counted before,
//! and nobody's upload stands in anybody else's way.

mod containers;
mod crowd;
mod files;
mod hang_up;
mod memory;
mod uploads;

use tempfile::TempDir;
use tessera::clock::Clock;
use tessera::crypto::random::random;
use tessera::picture::{NotTaken, Pictures};
use tessera::store::records::Records;
use tessera::store::records::passkeys::WaysIn;
use tessera::store::records::pictures::PictureId;
use tessera::ticket::time::Timestamp;

/// Where the picture of a person is uploaded.
const OF_PERSON: &str = "/account/profile/picture";

/// Pictures without a server around them.
struct Shelf {
    pictures: Pictures,
    _folder: TempDir,
}

impl Shelf {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::sqlite(&folder.path().join("tessera.db"), WaysIn::BOTH).await.expect("opens");
        Self { pictures: Pictures::new(records, Clock::system()), _folder: folder }
    }

    /// Makes the picture in a file, as it would be kept.
    async fn keep(&self, file: &[u8]) -> Result<Vec<u8>, NotTaken> {
        let (id, now) = (PictureId::from_random(random()), Timestamp::from_millis(1_800_000_000_000));
        Ok(self.pictures.make(id, file.to_vec().into(), now).await?.jpeg)
    }
}
