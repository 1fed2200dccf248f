//! What the confirm screen shows about a request, so that a person can tell their own request from another person's
//! (BCP 247 §6.1.14, RFC 8628 §5.4).

use std::time::Duration;

use serde::Serialize;

use crate::account::session::SignedIn;
use crate::consent::field::{Fields, Question};
use crate::consent::scope::Scopes;
use crate::places::Places;
use crate::store::records::pictures::PictureId;
use crate::text::Texts;
use crate::ticket::ids::{AccountId, Purpose};
use crate::ticket::ladder::{Asks, Number, Owed, Reason};
use crate::ticket::machine::{Stage, Ticket};
use crate::ticket::time::Timestamp;
use crate::web::client::{ClientAddress, TrustedProxies};
use crate::web::document::Site;

/// The facts about one ticket that the confirm page shows to the person with the phone, and that the API for
/// phone apps returns as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// Name of the site or app that is signed in to.
    pub site: String,
    /// Host of that site; for an app it is taken from its registration, so the browser cannot choose it.
    pub host: String,
    /// Name of the browser, "Firefox"; `null` if it does not say.
    pub browser: Option<String>,
    /// Operating system, "Windows"; `null` if the browser does not say.
    pub system: Option<String>,
    /// IP address of the browser.
    pub address: String,
    /// Place of that address, "Vienna, Austria"; `null` if it is unknown.
    pub place: Option<String>,
    /// Whether browser and phone seem to be on the same network; `null` if one of the addresses is a trusted proxy's.
    pub same_network: Option<bool>,
    /// Seconds since the page was opened.
    pub age_seconds: u64,
    /// Display name of the account that the session will belong to.
    pub account: String,
    /// Longest duration of that session in hours; `null` if no session of this site is opened.
    pub session_hours: Option<u64>,
    /// The scopes that the app asks for, separated by spaces; `null` if this site itself is signed in to.
    pub scope: Option<String>,
    /// The claims that the app asks for and this account has, each with the default of its box; empty if there are
    /// none.
    pub fields: Vec<AskedField>,
    /// The names of the groups that this account is in, if the app asks for them; `null` if it does not.
    pub groups: Option<Vec<String>>,
    /// Whether this account may use the app; `true` if this site itself is signed in to. If not, an approval is refused.
    pub may_use_app: bool,
    /// The code that a device shows, to be compared (RFC 8628 §5.4); `null` if a page shows it.
    pub device_code: Option<String>,
    /// What the approval asks of the phone; `null` if this account is not asked.
    pub verification: Option<Verification>,
    /// Path of the app's logo, if it has one.
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

/// What an approval asks of the phone, and why.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// What is asked: `tap`, `number`, `type`, `code`, `passkey` or `refused`.
    kind: &'static str,
    /// The numbers of which the person chooses the one that the browser shows; only for `number`.
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<[String; 3]>,
    /// The digits that the person types in the browser; only for `type`, once the app has approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    digits: Option<String>,
    /// Why more than a tap is asked, as stable codes.
    reasons: Vec<&'static str>,
}

impl Verification {
    /// Returns what a ticket asks that this account scanned and has not decided.
    fn of(ticket: &Ticket, account: AccountId) -> Option<Self> {
        let Stage::Scanned(by, owed) = &ticket.stage else { return None };
        let (kind, choices, digits) = match owed.asks {
            Asks::Tap => ("tap", None, None),
            Asks::Number { choices, .. } => ("number", Some(choices.map(Number::expose)), None),
            Asks::Digits { digits, pledged, .. } => ("type", None, pledged.map(|_| digits.expose())),
            Asks::CodeEnd { .. } => ("code", None, None),
            Asks::Passkey => ("passkey", None, None),
            Asks::MissingPasskey | Asks::Refused => ("refused", None, None),
        };
        let reasons = owed.reasons.iter().map(Reason::word).collect();
        (by.account == account).then_some(Self { kind, choices, digits, reasons })
    }
}

/// What an app asks of the person whom it is to sign in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The fields that the app asks for.
    pub question: Question,
    /// The names of the person's groups; `None` if the app does not ask for them.
    pub groups: Option<Vec<String>>,
    /// Whether the person may use the app.
    pub may_use: bool,
}

