//! Pictures that people upload: decoded within bounds, cut to a small square, and encoded anew, so that nothing of the
//! file itself is kept (the place where a photograph was taken least of all). Shown to whoever has the name of one.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Path, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;

use super::bounds::{DECODES, UPLOAD_BYTES, UPLOADS};
use super::pixels::{scaled, square};
use super::problem::Problem;
use crate::entropy::random;
use crate::store::Fault;
use crate::store::pictures::PictureId;
use crate::store::records::Records;
use crate::text::Lang;
use crate::ticket::time::Timestamp;

/// The field of a form that holds the file.
pub const FIELD: &str = "picture";
/// What a browser offers to choose from.
pub const ACCEPT: &str = "image/png,image/jpeg,image/webp";
/// The sizes that WeChat's dialect knows; 0 is the picture as it is kept.
const SIZES: [u32; 5] = [0, 46, 64, 96, 132];

/// Why a file is not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// The form came without one.
    NoneChosen,
    /// It is no PNG, JPEG or WebP, or a broken one.
    NotAPicture,
    /// It has more bytes or more pixels than are taken.
    TooLarge,
    /// The form is none that a browser sends.
    Malformed,
    /// As many others are being read as there may be.
    Busy,
    /// The store failed.
    Fault(Fault),
}

impl NotTaken {
    /// What the form says beside its field, and the status of that answer; what is not about the file is a problem of
    /// its own.
    pub fn told(self, lang: Lang) -> Result<(StatusCode, &'static str), Problem> {
        match self {
            Self::NoneChosen => Ok((StatusCode::UNPROCESSABLE_ENTITY, lang.picture_none_chosen())),
            Self::NotAPicture => Ok((StatusCode::UNPROCESSABLE_ENTITY, lang.picture_not_one())),
            Self::TooLarge => Ok((StatusCode::PAYLOAD_TOO_LARGE, lang.picture_too_large())),
            Self::Busy => Ok((StatusCode::SERVICE_UNAVAILABLE, lang.picture_busy())),
            Self::Malformed => Err(Problem::malformed()),
            Self::Fault(fault) => Err(fault.into()),
        }
    }
}

impl From<Fault> for NotTaken {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Where pictures are taken in and shown; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pictures {
    records: Records,
    uploads: Arc<Semaphore>,
    decodes: Arc<Semaphore>,
}

impl Pictures {
    /// Pictures in these records.
    pub fn new(records: Records) -> Self {
        let turns = |most| Arc::new(Semaphore::new(most));
        Self { records, uploads: turns(UPLOADS), decodes: turns(DECODES) }
    }

    /// Reads a form (`multipart/form-data`) with one file in it, and keeps its picture. Whoever sends it is known to be
    /// allowed to: nothing was read before.
    pub async fn take(&self, request: Request, now: Timestamp) -> Result<PictureId, NotTaken> {
        if is_too_large(request.headers()) {
            read_out(request.into_body()).await;
            return Err(NotTaken::TooLarge);
        }
        let turn = self.uploads.try_acquire().map_err(|_| NotTaken::Busy)?;
        let file = file_of(request).await?;
        drop(turn);
        let id = PictureId::from_random(random());
        self.keep(id, file, now).await.map(|()| id)
    }

    /// Keeps the picture in a file under this name. A name that follows from the file may be kept already, and is the
    /// same.
    pub async fn keep(&self, id: PictureId, file: Bytes, now: Timestamp) -> Result<(), NotTaken> {
        let jpeg = self.work(move || square(&file)).await?;
        Ok(self.records.add_picture(id, jpeg, now).await?)
    }

    /// Forgets a picture that another one took the place of, or none.
    pub async fn forget(&self, id: PictureId) -> Result<(), Fault> {
        self.records.drop_picture(id).await
    }

    /// Work with pixels, away from the threads that answer others.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.decodes.acquire().await.expect("never closed");
        tokio::task::spawn_blocking(work).await.expect("a picture that cannot be decoded is an error, no panic")
    }
}

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
    let kept = pictures.records.picture(id).await?.ok_or_else(Problem::not_found)?;
    let jpeg = if size == 0 { kept } else { pictures.work(move || scaled(&kept, size)).await? };
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        // What stands under a name never changes; but it may be taken back.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        // Apps show it on their own pages.
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, jpeg).into_response())
}

fn is_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_none_or(|length| length > UPLOAD_BYTES)
}

/// A browser that is answered while it still sends shows no answer at all. The route's own bound says how much is read.
async fn read_out(body: Body) {
    let mut parts = body.into_data_stream();
    while let Some(Ok(_)) = parts.next().await {}
}

/// The first file of a form in which anything is.
async fn file_of(request: Request) -> Result<Bytes, NotTaken> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| NotTaken::Malformed)?;
    loop {
        let field = form.next_field().await.map_err(|error| unread(error.status()))?;
        let Some(field) = field else { return Err(NotTaken::NoneChosen) };
        if field.name() != Some(FIELD) {
            continue;
        }
        let file = field.bytes().await.map_err(|error| unread(error.status()))?;
        if !file.is_empty() {
            return Ok(file);
        }
    }
}

fn unread(status: StatusCode) -> NotTaken {
    if status == StatusCode::PAYLOAD_TOO_LARGE { NotTaken::TooLarge } else { NotTaken::Malformed }
}
