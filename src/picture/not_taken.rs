//! Why an uploaded file is not taken.

use axum::http::StatusCode;

use crate::text::Texts;
use crate::web::problem::Problem;

/// Why a file is not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// The form came without one.
    NoneChosen,
    /// It is no PNG, JPEG or WebP, or a broken one; how, for the log.
    NotAPicture(&'static str),
    /// It has more bytes or more pixels than are taken.
    TooLarge,
    /// It is a WebP without loss, for which more would be held than for any other picture of its size.
    Lossless,
    /// It is an animation.
    Moves,
    /// The form is none that a browser sends.
    Malformed,
    /// As much of others is held as may be, or it gave way to one of them.
    Busy,
}

impl NotTaken {
    /// What the form says beside its field, and the status of that answer; what is not about the file is a problem of
    /// its own.
    pub fn told(self, texts: &'static Texts) -> Result<(StatusCode, &'static str), Problem> {
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
