//! Walks the container of a PNG: a signature, then chunks (PNG specification, third edition, §5).

use image::ImageFormat;
use image::metadata::Orientation;

use super::walked::{WORK_BYTES, Walked, orientation};
use crate::picture::NotTaken;

/// Number of bytes of the signature with which a PNG begins.
const SIGNATURE: usize = 8;
/// Number of bytes of a chunk in addition to its data: length, type and checksum.
const CHUNK: usize = 12;
/// Largest size in bytes of a palette (`PLTE`): 256 colours of three bytes.
const PALETTE: usize = 256 * 3;
/// Largest size in bytes of the transparency of a palette (`tRNS`): one byte for each of 256 colours.
const TRANSPARENCY: usize = 256;

/// What the first chunk (`IHDR`) of a PNG says: the size of the picture, and how many bytes each pixel takes at most
/// once it is decoded.
struct Header {
    width: u32,
    height: u32,
    bytes_per_pixel: u64,
}

/// Walks the chunks of a PNG, and returns what they say of the picture and a copy with only the chunks that pixels are
/// made of. Fails if the file is broken, is an animation, or has an unknown chunk that decoders must understand.
pub(crate) fn walk(file: &[u8]) -> Result<Walked, NotTaken> {
    let (signature, mut rest) = file.split_at_checked(SIGNATURE).ok_or(CUT)?;
    let mut kept = Vec::with_capacity(file.len());
    kept.extend(signature);
    let (mut header, mut upright, mut has_pixels) = (None, Orientation::NoTransforms, false);
    loop {
        let (length, _) = rest.split_first_chunk::<4>().ok_or(CUT)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| CUT)?;
        let (chunk, after) = rest.split_at_checked(length.saturating_add(CHUNK)).ok_or(CUT)?;
        let (kind, data) = (&chunk[4..8], &chunk[8..8 + length]);
        rest = after;
        let is_kept = match kind {
            b"IHDR" if header.is_none() => {
                header = Some(Header::read(data)?);
                true
            }
            _ if header.is_none() => return Err(NotTaken::NotAPicture("a PNG begins with another chunk than IHDR")),
            b"PLTE" if length <= PALETTE => true,
            b"tRNS" if length <= TRANSPARENCY => true,
            b"IDAT" => {
                has_pixels = true;
                true
            }
            b"IEND" if length == 0 => true,
            b"acTL" | b"fcTL" | b"fdAT" => return Err(NotTaken::Moves),
            b"eXIf" => {
                upright = orientation(data);
                false
            }
            // The first letter is upper case if a decoder must understand the chunk (§5.4).
            _ if kind[0].is_ascii_uppercase() => {
                return Err(NotTaken::NotAPicture("a PNG has a chunk that is broken or unknown"));
            }
            b"tRNS" => return Err(NotTaken::NotAPicture("the transparency of a PNG is larger than a palette")),
            _ => false,
        };
        if is_kept {
            kept.extend(chunk);
        }
        if kind == b"IEND" {
            break;
        }
    }
    let Header { width, height, bytes_per_pixel } = header.ok_or(CUT)?;
    if !has_pixels {
        return Err(NotTaken::NotAPicture("a PNG has no chunk with pixels"));
    }
    Ok(Walked {
        format: ImageFormat::Png,
        width,
        height,
        orientation: upright,
        memory: u64::from(width) * u64::from(height) * bytes_per_pixel + WORK_BYTES,
        file: kept,
    })
}

const CUT: NotTaken = NotTaken::NotAPicture("a chunk of a PNG reaches beyond the file");

impl Header {
    fn read(data: &[u8]) -> Result<Self, NotTaken> {
        let broken = NotTaken::NotAPicture("the IHDR of a PNG is broken");
        let &[w1, w2, w3, w4, h1, h2, h3, h4, depth, colour, _, _, _] = data else { return Err(broken) };
        // Channels after decoding: with alpha wherever a chunk can add it.
        let channels = match colour {
            // Greyscale, without or with alpha.
            0 | 4 => 2,
            // RGB, palette, and RGB with alpha.
            2 | 3 | 6 => 4,
            _ => return Err(broken),
        };
        Ok(Self {
            width: u32::from_be_bytes([w1, w2, w3, w4]),
            height: u32::from_be_bytes([h1, h2, h3, h4]),
            bytes_per_pixel: if depth == 16 { 2 * channels } else { channels },
        })
    }
}
