//! What is known of a file whose container was walked to its end.

use image::ImageFormat;
use image::metadata::Orientation;

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

/// The orientation that EXIF names, without the mark that JPEG has before it and some WebP files have too.
pub(crate) fn orientation(exif: &[u8]) -> Orientation {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}
