//! What a container may claim, and what of it reaches a decoder.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use tessera::picture::NotTaken;

use super::Shelf;
use super::files::{
    Scans, canvas, encoded, jpeg, lossless, lossy, many_codes, plain, png_chunk, png_claiming, png_with, riff_chunk,
    riff_chunk_claiming, segment, webp,
};

/// The flags of an extended WebP.
const ANIMATION: u8 = 0x02;
const EXIF: u8 = 0x08;
const ALPHA: u8 = 0x10;
/// The longest length that a chunk of a WebP can claim.
const FOUR_GIB: usize = 0xffff_fffe;

async fn broken(shelf: &Shelf, what: &str, file: &[u8]) -> &'static str {
    match shelf.keep(file).await {
        Err(NotTaken::NotAPicture(why)) => why,
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn sec_67_a_chunk_that_claims_more_than_its_file_has_is_never_asked_for() {
    let shelf = Shelf::open().await;
    let picture = lossless(8);
    for kind in [b"EXIF", b"ICCP", b"XMP ", b"ALPH", b"ANIM", b"ABCD", b"VP8L", b"VP8 "] {
        let small = webp(&[canvas(EXIF, 8, 8), picture.clone(), riff_chunk_claiming(*kind, FOUR_GIB, b"MM")]);
        assert!(small.len() < 256, "the file is small");
        assert_eq!(broken(&shelf, "a WebP", &small).await, "a chunk of a WebP reaches beyond the file", "{kind:?}");
    }
    let mut whole = webp(&[picture]);
    whole[4..8].copy_from_slice(&(u32::MAX - 9).to_le_bytes());
    assert_eq!(broken(&shelf, "a RIFF", &whole).await, "a chunk of a WebP reaches beyond the file");

    let png = plain(8, ImageFormat::Png);
    for kind in [b"iCCP", b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"sPLT", b"PLTE", b"IDAT", b"abCd"] {
        let mut chunk = png_chunk(*kind, b"MM");
        chunk[..4].copy_from_slice(&0x7fff_ffff_u32.to_be_bytes());
        let why = broken(&shelf, "a PNG", &png_with(&png, &[chunk])).await;
        assert_eq!(why, "a chunk of a PNG reaches beyond the file", "{kind:?}");
    }
    let photo = jpeg(Scans::Baseline, 8, 8, &[0x11], &[]);
    for marker in [0xe1, 0xe2, 0xed, 0xfe, 0xdb, 0xc4] {
        let cut = [&photo[..2], &[0xff, marker, 0xff, 0xff], &b"MM"[..]].concat();
        assert_eq!(broken(&shelf, "a JPEG", &cut).await, "a segment of a JPEG reaches beyond the file", "{marker:x}");
    }
}

#[tokio::test]
async fn what_is_no_pixel_never_reaches_a_decoder() {
    let shelf = Shelf::open().await;
    // Six megabytes that any reader of metadata would choke on.
    let noise = vec![0xff; 6 * 1024 * 1024];
    let said = [b"EXIF", b"ICCP", b"XMP ", b"ABCD"].map(|kind| riff_chunk(*kind, &noise[..1024 * 1024]));
    let extended = webp(&[&[canvas(0x2c, 8, 8), lossless(8)][..], &said].concat());
    let profile = [&b"x\0\0"[..], &noise].concat();
    let png = plain(8, ImageFormat::Png);
    let png_said = [png_chunk(*b"iCCP", &profile), png_chunk(*b"zTXt", b"x\0\0"), png_chunk(*b"eXIf", b"MM")];
    let segments: Vec<_> =
        [0xe1, 0xe2, 0xe2, 0xed, 0xfe].iter().map(|marker| segment(*marker, &noise[..65_000])).collect();
    for (what, file) in [
        ("a WebP", extended),
        ("a PNG", png_with(&png, &png_said)),
        ("a JPEG", jpeg(Scans::Baseline, 8, 8, &[0x11], &segments)),
        ("a JPEG with another behind it", [plain(8, ImageFormat::Jpeg), noise].concat()),
    ] {
        let kept = shelf.keep(&file).await.unwrap_or_else(|why| panic!("{what}: {why:?}"));
        assert_eq!(image::load_from_memory(&kept).expect("a JPEG").to_rgb8().dimensions(), (264, 264), "{what}");
    }
}

#[tokio::test]
async fn sec_67_a_picture_has_the_size_of_its_canvas() {
    let shelf = Shelf::open().await;
    let why = "the picture of a WebP has another size than its canvas";
    for (what, inner) in [("a lossy frame", lossy(16_383, 16_383)), ("one without loss", lossless(512))] {
        assert_eq!(broken(&shelf, what, &webp(&[canvas(0, 1, 1), inner])).await, why);
    }
    let alpha = riff_chunk(*b"ALPH", &[0; 65]);
    assert_eq!(broken(&shelf, "alpha", &webp(&[canvas(ALPHA, 8, 8), alpha, lossy(9, 8)])).await, why);
    let twice = webp(&[canvas(0, 8, 8), lossless(8), lossy(8, 8)]);
    assert_eq!(broken(&shelf, "two pictures", &twice).await, "a WebP has two pictures");
    let frame = segment(0xc0, &[8, 0x40, 0, 0x40, 0, 1, 1, 0x11, 0]);
    let framed = jpeg(Scans::Baseline, 8, 8, &[0x11], &[frame]);
    assert_eq!(broken(&shelf, "two frames", &framed).await, "a JPEG has a segment that is broken or of no use here");
}

#[tokio::test]
async fn what_moves_is_refused_and_said_to_move() {
    let shelf = Shelf::open().await;
    let anim = riff_chunk(*b"ANIM", &[0; 6]);
    let frame = riff_chunk(*b"ANMF", &[&[0; 16][..], &lossless(8)].concat());
    let control = png_chunk(*b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]);
    for (what, file) in [
        ("a WebP", webp(&[canvas(ANIMATION, 8, 8), anim, frame.clone()])),
        ("a WebP that does not say so", webp(&[canvas(0, 8, 8), lossless(8), frame])),
        ("a PNG", png_with(&plain(8, ImageFormat::Png), &[control])),
    ] {
        assert!(matches!(shelf.keep(&file).await, Err(NotTaken::Moves)), "{what}");
    }
}

