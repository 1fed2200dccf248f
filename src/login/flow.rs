//! The steps of a sign-in, in order: issue, look, scan, approve or deny, claim; and the optional ones: refresh,
//! cancel. The ticket's state machine decides about each step; the ticket store compares and swaps. `flow/codes.rs`
//! reads and draws the codes of tickets, `flow/lookups.rs` reads tickets, `flow/switched.rs` looks at the switches of the
//! sign-in by scan, `flow/refused_scans.rs` tells the screen of scans that were refused, and `flow/offers.rs` has the steps of
//! the other direction. Nothing in this module may depend on HTTP.
//!
//! How a step reaches the pages that wait: the store changes the ticket (`Tickets::change`) and tells the waiting room of
//! this process (`Room::tell`). The room has the news rendered (by the `Caller` that `login/watch/parked.rs` gave it) and
//! writes it to the parked sockets, and it wakes the tasks of other transports, which read it (`login/watch/waiting.rs`).
//! With Redis, the script that changes the ticket publishes it to the instances where its pages wait, and each of them
//! does the same (`Remote::hear`).

mod approve;
mod codes;
mod lookups;
mod offers;
mod refused_scans;
mod switched;

pub use self::offers::is_same_browser;
use std::sync::{Arc, Weak};

pub use self::approve::Choice;
use super::qr::Printer;
pub use super::refusal::{ScanOff, StepError};
use super::refusal::{not_renewed, refused, step};
use crate::about;
use crate::account::session::SignedIn;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::login::keys::{ClaimKey, CodeKey, ScanCode};
use crate::login::ladder::{Ladder, Scan};
use crate::login::scan_gate::ScanGate;
use crate::measure;
use crate::receipt::approved::Approved;
use crate::receipt::{Kept, Receipts};
use crate::store::records::Records;
use crate::store::records::profiles::ShownToScreens;
use crate::store::tickets::{ChangeError, Tickets};
use crate::ticket::ids::{AccountId, Attempt, ClaimKeyHash, TicketId};
use crate::ticket::ladder::Owed;
use crate::ticket::machine::{Action, Asker, Claimed, Goal, Refused, ScanCause, Scanner, Stage, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};
use crate::web::bounds::GATHERED;
use crate::web::limits::tally::Tally;

/// Carries out the steps of a ticket; cheap to clone.
#[derive(Clone, Debug)]
pub struct Flow(Arc<Inner>);

/// A ticket after an approval or a denial.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The ticket after the step.
    pub ticket: Ticket,
    /// Whether this step decided; `false` for a repetition, which changed nothing.
    pub is_first: bool,
    /// The receipt of an approval; `None` if the step approved nothing, or if its receipt could not be stored yet.
    pub receipt: Option<Kept>,
}

#[derive(Debug)]
struct Inner {
    tickets: Tickets,
    /// Tells whether people sign in by scanning at all.
    gate: ScanGate,
    /// The records, which tell whether the person who approved is still signed in.
    records: Records,
    /// The receipts that approvals leave.
    receipts: Receipts,
    clock: Clock,
    lifetimes: Lifetimes,
    code_key: CodeKey,
    /// Decides how much approvals ask of the phone.
    ladder: Ladder,
    /// Draws the QR of a scan code's link, which is in upper case for the QR's alphanumeric mode.
    printer: Printer,
    /// Draws the QR of a code of the other direction, whose link has another path.
    offer_printer: Printer,
    /// Counts tickets that were evicted for new ones, for the log.
    evicted: Tally,
}

impl Flow {
    /// Makes the flow over these stores; `origin` is this server's address for the links in QR codes.
    pub fn new(
        tickets: Tickets,
        (records, receipts): (Records, Receipts),
        clock: Clock,
        lifetimes: Lifetimes,
        code_key: CodeKey,
        (gate, ladder): (ScanGate, Ladder),
        origin: &str,
    ) -> Self {
        let printer_of = |path| Printer::new(&format!("{origin}{path}").to_ascii_uppercase(), ScanCode::TEXT_LEN);
        let (printer, offer_printer) = (printer_of("/s/"), printer_of("/t/"));
        let evicted = Tally::new("waiting_codes", &clock);
        Self(Arc::new(Inner {
            tickets,
            gate,
            records,
            receipts,
            clock,
            lifetimes,
            code_key,
            ladder,
            printer,
            offer_printer,
            evicted,
        }))
    }

