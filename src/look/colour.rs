//! A colour, and its contrast with others (WCAG 2.2).

use std::fmt;

use serde::{Serialize, Serializer};

/// The least contrast of a text with what is behind it (WCAG 1.4.3).
pub const CONTRAST: f64 = 4.5;

/// A colour in sRGB: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(u8, u8, u8);

impl Colour {
    /// Makes the colour of this red, green and blue.
    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self(red, green, blue)
    }

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

/// Serialises the colour as the configuration has it: `#` and six hexadecimal digits.
impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("#{self}"))
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
}
