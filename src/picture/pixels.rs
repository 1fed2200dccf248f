//! Decodes an uploaded picture, crops it to a small square and encodes it again.

use std::io::Cursor;

use axum::body::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::thumbnail;
use image::{DynamicImage, GenericImageView as _, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

use super::NotTaken;
use super::container::{Walked, walk};
use crate::store::Fault;
use crate::web::bounds::DECODED_BYTES;

/// Edge of a stored picture in pixels: twice 132, the largest size that can be requested.
const SIDE: u32 = 264;
/// JPEG quality in percent with which pictures are encoded: no artefacts are visible on a face, and 264 × 264 pixels
/// take some 20 KB.
const QUALITY: u8 = 88;

/// Decodes a file, and returns the centre square of its picture, upright and on white, as a JPEG of [`SIDE`] pixels.
/// The memory that decoding will need is checked first. Fails if the file is rejected.
pub(crate) fn square(file: Bytes) -> Result<Vec<u8>, NotTaken> {
    let Walked { format, width, height, orientation, file: pixels, .. } = walk(&file)?;
    drop(file);
    let mut reader = ImageReader::with_format(Cursor::new(pixels), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| undecoded(&error))?;
    if decoder.dimensions() != (width, height) || decoder.total_bytes() > DECODED_BYTES {
        return Err(NotTaken::NotAPicture("its decoder reads another size than its container says"));
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| undecoded(&error))?;
    let edge = width.min(height);
    // A view of the middle, not a copy.
    let middle = picture.view((width - edge) / 2, (height - edge) / 2, edge, edge);
    let mut small = DynamicImage::from(thumbnail(&*middle, SIDE, SIDE));
    drop(picture);
    small.apply_orientation(orientation);
    jpeg(&on_white(&small)).ok_or(NotTaken::NotAPicture("it cannot be encoded anew"))
}

fn undecoded(error: &image::ImageError) -> NotTaken {
    match error {
        image::ImageError::Limits(_) => NotTaken::TooLarge,
        _ => NotTaken::NotAPicture("its pixels are broken"),
    }
}

/// Returns the picture with its transparent pixels blended with white, because both a page and the picture of a logo
/// may be dark.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

/// Returns a stored picture (a JPEG) scaled to an edge of `size` pixels, as a JPEG. Fails if the stored picture
/// cannot be read.
pub(crate) fn scaled(kept: &[u8], size: u32) -> Result<Vec<u8>, Fault> {
    let unreadable = || Fault::Unreadable("pictures.jpeg");
    let picture = image::load_from_memory_with_format(kept, ImageFormat::Jpeg).map_err(|_| unreadable())?;
    jpeg(&picture.thumbnail_exact(size, size).to_rgb8()).ok_or_else(unreadable)
}

fn jpeg(picture: &RgbImage) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(picture).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    /// Makes a picture of this size whose left half is red and whose right half is transparent.
    fn flag(width: u32, height: u32) -> DynamicImage {
        let colour = |x| if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 0]) };
        RgbaImage::from_fn(width, height, |x, _| colour(x)).into()
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).expect("encodes");
        out.into_inner()
    }

    /// Returns, for the left, upper, right and lower edge of a stored picture, whether the middle of the edge is red.
    /// Panics if the picture has another size than [`SIDE`].
    fn red_edges(kept: &[u8]) -> [bool; 4] {
        let picture = image::load_from_memory_with_format(kept, ImageFormat::Jpeg).expect("a JPEG").to_rgb8();
        assert_eq!(picture.dimensions(), (SIDE, SIDE));
        [(20, 132), (132, 20), (243, 132), (132, 243)].map(|(x, y)| {
            let [red, green, blue] = picture.get_pixel(x, y).0;
            red > 200 && green < 60 && blue < 60
        })
    }

    #[test]
    fn of_a_picture_its_middle_is_kept_on_white() {
        for (width, height, format) in
            [(600, 400, ImageFormat::Png), (40, 40, ImageFormat::Png), (300, 500, ImageFormat::WebP)]
        {
            let kept = square(file(&flag(width, height), format).into()).expect("a picture");
            let [left, .., right, _] = red_edges(&kept);
            assert!(left && !right, "{width} × {height}");
            let picture = image::load_from_memory(&kept).expect("a JPEG").to_rgb8();
            assert!(picture.get_pixel(250, 132).0.iter().all(|colour| *colour > 240), "white");
            assert!(scaled(&kept, 46).expect("smaller").len() < kept.len());
        }
    }

    #[test]
    fn a_photograph_is_turned_upright_and_loses_what_it_says_of_its_place() {
        let upright = file(&flag(400, 300).to_rgb8().into(), ImageFormat::Jpeg);
        // EXIF in big endian: one entry, Orientation = 6 (a quarter turn clockwise), then a text that must not be kept.
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"52.5 N, 13.4 E");
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let turned = [&upright[..2], &[0xff, 0xe1], &length, &exif, &upright[2..]].concat();
        let kept = square(turned.into()).expect("a picture");
        let [_, top, _, bottom] = red_edges(&kept);
        assert!(top && !bottom, "what was left is up");
        assert!(!kept.windows(6).any(|part| part == b"52.5 N"), "nothing else is kept");
    }

    #[test]
    fn what_is_no_picture_or_a_part_of_one_is_refused() {
        let whole: Vec<Bytes> = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP]
            .into_iter()
            .map(|format| file(&flag(64, 64).to_rgb8().into(), format).into())
            .collect();
        let other = [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x01\0\x01\0"];
        let cut = whole.iter().flat_map(|file| [8, 20, 60].map(|length| file.slice(..length)));
        for no_picture in other.into_iter().map(Bytes::from_static).chain(cut) {
            assert!(matches!(square(no_picture.clone()), Err(NotTaken::NotAPicture(_))), "{no_picture:?}");
        }
    }
}
