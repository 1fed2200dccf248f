//! The data that the login page starts with, and how the server passes it to the island.

#[cfg(feature = "ssr")]
use leptos::prelude::expect_context;

#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

#[cfg(feature = "hydrate")]
use super::element::in_page;
use super::labels::Labels;
use super::words::Words;
use crate::ticket::event::{Code, Event};

/// The data that the page starts with. It is public: the server writes it into the HTML, where the island
/// reads it.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Shown {
    /// Path of the ticket; `watch`, `refresh`, `cancel` and `claim` are below it.
    pub path: String,
    /// State of the ticket when the page was sent.
    pub event: Event,
    /// The QR code and the typed code that are shown.
    pub code: Code,
    /// Lifetime of a code, in milliseconds.
    pub code_ms: u32,
    /// A code is renewed when this much of its lifetime is left, in milliseconds.
    pub renew_before_ms: u32,
    /// The page renews its code for this long, in milliseconds.
    pub renew_for_ms: u32,
    /// This page's attempt to claim, in base64url.
    pub attempt: String,
    /// Path at which the page gets a new ticket.
    pub again: String,
    /// Texts of every state that the page can get into.
    pub words: Words,
    /// What does not depend on the state; the browser has it only in the HTML.
    #[cfg_attr(feature = "ssr", serde(skip))]
    pub labels: Labels,
}

#[cfg(feature = "ssr")]
impl Shown {
    /// Returns the data that the handler of this request provided to the view.
    ///
    /// # Panics
    /// If the handler provided none.
    pub(super) fn here() -> Self {
        expect_context()
    }

    pub(super) fn to_json(&self) -> String {
        leptos::serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

#[cfg(feature = "hydrate")]
impl Shown {
    /// Reads the data that the server wrote into the page.
    ///
    /// # Panics
    /// If the page does not have it.
    pub(super) fn here() -> Self {
        in_page().and_then(|shown| Self::from_js(&shown)).expect("the server wrote it")
    }

    fn from_js(shown: &JsValue) -> Option<Self> {
        use crate::ticket::event::from_js::{field, number, text};
        Some(Self {
            path: text(shown, "path")?,
            event: Event::from_js(&field(shown, "event"))?,
            code: Code::from_js(&field(shown, "code"))?,
            code_ms: number(shown, "code_ms")?,
            renew_before_ms: number(shown, "renew_before_ms")?,
            renew_for_ms: number(shown, "renew_for_ms")?,
            attempt: text(shown, "attempt")?,
            again: text(shown, "again")?,
            words: Words,
            labels: Labels::default(),
        })
    }

    /// Returns an empty text for the page's attribute: in the browser, the data was read from the attribute
    /// already and is not needed there any more.
    #[expect(clippy::unused_self, reason = "the server's half writes itself")]
    pub(super) fn to_json(&self) -> &'static str {
        ""
    }
}