#[tokio::test]
async fn sec_67_what_a_decoder_needs_is_counted_by_how_it_works() {
    let shelf = Shelf::open().await;
    let png = plain(8, ImageFormat::Png);
    let four = [0x11; 3];
    for (what, file) in [
        ("more pixels than are taken, a bit each", jpeg(Scans::Baseline, 16_000, 1_600, &[0x11], &[])),
        ("an edge of more pixels than are taken", png_claiming(&png, 1, 16_385)),
        ("a JPEG in three colours", jpeg(Scans::Baseline, 5_200, 5_200, &four, &[])),
        ("a progressive JPEG, with half of that", jpeg(Scans::Progressive, 3_000, 3_000, &four, &[])),
        ("a JPEG whose colours come one after the other", jpeg(Scans::OneByOne, 3_000, 3_000, &four, &[])),
        ("a row that is as large in every component", jpeg(Scans::Baseline, 16_384, 1_200, &[0x44, 0x14, 0x14], &[])),
        ("a lossy WebP", webp(&[lossy(4_000, 4_000)])),
        ("a lossy WebP with alpha", webp(&[canvas(ALPHA, 2600, 2600), riff_chunk(*b"ALPH", &[1]), lossy(2600, 2600)])),
    ] {
        assert!(matches!(shelf.keep(&file).await, Err(NotTaken::TooLarge)), "{what}");
    }
    // Groups of codes are held for as many as are claimed, whatever the picture's size.
    let codes = many_codes(2_000);
    let as_alpha = riff_chunk(*b"ALPH", &[&[1][..], &codes[13..]].concat());
    for (what, file) in [
        ("a WebP without loss", webp(std::slice::from_ref(&codes))),
        ("the same on a canvas", webp(&[canvas(0, 8, 8), codes])),
        ("its alpha", webp(&[canvas(ALPHA, 8, 8), as_alpha, lossy(8, 8)])),
    ] {
        assert!(matches!(shelf.keep(&file).await, Err(NotTaken::Lossless)), "{what}");
    }
    let scans = jpeg(Scans::Progressive, 64, 64, &four, &[]);
    let scan = scans.windows(2).rposition(|pair| pair == [0xff, 0xda]).expect("a scan");
    let many = [&scans[..scan], &scans[scan..scans.len() - 2].repeat(101), &[0xff, 0xd9]].concat();
    assert_eq!(broken(&shelf, "scans", &many).await, "a JPEG has more scans than any encoder makes");
    // Each scan is gone over for the whole picture, also where it has no bits: fewer are enough then.
    for (edge, sampled, times) in
        [(5_000, &four[..1], 17), (2_900, &four[..], 17), (3_500, &[0x22, 0x11, 0x11][..], 25)]
    {
        let scans = jpeg(Scans::Progressive, edge, edge, sampled, &[]);
        let scan = scans.windows(2).rposition(|pair| pair == [0xff, 0xda]).expect("a scan");
        let empty = [&scans[scan..scan + 8 + 2 * sampled.len()], &[0, 0]].concat();
        let slow = [&scans[..scan], &empty.repeat(times), &[0xff, 0xd9]].concat();
        assert!(slow.len() < 2_000, "{}", slow.len());
        assert_eq!(broken(&shelf, "empty scans", &slow).await, "a JPEG has more scans than any encoder makes");
    }
}

