//! Finds the QR codes in a picture of a camera and reads their texts.
//!
//! The scanner at `/scan` runs this in a worker where the browser has no decoder of its own that works: `src/decoder/worker.js`
//! calls [`read`], `public/scanner.js` gives the pictures, and `scripts/site` makes the files out of both.

use rqrr::PreparedImage;
use wasm_bindgen::prelude::wasm_bindgen;

/// Largest number of pixels of a picture; the texts of a larger one are not looked for. A picture of a file has at most
/// 2,000 pixels on a side, and one of a camera half of that.
const MOST_PIXELS: usize = 4_000_000;
/// Largest number of bytes of a text; a longer one is left out. A link of a sign-in is much shorter.
const MOST_BYTES: usize = 512;
/// Largest number of codes that are read in one picture.
const MOST_CODES: usize = 8;

/// Returns the texts of the QR codes in a picture. `rgba` has four bytes for each pixel, row by row, as browsers return
/// them. With `inverted`, light codes on a dark ground are read instead of dark ones on a light ground. A code that cannot
/// be read is left out, and so is a text that is not UTF-8.
#[wasm_bindgen]
pub fn read(rgba: &[u8], width: usize, inverted: bool) -> Vec<String> {
    let (pixels, _) = rgba.as_chunks::<4>();
    if width == 0 || pixels.is_empty() || pixels.len() > MOST_PIXELS || !pixels.len().is_multiple_of(width) {
        return Vec::new();
    }
    let flip = if inverted { u8::MAX } else { 0 };
    let at = |x: usize, y: usize| pixels.get(y * width + x).map_or(u8::MAX, |pixel| luma(*pixel) ^ flip);
    let mut picture = PreparedImage::prepare_from_greyscale(width, pixels.len() / width, at);
    let codes = picture.detect_grids();
    let texts = codes.into_iter().take(MOST_CODES).filter_map(|code| Some(code.decode().ok()?.1));
    texts.filter(|text| text.len() <= MOST_BYTES).collect()
}

