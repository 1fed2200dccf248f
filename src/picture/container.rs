//! What a file says of its picture before a pixel of it is decoded, and the file without anything else.
//!
//! Decoders believe what a file claims: they ask for the memory first and find out then. So the container of a file is
//! walked before, each part of it must lie within the file, and what its decoder will hold is counted by how that
//! decoder works. The decoder then gets a file with the parts that pixels are made of, and nothing else: no metadata
//! (EXIF, ICC, XMP, text) and no part that is not known here ever reaches it.

use image::ImageFormat;
use image::metadata::Orientation;

use super::{NotTaken, jpeg, png, webp};
use crate::web::bounds::{DECODED_BYTES, PICTURE_EDGE, PICTURE_PIXELS};

/// Bytes that any decoder holds beside what is counted: tables, windows, a few rows.
pub(crate) const WORK_BYTES: u64 = 2 * 1024 * 1024;

/// A file whose container was walked to its end.
#[derive(Debug)]
pub(crate) struct Walked {
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
    /// How the picture must be turned: all that is read of the metadata.
    pub orientation: Orientation,
    /// Bytes that the decoder holds at once beside the file, at most.
    pub memory: u64,
    /// The file with its pixels alone.
    pub file: Vec<u8>,
}

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

/// The orientation that EXIF names, without the mark that JPEG has before it and some WebP files have too.
pub(crate) fn orientation(exif: &[u8]) -> Orientation {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}