    /// **Issue.** A browser opened the login page: makes and stores a new ticket, bound to the browser's claim
    /// key and to `goal`, which says what the claim leads to. [`StepError::Full`] if the store cannot hold more.
    pub async fn issue(&self, claim_key: &ClaimKey, asker: Asker, goal: Goal) -> Result<Ticket, StepError> {
        let (id, claim_key) = (TicketId::from_random(random()), claim_key.hash(goal.purpose()));
        let issued = async {
            self.check_issue(&goal).await?;
            let now = self.now();
            let life = goal.code_life.unwrap_or(self.0.lifetimes.code);
            let user_code = self.reserve_user_code(id, now, life).await?;
            let ticket = Ticket::issue(id, claim_key, user_code, asker, goal, now, &self.0.lifetimes);
            match self.0.tickets.add(ticket.clone(), now).await {
                Ok(evicted) => evicted.iter().for_each(|_| self.0.evicted.one()),
                Err(error) => {
                    self.0.tickets.release(user_code).await?;
                    return Err(error.into());
                }
            }
            Ok(ticket)
        };
        step("issue", id, issued).await
    }

    /// **Look.** A phone opened the page of a code: returns the ticket, or the refusal that a scan would get, and
    /// changes nothing. If the login page does not show a notice of that refusal yet, returns the ticket all the
    /// same, and the scan that follows is refused and makes the login page show it. An account may always see again
    /// what it decided itself. `own_key` is the hash of the claim key of the phone's own browser, if it has one.
    pub async fn look(
        &self,
        code: ScanCode,
        who: &SignedIn,
        own_key: Option<ClaimKeyHash>,
    ) -> Result<Ticket, StepError> {
        step("look", code.ticket, self.ticket_to_scan(code, who, own_key)).await
    }

    async fn ticket_to_scan(
        &self,
        code: ScanCode,
        who: &SignedIn,
        own_key: Option<ClaimKeyHash>,
    ) -> Result<Ticket, StepError> {
        let ticket = self.get(code.ticket).await?;
        let account = who.account.id;
        if ticket.offer.is_some() {
            return Err(Refused::OtherDirection.into());
        }
        match &ticket.stage {
            Stage::Approved(owner, _) | Stage::Claimed(owner, ..) if owner.account == account => return Ok(ticket),
            Stage::Denied(owner) if *owner == account => return Ok(ticket),
            _ => {}
        }
        self.check_look(&ticket, who.account.scan).await?;
        not_the_same_browser(&ticket, own_key)?;
        // What would be owed does not decide whether the scan is accepted.
        let looked = Action::Scan(code.round, scanner(who, ScanCause::Opened), Owed::default());
        match ticket.apply(&looked, self.now(), &self.0.lifetimes) {
            // A look does not notify the screen. If the screen has no notice of this refusal yet, the look succeeds;
            // the scan that follows is refused and notifies the screen, and further looks are refused.
            Err(refused) if Self::notice_of(refused, &ticket).is_some_and(|notice| ticket.notice != Some(notice)) => {
                Ok(ticket)
            }
            Err(refused) => Err(refused.into()),
            Ok(_) => Ok(ticket),
        }
    }

    /// **Scan.** A signed-in phone scans the code: the first account owns the ticket, and the browser is shown
    /// that the code was scanned, but by which account only if a person pressed a button (`cause`). If an
    /// outdated code or a second account is refused, the browser is shown that too. `own_key` is the hash of the
    /// claim key of the phone's own browser, if it has one. The scan decides how much the approval asks of the phone.
    pub async fn scan(
        &self,
        code: ScanCode,
        who: &SignedIn,
        own_key: Option<ClaimKeyHash>,
        scan: Scan,
    ) -> Result<Ticket, StepError> {
        let scanned = async {
            let ticket = self.get(code.ticket).await?;
            self.check_step(&ticket, who.account.scan).await?;
            not_the_same_browser(&ticket, own_key)?;
            let owed = self.0.ladder.owed(&ticket, who, scan, self.now()).await?;
            let scanned = self.change(code.ticket, &Action::Scan(code.round, scanner(who, scan.cause), owed)).await;
            if let Err(StepError::Refused(refused @ (Refused::Outdated | Refused::Taken))) = scanned {
                self.tell_screen(code.ticket, refused).await?;
            }
            scanned
        };
        step("scan", code.ticket, scanned).await
    }

