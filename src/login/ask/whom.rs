//! Whom a browser may ask: the accounts that made it known, and on one of whose phones their owner turned this on.

use axum::http::HeaderMap;

use crate::account::session::browser_id::BrowserId;
use crate::cause::caused;
use crate::login::Login;
use crate::login::scan_gate::check_account;
use crate::push::Pushes;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::profiles::ShownToScreens;
use crate::ticket::ids::{BrowserHash, Purpose, TicketId};
use crate::ticket::machine::{Stage, Ticket};
use crate::ticket::time::Timestamp;
use crate::web::client::Agent;

/// The largest number of accounts that a login page offers.
const ACCOUNTS: usize = 3;
/// The largest number of phones that are read for them: each account may have five.
const PHONES: u16 = 15;

/// An account that a browser may ask.
#[derive(Clone, Debug)]
pub(in crate::login) struct Askable {
    /// The account.
    pub(in crate::login) account: Account,
    /// What names the account in the form of this ticket. It cannot be guessed, and names nobody elsewhere.
    pub(in crate::login) handle: String,
    /// Whether the ticket waits for the phones of the account already.
    pub(in crate::login) is_asked: bool,
}

impl Askable {
    /// Returns what a login page shows of the name of the account, as far as its owner allows; it may be empty.
    pub(in crate::login) fn shown_name(&self) -> String {
        self.account.profile.shown_to_screens.of_name(&self.account.display_name)
    }
}

impl Login {
    /// Returns whom the page of a ticket offers to ask, those first that used the browser last; nobody if the records do not
    /// answer, which is only logged: there is the code.
    pub(in crate::login) async fn offered_to_ask(&self, ticket: &Ticket, headers: &HeaderMap) -> Vec<Askable> {
        match self.whom_to_ask(ticket, headers).await {
            Ok(found) => found,
            Err(fault) => {
                tracing::error!(fault = %caused(&fault), "a login page does not offer to ask phones");
                Vec::new()
            }
        }
    }

    /// Returns whom the browser that sent these headers may ask for this ticket, which is its own.
    pub(in crate::login) async fn whom_to_ask(
        &self,
        ticket: &Ticket,
        headers: &HeaderMap,
    ) -> Result<Vec<Askable>, Fault> {
        let (Some(pushes), Some(browser)) = (&self.pushes, known_browser(ticket, headers)) else {
            return Ok(Vec::new());
        };
        let now = self.flow.now();
        let mut found: Vec<Askable> = Vec::new();
        for session in self.records.phones_to_ask(browser, now, PHONES).await? {
            // A session that was not used for long is over, and so is what its phone allowed.
            let Some((_, account)) = self.sessions.valid(session).await? else { continue };
            // Where a name was typed, a button would tell who types it whether this account uses the browser.
            let is_shown = account.profile.shown_to_screens == ShownToScreens::Name;
            let is_meant = ticket.only_for.is_none_or(|only| only == account.id && is_shown);
            let is_new = found.len() < ACCOUNTS && found.iter().all(|other| other.account.id != account.id);
            let takes_part = !account.is_disabled && check_account(account.scan).is_ok();
            if is_meant && is_new && takes_part && self.flow.admits(ticket, account.id).await? {
                found.push(askable(pushes, ticket.id, account, now).await?);
            }
        }
        Ok(found)
    }
}

async fn askable(pushes: &Pushes, ticket: TicketId, account: Account, now: Timestamp) -> Result<Askable, Fault> {
    let is_asked = pushes.asks().is_asked(account.id, ticket, now).await?;
    Ok(Askable { handle: pushes.asks().handle(account.id, ticket), account, is_asked })
}

/// Returns the browser of a ticket if it may ask phones: it is a browser with a page of its own, which waits and is no phone,
/// and it still has the id that it had when the ticket was issued.
fn known_browser(ticket: &Ticket, headers: &HeaderMap) -> Option<BrowserHash> {
    let own = BrowserId::of(headers).map(|id| id.hash())?;
    let waits = matches!(ticket.stage, Stage::Waiting) && ticket.purpose() == Purpose::Session;
    (waits && ticket.browser_id == Some(own) && !Agent::of(headers).is_phone).then_some(own)
}
