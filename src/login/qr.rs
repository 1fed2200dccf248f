//! Draws a QR code as one SVG path on the server, so that the first answer shows the code and no browser needs script
//! for it. Codes are always dark on light, with a quiet zone of four modules: in practice, codes in dark mode or
//! without a margin are not read.

use std::sync::OnceLock;

use image::codecs::png::PngEncoder;
use image::{GrayImage, Luma};
use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, Version, ec};

/// Number of light modules on each side of the code (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: usize = 4;
/// Error correction level: sufficient for a screen, and not denser than needed.
const LEVEL: EcLevel = EcLevel::M;
/// Edge of a module in a PNG, in pixels.
const PIXELS: usize = 8;

/// The dark modules of a QR code, ready for an SVG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    /// Modules along one side, quiet zone included.
    pub size: u16,
    /// The dark modules as the `d` of an SVG path: one stroke per run, `M x y h n`, with a stroke width of one.
    pub path: String,
}

/// Draws the QR codes of links with the same beginning and length. Such links differ in some two hundred
/// bits, and each bit flips the same modules whatever the other bits are, because error correction and masks
/// are linear over GF(2). A code is therefore the first code with the modules of each differing bit flipped:
/// a hundred exclusive ors instead of two polynomial divisions and a walk over all modules, which took two
/// thirds of the time of a login page.
#[derive(Debug)]
pub struct Printer {
    link: String,
    version: Version,
    width: usize,
    /// The data codewords of the first code, with the letter A for each letter after `link`; and its modules, one
    /// bit each, row by row.
    data: Vec<u8>,
    first: Vec<u64>,
    /// The modules that each bit of the data flips; computed at first use.
    flips: Vec<OnceLock<Vec<u64>>>,
}

impl Printer {
    /// Makes a printer for links that consist of `link` and this many letters after it.
    ///
    /// # Panics
    /// If that is longer than any QR code (some 3,000 letters); a link of this server is an origin and a few
    /// letters.
    pub fn new(link: &str, letters: usize) -> Self {
        let text = format!("{link}{}", "A".repeat(letters));
        let fits = |version| encode(&text, version).map(|data| (version, data));
        let (version, data) = (1..=40).map(Version::Normal).find_map(fits).expect("a link of ours fits a QR code");
        let first = draw(&data, version);
        let flips = std::iter::repeat_with(OnceLock::new).take(data.len() * 8).collect();
        Self { link: link.to_owned(), version, width: usize::from(version.width().unsigned_abs()), data, first, flips }
    }

    /// Draws the QR code of the link that ends with these letters, as a path for an SVG.
    ///
    /// # Panics
    /// If there are more letters than the printer was made for.
    pub fn print(&self, letters: &str) -> Modules {
        self.path(&self.modules(letters))
    }

    /// Draws the QR code of the link that ends with these letters, as a PNG for pages of other sites.
    ///
    /// # Panics
    /// If there are more letters than the printer was made for.
    pub fn picture(&self, letters: &str) -> Vec<u8> {
        let modules = self.modules(letters);
        let side = u32::try_from((self.width + 2 * QUIET_ZONE) * PIXELS).expect("a QR code has at most 177 modules");
        let pixels = GrayImage::from_fn(side, side, |x, y| {
            let inside = |at: u32| (at as usize / PIXELS).checked_sub(QUIET_ZONE).filter(|at| *at < self.width);
            let is_dark = inside(x).zip(inside(y)).is_some_and(|(x, y)| is_dark(&modules, y * self.width + x));
            Luma([if is_dark { 0 } else { u8::MAX }])
        });
        let mut picture = Vec::new();
        pixels.write_with_encoder(PngEncoder::new(&mut picture)).expect("memory takes what is written to it");
        picture
    }

    fn modules(&self, letters: &str) -> Vec<u64> {
        let text = [&self.link, letters].concat();
        let data = encode(&text, self.version).expect("as long as the first one");
        let mut modules = self.first.clone();
        for (at, (byte, first)) in data.iter().zip(&self.data).enumerate() {
            let mut differs = byte ^ first;
            while differs != 0 {
                let bit = differs.leading_zeros();
                differs ^= 0x80 >> bit;
                for (word, flipped) in modules.iter_mut().zip(self.flips(at, bit)) {
                    *word ^= flipped;
                }
            }
        }
        modules
    }

