//! The words of the login page in the language of the request. The server takes them from its tables. The
//! browser half has no tables, so the words for the states that follow are in the page, as a part of
//! `data-shown`.

#[cfg(feature = "ssr")]
use std::collections::BTreeMap;
#[cfg(feature = "ssr")]
use std::sync::Arc;

#[cfg(feature = "ssr")]
use crate::shown_names::held;
#[cfg(feature = "ssr")]
use crate::text::Texts;

/// Marks the place of a name in the words of a state; the name comes with the event. The character means an
/// inserted object, and no other text contains it.
pub(super) const NAME: char = '\u{fffc}';

/// Declares the words: how the server writes them and how the browser reads one. Titles are used by the
/// browser only.
macro_rules! words {
    (
        titles { $($(#[$title_doc:meta])* $title:ident: $title_text:expr,)* }
        words { $($(#[$doc:meta])* $word:ident: $text:expr,)* }
    ) => {
        #[cfg(feature = "ssr")]
        impl Words {
            /// Returns the words in this language.
            pub(super) fn of(texts: &Texts) -> Self {
                let titles = [$((stringify!($title), $title_text(texts)),)*];
                let words = [$((stringify!($word), $text(texts)),)*];
                Self(Arc::new(titles.into_iter().chain(words).collect()))
            }
        }

        #[cfg(feature = "hydrate")]
        impl Words {
            $($(#[$title_doc])* pub(super) fn $title(&self) -> String { self.read(stringify!($title)) })*
        }

        impl Words {
            $($(#[$doc])* pub(super) fn $word(&self) -> String { self.read(stringify!($word)) })*
        }
    };
}

/// The words for each state that the page can reach.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, serde::Serialize)]
#[serde(transparent)]
pub struct Words(Arc<BTreeMap<&'static str, String>>);

/// The words for each state that the page can reach. A word is read from the page when it is needed, which
/// takes less code than a field for each.
#[cfg(feature = "hydrate")]
#[derive(Clone, Debug)]
pub struct Words;

impl Words {
    #[cfg(feature = "ssr")]
    fn read(&self, word: &str) -> String {
        self.0.get(word).cloned().unwrap_or_default()
    }

    #[cfg(feature = "hydrate")]
    #[expect(clippy::unused_self, reason = "the server's half has them")]
    fn read(&self, word: &str) -> String {
        use crate::ticket::event::from_js::{field, text};
        super::element::in_page().and_then(|shown| text(&field(&shown, "words"), word)).unwrap_or_default()
    }
}

words! {
    titles {
        /// The title of the page while the code waits.
        waiting_title: |texts: &Texts| texts.login.title.to_owned(),
        /// The title once the code was scanned.
        scanned_title: |texts: &Texts| texts.panel.scanned_title.to_owned(),
        /// The title once the sign-in was approved.
        approved_title: |texts: &Texts| texts.outcome.approved_title.to_owned(),
        /// The title once the sign-in was denied.
        denied_title: |texts: &Texts| texts.outcome.denied_title.to_owned(),
        /// The title once the code has expired.
        over_title: |texts: &Texts| texts.refusals.expired_title.to_owned(),
    }
    words {
        /// The text while the code waits.
        waiting: |texts: &Texts| texts.panel.waiting.to_owned(),
        /// The text once the code was scanned but the person is not known yet.
        scanned: |texts: &Texts| texts.panel.scanned.to_owned(),
        /// The text once the code was scanned by [`NAME`].
        scanned_by: |texts: &Texts| texts.panel.scanned_by(&NAME.to_string()),
        /// The text once the sign-in was approved by [`NAME`].
        approved_by: |texts: &Texts| texts.panel.approved_by(&NAME.to_string()),
        /// The text while the browser is being signed in.
        claimed: |texts: &Texts| texts.panel.claimed.to_owned(),
        /// The text once the sign-in was denied.
        denied: |texts: &Texts| texts.panel.denied.to_owned(),
        /// The text once the code has expired.
        over: |texts: &Texts| texts.panel.over.to_owned(),
        /// The notice that an older code of this page was scanned.
        outdated: |texts: &Texts| texts.panel.outdated.to_owned(),
        /// The notice that a second account scanned the code.
        second_account: |texts: &Texts| texts.panel.second_account.to_owned(),
        /// The text while the server cannot be reached.
        lost: |texts: &Texts| texts.panel.lost.to_owned(),
        /// The text if the browser keeps no cookies.
        no_cookie: |texts: &Texts| texts.signin.no_cookie.to_owned(),
        /// The description of a valid code, for screen readers.
        qr: |texts: &Texts| texts.panel.qr.to_owned(),
        /// The description of a code that cannot be scanned any more, for screen readers.
        qr_over: |texts: &Texts| texts.panel.qr_over.to_owned(),
    }
}

/// The fixed words of the page. The server writes them into the page, and Leptos does not change such content
/// during hydration, so in the browser they are all empty.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The button for a new code.
    pub show_a_new_code: String,
    /// The button that finishes an approved sign-in.
    pub go_on: String,
    /// The instruction for a phone whose camera has found the code.
    pub steps: String,
    /// The instruction to press a button, for a page without script.
    pub press_continue: String,
    /// The button that gives up a code that another person scanned.
    pub start_over: String,
    /// The line that says where the code can be typed.
    pub or_type: String,
    /// The description of the code for typing, for screen readers.
    pub code_label: String,
}

#[cfg(feature = "ssr")]
impl Labels {
    /// Returns the words in this language. `link` is the address at which a code is typed.
    pub(super) fn of(texts: &Texts, link: &str) -> Self {
        Self {
            show_a_new_code: held(texts.common.show_a_new_code),
            go_on: held(texts.common.go_on),
            steps: held(texts.panel.steps),
            press_continue: held(texts.panel.press_continue),
            start_over: held(texts.panel.start_over),
            or_type: held(&texts.panel.or_type(link)),
            code_label: texts.panel.code_label.to_owned(),
        }
    }
}
