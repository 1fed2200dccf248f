//! The initial data of the login page, and how the island gets it from the server.

#[cfg(feature = "ssr")]
use leptos::prelude::expect_context;

#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

#[cfg(feature = "hydrate")]
use super::element::in_page;
use super::words::{Labels, Words};
use crate::ticket::event::{Code, Event};

/// The initial data of the login page. It is part of the HTML, so it must not contain secrets.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "ssr", derive(serde::Serialize))]
pub struct Shown {
    /// The path of the ticket; the addresses of its watch, renewal, cancellation and claim are below it.
    pub path: String,
    /// The state of the ticket.
    pub event: Event,
    /// The code that is shown.
    pub code: Code,
    /// The lifetime of a code in milliseconds.
    pub code_ms: u32,
    /// A code is renewed when this much of its lifetime is left, in milliseconds.
    pub renew_before_ms: u32,
    /// The page renews its code for this long, in milliseconds.
    pub renew_for_ms: u32,
    /// The identifier of this page's attempt to claim.
    pub attempt: String,
    /// The path that the browser goes to after the sign-in.
    pub next: String,
    /// The address at which the page gets a new ticket.
    pub again: String,
    /// The words for each state that the page can reach.
    pub words: Words,
    /// The fixed words of the page. They are only in the HTML, and the browser half has none.
    #[cfg_attr(feature = "ssr", serde(skip))]
    pub labels: Labels,
}

#[cfg(feature = "ssr")]
impl Shown {
    /// Returns the data that the handler provided, on the server.
    pub(super) fn here() -> Self {
        expect_context()
    }

    pub(super) fn to_json(&self) -> String {
        leptos::serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

#[cfg(feature = "hydrate")]
impl Shown {
    /// Returns the data that is in the page, in the browser.
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

    /// Returns an empty text, because the page contains the data already.
    #[expect(clippy::unused_self, reason = "the server's half writes itself")]
    pub(super) fn to_json(&self) -> &'static str {
        ""
    }
}
