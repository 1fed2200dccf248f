//! Walks the container of a JPEG: segments that begin with a marker (ITU-T T.81, annex B).

use image::ImageFormat;
use image::metadata::Orientation;

use super::walked::{WORK_BYTES, Walked, orientation};
use crate::picture::NotTaken;
use crate::web::bounds::PICTURE_PIXELS;

/// Largest number of scans in a picture. The library zune-jpeg, which decodes it, has the same limit.
const SCANS: usize = 100;
/// Largest number of 8 × 8 blocks in all scans of a picture together: sixteen times the blocks of the largest picture
/// in one colour. A decoder visits each block of each scan, even if the scan has no data for it. Encoders make some ten
/// scans, most of them of one component.
const BLOCKS: u64 = 16 * PICTURE_PIXELS / 64;

/// What the first frame header of a JPEG says: the size of the picture, whether it is progressive, and how its
/// components are sampled.
struct Frame {
    width: u32,
    height: u32,
    is_progressive: bool,
    /// Sampling factors of each component: across and down.
    components: Vec<(u64, u64)>,
    /// The identifier by which scans name each component.
    ids: Vec<u8>,
}

/// Walks the segments of a JPEG, and returns what they say of the picture and a copy with only the segments that pixels
/// are made of. Anything after the end of the picture (mostly other pictures) is dropped. Fails if the file is broken
/// or has more scans than encoders make; a file that ends within a scan is accepted.
pub(crate) fn walk(file: &[u8]) -> Result<Walked, NotTaken> {
    let mut rest = file.get(2..).ok_or(CUT)?;
    let mut kept = Vec::with_capacity(file.len());
    kept.extend([0xff, 0xd8]);
    let (mut frame, mut upright) = (None::<Frame>, Orientation::NoTransforms);
    let (mut scans, mut in_first_scan, mut blocks) = (0, 0, 0_u64);
    loop {
        let marker = marker(&mut rest)?;
        // EOI
        if marker == 0xd9 {
            kept.extend([0xff, 0xd9]);
            break;
        }
        let (length, _) = rest.split_first_chunk::<2>().ok_or(CUT)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (segment, after) = rest.split_at_checked(length).ok_or(CUT)?;
        let data = segment.get(2..).ok_or(CUT)?;
        rest = after;
        let is_kept = match marker {
            // SOF0, SOF1 and SOF2: baseline, extended and progressive.
            0xc0..=0xc2 if frame.is_none() => {
                frame = Some(Frame::read(data, marker == 0xc2)?);
                true
            }
            // DHT and DQT: the tables.
            0xc4 | 0xdb => true,
            // DRI
            0xdd if data.len() == 2 => true,
            // SOS
            0xda => {
                scans += 1;
                if scans == 1 {
                    in_first_scan = usize::from(*data.first().ok_or(CUT)?);
                }
                let frame = frame.as_ref().ok_or(NotTaken::NotAPicture("a JPEG has no frame"))?;
                blocks = blocks.saturating_add(frame.blocks_of(data));
                if scans > SCANS || blocks > BLOCKS {
                    return Err(NotTaken::NotAPicture("a JPEG has more scans than any encoder makes"));
                }
                true
            }
            // APP14 of Adobe, which says what the colours mean; it has one length.
            0xee if data.starts_with(b"Adobe") && data.len() == 12 => true,
            // APP1
            0xe1 if data.starts_with(b"Exif\0\0") => {
                upright = orientation(data);
                false
            }
            // APP0 to APP15, and COM.
            0xe0..=0xef | 0xfe => false,
            _ => return Err(NotTaken::NotAPicture("a JPEG has a segment that is broken or of no use here")),
        };
        if is_kept {
            kept.extend([0xff, marker]);
            kept.extend(segment);
        }
        if marker == 0xda {
            let (pixels, after) = rest.split_at(scan_length(rest));
            kept.extend(pixels);
            rest = after;
            // A truncated file is shown as far as it goes.
            if rest.is_empty() {
                break;
            }
        }
    }
    let frame = frame.ok_or(NotTaken::NotAPicture("a JPEG has no frame"))?;
    if scans == 0 {
        return Err(NotTaken::NotAPicture("a JPEG has no pixels"));
    }
    Ok(Walked {
        format: ImageFormat::Jpeg,
        width: frame.width,
        height: frame.height,
        orientation: upright,
        memory: frame.memory(in_first_scan),
        file: kept,
    })
}

