//! The texts of the login page, in the language of the request. The server reads them from its tables; the
//! island in the browser has no tables, so the texts of later states are sent with the page, as a part of
//! `data-shown`. Notices are rare and long: the server writes them, and the page loads itself again to show one.

#[cfg(feature = "ssr")]
use std::collections::BTreeMap;
#[cfg(feature = "ssr")]
use std::sync::Arc;

use super::status::status_name;
#[cfg(feature = "ssr")]
use crate::text::Texts;
use crate::ticket::event::Seen;

/// The character that marks in a text where a name is inserted; the name comes with the event. It is Unicode's
/// "object replacement character", which no text contains otherwise.
pub(super) const NAME: char = '\u{fffc}';

/// The status texts and titles of every state that the login page can get into, by their names.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, serde::Serialize)]
#[serde(transparent)]
pub struct Words(Arc<BTreeMap<&'static str, String>>);

/// The status texts and titles of every state that the login page can get into. Each is read from the page's JSON when it
/// is needed, which takes less code than a field for each.
#[cfg(feature = "hydrate")]
#[derive(Clone, Debug)]
pub struct Words;

impl Words {
    /// Returns the status text of a state, with the name of the account or the number in it.
    pub(super) fn status(&self, seen: &Seen) -> String {
        let inserted = seen.number().or(seen.by()).unwrap_or_default();
        self.read(status_name(seen)).replace(NAME, inserted)
    }

    /// Returns the text of this name; it is empty if there is none.
    #[cfg(feature = "ssr")]
    pub(super) fn read(&self, word: &str) -> String {
        self.0.get(word).cloned().unwrap_or_default()
    }

    /// Returns the text of this name; it is empty if there is none.
    #[cfg(feature = "hydrate")]
    #[expect(clippy::unused_self, reason = "the server's half has them")]
    pub(super) fn read(&self, word: &str) -> String {
        use crate::ticket::event::from_js::{field, text};
        super::element::in_page().and_then(|shown| text(&field(&shown, "words"), word)).unwrap_or_default()
    }
}

#[cfg(feature = "ssr")]
impl Words {
    /// Makes the texts of all states in this language. Where a name or a number is inserted, there is [`NAME`].
    pub(super) fn of(texts: &Texts) -> Self {
        let (panel, name) = (&texts.panel, NAME.to_string());
        let titles = [
            ("waiting_title", texts.login.title),
            ("scanned_title", panel.scanned_title),
            ("approved_title", texts.outcome.approved_title),
            ("denied_title", texts.outcome.denied_title),
            ("over_title", texts.refusals.expired_title),
        ];
        let states = [
            ("waiting", panel.waiting),
            // While the page may not show yet by which account.
            ("scanned", panel.scanned),
            ("digits", panel.digits),
            ("digits_again", panel.digits_again),
            ("claimed", panel.claimed),
            ("denied", panel.denied),
            ("over", panel.over),
            ("lost", panel.lost),
        ];
        let inserting = [
            ("scanned_by", panel.scanned_by(&name)),
            ("approved", panel.approved_by(&name)),
            ("number", panel.number(&name)),
        ];
        // The labels of the code's picture, for screen readers.
        let labels = [("qr", panel.qr), ("qr_over", panel.qr_over)];
        let fixed = titles.into_iter().chain(states).chain(labels);
        let fixed = fixed.map(|(name, text)| (name, text.to_owned()));
        Self(Arc::new(fixed.chain(inserting).collect()))
    }
}
