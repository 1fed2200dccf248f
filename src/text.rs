//! Every text that people read on a page or in the `message` of an answer: one table for each language.
//!
//! [`Texts`] is such a table. Its parts are declared in `table/`, one struct for each subject, and `en/`
//! fills them with English. A struct literal names every field, so a language that lacks a text does not
//! compile. A text is a `&'static str`, or a function where it contains a name or a number; the function has
//! a method of the same name, so a handler writes `texts.login.title` and `texts.login.heading(&site)`.
//!
//! A handler gets the table of its request's language as the extractor `&'static Texts` (`web::language`),
//! which chooses a [`Lang`] by [`negotiation`]. Log lines, the command line and error codes are English and
//! are not in these tables. The browser half contains no texts: the words of its islands come with the page.
//!
//! To add a language, copy `en/`, translate it, and add a variant to [`Lang`] with its table and its tags.

/// Formats a text. The named arguments are names, hosts or addresses, and are marked as such in the text.
macro_rules! naming {
    ($text:literal, $($data:ident),+) => { format!($text, $($data = $crate::text::data($data)),+) };
}

mod choice;
mod dates;
mod en;
mod mirrored;
pub mod negotiation;
pub mod plural;
pub mod table;

use std::sync::LazyLock;

pub use self::dates::rfc3339;
pub use self::table::Texts;
use crate::shown_names::DATA;

/// A language that the pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English. It is used if none of the reader's languages is offered.
    #[default]
    En,
    /// A test language that is generated from English ([`mirrored`]). Its pages are written from right to
    /// left, and English that is not in a table is easy to find in them. A server offers it only if
    /// `server.test_language` is set.
    Mirrored,
}

impl Lang {
    /// The languages that every server offers.
    pub const ALL: [Self; 1] = [Self::En];

    /// Returns the table of the language.
    pub fn texts(self) -> &'static Texts {
        static MIRRORED: LazyLock<Texts> = LazyLock::new(|| en::EN.mirrored());
        match self {
            Self::En => &en::EN,
            Self::Mirrored => &MIRRORED,
        }
    }

    /// Returns the language tags that select this language (RFC 4647 §3.4), in lower case.
    pub fn ranges(self) -> &'static [&'static str] {
        match self {
            Self::En => &["en"],
            Self::Mirrored => &["ar-xa"],
        }
    }
}

/// Marks a text as a name within another text.
pub fn data(text: &str) -> String {
    let [begin, end] = DATA;
    format!("{begin}{text}{end}")
}

/// Removes the marks around names, for readers that do not show a page.
pub fn plain(text: &str) -> String {
    text.replace(DATA, "")
}