/// Returns how light a pixel is, from 0 to 255 (ITU-R BT.601, in 256ths).
fn luma([red, green, blue, _]: [u8; 4]) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode};

    use super::*;

    const LINK: &str = "HTTPS://LOGIN.EXAMPLE.COM/S/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGH";

    /// A picture of shades of grey, which a camera took.
    struct Picture {
        width: usize,
        height: usize,
        shades: Vec<f64>,
    }

    /// How a camera sees a screen.
    #[derive(Clone, Copy)]
    struct View {
        /// Pixels of the picture for each module of the code.
        scale: f64,
        /// By how much the code is turned, in degrees.
        turned: f64,
        /// How much smaller the far edge is than the near one, as a share.
        tilt: f64,
        /// How strong the noise of the sensor is, of 255.
        noise: f64,
        /// How strong the stripes between the grids of screen and sensor are, of 255.
        moire: f64,
        dark_on_light: bool,
    }

    const STRAIGHT: View = View { scale: 4.0, turned: 0.0, tilt: 0.0, noise: 0.0, moire: 0.0, dark_on_light: true };

    /// Numbers that look random and are the same in each run (xorshift).
    fn noise() -> impl FnMut() -> f64 {
        let mut state = 0x2545_f491_u32;
        move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f64::from(state) / f64::from(u32::MAX) - 0.5
        }
    }

    impl Picture {
        fn empty(width: usize, height: usize, shade: f64) -> Self {
            Self { width, height, shades: vec![shade; width * height] }
        }

        /// Draws a code into the middle of the picture, with a quiet zone of four modules.
        fn draw(&mut self, text: &str, (middle_x, middle_y): (f64, f64), view: View) {
            let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("a code");
            let (size, colours) = (code.width(), code.to_colors());
            let half = to_f64(size) / 2.0 + 4.0;
            let (sin, cos) = view.turned.to_radians().sin_cos();
            for y in 0..self.height {
                for x in 0..self.width {
                    let (dx, dy) = ((to_f64(x) - middle_x) / view.scale, (to_f64(y) - middle_y) / view.scale);
                    let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
                    let depth = 1.0 + view.tilt * v / half;
                    let (u, v) = (u * depth, v * depth);
                    if u.abs() >= half || v.abs() >= half {
                        continue;
                    }
                    let module = |at: f64| to_index(at + to_f64(size) / 2.0).filter(|at| *at < size);
                    let is_dark = match (module(u), module(v)) {
                        (Some(column), Some(row)) => colours[row * size + column] == Color::Dark,
                        _ => false,
                    };
                    self.shades[y * self.width + x] = if is_dark == view.dark_on_light { 20.0 } else { 235.0 };
                }
            }
            let mut random = noise();
            for (at, shade) in self.shades.iter_mut().enumerate() {
                let (x, y) = (to_f64(at % self.width), to_f64(at / self.width));
                *shade += view.moire * (x * 0.9 + y * 0.13).sin() * (y * 0.7).cos() + view.noise * random();
            }
        }

        fn rgba(&self) -> Vec<u8> {
            self.shades.iter().flat_map(|shade| [to_byte(*shade), to_byte(*shade), to_byte(*shade), 255]).collect()
        }

        fn read(&self, inverted: bool) -> Vec<String> {
            read(&self.rgba(), self.width, inverted)
        }
    }

    fn to_f64(number: usize) -> f64 {
        f64::from(u32::try_from(number).expect("a small number"))
    }

    fn to_index(number: f64) -> Option<usize> {
        (0..200).find(|at| to_f64(*at) <= number && number < to_f64(*at + 1))
    }

    fn to_byte(shade: f64) -> u8 {
        (0..=255).find(|byte| f64::from(*byte) + 0.5 >= shade).unwrap_or(u8::MAX)
    }

    fn shot(view: View) -> Picture {
        let mut picture = Picture::empty(320, 240, if view.dark_on_light { 200.0 } else { 30.0 });
        picture.draw(LINK, (160.0, 120.0), view);
        picture
    }

    #[test]
    fn a_code_is_read_straight_turned_tilted_noisy_and_through_moire() {
        for view in [
            STRAIGHT,
            View { turned: 33.0, ..STRAIGHT },
            View { turned: 180.0, ..STRAIGHT },
            View { tilt: 0.15, turned: 8.0, ..STRAIGHT },
            View { noise: 90.0, ..STRAIGHT },
            View { moire: 40.0, noise: 30.0, turned: 5.0, ..STRAIGHT },
            View { scale: 3.0, noise: 40.0, ..STRAIGHT },
        ] {
            assert_eq!(shot(view).read(false), [LINK], "turned {} tilted {}", view.turned, view.tilt);
        }
    }

    #[test]
    fn a_light_code_on_a_dark_ground_is_read_in_the_inverted_picture_only() {
        let picture = shot(View { dark_on_light: false, noise: 30.0, turned: 9.0, ..STRAIGHT });
        assert_eq!(picture.read(true), [LINK]);
        assert!(picture.read(false).is_empty());
        assert!(shot(STRAIGHT).read(true).is_empty());
    }

    #[test]
    fn each_of_several_codes_is_read() {
        let mut picture = Picture::empty(640, 240, 200.0);
        picture.draw("https://elsewhere.example/", (160.0, 120.0), STRAIGHT);
        picture.draw(LINK, (480.0, 120.0), STRAIGHT);
        let mut texts = picture.read(false);
        texts.sort();
        assert_eq!(texts, [LINK, "https://elsewhere.example/"]);
    }

    #[test]
    fn a_text_that_is_longer_than_any_link_is_left_out() {
        let mut picture = Picture::empty(600, 600, 200.0);
        picture.draw(&"A".repeat(MOST_BYTES + 1), (300.0, 300.0), STRAIGHT);
        assert!(picture.read(false).is_empty());
    }

    #[test]
    fn what_is_no_picture_has_no_codes_and_breaks_nothing() {
        for (rgba, width) in [(&[][..], 0), (&[0; 16][..], 0), (&[0; 16][..], 3), (&[0; 15][..], 4), (&[9; 4][..], 1)] {
            assert!(read(rgba, width, false).is_empty());
        }
        assert!(read(&vec![0; (MOST_PIXELS + 1) * 4], 1, false).is_empty());
        let mut random = noise();
        for (width, height) in [(64, 64), (7, 300), (300, 7), (1, 200), (200, 1), (320, 240)] {
            let mut picture = Picture::empty(width, height, 128.0);
            picture.shades.iter_mut().for_each(|shade| *shade += 255.0 * random());
            assert!(picture.read(false).is_empty() && picture.read(true).is_empty());
        }
    }
}
