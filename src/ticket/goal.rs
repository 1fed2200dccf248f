//! Where a sign-in leads: to a path of this site, or to an app.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, AppId, Purpose};
use super::request_id::RequestId;
use crate::consent::scope::Scopes;

/// Where a sign-in leads.
#[derive(Clone, Debug, Default)]
pub struct Goal {
    /// A path on this origin; home where there is none.
    pub next: Option<Box<str>>,
    /// The app that sent the browser here.
    pub app: Option<Box<TicketApp>>,
    /// How long its code is shown, where that is not as long as usual: what cannot renew it shows it for longer.
    pub code_life: Option<Duration>,
    /// The account whose name was typed before the code is shown; `None` where none was, and any account may scan.
    pub account: Option<AccountId>,
}

impl Goal {
    /// What the claim of its ticket gives.
    pub fn purpose(&self) -> Purpose {
        purpose(self.app.as_deref())
    }
}

/// What the claim of a ticket for this app, or for this site itself, gives.
pub(super) fn purpose(app: Option<&TicketApp>) -> Purpose {
    app.map_or(Purpose::Session, |app| app.purpose)
}

/// An app that a person signs in to, as both screens show it. It was checked before: the host is one that the app is
/// registered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketApp {
    /// The app.
    pub id: AppId,
    /// What people are shown.
    pub name: Box<str>,
    /// Where they go back to.
    pub host: Box<str>,
    /// What it may know if they approve.
    pub scopes: Scopes,
    /// What its claim gives.
    pub purpose: Purpose,
    /// The request of the app that the sign-in is for; `None` for a device, which makes none.
    #[serde(default)]
    pub request: Option<RequestId>,
    /// The origin of the app's own page, where the code is shown in a frame of that,
    pub framed_by: Option<Box<str>>,
    /// and the colours and letters of that page, as the query of its style sheet.
    #[serde(default)]
    pub theme: Option<Box<str>>,
    /// Where its logo is.
    #[serde(default)]
    pub logo: Option<Box<str>>,
    /// Whether nothing but a scan will do, so that no password is offered.
    #[serde(default)]
    pub is_scan_only: bool,
    /// The user name that it believes its visitor to have.
    #[serde(default)]
    pub login_hint: Option<Box<str>>,
    /// Whether whoever does not sign in is led back to the app, which hears of it.
    #[serde(default)]
    pub is_told_of_refusals: bool,
}
