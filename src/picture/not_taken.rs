//! The reasons why an uploaded file is rejected.

use axum::http::StatusCode;

use crate::text::Texts;
use crate::web::problem::Problem;

/// Why an upload of a picture is rejected: for its file, for its form, or for lack of memory.
#[derive(Debug)]
pub enum NotTaken {
    /// The form contains no file.
    NoneChosen,
    /// The file is not a PNG, JPEG or WebP, or is broken; the text is for the log.
    NotAPicture(&'static str),
    /// The file has too many bytes or pixels, or its picture needs too much memory to be decoded.
    TooLarge,
    /// The file is a WebP with lossless pixels or a lossless alpha channel, whose decoder could need too much
    /// memory.
    Lossless,
    /// The file is an animation.
    Moves,
    /// The body of the request is not a form as browsers send it, or breaks off.
    Malformed,
    /// The memory for uploads is full, or this upload was evicted for another one.
    Busy,
}

impl NotTaken {
    /// Returns the status of the answer and the text beside the form's field, which say why the upload was rejected.
    /// `Malformed` is returned as a [`Problem`] instead, because browsers do not send such a form.
    pub fn status_and_text(self, texts: &'static Texts) -> Result<(StatusCode, &'static str), Problem> {
        match self {
            Self::NoneChosen => Ok((StatusCode::UNPROCESSABLE_ENTITY, texts.picture.none_chosen)),
            Self::NotAPicture(_) => Ok((StatusCode::UNPROCESSABLE_ENTITY, texts.picture.not_one)),
            Self::Moves => Ok((StatusCode::UNPROCESSABLE_ENTITY, texts.picture.moves)),
            Self::Lossless => Ok((StatusCode::PAYLOAD_TOO_LARGE, texts.picture.lossless)),
            Self::TooLarge => Ok((StatusCode::PAYLOAD_TOO_LARGE, texts.picture.too_large)),
            Self::Busy => Ok((StatusCode::SERVICE_UNAVAILABLE, texts.picture.busy)),
            Self::Malformed => Err(Problem::malformed()),
        }
    }
}
