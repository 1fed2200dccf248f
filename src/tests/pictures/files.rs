//! Files that a decoder believes: made part by part, so that each may claim what it likes.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture of one colour.
pub fn plain(edge: u32, format: ImageFormat) -> Vec<u8> {
    let picture: DynamicImage = RgbImage::from_pixel(edge, edge, Rgb([200, 30, 90])).into();
    encoded(&picture, format)
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

/// A chunk of a WebP, which claims the length that it has.
pub fn riff_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    riff_chunk_claiming(kind, data.len(), data)
}

pub fn riff_chunk_claiming(kind: [u8; 4], length: usize, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(length).expect("fits").to_le_bytes();
    [&kind[..], &length, data, &[0][..data.len() % 2]].concat()
}

/// A WebP of these chunks.
pub fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff_chunk(*b"RIFF", &[&b"WEBP"[..], &chunks.concat()].concat())
}

/// What an extended WebP says of itself first.
pub fn canvas(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let edge = |pixels: u32| (pixels - 1).to_le_bytes();
    let data = [&[flags, 0, 0, 0][..], &edge(width)[..3], &edge(height)[..3]].concat();
    riff_chunk(*b"VP8X", &data)
}

/// A lossy picture of one grey: a key frame of VP8 (RFC 6386 §9.1) in which every bit that is read is a zero.
pub fn lossy(width: u16, height: u16) -> Vec<u8> {
    // A macroblock takes less than 32 bytes of each part.
    let zeros = vec![0; (usize::from(width) * usize::from(height) / 8).clamp(1024, 500_000)];
    let tag = u32::try_from(zeros.len() << 5 | 0x10).expect("fits").to_le_bytes();
    let head = [&tag[..3], &[0x9d, 0x01, 0x2a], &width.to_le_bytes(), &height.to_le_bytes()].concat();
    riff_chunk(*b"VP8 ", &[&head[..], &zeros, &zeros].concat())
}

/// The chunk of a picture without loss, as it is in a file of the encoder's.
pub fn lossless(edge: u32) -> Vec<u8> {
    plain(edge, ImageFormat::WebP)[12..].to_vec()
}

/// Bits, the lowest of each byte first (RFC 9649 §3.3).
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, value: u32, bits: usize) {
        for at in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::try_from(value >> at & 1).expect("a bit");
            *self.bytes.last_mut().expect("a byte") |= bit << (self.count % 8);
            self.count += 1;
        }
    }

    /// A code of one symbol, which takes no bits where it is used.
    fn single(&mut self, symbol: u32) {
        self.put(1, 1);
        self.put(0, 1);
        self.put(1, 1);
        self.put(symbol, 8);
    }

    /// A code of 2,048 symbols of 11 bits, in some 140 bytes; a decoder makes tables of some 70 KiB of it.
    fn large(&mut self) {
        self.put(0, 1);
        // Lengths of the code of lengths, in their order of 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11: length 11,
        // "the same again", and nothing.
        self.put(15 - 4, 4);
        for length in [0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2] {
            self.put(length, 3);
        }
        self.put(0, 1);
        // 16 is written 0; 11 is written 10 and 18 is written 11, the first bit first.
        self.put(0b01, 2);
        let mut written = 1;
        while written + 6 <= 2048 {
            self.put(0, 1);
            self.put(3, 2);
            written += 6;
        }
        for _ in written..2048 {
            self.put(0b01, 2);
        }
        // 280 symbols of 2,328 are left: none of them is used.
        for repeats in [138, 131, 11] {
            self.put(0b11, 2);
            self.put(repeats - 11, 7);
        }
    }
}

