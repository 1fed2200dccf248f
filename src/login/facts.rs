//! What the confirm screen shows of a request, so that a person can tell their own from somebody else's
//! (BCP 247 §6.1.14, RFC 8628 §5.4).

use std::time::Duration;

use serde::Serialize;

use super::place::Places;
use crate::account::session::SignedIn;
use crate::consent::field::Question;
use crate::consent::scope::Scopes;
use crate::store::records::pictures::PictureId;
use crate::text::{Texts, data};
use crate::ticket::ids::Purpose;
use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;
use crate::web::client::{ClientAddress, TrustedProxies};
use crate::web::document::Site;

/// The facts of one request, as seen by one phone.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// What is signed in to.
    pub site: String,
    /// Its host, as this server knows it.
    pub host: String,
    /// "Firefox"; `null` where the browser does not say.
    pub browser: Option<String>,
    /// "Windows"; `null` where the browser does not say.
    pub system: Option<String>,
    /// The browser's address.
    pub address: String,
    /// "Vienna, Austria"; `null` where no database knows.
    pub place: Option<String>,
    /// Whether the browser seems to be on the phone's own network; `null` where only a proxy's address is known of either.
    pub same_network: Option<bool>,
    /// How long ago the page was opened.
    pub age_seconds: u64,
    /// Whose session it will be.
    pub account: String,
    /// How long that session lasts at most; `null` where none opens here.
    pub session_hours: Option<u64>,
    /// What the app that is signed in to learns, as words of `scope`; `null` where it is this site itself.
    pub scope: Option<String>,
    /// What that asks for of what this account tells, and whether it is given if nobody says otherwise; empty where it
    /// asks for nothing.
    pub fields: Vec<Asked>,
    /// The code that a device shows, to be compared (RFC 8628 §5.4); `null` where a page shows it.
    pub device_code: Option<String>,
    /// Where the logo of the app is.
    #[serde(skip)]
    pub logo: Option<String>,
    #[serde(skip)]
    own_host: String,
    #[serde(skip)]
    scopes: Option<Scopes>,
    #[serde(skip)]
    pub(super) question: Question,
    #[serde(skip)]
    pub(super) picture: Option<PictureId>,
}

/// One thing that an app asks for.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// Its word: `name`, `picture`, `language`, `gender`, `place`.
    field: &'static str,
    /// Whether its box is ticked before the person looks.
    ticked: bool,
}

/// Begun hours count.
fn hours(span: Duration) -> u64 {
    span.as_secs().div_ceil(3600)
}

impl Facts {
    /// Gathers them.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of its own")]
    pub fn of(
        ticket: &Ticket,
        who: &SignedIn,
        phone: ClientAddress,
        proxies: &TrustedProxies,
        site: &Site,
        places: &Places,
        session_hours: u64,
        question: Question,
        now: Timestamp,
    ) -> Self {
        let owned = |name: &Option<Box<str>>| name.as_deref().map(str::to_owned);
        let app = ticket.app.as_deref();
        Self {
            site: app.map_or(site.name(), |app| &app.name).to_owned(),
            host: app.map_or(site.host(), |app| &app.host).to_owned(),
            browser: owned(&ticket.asker.browser),
            system: owned(&ticket.asker.system),
            address: ticket.asker.address.to_string(),
            place: places.of(ticket.asker.address),
            same_network: proxies.nearness(phone, ClientAddress(ticket.asker.address)).is_same_network(),
            age_seconds: now.since(ticket.issued_at).as_secs(),
            account: who.account.display_name.clone(),
            // What is approved does not outlast who approves.
            session_hours: (ticket.purpose() == Purpose::Session)
                .then(|| who.until().map_or(session_hours, |until| hours(until.left(now)).min(session_hours))),
            logo: app.and_then(|app| app.logo.as_deref()).map(str::to_owned),
            own_host: site.host().to_owned(),
            scope: app.map(|app| app.scopes.to_string()),
            device_code: app.filter(|app| app.purpose == Purpose::Device).map(|_| ticket.user_code.to_string()),
            scopes: app.map(|app| app.scopes.clone()),
            fields: question
                .fields
                .iter()
                .map(|field| Asked { field: field.word(), ticked: question.ticked.has(field) })
                .collect(),
            question,
            picture: who.account.profile.picture,
        }
    }

    /// What follows here: a session, also where it is an app that is signed in to; `None` where none opens.
    pub fn effect(&self, texts: &'static Texts) -> Option<String> {
        let hours = self.session_hours?;
        Some(match self.scope {
            Some(_) => texts.facts.effect_here(&self.own_host, hours),
            None => texts.facts.effect_hours(hours),
        })
    }

    /// What the app learns, in words; `None` where it is this site itself.
    pub fn learns(&self, texts: &'static Texts) -> Option<&'static str> {
        self.scopes.as_ref().map(|scopes| texts.learns(scopes, self.question.fields))
    }

    /// What the question names: the host, which is not the app's to choose. A device that shows its code has none to go back
    /// to, and the name of its app stands there.
    pub fn target(&self) -> &str {
        if self.device_code.is_some() { &self.site } else { &self.host }
    }

    /// "Firefox on Windows", or what is known of it.
    pub fn device(&self, texts: &'static Texts) -> String {
        match (&self.browser, &self.system) {
            (Some(browser), Some(system)) => texts.facts.device_both(browser, system),
            (Some(one), None) | (None, Some(one)) => data(one),
            (None, None) => texts.facts.device_unknown.to_owned(),
        }
    }
}
