//! What is held for one picture, by an allocator that counts. It counts for the whole process: run beside other tests in
//! one process these would count theirs too, and nextest gives each test a process of its own.

use image::ImageFormat;
use peakmem_alloc::PeakMemAllocTrait as _;
use tessera::picture::NotTaken;
use tessera::web::bounds::{DECODED_BYTES, UPLOAD_BYTES};

use super::Shelf;
use super::files::{
    Scans, canvas, jpeg, lossless, lossy, many_codes, plain, png_chunk, png_claiming, png_with, riff_chunk_claiming,
    webp,
};
use crate::ALLOCATOR;

const MIB: usize = 1024 * 1024;

/// Bytes that were asked for at once while a file was looked at, beside that file.
async fn asked_for(shelf: &Shelf, file: &[u8]) -> (usize, Option<NotTaken>) {
    ALLOCATOR.reset_peak_memory();
    let kept = shelf.keep(file).await;
    (ALLOCATOR.get_peak_memory(), kept.err())
}

#[tokio::test]
async fn sec_67_what_is_refused_was_never_held() {
    let shelf = Shelf::open().await;
    let png = plain(8, ImageFormat::Png);
    for (what, file) in [
        ("EXIF of 4 GiB", webp(&[canvas(8, 8, 8), lossless(8), riff_chunk_claiming(*b"EXIF", 0xffff_fffe, b"MM")])),
        ("a canvas of one pixel", webp(&[canvas(0, 1, 1), lossy(16_383, 16_383)])),
        ("a lossy WebP", webp(&[lossy(16_383, 16_383)])),
        ("many codes", webp(&[many_codes(3_000)])),
        ("a PNG", png_claiming(&png, 16_384, 16_384)),
        ("a JPEG", jpeg(Scans::Baseline, 16_384, 16_384, &[0x11; 3], &[])),
        ("a progressive JPEG", jpeg(Scans::Progressive, 5_000, 5_000, &[0x22, 0x11, 0x11], &[])),
        ("a profile that grows", png_with(&png_claiming(&png, 9_999, 9_999), &[png_chunk(*b"iCCP", &[0; 1000])])),
    ] {
        let (held, refused) = asked_for(&shelf, &file).await;
        assert!(refused.is_some(), "{what}");
        // The file itself, and its pixels.
        assert!(held < 2 * file.len() + MIB, "{what}: {held} bytes for {} of a file", file.len());
    }
}

#[tokio::test]
async fn sec_67_what_is_decoded_holds_no_more_than_was_counted() {
    let shelf = Shelf::open().await;
    let most = usize::try_from(DECODED_BYTES).expect("fits");
    let png = image::RgbaImage::new(4_400, 4_400).into();
    let deep = image::DynamicImage::new_rgba16(3_000, 3_000);
    // All but the last have the 8 million pixels that the form promises to take (`picture_too_large`).
    for (what, file) in [
        ("a telephone's JPEG", jpeg(Scans::Baseline, 5_712, 4_284, &[0x22, 0x11, 0x11], &[])),
        ("a progressive JPEG", jpeg(Scans::Progressive, 2_900, 2_900, &[0x11; 3], &[])),
        ("one whose colours come one after the other", jpeg(Scans::OneByOne, 2_900, 2_900, &[0x11; 3], &[])),
        ("a wide JPEG", jpeg(Scans::Baseline, 16_384, 500, &[0x44, 0x14, 0x14], &[])),
        ("a high JPEG", jpeg(Scans::Progressive, 500, 16_384, &[0x21, 0x11, 0x11], &[])),
        ("a PNG", super::files::encoded(&png, ImageFormat::Png)),
        ("a PNG of 16 bits", super::files::encoded(&deep, ImageFormat::Png)),
        ("a lossy WebP", webp(&[lossy(3_200, 3_200)])),
        ("a WebP of many codes", webp(&[many_codes(800)])),
    ] {
        let (held, refused) = asked_for(&shelf, &file).await;
        // The bound is of the decoder; the file is there three times at most, for a moment.
        assert!(held < most + 3 * file.len() + 2 * MIB, "{what}: {held}");
        assert!(!matches!(refused, Some(NotTaken::TooLarge | NotTaken::Lossless)), "{what}: {refused:?}");
    }
    assert!(most + UPLOAD_BYTES < 128 * MIB);
}
