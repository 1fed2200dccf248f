//! The theme of a frame: the colours, corners and fonts that the embedding page asks for. Each value is
//! parsed by its own rule and written anew as a style sheet, so that no text of the request gets into it.
//! Colours with too little contrast are refused, and the sign-in code itself is always dark on light.

use std::fmt;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use thiserror::Error;

use crate::look::{Colour, DARK, LIGHT, Palette, TooPale, Wanted};
use crate::oauth::error::OAuthError;
use crate::oauth::params::{Param, Params};
use crate::web::bounds::FRAME_RADIUS;
use crate::web::problem::Problem;

/// The appearance of the frame that an embedding page asks for; a field that is `None` has its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    scheme: Option<Scheme>,
    accent: Option<Colour>,
    background: Option<Colour>,
    text: Option<Colour>,
    /// The radius of the corners, in CSS pixels.
    radius: Option<u8>,
    font: Option<Font>,
}

/// The colour scheme of a frame; `Auto` follows the preference that the person set in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Auto,
    Light,
    Dark,
}

/// The kinds of fonts that an embedding page may ask for. `System` is the default font of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Font {
    System,
    Sans,
    Serif,
    Rounded,
    Mono,
}

/// Why a theme is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotATheme {
    /// A value cannot be parsed, or is not one that its parameter may have.
    #[error("a value is none of those that there are")]
    Value,
    /// There are colours and the scheme `auto`: no colour can be read in both a light and a dark frame.
    #[error("a colour cannot be combined with the scheme auto")]
    Auto,
    /// The text or the accent has too little contrast with the background.
    #[error("the contrast is below 4.5:1")]
    Contrast,
}

impl From<TooPale> for NotATheme {
    fn from(_: TooPale) -> Self {
        Self::Contrast
    }
}

impl From<NotATheme> for Problem {
    fn from(why: NotATheme) -> Self {
        tracing::info!(code = "frame_theme", %why, "the colours of a frame were refused");
        Self::saying(StatusCode::BAD_REQUEST, "unreadable_theme", move |texts| {
            let advice = match why {
                NotATheme::Value => texts.theme.value,
                NotATheme::Auto => texts.theme.auto,
                NotATheme::Contrast => texts.theme.contrast,
            };
            (texts.theme.title, advice)
        })
    }
}

impl Scheme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Font {
    const ALL: [Self; 5] = [Self::System, Self::Sans, Self::Serif, Self::Rounded, Self::Mono];

    fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Sans => "sans",
            Self::Serif => "serif",
            Self::Rounded => "rounded",
            Self::Mono => "mono",
        }
    }

    /// Returns the font families as the style sheet lists them; `None` for the default ones.
    fn family(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Sans => Some("Arial, Helvetica, \"Liberation Sans\", sans-serif"),
            Self::Serif => Some("Georgia, \"Times New Roman\", \"Liberation Serif\", serif"),
            Self::Rounded => Some("ui-rounded, \"SF Pro Rounded\", \"Nunito\", system-ui, sans-serif"),
            Self::Mono => Some("var(--mono)"),
        }
    }
}

impl Theme {
    /// Returns the theme that these parameters ask for; `None` if they ask for nothing.
    ///
    /// # Errors
    /// A value is not known, colours are combined with the scheme `auto`, or they have too little contrast.
    pub fn parse(params: &Params) -> Result<Option<Self>, NotATheme> {
        let colour = |name| params.get(name).map(|text| Colour::parse(text).ok_or(NotATheme::Value)).transpose();
        let word = |name| params.get(name).map(str::to_owned);
        let scheme = word(Param::Scheme)
            .map(|word| Scheme::ALL.into_iter().find(|scheme| scheme.word() == word).ok_or(NotATheme::Value));
        let font = word(Param::Font)
            .map(|word| Font::ALL.into_iter().find(|font| font.word() == word).ok_or(NotATheme::Value));
        let radius = params
            .get(Param::Radius)
            .map(|text| text.parse().ok().filter(|radius| FRAME_RADIUS.contains(radius)).ok_or(NotATheme::Value));
        let theme = Self {
            scheme: scheme.transpose()?,
            accent: colour(Param::Accent)?,
            background: colour(Param::Background)?,
            text: colour(Param::Text)?,
            radius: radius.transpose()?,
            font: font.transpose()?,
        };
        theme.palette()?;
        Ok((theme != Self::default()).then_some(theme))
    }

    /// Returns the colours of the frame; `None` if it has the default colours and follows the preference of the
    /// person. Fails if colours are combined with the scheme `auto`, or have too little contrast.
    fn palette(&self) -> Result<Option<Palette>, NotATheme> {
        let has_colours = self.accent.is_some() || self.background.is_some() || self.text.is_some();
        let house = match (self.scheme, self.background) {
            (Some(Scheme::Auto) | None, _) if !has_colours => return Ok(None),
            (Some(Scheme::Auto), _) => return Err(NotATheme::Auto),
            (Some(Scheme::Light), _) | (None, None) => LIGHT,
            (Some(Scheme::Dark), _) => DARK,
            (None, Some(ground)) => Palette::for_ground(ground),
        };
        Ok(Some(house.with(Wanted { ground: self.background, ink: self.text, accent: self.accent })?))
    }

