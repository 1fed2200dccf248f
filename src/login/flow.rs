//! The way of a ticket, top to bottom: issue · look · scan · approve or deny · claim; and what may happen on the
//! way: refresh, cancel, watch. The machine decides, and the store of tickets compares, swaps and tells the pages that watch.
//! Nothing here knows of HTTP.

mod codes;

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use super::qr::Printer;
pub use super::refusal::Stop;
use super::refusal::{refused, step};
use crate::about;
use crate::account::session::SignedIn;
use crate::clock::Clock;
use crate::consent::field::Fields;
use crate::crypto::random::random;
use crate::login::keys::{ClaimKey, CodeKey, ScanCode};
use crate::measure;
use crate::store::records::Records;
use crate::store::tickets::Tickets;
use crate::ticket::approval::Approver;
use crate::ticket::event::{Event, Notice, Seen};
use crate::ticket::ids::{AccountId, Attempt, ClaimKeyHash, Purpose, Round, TicketId};
use crate::ticket::machine::{Action, Asker, Claimed, Goal, Refused, ScanCause, Scanner, Stage, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};
use crate::web::tally::Tally;

/// The verbs of a ticket; cheap to clone.
#[derive(Clone, Debug)]
pub struct Flow(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tickets: Tickets,
    /// Say whether who approved is still signed in.
    records: Records,
    clock: Clock,
    lifetimes: Lifetimes,
    code_key: CodeKey,
    /// Prints the link of a scan code: in upper case, for the QR's alphanumeric mode.
    printer: Printer,
    /// Tickets that gave way to others.
    given_way: Tally,
}

impl Flow {
    /// The flow over these stores; `origin` is what phones reach.
    pub fn new(
        tickets: Tickets,
        records: Records,
        clock: Clock,
        lifetimes: Lifetimes,
        code_key: CodeKey,
        origin: &str,
    ) -> Self {
        let link = format!("{origin}/s/").to_ascii_uppercase();
        let printer = Printer::new(&link, ScanCode::TEXT_LEN);
        let given_way = Tally::new("waiting_codes", &clock);
        Self(Arc::new(Inner { tickets, records, clock, lifetimes, code_key, printer, given_way }))
    }

    /// **Issue.** A browser opened the login page: a fresh ticket, bound to its claim key and to what it is claimed for.
    pub async fn issue(&self, browser: &ClaimKey, asker: Asker, goal: Goal) -> Result<Ticket, Stop> {
        let (id, browser) = (TicketId::from_random(random()), browser.hash(goal.purpose()));
        let issued = async {
            let now = self.now();
            let life = goal.code_life.unwrap_or(self.0.lifetimes.code);
            let user_code = self.draw_user_code(id, Round(0), now, life).await?;
            let ticket = Ticket::issue(id, browser, user_code, asker, goal, now, &self.0.lifetimes);
            match self.0.tickets.add(ticket.clone(), now).await {
                Ok(given_way) => given_way.iter().for_each(|_| self.0.given_way.one()),
                Err(error) => {
                    self.0.tickets.release(user_code).await?;
                    return Err(error.into());
                }
            }
            Ok(ticket)
        };
        step("issue", id, issued).await
    }

    /// **Look.** A phone opened the code's page: what a scan would meet. Changes nothing, whoever fetches it.
    /// What this account has decided itself it may always see again.
    pub async fn look(&self, code: ScanCode, who: &SignedIn, browser: Option<ClaimKeyHash>) -> Result<Ticket, Stop> {
        step("look", code.ticket, self.seen(code, who, browser)).await
    }

    async fn seen(&self, code: ScanCode, who: &SignedIn, browser: Option<ClaimKeyHash>) -> Result<Ticket, Stop> {
        let ticket = self.get(code.ticket).await?;
        let account = who.account.id;
        match &ticket.stage {
            Stage::Approved(owner, _) | Stage::Claimed(owner, ..) if owner.account == account => return Ok(ticket),
            Stage::Denied(owner) if *owner == account => return Ok(ticket),
            _ => {}
        }
        not_the_same_browser(&ticket, browser)?;
        match ticket.apply(&Action::Scan(code.round, scanner(who, ScanCause::Opened)), self.now(), &self.0.lifetimes) {
            // Looking tells nobody. The scan that follows does, and is refused; after that, so is this look.
            Err(refused) if notice_of(refused, &ticket).is_some_and(|notice| ticket.notice != Some(notice)) => {
                Ok(ticket)
            }
            Err(refused) => Err(refused.into()),
            Ok(_) => Ok(ticket),
        }
    }

