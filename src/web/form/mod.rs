//! What the forms of all pages share: the fields that were sent, how a field shows its error, and how a page says what was
//! just done.

mod fields;
mod notes;
pub mod owner;

use serde::Deserialize;

pub use self::fields::{ATTEMPT, Fields, SEEN, Wrong};
pub use self::notes::Notes;

/// The query `?done=` of a page after a form: a word for what the form did, or empty if there was no form.
#[derive(Default, Deserialize)]
pub struct DoneQuery {
    /// The word that says what was done, such as `saved`; each page has its own words. Empty if nothing was.
    #[serde(default)]
    pub done: String,
}