    /// Returns the style sheet of the theme: one rule that sets its colours, radius and font.
    fn css(&self) -> Result<String, NotATheme> {
        let palette = self.palette()?.map(|palette| palette.to_string()).unwrap_or_default();
        let radius = self.radius.map(|radius| format!("--radius:{radius}px;")).unwrap_or_default();
        let font = self.font.and_then(Font::family).map(|family| format!("--font:{family};")).unwrap_or_default();
        Ok(format!(":root{{{palette}{radius}{font}}}"))
    }
}

/// Writes the theme as the query of its style sheet's address.
impl fmt::Display for Theme {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colours = [("accent", self.accent), ("background", self.background), ("text", self.text)];
        let pairs = colours
            .into_iter()
            .filter_map(|(name, colour)| colour.map(|colour| format!("{name}={colour}")))
            .chain(self.scheme.map(|scheme| format!("scheme={}", scheme.word())))
            .chain(self.radius.map(|radius| format!("radius={radius}")))
            .chain(self.font.map(|font| format!("font={}", font.word())));
        out.write_str(&pairs.collect::<Vec<_>>().join("&"))
    }
}

/// `GET /embed/theme.css`: returns the style sheet of the theme that the query asks for. It contains nothing about
/// any person or app, and may be cached for a day.
pub async fn style(params: Result<Params, OAuthError>) -> Result<Response, Problem> {
    let params = params?;
    let css = Theme::parse(&params)?.unwrap_or_default().css()?;
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=86400")];
    Ok((headers, css).into_response())
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    fn theme(pairs: &[(&str, &str)]) -> Result<Option<Theme>, NotATheme> {
        let quoted = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        let form: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        Theme::parse(&Params::read(form.join("&").as_bytes()))
    }

    fn css(pairs: &[(&str, &str)]) -> String {
        theme(pairs).expect("right").unwrap_or_default().css().expect("right")
    }

    #[test]
    fn what_is_asked_for_stands_in_the_style_sheet_and_in_its_address() {
        let pairs =
            [("accent", "#0B6455"), ("background", "fffdf8"), ("text", "1f1c18"), ("radius", "24"), ("font", "serif")];
        let asked = theme(&pairs).expect("right").expect("something");
        assert_eq!(asked.to_string(), "accent=0b6455&background=fffdf8&text=1f1c18&radius=24&font=serif");
        let css = css(&pairs);
        for part in
            ["color-scheme:light;", "--accent:#0b6455;", "--ground:#fffdf8;", "--ink:#1f1c18;", "--on-accent:#ffffff;"]
        {
            assert!(css.contains(part), "{part} {css}");
        }
        assert!(css.contains("--radius:24px;") && css.contains("--font:Georgia"), "{css}");
        assert_eq!(theme(&[]), Ok(None));
        assert_eq!(theme(&[("state", "x")]), Ok(None));
        assert_eq!(self::css(&[("scheme", "auto")]), ":root{}");
        assert!(self::css(&[("scheme", "dark")]).contains("color-scheme:dark;--ground:#181613;"));
        assert!(self::css(&[("background", "#101820"), ("accent", "#7fd8ff")]).contains("color-scheme:dark;"));
        assert!(self::css(&[("accent", "#aa0000")]).contains("color-scheme:light;"));
    }

    #[test]
    fn nothing_but_these_values_gets_in() {
        for (name, value) in [
            ("accent", "red"),
            ("accent", "#fff"),
            ("accent", "#0b645"),
            ("accent", "#0b64550"),
            ("accent", "0b6455;}body{display:none"),
            ("accent", "rgb(1,2,3)"),
            ("accent", "+b6455"),
            ("background", "url(https://evil.example/)"),
            ("text", "éééééé"),
            ("radius", "25"),
            ("radius", "-1"),
            ("radius", "8px"),
            ("radius", "1e1"),
            ("font", "Comic Sans"),
            ("font", "serif;"),
            ("scheme", "DARK"),
        ] {
            assert_eq!(theme(&[(name, value)]), Err(NotATheme::Value), "{name}={value}");
        }
    }

    #[test]
    fn what_could_not_be_read_is_refused() {
        for pairs in [
            &[("text", "#777777"), ("background", "#ffffff")][..], // 4.48:1
            &[("accent", "#ffcc00")],
            &[("accent", "#0b6455"), ("scheme", "dark")],
            &[("background", "#808080"), ("text", "#ffffff")],
            &[("background", "#000000"), ("text", "#ffffff"), ("accent", "#0000ff")],
        ] {
            assert_eq!(theme(pairs), Err(NotATheme::Contrast), "{pairs:?}");
        }
        assert_eq!(theme(&[("accent", "#0b6455"), ("scheme", "auto")]), Err(NotATheme::Auto));
        assert!(theme(&[("text", "#767676"), ("background", "#ffffff"), ("accent", "#000000")]).is_ok(), "4.54:1");
    }
}