    fn flips(&self, at: usize, bit: u32) -> &[u64] {
        self.flips[at * 8 + bit as usize].get_or_init(|| {
            let mut data = self.data.clone();
            data[at] ^= 0x80 >> bit;
            let flipped = draw(&data, self.version);
            flipped.iter().zip(&self.first).map(|(with, without)| with ^ without).collect()
        })
    }

    fn path(&self, modules: &[u64]) -> Modules {
        let size = u16::try_from(self.width + 2 * QUIET_ZONE).expect("a QR code has at most 177 modules");
        let mut path = String::with_capacity(4096);
        // A stroke runs through the middle of a module's row.
        path.push('M');
        number(&mut path, QUIET_ZONE.cast_signed());
        path.push(' ');
        number(&mut path, QUIET_ZONE.cast_signed());
        path.push_str(".5");
        let (mut pen_x, mut pen_y) = (0, 0);
        for y in 0..self.width {
            let row = y * self.width;
            let mut x = 0;
            while x < self.width {
                let run = (x..self.width).take_while(|x| is_dark(modules, row + x)).count();
                if run == 0 {
                    x += 1;
                    continue;
                }
                move_to(&mut path, x.cast_signed() - pen_x, y.cast_signed() - pen_y);
                path.push('h');
                number(&mut path, run.cast_signed());
                x += run;
                (pen_x, pen_y) = (x.cast_signed(), y.cast_signed());
            }
        }
        Modules { size, path }
    }
}

fn is_dark(modules: &[u64], at: usize) -> bool {
    modules[at / 64] >> (at % 64) & 1 == 1
}

/// Returns the data codewords of a text in a QR code of this version; `None` if it does not fit. A text of
/// capitals, digits and the characters of a host takes eleven bits per pair; any other takes eight bits per
/// letter.
fn encode(text: &str, version: Version) -> Option<Vec<u8>> {
    const ALPHANUMERIC: &[u8] = b" $%*+-./:";
    let is_short =
        text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || ALPHANUMERIC.contains(&byte));
    let mut bits = Bits::new(version);
    let pushed =
        if is_short { bits.push_alphanumeric_data(text.as_bytes()) } else { bits.push_byte_data(text.as_bytes()) };
    pushed.and_then(|()| bits.push_terminator(LEVEL)).ok()?;
    Some(bits.into_bytes())
}

/// Returns the modules of the QR code with these data codewords, one bit each, row by row. The mask is always the
/// same: readers accept every mask (ISO/IEC 18004 §7.8), and the encoded data is random, so the best of the eight
/// need not be searched.
fn draw(data: &[u8], version: Version) -> Vec<u64> {
    let (data, correction) = ec::construct_codewords(data, version, LEVEL).expect("as many as the version has");
    let mut canvas = Canvas::new(version, LEVEL);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MaskPattern::Checkerboard);
    let mut modules = vec![0_u64; canvas_words(version)];
    for (at, color) in canvas.into_colors().into_iter().enumerate() {
        modules[at / 64] |= u64::from(color == Color::Dark) << (at % 64);
    }
    modules
}

fn canvas_words(version: Version) -> usize {
    let width = usize::from(version.width().unsigned_abs());
    (width * width).div_ceil(64)
}

/// Appends to the path of an SVG a move by `x` and `y` from the current point, which is shorter than an
/// absolute position.
fn move_to(path: &mut String, x: isize, y: isize) {
    path.push('m');
    number(path, x);
    if y >= 0 {
        path.push(' ');
    }
    number(path, y);
}

