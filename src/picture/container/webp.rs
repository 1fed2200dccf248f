//! Walks the container of a WebP: chunks within a RIFF (RFC 9649 §2).

use image::ImageFormat;
use image::metadata::Orientation;

use super::walked::{WORK_BYTES, Walked, orientation};
use crate::picture::NotTaken;
use crate::web::bounds::DECODED_BYTES;

/// Number of bytes of the head of a chunk: its type and its length.
const HEAD: usize = 8;
/// Flag in the chunk VP8X (RFC 9649 §2.7) that marks the file as an animation.
const ANIMATION: u8 = 0x02;
/// Flag in the chunk VP8X (RFC 9649 §2.7) that says that the picture has an alpha channel.
const ALPHA: u8 = 0x10;
/// Largest number of bytes that the library image-webp holds for one byte of a lossless stream. Such a stream
/// may have up to 65,536 groups of five Huffman codes; a code of 2,328 symbols is written in some 150 bytes and
/// becomes a table of 4 KiB and a tree of 73 KiB.
const LOSSLESS: u64 = 640;
/// Number of bytes that the library image-webp allocates for a partition of a lossy picture: the claimed length
/// has 24 bits, and is checked only after the allocation.
const PARTITION: u64 = 1 << 24;

/// The chunk of a WebP that holds the picture: its type (`VP8 ` is lossy, `VP8L` is lossless), its data, and
/// the width and height that its head states.
struct Inner<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    width: u32,
    height: u32,
}

/// Walks the chunks of a WebP, and returns what they say of the picture and a copy with only the chunks that pixels are
/// made of. Fails if the file is broken, is an animation, or has lossless data that needs too much memory.
pub(crate) fn walk(file: &[u8]) -> Result<Walked, NotTaken> {
    let (head, _) = file.split_first_chunk::<HEAD>().ok_or(CUT)?;
    let mut rest = file.get(HEAD..HEAD.saturating_add(length(*head)?)).ok_or(CUT)?;
    rest = rest.strip_prefix(b"WEBP").ok_or(CUT)?;
    let (mut canvas, mut alpha, mut inner, mut upright) = (None, None, None, Orientation::NoTransforms);
    while !rest.is_empty() {
        let (head, after) = rest.split_first_chunk::<HEAD>().ok_or(CUT)?;
        let kind = [head[0], head[1], head[2], head[3]];
        let (data, after) = after.split_at_checked(length(*head)?).ok_or(CUT)?;
        // A chunk of an odd length is followed by one padding byte.
        rest = after.get(data.len() % 2..).unwrap_or_default();
        match &kind {
            b"VP8X" if canvas.is_none() && inner.is_none() => canvas = Some(canvas_of(data)?),
            b"VP8 " if inner.is_none() => inner = Some(lossy(data)?),
            b"VP8L" if inner.is_none() => inner = Some(lossless(data)?),
            b"VP8X" | b"VP8 " | b"VP8L" => return Err(NotTaken::NotAPicture("a WebP has two pictures")),
            b"ANIM" | b"ANMF" => return Err(NotTaken::Moves),
            b"ALPH" if alpha.is_none() => alpha = Some(data),
            b"EXIF" => upright = orientation(data),
            _ => (),
        }
    }
    let inner = inner.ok_or(NotTaken::NotAPicture("a WebP has no pixels"))?;
    if canvas.is_some_and(|canvas| canvas != (inner.width, inner.height)) {
        return Err(NotTaken::NotAPicture("the picture of a WebP has another size than its canvas"));
    }
    let memory = inner.memory(alpha)?;
    Ok(Walked {
        format: ImageFormat::WebP,
        width: inner.width,
        height: inner.height,
        orientation: upright,
        memory,
        file: inner.file(alpha)?,
    })
}

const CUT: NotTaken = NotTaken::NotAPicture("a chunk of a WebP reaches beyond the file");

/// Returns the length of a chunk's data, which the head of the chunk states.
fn length(head: [u8; HEAD]) -> Result<usize, NotTaken> {
    let [.., a, b, c, d] = head;
    usize::try_from(u32::from_le_bytes([a, b, c, d])).map_err(|_| CUT)
}

/// Reads width and height of the canvas from the data of VP8X (RFC 9649 §2.7), which has each minus one in 24 bits.
/// Fails if the file is an animation, or if the data has another length.
fn canvas_of(data: &[u8]) -> Result<(u32, u32), NotTaken> {
    let &[flags, _, _, _, w1, w2, w3, h1, h2, h3] = data else {
        return Err(NotTaken::NotAPicture("the VP8X of a WebP is broken"));
    };
    if flags & ANIMATION != 0 {
        return Err(NotTaken::Moves);
    }
    let edge = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
    Ok((edge([w1, w2, w3]), edge([h1, h2, h3])))
}

