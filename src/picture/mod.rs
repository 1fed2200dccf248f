//! Uploaded pictures: decoded within limits, cropped to a small square and encoded again. Nothing else of the
//! file is stored, in particular not the place where a photograph was taken. A picture is public for a client
//! that knows its id.
//!
//! The steps: `upload` reads the request body, and `bodies` limits the memory of all bodies; `container`
//! walks the file before anything is decoded; `pixels` decodes it on the thread of a `worker`. `avatar` and
//! `logo` show pictures on pages; `not_taken` has the reasons for a rejection.

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

/// The sizes at which a picture can be requested: the edges in pixels that WeChat's dialect knows. 0 is the
/// stored picture unchanged.
const SIZES: [u32; 5] = [0, 46, 64, 96, 132];

/// Accepts uploaded pictures and answers requests for stored ones; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pictures {
    records: Records,
    uploads: Uploads,
    /// Decodes one uploaded picture at a time, in [`DECODED_BYTES`](crate::web::bounds::DECODED_BYTES) at most.
    decodes: Worker,
    /// Scales one stored picture at a time, in less than one MiB. It has a thread of its own, so that a
    /// request for a picture never waits for an upload.
    scalings: Worker,
    /// Limits the stored pictures that are held in memory while they wait to be scaled.
    scaled: Arc<Semaphore>,
}

/// Largest number of stored pictures that requests hold in memory at once; a further request waits before its picture
/// is read from the store.
const SCALED: usize = 32;

impl Pictures {
    /// Makes the service that stores and reads pictures in these records, and starts its two threads: one for uploaded
    /// pictures, and one that scales stored ones.
    pub fn new(records: Records, clock: Clock) -> Self {
        let [decodes, scalings] = ["decodes", "scalings"].map(Worker::start);
        Self { records, uploads: Uploads::new(clock), decodes, scalings, scaled: Arc::new(Semaphore::new(SCALED)) }
    }

    /// Reads a form (`multipart/form-data`) with one file from the account `by`, and returns its picture, which the
    /// caller has to store. If the file is rejected, it logs the reason and fails. The caller must have checked that
    /// the sender may upload, before any of the body is read, and has to check it again afterwards: a body may take long.
    pub async fn take(&self, request: Request, by: AccountId, now: Timestamp) -> Result<NewPicture, NotTaken> {
        let taken = self.try_take(request, by, now).await;
        if let Err(why) = &taken {
            tracing::info!(code = "picture_not_taken", ?why, "a picture was not taken");
        }
        taken
    }

    async fn try_take(&self, request: Request, by: AccountId, now: Timestamp) -> Result<NewPicture, NotTaken> {
        let upload = self.uploads.read(request, by).await?;
        // The form is parsed on the thread that decodes its picture, so that one thread allocates and frees the memory.
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

    /// Makes a picture with this id from a file that was not uploaded, such as a logo named in a configuration file;
    /// the caller has to store it. Fails if the file is rejected.
    pub async fn make(&self, id: PictureId, file: Bytes, now: Timestamp) -> Result<NewPicture, NotTaken> {
        let jpeg = self.decodes.run(move || square(file)).await.unwrap_or(Err(PANICKED))?;
        Ok(NewPicture { id, jpeg, created_at: now })
    }

    /// Returns how many bytes of memory are still free for request bodies with an uploaded picture.
    pub fn room(&self) -> usize {
        self.uploads.room()
    }
}

const PANICKED: NotTaken = NotTaken::NotAPicture("its decoder panicked");

/// Returns the URL path at which this server sends a stored picture. `size` is 0 for the picture unchanged, or its edge
/// in pixels: 46, 64, 96 or 132.
pub fn path(id: PictureId, size: u32) -> String {
    format!("/picture/{id}/{size}")
}

/// `GET /picture/{id}/{size}`: sends a stored picture, scaled unless the size is 0. 404 for an unknown picture
/// or size.
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
        // The picture of an id never changes, but it may be deleted.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        // Apps show the picture on their own pages.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, jpeg).into_response())
}
