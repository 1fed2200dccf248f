//! Pictures that people upload: decoded within bounds, cut to a small square, and encoded anew, so that nothing of the
//! file itself is kept (the place where a photograph was taken least of all). Shown to whoever has the name of one.
//!
//! The way of a file: `upload` reads its body, of which `bodies` says how much may be held; `container` walks it before
//! anything is decoded; `pixels` decodes it, on the thread of a `worker`.

pub mod avatar;
pub mod logo;
mod bodies;
mod container;
mod not_taken;
mod pixels;
mod upload;
mod worker;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{self, HeaderName};
use axum::response::{IntoResponse, Response};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

pub use self::not_taken::NotTaken;
use self::pixels::{scaled, square};
use self::upload::Uploads;
pub use self::upload::{ACCEPT, FIELD};
use self::worker::Worker;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::store::records::Records;
use crate::store::records::pictures::{NewPicture, PictureId};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::problem::Problem;

/// The sizes that WeChat's dialect knows; 0 is the picture as it is kept.
const SIZES: [u32; 5] = [0, 46, 64, 96, 132];

/// Where pictures are taken in and shown; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pictures {
    records: Records,
    uploads: Uploads,
    /// Of one uploaded picture at a time, in [`DECODED_BYTES`](crate::web::bounds::DECODED_BYTES) at most.
    decodes: Worker,
    /// Of one kept picture at a time, in less than one MiB; nobody who is shown one waits for a picture that comes.
    scalings: Worker,
    /// Kept pictures that are held while they wait for that.
    scaled: Arc<Semaphore>,
}

/// As many as that; whoever comes next waits before anything is read for them.
const SCALED: usize = 32;

impl Pictures {
    /// Pictures in these records.
    pub fn new(records: Records, clock: Clock) -> Self {
        let [decodes, scalings] = ["decodes", "scalings"].map(Worker::start);
        Self { records, uploads: Uploads::new(clock), decodes, scalings, scaled: Arc::new(Semaphore::new(SCALED)) }
    }

    /// Reads a form (`multipart/form-data`) with one file in it, and makes its picture. Whoever sends it is known to be
    /// allowed to: nothing was read before.
    pub async fn take(&self, request: Request, by: AccountId, now: Timestamp) -> Result<NewPicture, NotTaken> {
        let taken = self.try_take(request, by, now).await;
        if let Err(why) = &taken {
            tracing::info!(code = "picture_not_taken", ?why, "a picture was not taken");
        }
        taken
    }

    async fn try_take(&self, request: Request, by: AccountId, now: Timestamp) -> Result<NewPicture, NotTaken> {
        let upload = self.uploads.read(request, by).await?;
        // The form is taken apart where its picture is decoded: memory is taken and given back by one thread.
        let here = Handle::current();
        let jpeg = self.decodes.run(move || {
            let (file, held) = here.block_on(upload.file())?;
            let jpeg = square(file);
            drop(held);
            jpeg
        });
        let jpeg = jpeg.await.unwrap_or(Err(PANICKED))?;
        Ok(NewPicture { id: PictureId::from_random(random()), jpeg, created_at: now })
    }

    /// Makes the picture in a file, under this name.
    pub async fn make(&self, id: PictureId, file: Bytes, now: Timestamp) -> Result<NewPicture, NotTaken> {
        let jpeg = self.decodes.run(move || square(file)).await.unwrap_or(Err(PANICKED))?;
        Ok(NewPicture { id, jpeg, created_at: now })
    }

    /// Bytes that bodies which come in may take before one of them has to give way.
    pub fn room(&self) -> usize {
        self.uploads.room()
    }
}

const PANICKED: NotTaken = NotTaken::NotAPicture("its decoder panicked");

/// The path of a picture: with 0 as it is kept, else with an edge of 46, 64, 96 or 132 pixels.
pub fn path(id: PictureId, size: u32) -> String {
    format!("/picture/{id}/{size}")
}

/// `GET /picture/{id}/{size}`
pub async fn show(
    State(pictures): State<Pictures>,
    Path((id, size)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id.parse::<PictureId>().map_err(|_| Problem::not_found())?;
    let size = SIZES.into_iter().find(|known| known.to_string() == size).ok_or_else(Problem::not_found)?;
    let _one = pictures.scaled.acquire().await.map_err(|_| Problem::broken())?;
    let kept = pictures.records.picture(id).await?.ok_or_else(Problem::not_found)?;
    let jpeg = match size {
        0 => kept,
        _ => pictures.scalings.run(move || scaled(&kept, size)).await.ok_or_else(Problem::broken)??,
    };
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        // What stands under a name never changes; but it may be taken back.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        // Apps show it on their own pages.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, jpeg).into_response())
}
