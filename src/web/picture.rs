//! Pictures that people upload: decoded within bounds, cut to a small square, and encoded anew, so that nothing of the
//! file itself is kept (the place where a photograph was taken least of all). Shown to whoever has the name of one.

use std::io::Cursor;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Path, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use tokio::sync::Semaphore;

use super::bounds::{DECODED_BYTES, DECODES, UPLOADS};
use super::problem::Problem;
use crate::entropy::random;
use crate::store::Fault;
use crate::store::pictures::PictureId;
use crate::store::records::Records;
use crate::ticket::time::Timestamp;

/// The field of a form that holds the file.
pub const FIELD: &str = "picture";
/// What a browser offers to choose from.
pub const ACCEPT: &str = "image/png,image/jpeg,image/webp";
/// Pixels of an edge, as it is kept: twice 132, the largest size that is asked for by number.
const SIDE: u32 = 264;
/// The sizes that WeChat's dialect knows; 0 is the picture as it is kept.
const SIZES: [u32; 5] = [0, 46, 64, 96, 132];
/// Of a hundred: no artefact is seen on a face, and 264 pixels take some 20 KB.
const QUALITY: u8 = 88;

/// Why a file is not taken.
#[derive(Debug)]
pub enum NotTaken {
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

    /// Reads a form (`multipart/form-data`) with one file in it, and keeps its picture; `None` where none was chosen.
    /// Whoever sends it is known to be allowed to: nothing was read before.
    pub async fn take(&self, request: Request, now: Timestamp) -> Result<Option<PictureId>, NotTaken> {
        let turn = self.uploads.try_acquire().map_err(|_| NotTaken::Busy)?;
        let Some(file) = file_of(request).await? else { return Ok(None) };
        drop(turn);
        self.keep(file, now).await.map(Some)
    }

    /// Keeps the picture in a file.
    pub async fn keep(&self, file: Bytes, now: Timestamp) -> Result<PictureId, NotTaken> {
        let id = PictureId::from_random(random());
        self.keep_as(id, file, now).await.map(|()| id)
    }

    /// Keeps it under a name that follows from the file; where it is kept already, it is the same.
    pub async fn keep_as(&self, id: PictureId, file: Bytes, now: Timestamp) -> Result<(), NotTaken> {
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

/// The first file of a form in which anything is.
async fn file_of(request: Request) -> Result<Option<Bytes>, NotTaken> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| NotTaken::Malformed)?;
    loop {
        let field = form.next_field().await.map_err(|error| unread(error.status()))?;
        let Some(field) = field else { return Ok(None) };
        if field.name() != Some(FIELD) {
            continue;
        }
        let file = field.bytes().await.map_err(|error| unread(error.status()))?;
        if !file.is_empty() {
            return Ok(Some(file));
        }
    }
}

fn unread(status: StatusCode) -> NotTaken {
    if status == StatusCode::PAYLOAD_TOO_LARGE { NotTaken::TooLarge } else { NotTaken::Malformed }
}

/// The middle of a picture, upright, on white, as a JPEG.
fn square(file: &[u8]) -> Result<Vec<u8>, NotTaken> {
    let mut reader = ImageReader::new(Cursor::new(file));
    let format = image::guess_format(file).map_err(|_| NotTaken::NotAPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(NotTaken::NotAPicture);
    }
    reader.set_format(format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| undecoded(&error))?;
    if decoder.total_bytes() > DECODED_BYTES {
        return Err(NotTaken::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| undecoded(&error))?;
    let edge = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - edge) / 2, (picture.height() - edge) / 2);
    let mut picture = picture.crop_imm(left, top, edge, edge).thumbnail_exact(SIDE, SIDE);
    picture.apply_orientation(orientation);
    jpeg(&on_white(&picture)).ok_or(NotTaken::NotAPicture)
}

fn undecoded(error: &image::ImageError) -> NotTaken {
    if matches!(error, image::ImageError::Limits(_)) { NotTaken::TooLarge } else { NotTaken::NotAPicture }
}

/// What is transparent is white: a page may be dark, and so may a logo be.
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

/// One of ours, smaller.
fn scaled(kept: &[u8], size: u32) -> Result<Vec<u8>, Fault> {
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

    /// Left half red, right half transparent.
    fn flag(width: u32, height: u32) -> DynamicImage {
        let colour = |x| if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 0]) };
        RgbaImage::from_fn(width, height, |x, _| colour(x)).into()
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).expect("encodes");
        out.into_inner()
    }

    /// Whether the middles of the left, the upper, the right and the lower edge are red.
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
            let kept = square(&file(&flag(width, height), format)).expect("a picture");
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
        // EXIF in big endian: one entry, Orientation = 6 (a quarter turn clockwise), then a text that nobody may read.
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"52.5 N, 13.4 E");
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let turned = [&upright[..2], &[0xff, 0xe1], &length, &exif, &upright[2..]].concat();
        let kept = square(&turned).expect("a picture");
        let [_, top, _, bottom] = red_edges(&kept);
        assert!(top && !bottom, "what was left is up");
        assert!(!kept.windows(6).any(|part| part == b"52.5 N"), "nothing else is kept");
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_refused() {
        let png = file(&flag(64, 64), ImageFormat::Png);
        for no_picture in [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a\x01\0\x01\0", &png[..60]] {
            assert!(matches!(square(no_picture), Err(NotTaken::NotAPicture)));
        }
        // A few bytes that claim to be 30,000 × 30,000 pixels.
        let mut bomb = png;
        for at in [16, 20] {
            bomb[at..at + 4].copy_from_slice(&30_000_u32.to_be_bytes());
        }
        let header = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&header);
        assert!(matches!(square(&bomb), Err(NotTaken::TooLarge)));
    }

    /// The checksum of a part of a PNG.
    fn crc(part: &[u8]) -> [u8; 4] {
        let bit = |sum: u32, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        let sum = part.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), bit));
        (!sum).to_be_bytes()
    }
}