/// A picture without loss of 8 × 8 pixels that has so many groups of codes, each as large in memory as can be.
pub fn many_codes(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2f, 8);
    bits.put(7, 14);
    bits.put(7, 14);
    bits.put(0, 4);
    // No transform; a cache of 2,048 colours; several groups, by an image of 2 × 2 blocks.
    bits.put(0, 1);
    bits.put(1, 1);
    bits.put(11, 4);
    bits.put(1, 1);
    bits.put(0, 3);
    // That image: no cache; of one colour, whose red and green name the last group.
    bits.put(0, 1);
    let last = groups - 1;
    bits.single(last & 0xff);
    bits.single(last >> 8);
    for _ in 0..3 {
        bits.single(0);
    }
    for _ in 0..groups {
        bits.large();
        for _ in 0..4 {
            bits.single(0);
        }
    }
    bits.put(0, 32);
    riff_chunk(*b"VP8L", &bits.bytes)
}

/// A chunk of a PNG with its checksum.
pub fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("fits").to_be_bytes();
    let named = [&kind[..], data].concat();
    [&length[..], &named, &crc(&named)].concat()
}

/// A PNG with more chunks behind its header.
pub fn png_with(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    let (head, rest) = png.split_at(8 + 25);
    [head, &chunks.concat(), rest].concat()
}

/// A PNG that claims another size.
pub fn png_claiming(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &png[24..29]].concat();
    [&png[..8], &png_chunk(*b"IHDR", &header), &png[33..]].concat()
}

/// The checksum of a part of a PNG.
fn crc(part: &[u8]) -> [u8; 4] {
    let bit = |sum: u32, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
    let sum = part.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), bit));
    (!sum).to_be_bytes()
}

/// A segment of a JPEG.
pub fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("fits").to_be_bytes();
    [&[0xff, marker], &length[..], data].concat()
}

/// How the samples of a JPEG come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scans {
    /// SOF0, all components in one scan.
    Baseline,
    /// SOF0, a scan for each component.
    OneByOne,
    /// SOF2, and the first scan of it.
    Progressive,
}

/// A grey JPEG whose components are sampled so: each block of it takes a bit or two.
pub fn jpeg(scans: Scans, width: u16, height: u16, sampled: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(sampled.len()).expect("few");
    let components: Vec<u8> = (1..).zip(sampled).flat_map(|(id, by)| [id, *by, 0]).collect();
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[count], &components].concat();
    // One code of one bit, for a difference of nothing and for the end of a block.
    let code = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    let scan = |ids: &[u8], last: u8| {
        let of: Vec<u8> = ids.iter().flat_map(|id| [*id, 0]).collect();
        segment(0xda, &[&[u8::try_from(ids.len()).expect("few")][..], &of, &[0, last, 0]].concat())
    };
    let all: Vec<u8> = (1..=count).collect();
    let samples: usize = sampled.iter().map(|by| usize::from(by >> 4) * usize::from(by & 15)).sum();
    let largest = |of: fn(u8) -> u8| usize::from(sampled.iter().map(|by| of(*by)).max().expect("a component"));
    let (across, down) = (largest(|by| by >> 4), largest(|by| by & 15));
    let units = usize::from(width).div_ceil(8 * across) * usize::from(height).div_ceil(8 * down);
    let zeros = vec![0; (usize::from(width) + 64) * (usize::from(height) + 64) * samples / 64 / 4 + 64];
    let pixels = match scans {
        Scans::Baseline => [scan(&all, 63), zeros].concat(),
        Scans::OneByOne => all.iter().flat_map(|id| [scan(&[*id], 63), zeros.clone()].concat()).collect(),
        // Nothing may stand between the scans of a progressive picture: a bit for each block, and no byte more.
        Scans::Progressive => [scan(&all, 0), vec![0; (units * samples).div_ceil(8)]].concat(),
    };
    let frame = segment(if scans == Scans::Progressive { 0xc2 } else { 0xc0 }, &frame);
    let tables =
        [segment(0xdb, &[&[0][..], &[1; 64]].concat()), segment(0xc4, &code(0x00)), segment(0xc4, &code(0x10))];
    [&[0xff, 0xd8][..], &segments.concat(), &tables.concat(), &frame, &pixels, &[0xff, 0xd9]].concat()
}