const CUT: NotTaken = NotTaken::NotAPicture("a segment of a JPEG reaches beyond the file");

/// Reads the marker at the beginning of `rest`: it skips the bytes 0xFF, returns the byte after them, and moves `rest`
/// behind it. Fails if `rest` does not begin with 0xFF, or ends before another byte.
fn marker(rest: &mut &[u8]) -> Result<u8, NotTaken> {
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    let (before, after) = rest.split_at(fill);
    let (marker, after) = after.split_first().ok_or(CUT)?;
    *rest = after;
    if before.is_empty() {
        Err(NotTaken::NotAPicture("between the segments of a JPEG stands something"))
    } else {
        Ok(*marker)
    }
}

/// Returns the number of bytes before the marker that ends a scan, or of all bytes if there is none. Within a scan,
/// 0xFF 0x00 is an escaped data byte, RST0 to RST7 may occur between the data, and an 0xFF before another 0xFF is no
/// marker.
fn scan_length(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

impl Frame {
    fn read(data: &[u8], is_progressive: bool) -> Result<Self, NotTaken> {
        let broken = NotTaken::NotAPicture("the frame of a JPEG is broken, or not of one, three or four colours");
        let Some((&[8, h1, h2, w1, w2, count @ (1 | 3 | 4)], parts)) = data.split_first_chunk::<6>() else {
            return Err(broken);
        };
        let (parts, more) = parts.as_chunks::<3>();
        let components: Vec<_> = parts.iter().map(|[_, by, _]| (u64::from(by >> 4), u64::from(by & 15))).collect();
        let is_sampled = components.iter().all(|(across, down)| (1..=4).contains(across) && (1..=4).contains(down));
        if !more.is_empty() || parts.len() != usize::from(count) || !is_sampled {
            return Err(broken);
        }
        let [width, height] = [[w1, w2], [h1, h2]].map(|bytes| u32::from(u16::from_be_bytes(bytes)));
        let ids = parts.iter().map(|[id, ..]| *id).collect();
        Ok(Self { width, height, is_progressive, components, ids })
    }

    /// Returns the number of 8 × 8 blocks in a scan, from the data of its header (§B.2.3): the number of components,
    /// then two bytes for each. Components that the frame does not have are not counted.
    fn blocks_of(&self, scan: &[u8]) -> u64 {
        let largest = |of: fn(&(u64, u64)) -> u64| self.components.iter().map(of).max().unwrap_or(1);
        let across = u64::from(self.width).div_ceil(8 * largest(|by| by.0));
        let down = u64::from(self.height).div_ceil(8 * largest(|by| by.1));
        let named = scan.get(1..).unwrap_or_default().as_chunks::<2>().0.iter().map(|[id, _]| id);
        let in_scan = named.take(scan.first().copied().unwrap_or_default().into());
        in_scan
            .filter_map(|id| self.components.get(self.ids.iter().position(|known| known == id)?))
            .map(|(h, v)| across * down * h * v)
            .sum()
    }

    /// Returns the largest number of bytes that the library zune-jpeg holds while it decodes: the pixels; some
    /// rows of each component, both as they are and enlarged to the largest component (`components.rs`,
    /// `worker.rs`); and, if the picture comes in several scans, 16 bits for each of its samples
    /// (`mcu_prog.rs`, and `mcu.rs` if the first scan lacks a component).
    fn memory(&self, in_first_scan: usize) -> u64 {
        let largest = |of: fn(&(u64, u64)) -> u64| self.components.iter().map(of).max().unwrap_or(1);
        let (across, down) = (largest(|by| by.0), largest(|by| by.1));
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        let (columns, rows) = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        let is_kept_whole = self.is_progressive || in_first_scan != self.components.len();
        let of_components = self.components.iter().map(|(h, v)| {
            let row = columns * 8 * h * 2;
            let whole = if is_kept_whole { columns * rows * h * v * 64 * 2 } else { 0 };
            whole + row * (18 * v + 8 + (16 + v) * across * down)
        });
        let colours = if self.components.len() == 1 { 1 } else { 3 };
        width * height * colours + of_components.sum::<u64>() + WORK_BYTES
    }
}
