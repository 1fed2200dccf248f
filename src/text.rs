//! Every text that people read on a page or in the `message` of an answer: one table for each language.
//!
//! [`Texts`] is such a table. Its parts are declared in `table/`, one struct for each subject, and `languages/en/`
//! fills them with English. A struct literal names every field, so a language that lacks a text does not
//! compile. A text is a `&'static str`, or a function if it contains a name or a number; the function has a
//! method of the same name, so a handler writes `texts.login.title` and `texts.login.heading(&site)`.
//!
//! A handler gets the table of its request's language as the extractor `&'static Texts` (`web::language`),
//! which chooses a [`Lang`] by [`negotiation`]. Log lines, the command line and error codes are English and
//! are not in these tables. The WebAssembly of the browser contains no texts: the texts of its islands are
//! sent with the page.
//!
//! To add a language, copy `languages/en.rs` and `languages/en/`, translate them (`tessera texts` helps), and add a variant to
//! [`Lang`] with its table and its tags. Texts with a number use the rule of the language in [`plural`]; add it there if no other language has it.

/// Formats a text whose named arguments are names, hosts or addresses, and marks those by `mark_name`.
macro_rules! naming {
    ($text:literal, $($name:ident),+) => { format!($text, $($name = $crate::text::mark_name($name)),+) };
}

mod choice;
mod dates;
#[cfg(test)]
mod every;
#[cfg(test)]
mod forms;
mod languages;
mod mirrored;
pub mod negotiation;
pub mod plural;
#[cfg(test)]
mod samples;
pub mod table;

use std::sync::LazyLock;

use strum::VariantArray;

pub use self::dates::rfc3339;
use self::languages::{de, en, es, fr, ja, ko, pt_br, ru, zh_hans, zh_hant};
pub use self::table::Texts;
use crate::shown_names::NAME_MARKS;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray)]
pub enum Lang {
    /// English, the default if none of the reader's languages is offered.
    #[default]
    En,
    /// Chinese in simplified characters.
    ZhHans,
    /// Chinese in traditional characters, as it is written in Taiwan.
    ZhHant,
    /// Japanese.
    Ja,
    /// Russian.
    Ru,
    /// Korean.
    Ko,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Portuguese, as it is written in Brazil.
    PtBr,
    /// A language for tests, which [`mirrored`] makes from English. Its pages are written from right to left,
    /// and show English text that is in no table. It is offered only if `server.test_language` is set.
    Mirrored,
}

impl Lang {
    /// All languages, the one for tests last.
    pub const WITH_TEST_LANGUAGE: &[Self] = Self::VARIANTS;
    /// The languages that every server offers: all except the one for tests.
    pub const TRANSLATED: &[Self] = match Self::VARIANTS.split_last() {
        Some((Self::Mirrored, translated)) => translated,
        _ => panic!("the language for tests is the last one"),
    };

    /// Returns the table with all texts of this language.
    pub fn texts(self) -> &'static Texts {
        static MIRRORED: LazyLock<Texts> = LazyLock::new(|| en::EN.mirrored());
        match self {
            Self::En => &en::EN,
            Self::ZhHans => &zh_hans::ZH_HANS,
            Self::ZhHant => &zh_hant::ZH_HANT,
            Self::Ja => &ja::JA,
            Self::Ru => &ru::RU,
            Self::Ko => &ko::KO,
            Self::De => &de::DE,
            Self::Fr => &fr::FR,
            Self::Es => &es::ES,
            Self::PtBr => &pt_br::PT_BR,
            Self::Mirrored => &MIRRORED,
        }
    }

    /// Returns the language tags, in lower case, for which a request gets this language (by the lookup of RFC 4647
    /// §3.4). Lookup does not know that regions imply a script, so the regions of Chinese are listed (BCP 47 says
    /// `zh-HK`, and browsers send it, where `zh-Hant-HK` is meant).
    pub fn ranges(self) -> &'static [&'static str] {
        match self {
            Self::En => &["en"],
            Self::ZhHans => &["zh-hans", "zh-cn", "zh-sg", "zh-my", "zh"],
            Self::ZhHant => &["zh-hant", "zh-tw", "zh-hk", "zh-mo"],
            Self::Ja => &["ja"],
            Self::Ru => &["ru"],
            Self::Ko => &["ko"],
            Self::De => &["de"],
            Self::Fr => &["fr"],
            Self::Es => &["es"],
            Self::PtBr => &["pt-br", "pt"],
            Self::Mirrored => &["ar-xa"],
        }
    }
}

/// Puts the invisible marks of [`NAME_MARKS`] around a name, a host or an address that is inserted into another text, so
/// that it is not translated.
pub fn mark_name(text: &str) -> String {
    let [begin, end] = NAME_MARKS;
    format!("{begin}{text}{end}")
}

/// Removes the invisible marks around names from a text that is not shown on a page.
pub fn plain(text: &str) -> String {
    text.replace(NAME_MARKS, "")
}
