//! Reads what an image file claims about its picture, before any pixel of it is decoded.
//!
//! Decoders trust these claims: they allocate the memory first and notice errors later. So the container is walked
//! first, each part must lie within the file, and the memory that its decoder will need is computed from how that
//! decoder works. The decoder then gets a copy of the file with only the parts that pixels are made of: metadata (EXIF,
//! ICC, XMP, text) and unknown parts must never reach it.

mod jpeg;
mod png;
mod walked;
mod webp;

use image::ImageFormat;

pub(super) use self::walked::Walked;
use super::NotTaken;
use crate::web::bounds::{DECODED_BYTES, PICTURE_EDGE, PICTURE_PIXELS};

/// Walks the container of a file, and returns what it says about its picture and a cleaned copy of the file.
///
/// # Errors
/// If it is not a PNG, JPEG or WebP, is broken, is an animation, or would take too much memory or time to
/// decode.
pub(crate) fn walk(file: &[u8]) -> Result<Walked, NotTaken> {
    let walked = match image::guess_format(file) {
        Ok(ImageFormat::Png) => png::walk(file)?,
        Ok(ImageFormat::Jpeg) => jpeg::walk(file)?,
        Ok(ImageFormat::WebP) => webp::walk(file)?,
        _ => return Err(NotTaken::NotAPicture("it is no PNG, JPEG or WebP file")),
    };
    let (width, height) = (walked.width, walked.height);
    if width == 0 || height == 0 {
        return Err(NotTaken::NotAPicture("it has no pixels"));
    }
    if width > PICTURE_EDGE || height > PICTURE_EDGE || u64::from(width) * u64::from(height) > PICTURE_PIXELS {
        return Err(NotTaken::TooLarge);
    }
    if walked.memory > DECODED_BYTES {
        return Err(NotTaken::TooLarge);
    }
    Ok(walked)
}
