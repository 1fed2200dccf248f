//! The end of a typed code, which a phone types where the asking side can show nothing else.

use std::fmt;
use std::str::FromStr;

use crate::ticket::ids::{NotACode, UserCode, narrow};

/// The last four letters of a typed code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CodeEnd([u8; 4]);

impl CodeEnd {
    /// Returns the end of this code.
    pub fn of(code: UserCode) -> Self {
        let text = code.to_string();
        Self(std::array::from_fn(|at| text.as_bytes()[text.len() - 4 + at]))
    }
}

impl FromStr for CodeEnd {
    type Err = NotACode;

    /// Parses four letters as people type them, in any case and width.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let letters = text.chars().map(narrow).filter(|letter| !matches!(letter, ' ' | '\u{3000}' | '-'));
        let typed: Vec<u8> = letters
            .map(|letter| u8::try_from(letter.to_ascii_uppercase()).ok().filter(u8::is_ascii_alphanumeric))
            .map(|letter| letter.ok_or(NotACode::Malformed))
            .collect::<Result<_, _>>()?;
        typed.try_into().map(Self).map_err(|_| NotACode::Malformed)
    }
}

impl fmt::Debug for CodeEnd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CodeEnd")
    }
}
