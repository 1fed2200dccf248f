//! The result of walking a container to its end, and what the three formats share.

use image::ImageFormat;
use image::metadata::Orientation;

/// Number of bytes that are added to the computed memory of every decoder, for its tables, windows and a few rows.
pub(crate) const WORK_BYTES: u64 = 2 * 1024 * 1024;

/// What a file says about its picture, once its container was walked to its end, and a cleaned copy of the
/// file. No pixel is decoded yet.
#[derive(Debug)]
pub(crate) struct Walked {
    pub format: ImageFormat,
    pub width: u32,
    pub height: u32,
    /// The orientation that EXIF states; nothing else is read from the metadata.
    pub orientation: Orientation,
    /// Largest number of bytes that the decoder holds at once, in addition to the file.
    pub memory: u64,
    /// A copy of the file with only the parts that pixels are made of.
    pub file: Vec<u8>,
}

/// Reads the orientation of a picture from EXIF data, which has a prefix in JPEG and in some WebP files. If the data
/// states none or cannot be read, the picture is taken as upright.
pub(crate) fn orientation(exif: &[u8]) -> Orientation {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}