    /// **Deny.** The account that scanned denies the sign-in.
    pub async fn deny(&self, code: ScanCode, account: AccountId) -> Result<Decided, StepError> {
        let action = Action::Deny(account);
        let (ticket, scanned_at) = step("deny", code.ticket, self.change_since(code.ticket, &action)).await?;
        if scanned_at.is_some() {
            let asked_from = ticket.asker.address;
            tracing::info!(ticket.id = %ticket.id, %asked_from, "a sign-in was denied");
            measure::sign_in("denied");
        }
        Ok(Decided { ticket, is_first: scanned_at.is_some(), receipt: None })
    }

    /// **Claim.** The browser uses the approval, once, and gets the proof that opens its session. Repeating the
    /// same attempt opens the same session. The approval is checked after the claim: if the account was signed
    /// out or disabled since it approved, the ticket is revoked and the claim is refused; so it is if the sign-in by scan was
    /// switched off. Its receipt is stored if it is not yet; nothing is opened by an approval without
    /// one.
    pub async fn claim(
        &self,
        id: TicketId,
        claim_key: ClaimKeyHash,
        attempt: Attempt,
    ) -> Result<(Ticket, Claimed), StepError> {
        let now = self.now();
        let once = |ticket: &Ticket| {
            about::app_of(ticket);
            let (after, claimed) = ticket.claim(claim_key, attempt, now, &self.0.lifetimes)?;
            Ok((after, (claimed, ticket.since, matches!(ticket.stage, Stage::Approved(..)))))
        };
        let claimed = async {
            let (ticket, (claimed, approved_at, is_first)) = self.0.tickets.change(id, once).await?;
            about::account(claimed.account());
            if let Err(error) = self.check_claim(&ticket, claimed.account()).await {
                // A claim that is repeated has opened its session, and what cannot be read may be on: both stay as they are.
                if is_first && matches!(error, StepError::ScanOff(_)) {
                    self.change(id, &Action::Revoke).await?;
                }
                return Err(error);
            }
            if !self.0.records.is_approval_valid(&claimed, now).await? {
                self.change(id, &Action::Revoke).await?;
                tracing::warn!("who approved was signed out before the claim");
                return Err(Refused::Denied.into());
            }
            if let Some(approved) = Approved::of(&ticket) {
                self.0.receipts.keep(approved).await?;
            }
            Ok((ticket, (claimed, approved_at)))
        };
        let (ticket, (claimed, approved_at)) = step("claim", id, claimed).await?;
        measure::claimed(ticket.since.since(approved_at));
        Ok((ticket, claimed))
    }