    /// **Scan.** A signed-in phone takes the ticket: the first account owns it, and the browser sees that it was scanned;
    /// by whom, once a person has pressed something.
    pub async fn scan(
        &self,
        code: ScanCode,
        who: &SignedIn,
        browser: Option<ClaimKeyHash>,
        cause: ScanCause,
    ) -> Result<Ticket, Stop> {
        let scanned = async {
            // An app has no browser that it could be; then only a refusal has to see the ticket.
            if browser.is_some() {
                not_the_same_browser(&self.get(code.ticket).await?, browser)?;
            }
            let scanned = self.change(code.ticket, &Action::Scan(code.round, scanner(who, cause))).await;
            if let Err(Stop::Refused(refused @ (Refused::Outdated | Refused::Taken))) = scanned
                && let Ok(ticket) = self.get(code.ticket).await
                && let Some(notice) = notice_of(refused, &ticket)
            {
                // The screen says so too. A notice that comes too late has nobody to read it.
                let _ = self.change(code.ticket, &Action::Note(notice)).await;
            }
            scanned
        };
        step("scan", code.ticket, scanned).await
    }

    /// **Approve.** The account that scanned agrees, and ticks so much for an app; the browser may claim.
    pub async fn approve(&self, code: ScanCode, who: &SignedIn, ticked: Option<Fields>) -> Result<Ticket, Stop> {
        let (account, epoch) = (who.account.id, who.account.epoch);
        let session = who.session.map(|session| session.token_hash);
        let action = Action::Approve(Approver { account, epoch, session, ticked });
        let (ticket, scanned_at) = step("approve", code.ticket, self.change_since(code.ticket, &action)).await?;
        if let Some(scanned_at) = scanned_at {
            measure::approved(ticket.since.since(scanned_at));
        }
        Ok(ticket)
    }

    /// **Deny.** The account that scanned refuses.
    pub async fn deny(&self, code: ScanCode, account: AccountId) -> Result<Ticket, Stop> {
        let action = Action::Deny(account);
        let (ticket, scanned_at) = step("deny", code.ticket, self.change_since(code.ticket, &action)).await?;
        if scanned_at.is_some() {
            tracing::info!(ticket.id = %ticket.id, "a sign-in was denied");
            measure::sign_in("denied");
        }
        Ok(ticket)
    }

    /// **Claim.** The browser takes what was approved, once: the witness opens its session. The same attempt may be
    /// repeated, and opens the same session. Only after the claim it is asked whether the approval still counts: of an
    /// end and a claim at the same moment the end wins.
    pub async fn claim(
        &self,
        id: TicketId,
        browser: ClaimKeyHash,
        attempt: Attempt,
    ) -> Result<(Ticket, Claimed), Stop> {
        let now = self.now();
        let once = |ticket: &Ticket| {
            about::ticket(ticket);
            let (after, claimed) = ticket.claim(browser, attempt, now, &self.0.lifetimes)?;
            Ok((after, (claimed, ticket.since)))
        };
        let claimed = async {
            let (ticket, (claimed, approved_at)) = self.0.tickets.change(id, once).await?;
            about::account(claimed.account());
            if !self.0.records.approval_counts(&claimed, now).await? {
                self.change(id, &Action::Revoke).await?;
                tracing::warn!("who approved was signed out before the claim");
                return Err(Refused::Denied.into());
            }
            Ok((ticket, (claimed, approved_at)))
        };
        let (ticket, (claimed, approved_at)) = step("claim", id, claimed).await?;
        measure::claimed(ticket.since.since(approved_at));
        Ok((ticket, claimed))
    }

    /// The page renews its code; the one before can be scanned for the rest of its minute.
    pub async fn refresh(&self, id: TicketId, browser: ClaimKeyHash) -> Result<Ticket, Stop> {
        step("refresh", id, self.get(id).and_then(|ticket| self.renew(ticket, browser))).await
    }

    /// The same for a page that was let in to watch: its key was seen to fit. It asks over a socket that outlives every
    /// request, so this is a step of no trace.
    pub(super) async fn refresh_watched(&self, id: TicketId) {
        let renewed = self.get(id).and_then(|ticket| {
            let browser = ticket.claim_key;
            self.renew(ticket, browser)
        });
        // A page that is shown no newer code asks again.
        let _ = renewed.map_err(|stop| refused("refresh", id, stop)).await;
    }

    async fn renew(&self, ticket: Ticket, browser: ClaimKeyHash) -> Result<Ticket, Stop> {
        let now = self.now();
        let round = ticket.round.next().ok_or(Refused::Rested)?;
        // Asked first, so that a page that may not renew yet, or any more, reserves no code.
        let renewed = ticket.apply(&Action::Refresh(browser, ticket.user_code), now, &self.0.lifetimes)?;
        if renewed.round == ticket.round {
            return Ok(ticket);
        }
        let user_code = self.draw_user_code(ticket.id, round, now, self.0.lifetimes.code).await?;
        let renewed = self.change(ticket.id, &Action::Refresh(browser, user_code)).await;
        // Of several that renew at once one shows its code.
        if !renewed.as_ref().is_ok_and(|ticket| ticket.user_code == user_code) {
            self.0.tickets.release(user_code).await?;
        }
        renewed
    }

    /// A ticket that a browser claimed, for the account that approved it and for nobody else.
    pub async fn claimed_by(&self, id: TicketId, account: AccountId) -> Result<Ticket, Stop> {
        let ticket = self.get(id).await?;
        match &ticket.stage {
            Stage::Claimed(owner, ..) if owner.account == account => Ok(ticket),
            Stage::Approved(owner, _) if owner.account == account => {
                Err(refused("disown", id, Refused::NotApproved.into()))
            }
            _ => Err(refused("disown", id, Refused::NotYours.into())),
        }
    }