/// Appends to the path of an SVG a whole number of at most three digits. A path has a thousand numbers, so this
/// avoids the formatter.
fn number(path: &mut String, number: isize) {
    if number < 0 {
        path.push('-');
    }
    let size = number.unsigned_abs();
    for (unit, least) in [(100, 100), (10, 10), (1, 0)] {
        if size >= least {
            path.push(char::from(b"0123456789"[size / unit % 10]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "HTTPS://LOGIN.EXAMPLE.COM/S/";

    /// Parses an SVG path that [`Printer::print`] made, and returns for each row which modules are dark.
    fn drawn(modules: &Modules) -> Vec<Vec<bool>> {
        let size = usize::from(modules.size);
        let mut dark = vec![vec![false; size]; size];
        let start = format!("M{QUIET_ZONE} {QUIET_ZONE}.5");
        let (mut x, mut y) = (QUIET_ZONE, QUIET_ZONE);
        for step in modules.path.strip_prefix(&start).expect("the start").split('m').skip(1) {
            let (offset, run) = step.split_once('h').expect("a run");
            let at = offset.rfind(['-', ' ']).expect("two numbers");
            let (dx, dy) = offset.split_at(at);
            x = x.checked_add_signed(dx.parse().expect("dx")).expect("inside");
            y = y.checked_add_signed(dy.trim().parse().expect("dy")).expect("inside");
            for _ in 0..run.parse::<usize>().expect("a length") {
                dark[y][x] = true;
                x += 1;
            }
        }
        dark
    }

    fn random_letters() -> String {
        let random: [u8; 40] = crate::crypto::random::random();
        random.iter().map(|byte| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(byte % 32)])).collect()
    }

    #[test]
    fn the_path_draws_exactly_the_dark_modules_inside_a_quiet_zone_of_four() {
        for link in [LINK, "HTTP://LOCALHOST:3000/S/", "HTTPS://A_B.EXAMPLE/S/", "HTTPS://[::1]:3000/S/"] {
            let printer = Printer::new(link, 40);
            for _ in 0..50 {
                let letters = random_letters();
                let data = encode(&format!("{link}{letters}"), printer.version).expect("fits");
                // Drawn from scratch, as the library does.
                let expected = draw(&data, printer.version);
                let width = printer.width;
                for (y, row) in drawn(&printer.print(&letters)).iter().enumerate() {
                    for (x, is_dark) in row.iter().enumerate() {
                        let inside = |at: usize| at.checked_sub(QUIET_ZONE).filter(|at| *at < width);
                        let module = inside(x).zip(inside(y)).map(|(x, y)| y * width + x);
                        let dark = module.is_some_and(|at| expected[at / 64] >> (at % 64) & 1 == 1);
                        assert_eq!(*is_dark, dark, "module {x},{y} of {link}{letters}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_picture_shows_the_modules_of_the_path() {
        let (printer, letters) = (Printer::new(LINK, 40), random_letters());
        let picture = image::load_from_memory(&printer.picture(&letters)).expect("a picture");
        assert_eq!((picture.width(), picture.color()), ((33 + 8) * 8, image::ColorType::L8));
        let (picture, dark) = (picture.to_luma8(), drawn(&printer.print(&letters)));
        for (x, y, Luma([light])) in picture.enumerate_pixels() {
            assert_eq!(*light == 0, dark[y as usize / PIXELS][x as usize / PIXELS], "{x},{y}");
        }
    }

    #[test]
    fn what_is_encoded_is_what_the_library_would_encode() {
        // The library encodes a long run of digits by itself, which is not always shorter.
        let has_run = |letters: &str| letters.split(|letter: char| !letter.is_ascii_digit()).any(|run| run.len() > 4);
        for letters in std::iter::repeat_with(random_letters).filter(|letters| !has_run(letters)).take(50) {
            let text = format!("{LINK}{letters}");
            let theirs = qrcode::bits::encode_auto(text.as_bytes(), LEVEL).expect("fits");
            assert_eq!(encode(&text, theirs.version()), Some(theirs.into_bytes()), "{text}");
        }
        let text = "https://a_b.example/s/";
        let theirs = qrcode::bits::encode_auto(text.as_bytes(), LEVEL).expect("fits");
        assert_eq!(encode(text, theirs.version()), Some(theirs.into_bytes()), "{text}");
    }

    #[test]
    fn an_upper_case_link_packs_into_a_version_4_code() {
        assert_eq!(Printer::new(LINK, 40).print(&"A".repeat(40)).size, 33 + 8);
    }
}