    /// Renews the code of a browser's ticket and returns the ticket. A code with more than half of its lifetime
    /// left stays. The previous code can be scanned for the rest of its lifetime. Refused if the key is wrong,
    /// the code was scanned, or the ticket is too old for another code.
    pub async fn refresh(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Ticket, StepError> {
        let refreshed = async {
            let key_of = |ticket: &Ticket| {
                about::app_of(ticket);
                Some(claim_key)
            };
            self.check_scan(None).await?;
            let renewed = self.renew(&[id], key_of).await.pop().expect("the store answers for each ticket");
            Ok(renewed?)
        };
        step("refresh", id, refreshed).await
    }

    /// Renews the codes of tickets that login pages watch, each of which is there once; the pages' keys were verified
    /// when their watches began. What fails is only logged, because a page that gets no newer code asks again. Not
    /// traced: the sockets outlive the requests' spans.
    pub(super) async fn refresh_watched(&self, ids: &[TicketId]) {
        // The pages show that their codes are over, and the next page says why.
        if self.check_scan(None).await.is_err() {
            return;
        }
        // A code that was scanned while its page asked stays, which the page is being told.
        let key_of = |ticket: &Ticket| matches!(ticket.stage, Stage::Waiting).then_some(ticket.claim_key);
        let (mut count, mut fault) = (0, None);
        for (at, some) in ids.chunks(GATHERED).enumerate() {
            let before = count;
            for (id, renewed) in some.iter().zip(self.renew(some, key_of).await) {
                match renewed.map_err(StepError::from) {
                    Err(StepError::Fault(failed)) => (count, fault) = (count + 1, Some(failed)),
                    Err(error) => drop(refused("refresh", *id, error)),
                    Ok(_) => {}
                }
            }
            if count - before == some.len() {
                // The store does not answer, so the others need not wait for that too.
                count = before + ids.len() - at * GATHERED;
                break;
            }
        }
        if let Some(fault) = fault {
            not_renewed(&fault, count);
        }
    }

    /// Renews the codes of these tickets. `key_of` returns the claim key with which a ticket is renewed; `None` leaves
    /// the ticket as it is.
    async fn renew(
        &self,
        ids: &[TicketId],
        key_of: impl Fn(&Ticket) -> Option<ClaimKeyHash>,
    ) -> Vec<Result<Ticket, ChangeError>> {
        let now = self.now();
        let step = |ticket: &Ticket| match key_of(ticket) {
            Some(key) => ticket.apply(&Action::Refresh(key, Self::draw_user_code()), now, &self.0.lifetimes),
            None => Ok(ticket.clone()),
        };
        self.0.tickets.renew(ids, now, step).await
    }

    /// Cancels a ticket at the request of the browser that made it, whose claim key has the hash `claim_key`, and
    /// returns the ticket. Refused if the key is wrong or the state does not allow it.
    pub async fn cancel(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Ticket, StepError> {
        let ticket = step("cancel", id, self.change(id, &Action::Cancel(claim_key))).await?;
        measure::sign_in("cancelled");
        Ok(ticket)
    }

    /// Applies an action to a ticket and returns the ticket after it. All changes go through this function or
    /// `claim`: the state machine decides, under the store's compare-and-swap, and the store notifies the watchers.
    async fn change(&self, id: TicketId, action: &Action) -> Result<Ticket, StepError> {
        self.change_since(id, action).await.map(|(ticket, _)| ticket)
    }

    /// Applies an action to a ticket and returns the ticket after it. The time beside it is when the stage or
    /// round before the action began; it is `None` if the action changed nothing.
    async fn change_since(&self, id: TicketId, action: &Action) -> Result<(Ticket, Option<Timestamp>), StepError> {
        let now = self.now();
        let step = |ticket: &Ticket| {
            about::app_of(ticket);
            let after = ticket.apply(action, now, &self.0.lifetimes)?;
            let before = (after.seq != ticket.seq).then_some(ticket.since);
            Ok((after, before))
        };
        Ok(self.0.tickets.change(id, step).await?)
    }
}

/// A [`Flow`] that may be gone.
pub(super) struct WeakFlow(Weak<Inner>);

impl WeakFlow {
    /// Returns the flow; `None` if it is gone.
    pub(super) fn upgrade(&self) -> Option<Flow> {
        self.0.upgrade().map(Flow)
    }
}

/// Makes the scanner of a ticket. It has no more of the person's name and picture than the screen may show, so that no event,
/// page or answer to a program has more either.
fn scanner(who: &SignedIn, cause: ScanCause) -> Scanner {
    let shown = who.account.profile.shown_to_screens;
    Scanner {
        name: shown.of_name(&who.account.display_name).into(),
        picture: who.picture_path().filter(|_| shown == ShownToScreens::Name).map(String::into_boxed_str),
        ..unlimited(who, cause)
    }
}

/// Makes the scanner of a ticket with the name and the picture of the account.
fn unlimited(who: &SignedIn, cause: ScanCause) -> Scanner {
    let account = &who.account;
    Scanner {
        account: account.id,
        name: account.display_name.as_str().into(),
        cause,
        until: who.until(),
        picture: who.picture_path().map(String::into_boxed_str),
    }
}

/// Returns [`StepError::SameBrowser`] as an error if `own_key`, the claim key of the browser that scans, is also the
/// one of the browser that shows the code: another device must scan it (RFC 10027 §5).
fn not_the_same_browser(ticket: &Ticket, own_key: Option<ClaimKeyHash>) -> Result<(), StepError> {
    match own_key {
        Some(key) if ticket.opens_with(&key) => Err(StepError::SameBrowser),
        _ => Ok(()),
    }
}
