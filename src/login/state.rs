//! The state that the handlers of the sign-in share.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::consents::Consents;
use super::flow::{Decided, Flow};
use crate::account::activity::{ActivityLog, Whence};
use crate::account::passkey::Passkeys;
use crate::account::passkey::view::Offer;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::cause::caused;
use crate::places::Places;
use crate::push::Pushes;
use crate::settings;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::{Account, Records};
use crate::ticket::ladder::{Answered, Rung};
use crate::ticket::machine::{Asker, Stage};
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::limits::Limits;

/// The state that the handlers of the sign-in share.
#[derive(Clone, Debug)]
pub struct Login {
    /// Carries out the steps of tickets.
    pub flow: Flow,
    /// Opens, finds and ends the sessions of signed-in browsers.
    pub sessions: Sessions,
    /// The records, for accounts by their user names.
    pub records: Records,
    /// Stores what happens to accounts.
    pub activity: ActivityLog,
    /// Reads and stores what people allow apps to know.
    pub consents: Consents,
    /// The verifier of tokens from the operator's own phone app, if one is configured.
    pub phone_tokens: Option<PhoneTokens>,
    /// Address, name and document of this site.
    pub site: Site,
    /// The rate limits.
    pub limits: Limits,
    /// Which ways to sign in the pages offer beside the scan.
    pub offer: Offer,
    /// Verifies the passkeys with which people approve.
    pub passkeys: Passkeys,
    /// Sends messages to phones that browsers may ask; `None` if phones are sent none.
    pub pushes: Option<Pushes>,
    /// The settings of `[login]`.
    pub settings: Arc<settings::Login>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub proxies: TrustedProxies,
    /// The database of coarse places of addresses.
    pub places: Places,
    /// Longest duration in hours of a session opened by a scan; the phone shows it.
    pub session_hours: u64,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}

impl Login {
    /// Stores a line about an approval or a denial, unless it was a repetition: which device asked, and for which app, and
    /// what the approval asked of the phone and why. A step that decided nothing yet has no line.
    pub async fn note_decision(&self, account: &Account, from: &Whence, decided: &Decided) {
        let ticket = &decided.ticket;
        let (kind, asked) = match &ticket.stage {
            Stage::Approved(_, approval) => {
                let remembered = approval.makes_browser_known().then(|| "remembered".to_owned());
                let parts = [asked_of_phone(approval.answered), remembered];
                (ActivityKind::Approved, parts.into_iter().flatten().reduce(|asked, more| asked + ", " + &more))
            }
            Stage::Denied(_) => {
                let why = decided.ticket.lost_by().map(<&str>::from);
                (ActivityKind::Denied, why.map(str::to_owned))
            }
            _ => return,
        };
        if decided.is_first {
            // In the other direction it is the phone that is signed in.
            let taker = ticket.offer.as_deref().and_then(|offer| offer.taker.as_ref());
            let asker = taker.map_or(&ticket.asker, |taker| &taker.asker);
            let app = ticket.app.as_ref().map(|app| (app.id, app.name.to_string()));
            let line = self.activity.line(kind, account, from);
            let receipt = decided.receipt.map(|receipt| receipt.seq);
            self.activity.note(NewActivity { app, receipt, detail: described(asker, asked.as_deref()), ..line }).await;
        }
    }

    /// Stores the same line where the browser finished the decision, which does not know the phone. If the records do not
    /// answer, that is only logged: the decision stands.
    pub(super) async fn note_typed_decision(&self, decided: &Decided) {
        let Some(account) = decided.ticket.scanned_by() else { return };
        match self.records.account(account).await {
            Ok(Some(account)) => self.note_decision(&account, &Whence::default(), decided).await,
            Ok(None) => {}
            Err(fault) => tracing::error!(fault = %caused(&fault), "a line of activity could not be stored"),
        }
    }
}

/// Returns what an approval asked of the phone beside the tap, and why; `None` if nothing.
fn asked_of_phone(answered: Answered) -> Option<String> {
    (answered.rung() > Rung::Tap).then(|| format!("{}: {}", answered.rung().word(), answered.reasons()))
}

/// Returns the browser, the system and the address of a device that asked for a sign-in, as far as they are known, and what
/// was asked of the phone.
fn described(asker: &Asker, asked: Option<&str>) -> String {
    let address = asker.address.to_string();
    let parts = [asker.browser.as_deref(), asker.system.as_deref(), Some(address.as_str()), asked];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
