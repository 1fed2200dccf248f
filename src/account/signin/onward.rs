//! What the sign-in page is asked for, and what its form sends.

use serde::Deserialize;

use crate::measure;
use crate::ticket::ids::AppId;
use crate::web::bounds::USERNAME_CHARS;
use crate::web::next_path::NextPath;

/// Value of the query parameter `anew` of the sign-in page, for people who signed in by scan and need their
/// password for the next page.
pub(super) const PASSWORD_FIRST: &str = "password";

/// The query of the sign-in page: where it leads, and why it is shown.
#[derive(Debug, Deserialize)]
pub struct Onward {
    #[serde(default)]
    pub(super) next: String,
    /// Present if a signed-in person must or wants to sign in again; [`PASSWORD_FIRST`] if their password is
    /// needed.
    #[serde(default)]
    pub(super) anew: Option<String>,
    /// The user name that the app expects its visitor to have; empty if it names none.
    #[serde(default)]
    pub(super) hint: String,
    /// The app that sent the person, for the log only.
    #[serde(default)]
    app: String,
    /// The languages that the app wants for this page. The form sends them on, so that it is shown again in the same
    /// language if the sign-in is refused.
    #[serde(default)]
    pub(super) ui_locales: String,
}

impl Onward {
    /// Returns the path that the sign-in leads to; the home page if `next` is not a path of this site.
    pub fn path(&self) -> NextPath {
        NextPath::parse(&self.next).unwrap_or_else(NextPath::home)
    }

    pub(super) fn app(&self) -> Option<AppId> {
        self.app.parse().ok()
    }

    pub(super) fn is_password_first(&self) -> bool {
        self.anew.as_deref() == Some(PASSWORD_FIRST)
    }
}

/// The form of `POST /signin`: user name and password or a passkey, and where the sign-in leads.
#[derive(Deserialize)]
pub struct SignIn {
    /// The user name; `None` if the form has no field for it, because only a passkey is taken there.
    pub(super) username: Option<String>,
    #[serde(default)]
    pub(super) password: String,
    /// The JSON of the browser's `PublicKeyCredential` if the person uses a passkey; otherwise empty.
    #[serde(default)]
    pub(super) credential: String,
    /// Present if the page tried to set a cookie when it showed the form.
    #[serde(default)]
    pub(super) probed: Option<String>,
    #[serde(flatten)]
    pub(super) next: Onward,
}

impl SignIn {
    /// Returns the typed user name as the form shows it again: without control characters and without white space around
    /// it, and cut to the largest length of a user name.
    pub(super) fn kept(&self) -> String {
        self.username
            .as_deref()
            .unwrap_or_default()
            .trim()
            .chars()
            .filter(|letter| !letter.is_control())
            .take(USERNAME_CHARS)
            .collect()
    }
}

/// Logs and counts a refused sign-in.
pub(super) fn say_refused(code: &'static str) {
    tracing::info!(code, "a sign-in was refused");
    measure::refused("sign_in", code);
}
