//! Where a sign-in leads: to a path of this site, or to an app.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, AppId, BrowserHash, Purpose};
use super::offer::Offer;
use super::request_id::RequestId;
use crate::consent::scope::Scopes;

/// What a sign-in is for, fixed when its ticket is issued: the path or the app that it leads to, and the
/// account that may scan.
#[derive(Clone, Debug, Default)]
pub struct Goal {
    /// The path on this origin to which the browser goes after the sign-in; `None` leads to the home page.
    pub next: Option<Box<str>>,
    /// The app to which the person signs in; `None` for this site itself.
    pub app: Option<Box<TicketApp>>,
    /// Lifetime of the code; `None` if it is the configured one. A client that cannot renew its code shows it for
    /// longer.
    pub code_life: Option<Duration>,
    /// The only account that may scan, because its name was typed before the code is shown; `None` if no name was
    /// typed, and any account may scan.
    pub only_for: Option<AccountId>,
    /// The hash of the id by which accounts know the browser; `None` if it has none.
    pub browser_id: Option<BrowserHash>,
    /// What the browser offers to the phone that opens the code; `None` if the browser is to be signed in itself.
    pub offer: Option<Box<Offer>>,
}

impl Goal {
    /// Returns what a claim of the ticket gives: a session, an authorization code or tokens.
    pub fn purpose(&self) -> Purpose {
        purpose(self.app.as_deref(), self.offer.as_deref())
    }
}

/// Returns what a claim of a ticket gives: a session of the phone if the browser makes an offer, the purpose of its app, or
/// a session of the browser if the ticket is for this site itself.
pub(super) fn purpose(app: Option<&TicketApp>, offer: Option<&Offer>) -> Purpose {
    match offer {
        Some(_) => Purpose::Transfer,
        None => app.map_or(Purpose::Session, |app| app.purpose),
    }
}

/// An app to which a person signs in, as the browser and the phone show it. The host was checked before: it is one that
/// the app is registered with, or for a device the host of this site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketApp {
    /// The client id of the app.
    pub id: AppId,
    /// The name of the app, as people are shown it.
    pub name: Box<str>,
    /// The host of the app, to which people return after the sign-in; for a device, the host of this site.
    pub host: Box<str>,
    /// The scopes that the app gets if the person approves.
    pub scopes: Scopes,
    /// What a claim of the ticket gives.
    pub purpose: Purpose,
    /// The authorization request that the sign-in is for; `None` for a device, which makes none.
    #[serde(default)]
    pub request: Option<RequestId>,
    /// The origins that may embed the page with the code, separated by spaces; `None` if the code is not
    /// shown in a frame.
    pub framed_by: Option<Box<str>>,
    /// The colours, corners and fonts that the app's page asks for, as the query of the frame's style sheet; `None`
    /// if it asks for none.
    #[serde(default)]
    pub theme: Option<Box<str>>,
    /// The path of the app's logo; `None` if the app has none.
    #[serde(default)]
    pub logo: Option<Box<str>>,
    /// Whether only a scan may sign in, so that no password is offered.
    #[serde(default)]
    pub is_scan_only: bool,
    /// The user name that the sign-in form is filled in with, because the app believes its visitor to have it
    /// (`login_hint`).
    #[serde(default)]
    pub login_hint: Option<Box<str>>,
    /// The language tags that the app wants for the pages of the sign-in, separated by commas (`ui_locales`).
    #[serde(default)]
    pub ui_locales: Option<Box<str>>,
    /// Whether a person who does not sign in is redirected to the app with an error.
    #[serde(default)]
    pub is_told_of_refusals: bool,
    /// Whether an administrator tries the app, so that it does not matter who may use it.
    #[serde(default)]
    pub is_trial: bool,
}
