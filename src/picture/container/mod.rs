//! What a file says of its picture before a pixel of it is decoded, and the file without anything else.
//!
//! Decoders believe what a file claims: they ask for the memory first and find out then. So the container of a file is
//! walked before, each part of it must lie within the file, and what its decoder will hold is counted by how that
//! decoder works. The decoder then gets a file with the parts that pixels are made of, and nothing else: no metadata
//! (EXIF, ICC, XMP, text) and no part that is not known here ever reaches it.

mod jpeg;
mod png;
mod walked;
mod webp;

use image::ImageFormat;

pub(super) use self::walked::Walked;
use super::NotTaken;
use crate::web::bounds::{DECODED_BYTES, PICTURE_EDGE, PICTURE_PIXELS};

/// Walks the container of a file.
///
/// # Errors
/// It is none of a PNG, JPEG or WebP, it is broken, its picture moves, or decoding it would take too much.
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
