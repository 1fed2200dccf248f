//! What the login page starts with, and how it comes from the server to the island.

#[cfg(feature = "ssr")]
use leptos::prelude::expect_context;

#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

#[cfg(feature = "hydrate")]
use super::element::in_page;
use super::words::{Labels, Words};
use crate::ticket::event::{Code, Event};

/// What the page starts with. Public: it stands in the HTML, and from there the island takes it up again.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Shown {
    /// The ticket's path: watched, renewed, given up and claimed below it.
    pub path: String,
    /// Its state.
    pub event: Event,
    /// The code on the plate.
    pub code: Code,
    /// A code's life, in milliseconds.
    pub code_ms: u32,
    /// A code is renewed when this much of its life is left, in milliseconds.
    pub renew_before_ms: u32,
    /// The page renews its code for this long, in milliseconds.
    pub renew_for_ms: u32,
    /// Names this page's attempt to claim.
    pub attempt: String,
    /// Where the browser was going.
    pub next: String,
    /// Where the page goes for a new ticket.
    pub again: String,
    /// What the page says in each state that it can get into.
    pub words: Words,
    /// The words of the page that never change; the browser has them in the page and nowhere else.
    #[cfg_attr(feature = "ssr", serde(skip))]
    pub labels: Labels,
}

#[cfg(feature = "ssr")]
impl Shown {
    /// On the server: what the handler provided.
    pub(super) fn here() -> Self {
        expect_context()
    }

    pub(super) fn to_json(&self) -> String {
        leptos::serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

#[cfg(feature = "hydrate")]
impl Shown {
    /// In the browser: what stands in the page.
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
            next: text(shown, "next")?,
            again: text(shown, "again")?,
            words: Words,
            labels: Labels::default(),
        })
    }

    /// It stands in the page already.
    #[expect(clippy::unused_self, reason = "the server's half writes itself")]
    pub(super) fn to_json(&self) -> &'static str {
        ""
    }
}