impl Asked {
    /// What a sign-in to this site itself asks: nothing.
    pub const NOTHING: Self =
        Self { question: Question { fields: Fields::NONE, ticked: Fields::NONE }, groups: None, may_use: true };
}

/// One profile field (claim) that an app asks for, as the JSON of [`Facts`] lists it.
#[derive(Clone, Debug, Serialize)]
pub struct AskedField {
    /// Word of the field, such as `picture`.
    field: &'static str,
    /// Whether its box is ticked at first.
    ticked: bool,
}

/// Returns the typed code that the device shows, for the person to compare. Where they are to type its end, that is left out:
/// who is asked for it has to read it on the device.
fn shown_code(ticket: &Ticket) -> String {
    let code = ticket.user_code.to_string();
    match ticket.stage {
        Stage::Scanned(_, Owed { asks: Asks::CodeEnd { .. }, .. }) => {
            code.split_once('-').map_or_else(String::new, |(begin, _)| format!("{begin}-····"))
        }
        _ => code,
    }
}

/// Returns a duration in whole hours, rounded up.
pub(super) fn hours(span: Duration) -> u64 {
    span.as_secs().div_ceil(3600)
}

impl Facts {
    /// Collects the facts about `ticket` that the confirm page shows to the person `who`. `phone` is the address of
    /// their device, `session_hours` is the longest duration of a session that a scan opens, and `asked` is what the app
    /// asks of the person.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of its own")]
    pub fn of(
        ticket: &Ticket,
        who: &SignedIn,
        phone: ClientAddress,
        proxies: &TrustedProxies,
        site: &Site,
        places: &Places,
        session_hours: u64,
        asked: Asked,
        now: Timestamp,
    ) -> Self {
        let Asked { question, groups, may_use: may_use_app } = asked;
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
            // A session that a scan opens ends no later than the session that approved it.
            session_hours: (ticket.purpose() == Purpose::Session)
                .then(|| who.until().map_or(session_hours, |until| hours(until.left(now)).min(session_hours))),
            logo: app.and_then(|app| app.logo.as_deref()).map(str::to_owned),
            own_host: site.host().to_owned(),
            scope: app.map(|app| app.scopes.to_string()),
            device_code: app.filter(|app| app.purpose == Purpose::Device).map(|_| shown_code(ticket)),
            scopes: app.map(|app| app.scopes.clone()),
            fields: question
                .fields
                .iter()
                .map(|field| AskedField { field: field.word(), ticked: question.ticked.has(field) })
                .collect(),
            groups,
            may_use_app,
            verification: Verification::of(ticket, who.account.id),
            question,
            picture: who.account.profile.picture,
        }
    }

    /// Returns whether the sign-in opens a session of this site, whose length the person may choose.
    pub fn keeps_session(&self) -> bool {
        self.session_hours.is_some()
    }

    /// Returns the sentence that says for how long the browser will be signed in to this site, also if the sign-in
    /// is to an app; `None` if the sign-in opens no session of this site.
    pub fn effect(&self, texts: &'static Texts) -> Option<String> {
        let hours = self.session_hours?;
        Some(match self.scope {
            Some(_) => texts.facts.effect_here(&self.own_host, hours),
            None => texts.facts.effect_hours(hours),
        })
    }

    /// Returns the sentence about what the app learns; `None` if this site itself is signed in to.
    pub fn learns(&self, texts: &'static Texts) -> Option<&'static str> {
        self.scopes.as_ref().map(|scopes| texts.learns(scopes, self.question.fields))
    }

    /// Returns the name of what is signed in to, for the question of the confirm page: the host, which the app
    /// cannot choose. For a device that shows its own code it is the app's name, because no host is returned to.
    pub fn target(&self) -> &str {
        if self.device_code.is_some() { &self.site } else { &self.host }
    }

    /// Returns the names of the browser and of the system that are to be signed in, as in "Firefox on Windows",
    /// or the one of them that is known; if none is, a text that says so.
    pub fn device(&self, texts: &'static Texts) -> String {
        texts.device(self.browser.as_deref(), self.system.as_deref())
    }
}
