//! The texts of the login page, in the language of the request. The server reads them from its tables; the
//! island in the browser has no tables, so the texts of later states are sent with the page, as a part of
//! `data-shown`.

#[cfg(feature = "ssr")]
use std::collections::BTreeMap;
#[cfg(feature = "ssr")]
use std::sync::Arc;

#[cfg(feature = "ssr")]
use crate::shown_names::to_html;
#[cfg(feature = "ssr")]
use crate::text::Texts;
use crate::ticket::event::Event;

/// The character that marks in a text where a name is inserted; the name comes with the event. It is Unicode's
/// "object replacement character", which no text contains otherwise.
pub(super) const NAME: char = '\u{fffc}';

/// Declares the texts of [`Words`]: how the server makes them, and a function that reads each, but for those of notices. Only
/// the browser uses the titles.
macro_rules! words {
    (
        titles { $($(#[$title_doc:meta])* $title:ident: $title_text:expr,)* }
        words { $($(#[$doc:meta])* $word:ident: $text:expr,)* }
        notices { $($(#[$notice_doc:meta])* $notice:ident: $notice_text:expr,)* }
    ) => {
        #[cfg(feature = "ssr")]
        impl Words {
            /// Makes the texts of all states in this language.
            pub(super) fn of(texts: &Texts) -> Self {
                let titles = [$((stringify!($title), $title_text(texts)),)*];
                let words = [$((stringify!($word), $text(texts)),)*];
                let notices = [$((stringify!($notice), $notice_text(texts)),)*];
                Self(Arc::new(titles.into_iter().chain(words).chain(notices).collect()))
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

/// The status texts and titles of every state that the login page can get into, by their names.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, serde::Serialize)]
#[serde(transparent)]
pub struct Words(Arc<BTreeMap<&'static str, String>>);

/// The status texts and titles of every state that the login page can get into. Each is read from the page's
/// JSON when it is needed, which takes less code than a field for each.
#[cfg(feature = "hydrate")]
#[derive(Clone, Debug)]
pub struct Words;

impl Words {
    /// Returns the text of the notice of an event, whose name is that of its text; it is empty if the event has none.
    pub(super) fn notice(&self, event: &Event) -> String {
        let Some(notice) = &event.notice else { return String::new() };
        #[cfg(feature = "ssr")]
        let notice: &'static str = notice.into();
        self.read(notice)
    }

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
        /// The title of the page while the code waits to be scanned.
        waiting_title: |texts: &Texts| texts.login.title.to_owned(),
        /// The title once the code was scanned.
        scanned_title: |texts: &Texts| texts.panel.scanned_title.to_owned(),
        /// The title once the sign-in was approved.
        approved_title: |texts: &Texts| texts.outcome.approved_title.to_owned(),
        /// The title once the sign-in was denied.
        denied_title: |texts: &Texts| texts.outcome.denied_title.to_owned(),
        /// The title once the code expired or was cancelled.
        over_title: |texts: &Texts| texts.refusals.expired_title.to_owned(),
    }
    words {
        /// The status text while the code waits to be scanned.
        waiting: |texts: &Texts| texts.panel.waiting.to_owned(),
        /// The status text once the code was scanned, while the page may not show yet by which account.
        scanned: |texts: &Texts| texts.panel.scanned.to_owned(),
        /// The status text once the code was scanned, with [`NAME`] where the name of the account is inserted.
        scanned_by: |texts: &Texts| texts.panel.scanned_by(&NAME.to_string()),
        /// The status text once the sign-in was approved, with [`NAME`] where the name of the account is inserted.
        approved_by: |texts: &Texts| texts.panel.approved_by(&NAME.to_string()),
        /// The status text while the browser is being signed in.
        claimed: |texts: &Texts| texts.panel.claimed.to_owned(),
        /// The status text once the sign-in was denied.
        denied: |texts: &Texts| texts.panel.denied.to_owned(),
        /// The status text once the code expired or was cancelled.
        over: |texts: &Texts| texts.panel.over.to_owned(),
        /// The status text while the phone is to choose a number, with [`NAME`] where the number is inserted.
        number: |texts: &Texts| texts.panel.number(&NAME.to_string()),
        /// The status text while the digits of the phone are to be typed.
        digits: |texts: &Texts| texts.panel.digits.to_owned(),
        /// The same after wrong ones were typed.
        digits_again: |texts: &Texts| texts.panel.digits_again.to_owned(),
        /// The status text while the server cannot be reached.
        lost: |texts: &Texts| texts.panel.lost.to_owned(),
        /// The status text if the browser keeps no cookies.
        no_cookie: |texts: &Texts| texts.signin.no_cookie.to_owned(),
        /// The label of a code that can be scanned, for screen readers.
        qr: |texts: &Texts| texts.panel.qr.to_owned(),
        /// The label of a code that cannot be scanned any more, for screen readers.
        qr_over: |texts: &Texts| texts.panel.qr_over.to_owned(),
    }
    notices {
        /// The notice that an older code of this page was scanned.
        outdated_scan: |texts: &Texts| texts.panel.outdated.to_owned(),
        /// The notice that a second account scanned the code.
        second_account: |texts: &Texts| texts.panel.second_account.to_owned(),
        /// The notice that the phone chose a wrong number.
        wrong_number: |texts: &Texts| texts.panel.wrong_number.to_owned(),
        /// The notice that digits were typed wrong too often.
        wrong_typed: |texts: &Texts| texts.panel.wrong_typed.to_owned(),
    }
}

/// The texts of the page that do not depend on its state. The server writes them into the HTML, and Leptos
/// keeps such content when the island starts; so in the browser these fields are all empty.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The text of the button for a new code.
    pub show_a_new_code: String,
    /// The text of the button that finishes an approved sign-in.
    pub go_on: String,
    /// The instruction for a phone whose camera has found the code.
    pub steps: String,
    /// What to do if the page does not go on by itself.
    pub press_continue: String,
    /// The text of the button that cancels a ticket whose code another person scanned.
    pub start_over: String,
    /// The sentence that names the page on which the code can be typed.
    pub or_type: String,
    /// The label of the typed code, for screen readers.
    pub code_label: String,
    /// The label of the field for the digits that the phone shows.
    pub digits_label: String,
    /// The text of the button that sends them.
    pub digits_go: String,
}

#[cfg(feature = "ssr")]
impl Labels {
    /// Makes the texts in this language; `link` is the address of the page on which a code is typed.
    pub(super) fn of(texts: &Texts, link: &str) -> Self {
        Self {
            show_a_new_code: to_html(texts.common.show_a_new_code),
            go_on: to_html(texts.common.go_on),
            steps: to_html(texts.panel.steps),
            press_continue: to_html(texts.panel.press_continue),
            start_over: to_html(texts.panel.start_over),
            or_type: to_html(&texts.panel.or_type(link)),
            code_label: texts.panel.code_label.to_owned(),
            digits_label: to_html(texts.panel.digits_label),
            digits_go: to_html(texts.common.go_on),
        }
    }
}
