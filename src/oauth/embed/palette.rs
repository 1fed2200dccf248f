//! Colours, their contrast (WCAG 2.2), and the colours that pages have by default.

use std::fmt;

/// A colour in sRGB: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(u8, u8, u8);

impl Colour {
    /// Parses `#rrggbb` or `rrggbb`; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_hex = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self(red, green, blue))
    }

    /// Returns the contrast ratio of two colours (WCAG 2.2): 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Returns the relative luminance of this colour (WCAG 2.2): 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.0722_f64.mul_add(linear(self.2), 0.2126_f64.mul_add(linear(self.0), 0.7152 * linear(self.1)))
    }

    /// Returns this colour mixed with another. `hundredths` is the share of the other colour, 0 to 100.
    #[must_use]
    pub fn mixed(self, other: Self, hundredths: u8) -> Self {
        let part = |one: u8, two: u8| {
            let mixed = u32::from(one) * (100 - u32::from(hundredths)) + u32::from(two) * u32::from(hundredths);
            u8::try_from((mixed + 50) / 100).unwrap_or(u8::MAX)
        };
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// Returns black or white, whichever has the higher contrast with this colour. That contrast is at
    /// least 4.58:1.
    #[must_use]
    pub fn opposite(self) -> Self {
        let (white, black) = (Self(255, 255, 255), Self(0, 0, 0));
        if self.contrast(white) >= self.contrast(black) { white } else { black }
    }
}

/// Writes the colour as six hexadecimal digits, without `#`.
impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The colours of a page: of its background, text, lines and controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Whether the controls that the browser draws itself are dark.
    pub is_dark: bool,
    pub ground: Colour,
    pub surface: Colour,
    pub ink: Colour,
    pub soft: Colour,
    pub line: Colour,
    pub accent: Colour,
    pub on_accent: Colour,
    pub unusual: Colour,
    pub unusual_ground: Colour,
}

/// The default colours of the light scheme, as in `style/main.css`.
pub const LIGHT: Palette = Palette {
    is_dark: false,
    ground: Colour(0xfb, 0xfa, 0xf7),
    surface: Colour(0xff, 0xff, 0xff),
    ink: Colour(0x1f, 0x1c, 0x18),
    soft: Colour(0x5f, 0x58, 0x4e),
    line: Colour(0xe0, 0xda, 0xcf),
    accent: Colour(0x0b, 0x64, 0x55),
    on_accent: Colour(0xff, 0xff, 0xff),
    unusual: Colour(0x8a, 0x3b, 0x00),
    unusual_ground: Colour(0xfd, 0xf1, 0xe3),
};

/// The default colours of the dark scheme, as in `style/main.css`.
pub const DARK: Palette = Palette {
    is_dark: true,
    ground: Colour(0x18, 0x16, 0x13),
    surface: Colour(0x21, 0x1e, 0x1a),
    ink: Colour(0xf0, 0xeb, 0xe3),
    soft: Colour(0xb3, 0xaa, 0x9d),
    line: Colour(0x3b, 0x36, 0x2f),
    accent: Colour(0x6f, 0xd0, 0xbb),
    on_accent: Colour(0x0c, 0x21, 0x1d),
    unusual: Colour(0xf7, 0xb2, 0x7a),
    unusual_ground: Colour(0x38, 0x27, 0x1a),
};

impl Palette {
    fn named(&self) -> [(&'static str, Colour); 9] {
        [
            ("ground", self.ground),
            ("surface", self.surface),
            ("ink", self.ink),
            ("soft", self.soft),
            ("line", self.line),
            ("accent", self.accent),
            ("on-accent", self.on_accent),
            ("unusual", self.unusual),
            ("unusual-ground", self.unusual_ground),
        ]
    }
}

/// Writes the `color-scheme`, and the colours as variables of a style sheet, such as `--ground:#fbfaf7;`.
impl fmt::Display for Palette {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "color-scheme:{};", if self.is_dark { "dark" } else { "light" })?;
        self.named().iter().try_for_each(|(name, colour)| write!(out, "--{name}:#{colour};"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_the_guidelines_have_it() {
        let colour = |text| Colour::parse(text).expect("a colour");
        for (one, two, contrast) in [
            ("#000000", "#ffffff", 21.0),
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#ff0000", "#ffffff", 3.998),
            ("#0000ff", "#000000", 2.444),
        ] {
            assert!((colour(one).contrast(colour(two)) - contrast).abs() < 0.001, "{one} on {two}");
        }
        for grey in 0..=255_u8 {
            let grey = Colour(grey, grey, grey);
            assert!(grey.contrast(grey.opposite()) > 4.5, "{grey}");
        }
    }

    #[test]
    fn the_colours_of_the_house_are_those_of_its_style_sheet() {
        let css = std::fs::read_to_string("style/main.css").expect("a text");
        let (day, rest) = css.split_once("@media (prefers-color-scheme: dark)").expect("the night");
        let night = rest.split_once("\n}\n").expect("its end").0;
        for (palette, text) in [(LIGHT, day), (DARK, night)] {
            for (name, colour) in palette.named() {
                assert!(text.contains(&format!("--{name}: #{colour};")), "{name}");
            }
        }
    }
}
