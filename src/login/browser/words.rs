//! The words of the login page, in the language of its request. The server reads them from its tables; the browser half has
//! no tables, so the words of the states that are still to come stand in the page, as a part of `data-shown`.

#[cfg(feature = "ssr")]
use crate::text::Texts;

/// The place of a name in the words of a state; the name comes with the event. The character means that an object is
/// inserted here, and no text contains it otherwise.
pub(super) const NAME: char = '\u{fffc}';

/// Declares [`Words`], and how the browser reads them field by field.
macro_rules! words {
    ($($(#[$doc:meta])* $word:ident,)*) => {
        /// What the page says in each state that it can get into.
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "ssr", derive(serde::Serialize))]
        pub struct Words {
            $($(#[$doc])* pub $word: String,)*
        }

        #[cfg(feature = "hydrate")]
        impl Words {
            /// The words as the server wrote them, if they are complete.
            pub(super) fn from_js(words: &wasm_bindgen::JsValue) -> Option<Self> {
                Some(Self { $($word: crate::ticket::event::from_js::text(words, stringify!($word))?,)* })
            }
        }
    };
}

words! {
    /// The title of the page while the code waits.
    waiting_title,
    /// The title once the code was scanned.
    scanned_title,
    /// The title once the sign-in was approved.
    approved_title,
    /// The title once the sign-in was denied.
    denied_title,
    /// The title once the code is over.
    over_title,
    /// The code waits.
    waiting,
    /// The code was scanned, and it is not known yet by which person.
    scanned,
    /// The code was scanned by [`NAME`].
    scanned_by,
    /// The sign-in was approved by [`NAME`].
    approved_by,
    /// The browser is being signed in.
    claimed,
    /// The sign-in was denied.
    denied,
    /// The code is over.
    over,
    /// An older code of this page was scanned.
    outdated,
    /// A second account scanned the code.
    second_account,
    /// The server cannot be reached.
    lost,
    /// The browser keeps no cookies.
    no_cookie,
    /// The picture of a code that can be scanned, for people who do not see it.
    qr,
    /// The picture of a code that cannot be scanned any more.
    qr_over,
}

/// The words of the page that never change. The server writes them into the page, and Leptos leaves such content as it is
/// when the island wakes; so in the browser they are all empty.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The button for a new code.
    pub show_a_new_code: String,
    /// The button that finishes an approved sign-in.
    pub go_on: String,
    /// What to do once the camera has found the code.
    pub steps: String,
    /// What to do where the page does not go on by itself.
    pub press_continue: String,
    /// The button that gives up a code that another person scanned.
    pub start_over: String,
    /// Where the code can be typed.
    pub or_type: String,
    /// What the code for typing is, for people who do not see it.
    pub code_label: String,
}

#[cfg(feature = "ssr")]
impl Words {
    /// The words in this language.
    pub(super) fn of(texts: &Texts) -> Self {
        let (panel, name) = (&texts.panel, NAME.to_string());
        Self {
            waiting_title: texts.login.title.to_owned(),
            scanned_title: panel.scanned_title.to_owned(),
            approved_title: texts.outcome.approved_title.to_owned(),
            denied_title: texts.outcome.denied_title.to_owned(),
            over_title: texts.refusals.expired_title.to_owned(),
            waiting: panel.waiting.to_owned(),
            scanned: panel.scanned.to_owned(),
            scanned_by: panel.scanned_by(&name),
            approved_by: panel.approved_by(&name),
            claimed: panel.claimed.to_owned(),
            denied: panel.denied.to_owned(),
            over: panel.over.to_owned(),
            outdated: panel.outdated.to_owned(),
            second_account: panel.second_account.to_owned(),
            lost: panel.lost.to_owned(),
            no_cookie: texts.signin.no_cookie.to_owned(),
            qr: panel.qr.to_owned(),
            qr_over: panel.qr_over.to_owned(),
        }
    }
}

#[cfg(feature = "ssr")]
impl Labels {
    /// The words in this language; `link` is where a code is typed.
    pub(super) fn of(texts: &Texts, link: &str) -> Self {
        Self {
            show_a_new_code: texts.common.show_a_new_code.to_owned(),
            go_on: texts.common.go_on.to_owned(),
            steps: texts.panel.steps.to_owned(),
            press_continue: texts.panel.press_continue.to_owned(),
            start_over: texts.panel.start_over.to_owned(),
            or_type: texts.panel.or_type(link),
            code_label: texts.panel.code_label.to_owned(),
        }
    }
}