/// Returns the chunk of a lossy picture with the size that its head states: a key frame of VP8 (RFC 6386 §9.1). Fails
/// if the data is anything else.
fn lossy(data: &[u8]) -> Result<Inner<'_>, NotTaken> {
    let Some((&[tag, _, _, 0x9d, 0x01, 0x2a, w1, w2, h1, h2], _)) = data.split_first_chunk::<10>() else {
        return Err(NotTaken::NotAPicture("the VP8 of a WebP is broken"));
    };
    if tag & 1 != 0 {
        return Err(NotTaken::NotAPicture("the VP8 of a WebP is no key frame"));
    }
    // The two upper bits of each are for scaling.
    let [width, height] = [[w1, w2], [h1, h2]].map(|bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff));
    Ok(Inner { kind: *b"VP8 ", data, width, height })
}

/// Returns the chunk of a lossless picture with the size that its head states (RFC 9649 §3.4). Fails if the data is
/// anything else.
fn lossless(data: &[u8]) -> Result<Inner<'_>, NotTaken> {
    let Some((&[0x2f, a, b, c, d], _)) = data.split_first_chunk::<5>() else {
        return Err(NotTaken::NotAPicture("the VP8L of a WebP is broken"));
    };
    let bits = u32::from_le_bytes([a, b, c, d]);
    Ok(Inner { kind: *b"VP8L", data, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 })
}

impl Inner<'_> {
    /// Returns the largest number of bytes that the library image-webp holds while it decodes this picture with this
    /// alpha channel, computed from its code (`vp8.rs`, `lossless.rs`, `extended.rs`). Fails with `Lossless` if
    /// lossless data in them needs too many.
    fn memory(&self, alpha: Option<&[u8]>) -> Result<u64, NotTaken> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        if self.kind == *b"VP8L" {
            // The pixels with alpha and without, and three planes of a quarter of a byte per pixel.
            return Ok(pixels * 8 + without_loss(self.data)? + WORK_BYTES);
        }
        let blocks = u64::from(self.width.div_ceil(16)) * u64::from(self.height.div_ceil(16));
        let planes = blocks * (16 * 16 + 2 * 8 * 8);
        let copies = 3 * u64::try_from(self.data.len()).unwrap_or(u64::MAX);
        let with_alpha = match alpha {
            Some([info, stream @ ..]) if info & 3 == 1 => pixels * 6 + without_loss(stream)?,
            Some(_) => pixels,
            None => 0,
        };
        Ok(planes + copies + PARTITION + pixels * 4 + with_alpha + WORK_BYTES)
    }

    /// Returns a new WebP file with nothing but this picture and, if the picture is lossy and has one, this alpha
    /// channel.
    fn file(&self, alpha: Option<&[u8]>) -> Result<Vec<u8>, NotTaken> {
        let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
        if let Some(alpha) = alpha.filter(|_| self.kind == *b"VP8 ") {
            let [w1, w2, w3, _] = (self.width.saturating_sub(1)).to_le_bytes();
            let [h1, h2, h3, _] = (self.height.saturating_sub(1)).to_le_bytes();
            add(&mut file, *b"VP8X", &[ALPHA, 0, 0, 0, w1, w2, w3, h1, h2, h3])?;
            add(&mut file, *b"ALPH", alpha)?;
        }
        add(&mut file, self.kind, self.data)?;
        let length = u32::try_from(file.len() - HEAD).map_err(|_| NotTaken::TooLarge)?;
        file[4..8].copy_from_slice(&length.to_le_bytes());
        Ok(file)
    }
}

/// Returns the largest number of bytes that the decoder of this lossless stream holds, by the stream's length. Fails
/// with `Lossless` if it is more than [`DECODED_BYTES`]; that reason tells the person what to do instead.
fn without_loss(stream: &[u8]) -> Result<u64, NotTaken> {
    let held = u64::try_from(stream.len()).unwrap_or(u64::MAX).saturating_mul(LOSSLESS);
    if held > DECODED_BYTES { Err(NotTaken::Lossless) } else { Ok(held) }
}

fn add(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Result<(), NotTaken> {
    let length = u32::try_from(data.len()).map_err(|_| NotTaken::TooLarge)?;
    file.extend(kind);
    file.extend(length.to_le_bytes());
    file.extend(data);
    file.extend(&[0][..data.len() % 2]);
    Ok(())
}
