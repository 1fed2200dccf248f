//! A text as the dark modules of a QR code: one SVG path, drawn here, so that the code stands in the first answer
//! and no browser needs script for it. Always dark on light, with the quiet zone of four modules (field: codes in
//! dark mode and without a margin are not read).

use qrcode::bits::encode_auto;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, ec};

/// Light modules around the code (ISO/IEC 18004 §6.3.8).
const QUIET_ZONE: usize = 4;

/// The dark modules of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    /// Modules along one side, quiet zone included.
    pub size: u16,
    /// The dark modules as the `d` of an SVG path: one stroke a run, `M x y h n`, to be stroked one wide.
    pub path: String,
}

/// The code for `text`, at error correction M: enough for a screen, and no denser than needed.
///
/// # Panics
/// Where the text is longer than any QR code (4,296 letters); ours have a bounded length.
pub fn modules(text: &str) -> Modules {
    let colors = encode(text);
    let width = colors.len().isqrt();
    let mut path = String::with_capacity(4096);
    let (mut pen_x, mut pen_y) = (0, 0);
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run == 0 {
                x += 1;
                continue;
            }
            move_to(&mut path, signed(x) - pen_x, signed(y) - pen_y);
            path.push('h');
            path.push_str(&run.to_string());
            x += run;
            (pen_x, pen_y) = (signed(x), signed(y));
        }
    }
    let size = u16::try_from(width + 2 * QUIET_ZONE).expect("a QR code has at most 177 modules");
    // Strokes run through the middle of a module.
    let start = format!("M{QUIET_ZONE} {QUIET_ZONE}.5");
    Modules { size, path: start + &path }
}

/// The modules, row by row. Every reader takes every mask (ISO/IEC 18004 §7.8), and what we encode is random, so the
/// search for the prettiest of eight would only cost: it is two thirds of all that a login page takes to make.
fn encode(text: &str) -> Vec<Color> {
    const LEVEL: EcLevel = EcLevel::M;
    let bits = encode_auto(text.as_bytes(), LEVEL).expect("a link of ours fits a QR code");
    let version = bits.version();
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, LEVEL).expect("the version fits");
    let mut canvas = Canvas::new(version, LEVEL);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MaskPattern::Checkerboard);
    canvas.into_colors()
}

/// Relative moves are the shortest way to say where the next run starts.
fn move_to(path: &mut String, x: i32, y: i32) {
    path.push('m');
    path.push_str(&x.to_string());
    if y >= 0 {
        path.push(' ');
    }
    path.push_str(&y.to_string());
}

fn signed(modules: usize) -> i32 {
    i32::try_from(modules).expect("a QR code has at most 177 modules")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path again, module by module.
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

    #[test]
    fn the_path_draws_exactly_the_dark_modules_inside_a_quiet_zone_of_four() {
        let text = "HTTPS://LOGIN.EXAMPLE.COM/S/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGH";
        let colors = encode(text);
        let width = colors.len().isqrt();
        for (y, row) in drawn(&modules(text)).iter().enumerate() {
            for (x, is_dark) in row.iter().enumerate() {
                let inside = |at: usize| at.checked_sub(QUIET_ZONE).filter(|at| *at < width);
                let expected = inside(x).zip(inside(y)).is_some_and(|(x, y)| colors[y * width + x] == Color::Dark);
                assert_eq!(*is_dark, expected, "module {x},{y}");
            }
        }
    }

    #[test]
    fn an_upper_case_link_packs_into_a_version_4_code() {
        let link = format!("HTTPS://LOGIN.EXAMPLE.COM/S/{}", "A".repeat(40));
        assert_eq!(modules(&link).size, 33 + 8);
    }
}
