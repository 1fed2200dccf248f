//! The table `[look]` of the configuration file: the name, the logo and the colours of the pages.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::parse;
use super::wrong_setting::{WrongSetting, within};
use crate::look::{Colour, DARK, LIGHT, Logo, Palette, TooPale, Wanted};

/// The table `[look]`, not checked yet.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// The name of the site, as people read it.
    pub name: String,
    /// A file with the logo, an SVG or a PNG; `None` for the mark of Tessera.
    pub logo: Option<PathBuf>,
    /// The colour of links and main buttons on light pages; `None` for the default one.
    #[serde(deserialize_with = "parse::optional_colour")]
    pub accent: Option<Colour>,
    /// The same on dark pages; `None` for the colour of light pages, made as light as it has to be.
    #[serde(deserialize_with = "parse::optional_colour")]
    pub accent_dark: Option<Colour>,
    /// The background of light pages; `None` for the default one.
    #[serde(deserialize_with = "parse::optional_colour")]
    pub background: Option<Colour>,
    /// The background of dark pages; `None` for the default one.
    #[serde(deserialize_with = "parse::optional_colour")]
    pub background_dark: Option<Colour>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            name: "Tessera".to_owned(),
            logo: None,
            accent: None,
            accent_dark: None,
            background: None,
            background_dark: None,
        }
    }
}

/// The checked table `[look]`.
#[derive(Clone, Debug)]
pub struct LookSettings {
    /// The name of the site, as people read it.
    pub name: Arc<str>,
    /// The logo; `None` for the mark of Tessera.
    pub logo: Option<Logo>,
    /// The colours of light pages.
    pub light: Palette,
    /// The colours of dark pages.
    pub dark: Palette,
}

impl Look {
    /// Checks the name and the contrast of the colours, and reads the file of the logo.
    pub(super) fn check(&self) -> Result<LookSettings, WrongSetting> {
        within("look.name (its length)", self.name.trim().chars().count() as u64, 1, 60)?;
        let logo = self.logo.as_deref().map(|path| {
            let wrong = |why| WrongSetting::new("look.logo", format_args!("{}: {why}", path.display()));
            Logo::read(path).map_err(wrong)
        });
        let [day, night] = [(LIGHT, self.background), (DARK, self.background_dark)]
            .map(|(usual, ground)| ground.map_or(usual, Palette::for_ground));
        let light = palette(day, ["look.accent", "look.background"], self.accent, self.background)?;
        let keys = ["look.accent_dark", "look.background_dark"];
        let accent = match (self.accent_dark, self.accent) {
            (None, Some(accent)) => {
                // The text as accent, so that only the background may be wrong.
                Some(palette(night, keys, Some(night.ink), self.background_dark)?.readable(accent))
            }
            (given, _) => given,
        };
        let dark = palette(night, keys, accent, self.background_dark)?;
        Ok(LookSettings { name: self.name.as_str().into(), logo: logo.transpose()?, light, dark })
    }
}

/// Returns the colours of one scheme, made of the default ones `house`, with this accent and this background. Its errors name
/// the keys of these two.
fn palette(
    house: Palette,
    [accent_key, ground_key]: [&str; 2],
    accent: Option<Colour>,
    ground: Option<Colour>,
) -> Result<Palette, WrongSetting> {
    house.with(Wanted { ground, accent, ink: None }).map_err(|why| match (why, accent) {
        (TooPale::Accent(..), Some(colour)) => WrongSetting::new(accent_key, format_args!("is #{colour}: {why}")),
        (TooPale::Accent(..), None) => {
            let what = format_args!("the default accent cannot be read on it, so {accent_key} is needed beside it");
            WrongSetting::new(ground_key, what)
        }
        (TooPale::Ink(..), _) => WrongSetting::new(ground_key, why),
    })
}

impl LookSettings {
    /// Returns the style sheet that sets the colours; `None` if they are the default ones.
    pub fn css(&self) -> Option<String> {
        let is_changed = (self.light, self.dark) != (LIGHT, DARK);
        is_changed
            .then(|| format!(":root{{{}}}@media (prefers-color-scheme:dark){{:root{{{}}}}}", self.light, self.dark))
    }
}
