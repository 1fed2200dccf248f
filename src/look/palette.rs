//! The colours that pages have by default, and those that an operator or an embedding page wants in their place.

use std::fmt;

use thiserror::Error;

use super::colour::{CONTRAST, Colour};

/// The colours of a page: of its background, text, lines and controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Whether the controls that the browser draws itself are dark.
    pub is_dark: bool,
    /// The background of the page.
    pub ground: Colour,
    /// The background of fields and buttons.
    pub surface: Colour,
    /// Texts.
    pub ink: Colour,
    /// Texts that matter less.
    pub soft: Colour,
    /// Lines between parts of the page.
    pub line: Colour,
    /// Links, and the background of the main button.
    pub accent: Colour,
    /// The text of the main button.
    pub on_accent: Colour,
    /// What a person should notice, such as an unusual place.
    pub unusual: Colour,
    /// The background of that.
    pub unusual_ground: Colour,
}

/// The default colours of the light scheme, as in `style/main.css`.
pub const LIGHT: Palette = Palette {
    is_dark: false,
    ground: Colour::new(0xfb, 0xfa, 0xf7),
    surface: Colour::new(0xff, 0xff, 0xff),
    ink: Colour::new(0x1f, 0x1c, 0x18),
    soft: Colour::new(0x5f, 0x58, 0x4e),
    line: Colour::new(0xe0, 0xda, 0xcf),
    accent: Colour::new(0x0b, 0x64, 0x55),
    on_accent: Colour::new(0xff, 0xff, 0xff),
    unusual: Colour::new(0x8a, 0x3b, 0x00),
    unusual_ground: Colour::new(0xfd, 0xf1, 0xe3),
};

/// The default colours of the dark scheme, as in `style/main.css`.
pub const DARK: Palette = Palette {
    is_dark: true,
    ground: Colour::new(0x18, 0x16, 0x13),
    surface: Colour::new(0x21, 0x1e, 0x1a),
    ink: Colour::new(0xf0, 0xeb, 0xe3),
    soft: Colour::new(0xb3, 0xaa, 0x9d),
    line: Colour::new(0x3b, 0x36, 0x2f),
    accent: Colour::new(0x6f, 0xd0, 0xbb),
    on_accent: Colour::new(0x0c, 0x21, 0x1d),
    unusual: Colour::new(0xf7, 0xb2, 0x7a),
    unusual_ground: Colour::new(0x38, 0x27, 0x1a),
};

/// The colours that are wanted in the place of the default ones; `None` where nothing is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The background.
    pub ground: Option<Colour>,
    /// Texts.
    pub ink: Option<Colour>,
    /// Links, and the background of the main button.
    pub accent: Option<Colour>,
}

/// Why colours are refused: a text could not be read. Its fields are the contrast that there would be, and the colour of the
/// background with which it would be.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum TooPale {
    /// The text is too similar to the background.
    #[error("the texts have a contrast of {0:.1}:1 with the background #{1}; {CONTRAST}:1 is the least (WCAG 1.4.3)")]
    Ink(f64, Colour),
    /// The accent is too similar to the background.
    #[error("it has a contrast of {0:.1}:1 with the background #{1}; {CONTRAST}:1 is the least (WCAG 1.4.3)")]
    Accent(f64, Colour),
}

impl Palette {
    /// Returns the default colours in which texts are read best on this background.
    pub fn for_ground(ground: Colour) -> Self {
        if ground.contrast(LIGHT.ink) >= ground.contrast(DARK.ink) { LIGHT } else { DARK }
    }

    /// Returns these colours with the wanted ones in their place. The colours that are made of them (of fields, lines, and
    /// texts that matter less) change too, if the background or the text does.
    ///
    /// # Errors
    /// If the text or the accent would have a contrast below 4.5:1 with the background.
    pub fn with(self, wanted: Wanted) -> Result<Self, TooPale> {
        let mut made = self;
        if wanted.ground.is_some() || wanted.ink.is_some() {
            let (ground, ink) = (wanted.ground.unwrap_or(self.ground), wanted.ink.unwrap_or(self.ink));
            let (surface, soft) = (ground.mixed(ink, 4), ink.mixed(ground, 25));
            made = Self { ground, surface, ink, soft, line: ground.mixed(ink, 16), ..self };
        }
        if let Some(accent) = wanted.accent {
            made = Self { accent, on_accent: accent.opposite(), ..made };
        }
        let [ink, accent] = [made.ink, made.accent].map(|colour| colour.contrast(made.ground));
        if ink < CONTRAST {
            return Err(TooPale::Ink(ink, made.ground));
        }
        if accent < CONTRAST {
            return Err(TooPale::Accent(accent, made.ground));
        }
        // What is made of two colours is used if it can be read; otherwise one of the two is used.
        if !made.shows(made.ink) || !made.shows(made.accent) {
            made.surface = made.ground;
        }
        if !made.shows(made.soft) {
            made.soft = made.ink;
        }
        if !made.shows(made.unusual) {
            (made.unusual, made.unusual_ground) = (made.ink, made.ground);
        }
        Ok(made)
    }

    /// Returns the colour that is nearest to this one among its mixtures with the text of these colours, and can be read as
    /// a text on their background. It gives a dark page the accent that was chosen for a light one.
    pub fn readable(self, colour: Colour) -> Colour {
        let mixtures = (0..=100).step_by(5).map(|share| colour.mixed(self.ink, share));
        mixtures.into_iter().find(|mixture| self.shows(*mixture)).unwrap_or(self.ink)
    }

    /// Returns whether a text of this colour can be read on the background of the page and on that of fields.
    fn shows(self, text: Colour) -> bool {
        [self.ground, self.surface].iter().all(|ground| text.contrast(*ground) >= CONTRAST)
    }

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

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect("a colour")
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

    #[test]
    fn what_is_made_of_accepted_colours_can_be_read() {
        let grounds = ["#ffffff", "#fdf6e3", "#f0f0f0", "#101820", "#003b5c", "#000000", "#0c3b0c"].map(colour);
        for ground in grounds {
            let house = Palette::for_ground(ground);
            for accent in ["#0b6455", "#1a73e8", "#ffd100", "#e4002b", "#07c160", "#777777"].map(colour) {
                let accent =
                    house.with(Wanted { ground: Some(ground), ..Wanted::default() }).expect("read").readable(accent);
                let wanted = Wanted { ground: Some(ground), accent: Some(accent), ..Wanted::default() };
                let made = house.with(wanted).expect("made to be read");
                for (over, under) in [
                    (made.ink, made.ground),
                    (made.ink, made.surface),
                    (made.soft, made.ground),
                    (made.soft, made.surface),
                    (made.accent, made.ground),
                    (made.accent, made.surface),
                    (made.on_accent, made.accent),
                    (made.unusual, made.ground),
                    (made.unusual, made.unusual_ground),
                    (made.ink, made.unusual_ground),
                ] {
                    assert!(over.contrast(under) >= CONTRAST, "{ground} {accent}: {over} on {under}");
                }
            }
        }
    }

    #[test]
    fn an_accent_alone_changes_nothing_else() {
        let accent = colour("#1a5fb4");
        let made = LIGHT.with(Wanted { accent: Some(accent), ..Wanted::default() }).expect("read");
        assert_eq!(made, Palette { accent, on_accent: colour("#ffffff"), ..LIGHT });
        let night = DARK.readable(accent);
        assert_ne!(night, accent);
        assert!(night.contrast(DARK.surface) >= CONTRAST && night.contrast(DARK.surface) < 6.0, "{night}");
        assert_eq!(LIGHT.readable(accent), accent);
    }
}
