//! What the forms of all pages share: how a field shows its error, and how a page says what was just done.

mod notes;

use serde::Deserialize;

pub use self::notes::Notes;

/// The query `?done=` of a page: a word for the result of the form that led to it, or empty.
#[derive(Default, Deserialize)]
pub struct DoneQuery {
    /// The word that says what was done, such as `saved`; each page has its own words. Empty if nothing was.
    #[serde(default)]
    pub done: String,
}