#[tokio::test]
async fn what_people_take_and_programs_write_is_taken() {
    let shelf = Shelf::open().await;
    let half = RgbaImage::from_fn(64, 48, |x, _| Rgba([200, 30, 90, if x < 32 { 255 } else { 0 }]));
    let half = DynamicImage::from(half);
    let deep = DynamicImage::from(half.to_rgba16());
    let opaque = riff_chunk(*b"ALPH", &[&[0][..], &[0xff; 64 * 64]].concat());
    for (what, file) in [
        ("a PNG", encoded(&half, ImageFormat::Png)),
        ("a PNG of 16 bits", encoded(&deep, ImageFormat::Png)),
        ("a grey PNG", encoded(&half.to_luma8().into(), ImageFormat::Png)),
        ("a WebP without loss", encoded(&half, ImageFormat::WebP)),
        ("a lossy WebP", webp(&[lossy(64, 64)])),
        ("an extended one", webp(&[canvas(0, 64, 64), lossy(64, 64)])),
        ("one with alpha", webp(&[canvas(ALPHA, 64, 64), opaque, lossy(64, 64)])),
        ("a JPEG", plain(64, ImageFormat::Jpeg)),
        ("a progressive JPEG", jpeg(Scans::Progressive, 64, 48, &[0x22, 0x11, 0x11], &[])),
        ("a JPEG whose colours come one after the other", jpeg(Scans::OneByOne, 64, 48, &[0x11; 3], &[])),
        ("a grey JPEG", jpeg(Scans::Baseline, 64, 48, &[0x11], &[])),
        ("a JPEG of four colours", jpeg(Scans::Baseline, 64, 48, &[0x11; 4], &[])),
        ("a telephone's, of 24 million pixels", jpeg(Scans::Baseline, 5_712, 4_284, &[0x22, 0x11, 0x11], &[])),
        ("a progressive one of 12 million", jpeg(Scans::Progressive, 4_032, 3_024, &[0x22, 0x11, 0x11], &[])),
    ] {
        let kept = shelf.keep(&file).await.unwrap_or_else(|why| panic!("{what}: {why:?}"));
        assert_eq!(image::load_from_memory(&kept).expect("a JPEG").to_rgb8().dimensions(), (264, 264), "{what}");
    }
}