    /// The browser gives its ticket up.
    pub async fn cancel(&self, id: TicketId, browser: ClaimKeyHash) -> Result<Ticket, Stop> {
        let ticket = step("cancel", id, self.change(id, &Action::Cancel(browser))).await?;
        measure::sign_in("cancelled");
        Ok(ticket)
    }

    /// The ticket of a browser, as it stands; `step` names what is asked with it where another browser asks.
    pub async fn ticket_of(&self, id: TicketId, browser: ClaimKeyHash, step: &'static str) -> Result<Ticket, Stop> {
        let ticket = self.get(id).await?;
        if ticket.opens_with(&browser) { Ok(ticket) } else { Err(refused(step, id, Refused::WrongKey.into())) }
    }

    /// The same for whoever claims it next. An approval that this instance saw will do, without asking the store: the
    /// claim finds out whether it still is one.
    pub async fn ticket_to_claim(&self, id: TicketId, browser: ClaimKeyHash) -> Result<Ticket, Stop> {
        let seen = self.0.tickets.glimpse(id).filter(|ticket| matches!(ticket.stage, Stage::Approved(..)));
        match seen {
            Some(ticket) if ticket.opens_with(&browser) => {
                about::ticket(&ticket);
                Ok(ticket)
            }
            _ => self.ticket_of(id, browser, "claim").await,
        }
    }

    /// What a page may know of a ticket now; the code itself is left to whoever needs it.
    pub async fn event(&self, ticket: &Ticket) -> Event {
        let left = ticket.expires_at.left(self.now());
        let seen = match &ticket.stage {
            Stage::Claimed(..) => Seen::Claimed,
            Stage::Denied(_) => Seen::Denied,
            Stage::Cancelled => Seen::Cancelled,
            _ if left.is_zero() => Seen::Expired,
            Stage::Waiting => Seen::Waiting { code: None },
            Stage::Scanned(by) => Seen::Scanned {
                by: by.shown().map(|by| by.name.to_string()),
                picture: by.shown().and_then(|by| by.picture.as_deref()).map(str::to_owned),
            },
            Stage::Approved(by, _) => {
                // A device has no page; and where presence cannot be found out, nobody is seen.
                let page_open = ticket.purpose() != Purpose::Device
                    && self.0.tickets.browser_is_here(ticket.id).await.unwrap_or(false);
                Seen::Approved { page_open, by: by.name.to_string() }
            }
        };
        let remaining_ms = u32::try_from(left.as_millis()).unwrap_or(u32::MAX);
        Event { seq: ticket.seq, remaining_ms, seen, notice: ticket.notice }
    }

    pub(super) fn records(&self) -> &Records {
        &self.0.records
    }

    pub(super) fn tickets(&self) -> &Tickets {
        &self.0.tickets
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(super) async fn get(&self, id: TicketId) -> Result<Ticket, Stop> {
        let ticket = self.0.tickets.get(id).await?.ok_or(Stop::Unknown)?;
        about::ticket(&ticket);
        Ok(ticket)
    }

    /// The present moment, by the clock of this house.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The one way a ticket changes: the machine, under the store's compare-and-swap. The store tells whoever watches.
    async fn change(&self, id: TicketId, action: &Action) -> Result<Ticket, Stop> {
        self.change_since(id, action).await.map(|(ticket, _)| ticket)
    }

    /// The same, with the moment at which the ticket had come to its stage before; `None` where nothing changed.
    async fn change_since(&self, id: TicketId, action: &Action) -> Result<(Ticket, Option<Timestamp>), Stop> {
        let now = self.now();
        let step = |ticket: &Ticket| {
            about::ticket(ticket);
            let after = ticket.apply(action, now, &self.0.lifetimes)?;
            let before = (after.seq != ticket.seq).then_some(ticket.since);
            Ok((after, before))
        };
        Ok(self.0.tickets.change(id, step).await?)
    }
}

fn scanner(who: &SignedIn, cause: ScanCause) -> Scanner {
    let account = &who.account;
    Scanner {
        account: account.id,
        name: account.display_name.as_str().into(),
        cause,
        until: who.until(),
        picture: who.picture_path().map(String::into_boxed_str),
    }
}

/// What a refused scan means to the person before the screen: a copy of a code that is gone from it is about, or two
/// people scan one code.
fn notice_of(refused: Refused, ticket: &Ticket) -> Option<Notice> {
    match refused {
        Refused::Outdated => Some(Notice::OutdatedScan),
        Refused::Taken if !matches!(ticket.stage, Stage::Approved(..)) => Some(Notice::SecondAccount),
        _ => None,
    }
}

/// RFC 10027 §5: a code is for another device.
fn not_the_same_browser(ticket: &Ticket, browser: Option<ClaimKeyHash>) -> Result<(), Stop> {
    match browser {
        Some(key) if ticket.opens_with(&key) => Err(Stop::SameBrowser),
        _ => Ok(()),
    }
}
