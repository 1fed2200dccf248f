//! The state machine of a ticket: the [`Ticket`] type, and [`Ticket::apply`], the only function that changes one. It
//! never reads a clock and draws no randomness: the time, the keys and the actor are arguments.

mod answered;
mod claimed;
mod offered;
mod stage;

use std::mem::discriminant;

use serde::{Deserialize, Serialize};

use super::approval::{Approval, Approver};
use super::event::Notice;
use super::ids::{AccountId, Attempt, BrowserHash, ClaimKeyHash, Purpose, Round, TicketId, UserCode};
use super::ladder::{Digits, Owed};
use super::offer::{Offer, OfferStep};
use super::time::{Lifetimes, Timestamp};

pub use self::claimed::Claimed;
pub use self::stage::Stage;
use super::goal::purpose;
pub use super::goal::{Goal, TicketApp};
pub use super::refused::Refused;
pub use super::scanner::{Asker, ScanCause, Scanner};

/// One request to sign in, made by a browser page, a device or a program: who asks, what for, the present code,
/// and the stage that the request has reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The public id of the ticket.
    pub id: TicketId,
    /// The hash of the claim key of the browser that made the ticket and may watch, renew, cancel and claim it.
    pub claim_key: ClaimKeyHash,
    /// What the phone is shown about that browser.
    pub asker: Asker,
    /// The hash of the id by which accounts know that browser; `None` if it has none.
    #[serde(default)]
    pub browser_id: Option<BrowserHash>,
    /// The path on this origin to which the browser goes after the sign-in.
    pub next: Option<Box<str>>,
    /// The app to which the person signs in; `None` for this site itself.
    pub app: Option<Box<TicketApp>>,
    /// The only account that may scan the ticket; `None` if any account may (BCP 247 §6.1.17).
    #[serde(rename = "account", default)]
    pub only_for: Option<AccountId>,
    /// What the browser offers, if the ticket is of the other direction: then the phone that opens the code gets the
    /// session. `None` if the browser is to be signed in.
    #[serde(default)]
    pub offer: Option<Box<Offer>>,
    /// The time at which the page was opened.
    pub issued_at: Timestamp,
    /// The time from which on every action is refused.
    pub expires_at: Timestamp,
    /// The version of the ticket, which grows by one with every change.
    pub seq: u32,
    /// The round of the code that is on the screen.
    pub round: Round,
    /// The typed code that belongs to this round.
    pub user_code: UserCode,
    /// The time until which the code of the previous round can still be scanned.
    pub previous_until: Timestamp,
    /// The notice that the page shows about a refused scan of this code, if there was one.
    pub notice: Option<Notice>,
    /// The current stage.
    pub stage: Stage,
    /// The start of the current stage, or of the current round if that is later.
    pub since: Timestamp,
}

/// An action on a ticket, with the identity of the actor.
#[derive(Clone, Debug)]
pub enum Action {
    /// The browser asks for a newer code; the second value is the typed code of the new round.
    Refresh(ClaimKeyHash, UserCode),
    /// A signed-in account scanned the code of this round, and its approval will owe this.
    Scan(Round, Scanner, Owed),
    /// The approval owes this from now on, if that is more than before.
    Raise(Owed),
    /// An account approves the sign-in.
    Approve(Approver),
    /// These digits were typed in the browser.
    TypeDigits(ClaimKeyHash, Digits),
    /// An account denies the sign-in.
    Deny(AccountId),
    /// The browser cancels the ticket.
    Cancel(ClaimKeyHash),
    /// The browser claims the approval.
    Claim(ClaimKeyHash, Attempt),
    /// The account or the session that approved was signed out, so the approval is not valid any more.
    Revoke,
    /// A scan was refused, and the page with the code is to show that.
    Note(Notice),
    /// A step of a ticket of the other direction.
    Offer(OfferStep),
}

impl Ticket {
    /// Makes a new ticket, which waits to be scanned.
    pub fn issue(
        id: TicketId,
        claim_key: ClaimKeyHash,
        user_code: UserCode,
        asker: Asker,
        goal: Goal,
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Self {
        Self {
            id,
            claim_key,
            asker,
            browser_id: goal.browser_id,
            next: goal.next,
            app: goal.app,
            only_for: goal.only_for,
            offer: goal.offer,
            issued_at: now,
            expires_at: now + goal.code_life.unwrap_or(lifetimes.code),
            seq: 1,
            round: Round(0),
            user_code,
            previous_until: now,
            notice: None,
            stage: Stage::Waiting,
            since: now,
        }
    }

    /// Returns the ticket as it is after `action` at `now`, or the reason why the action is refused. An action that
    /// changes nothing returns an equal ticket with the same `seq`.
    pub fn apply(&self, action: &Action, now: Timestamp, lifetimes: &Lifetimes) -> Result<Self, Refused> {
        self.check_key(action)?;
        if self.expires_at.is_over(now) {
            return Err(Refused::Expired);
        }
        let mut after = self.clone();
        let mut lost = None;
        match (&self.stage, action) {
            (
                _,
                Action::Refresh(..) | Action::Scan(..) | Action::Approve(_) | Action::TypeDigits(..) | Action::Deny(_),
            ) if self.offer.is_some() => {
                return Err(Refused::OtherDirection);
            }
            (_, Action::Offer(step)) => after = self.after_offer_step(step, now, lifetimes)?,
            // A repetition of the attempt whose answer was lost gets the same answer, for as long as a claim
            // may take.
            (Stage::Claimed(_, _, first), Action::Claim(_, again))
                if first == again
                    && self.expires_at.left(now) > lifetimes.afterlife().saturating_sub(lifetimes.claim) =>
            {
                return Ok(after);
            }
            // The button was pressed twice, or the answer was lost: the same decision again changes nothing.
            (Stage::Approved(owner, approval) | Stage::Claimed(owner, approval, _), Action::Approve(by))
                if owner.account == by.account
                    && approval.terms == by.terms
                    && !(approval.at + lifetimes.claim).is_over(now) =>
            {
                return Ok(after);
            }
            (Stage::Denied(owner), Action::Deny(by)) if owner == by && !(self.since + lifetimes.claim).is_over(now) => {
                return Ok(after);
            }
            (Stage::Approved(owner, _) | Stage::Claimed(owner, ..), Action::Revoke) => {
                after.stage = Stage::Denied(owner.account);
                after.expires_at = now + lifetimes.afterlife();
            }
            (_, Action::Revoke) => return Ok(after),
            (Stage::Claimed(..), _) => return Err(Refused::Used),
            (Stage::Denied(_), _) => return Err(Refused::Denied),
            (Stage::Cancelled, _) => return Err(Refused::Cancelled),

            (Stage::Waiting, Action::Refresh(_, user_code)) => after.renew(*user_code, now, lifetimes)?,
            (Stage::Waiting, Action::Scan(round, by, owed)) => {
                self.check_round(*round, now)?;
                if self.only_for.is_some_and(|only| only != by.account) {
                    return Err(Refused::WrongAccount);
                }
                // If a ticket bound to one account took a scan without a press, its screen would learn whose device was
                // sent to the code.
                if by.cause == ScanCause::Opened && !self.takes_unpressed_scans() {
                    return Ok(after);
                }
                after.stage = Stage::Scanned(by.clone(), *owed);
                after.expires_at = now + lifetimes.decide;
            }
            (Stage::Waiting, Action::Approve(_) | Action::TypeDigits(..) | Action::Deny(_)) => {
                return Err(Refused::NotScanned);
            }

            (Stage::Scanned(owner, owed), Action::Approve(by)) if owner.account == by.account => {
                lost = after.approve((owner, owed), by, now, lifetimes)?;
            }
            (Stage::Scanned(owner, owed), Action::TypeDigits(_, typed)) => {
                lost = after.take_digits((owner, owed), *typed, now, lifetimes)?;
            }
            (Stage::Scanned(owner, owed), Action::Raise(raised)) if raised.rung > owed.rung => {
                after.stage = Stage::Scanned(owner.clone(), *raised);
            }
            (Stage::Scanned(owner, _), Action::Deny(by)) if owner.account == *by => {
                after.stage = Stage::Denied(owner.account);
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Scanned(..), Action::Approve(_) | Action::Deny(_)) => return Err(Refused::NotYours),

            (Stage::Waiting | Stage::Scanned(..), Action::Cancel(_)) => {
                after.stage = Stage::Cancelled;
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Waiting | Stage::Scanned(..), Action::Claim(..)) => return Err(Refused::NotApproved),

            (Stage::Approved(owner, approval), Action::Claim(_, attempt)) => {
                after.stage = Stage::Claimed(owner.clone(), *approval, *attempt);
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Approved(..), Action::Approve(_) | Action::Deny(_) | Action::Cancel(_)) => {
                return Err(Refused::Decided);
            }

            // The same account opens the page again: nothing is extended, and only the first press changes something.
            (Stage::Scanned(owner, owed), Action::Scan(_, by, anew)) if owner.account == by.account => {
                let owed = if owed.gives_way_to(*anew) { *anew } else { *owed };
                after.stage = Stage::Scanned(Scanner { cause: owner.cause.max(by.cause), ..owner.clone() }, owed);
            }
            (Stage::Approved(owner, _), Action::Scan(_, by, _)) if owner.account == by.account => return Ok(after),
            (Stage::Scanned(..) | Stage::Approved(..), Action::Scan(..)) => return Err(Refused::Taken),
            (Stage::Scanned(..) | Stage::Approved(..), Action::Refresh(..)) => return Err(Refused::InUse),

            (Stage::Waiting, Action::Note(notice @ Notice::OutdatedScan))
            | (Stage::Scanned(..), Action::Note(notice @ Notice::SecondAccount)) => after.notice = Some(*notice),
            // Digits that were sent twice change nothing either.
            (Stage::Waiting | Stage::Scanned(..) | Stage::Approved(..), Action::Note(_) | Action::Raise(_))
            | (Stage::Approved(..), Action::TypeDigits(..)) => return Ok(after),
        }
        if (discriminant(&after.stage), after.round) != (discriminant(&self.stage), self.round) {
            // That somebody has an older code of this page counts for its newer ones, too.
            let stays = self.notice.filter(|notice| *notice == Notice::OutdatedScan && after.stage == Stage::Waiting);
            after.notice = lost.or(stays);
            after.since = now;
        }
        if after != *self {
            after.seq = self.seq.saturating_add(1);
        }
        Ok(after)
    }

    /// Gives this ticket, which waits, the next round with this typed code. A code that is fresh enough stays: a page that asks
    /// again and again gets one code per half lifetime of a code.
    fn renew(&mut self, user_code: UserCode, now: Timestamp, lifetimes: &Lifetimes) -> Result<(), Refused> {
        if (self.issued_at + lifetimes.renewal).is_over(now) {
            return Err(Refused::Rested);
        }
        if self.expires_at.left(now) <= lifetimes.code / 2 {
            self.round = self.round.next().ok_or(Refused::Rested)?;
            self.user_code = user_code;
            self.previous_until = self.expires_at;
            self.expires_at = now + lifetimes.code;
        }
        Ok(())
    }

    /// Returns what a claim of this ticket gives: a session, an authorization code or tokens.
    pub fn purpose(&self) -> Purpose {
        purpose(self.app.as_deref(), self.offer.as_deref())
    }

    /// Returns the account that scanned this ticket, whatever it decided; `None` if no account has, or if the
    /// ticket was cancelled.
    pub fn scanned_by(&self) -> Option<AccountId> {
        match &self.stage {
            Stage::Scanned(by, _) | Stage::Approved(by, _) | Stage::Claimed(by, ..) => Some(by.account),
            Stage::Denied(account) => Some(*account),
            Stage::Waiting | Stage::Cancelled => None,
        }
    }

    /// Returns whether a scan is accepted that the page behind the code sent by itself when it was opened, before the
    /// person pressed anything. It is not if only one account may scan the ticket, because such a scan would reveal
    /// whose device it was.
    pub fn takes_unpressed_scans(&self) -> bool {
        self.only_for.is_none()
    }

    /// Returns whether this is the hash of the claim key of the browser that made the ticket.
    pub fn opens_with(&self, key: &ClaimKeyHash) -> bool {
        self.claim_key == *key
    }

    /// Returns whether this is the hash of the claim key with which the ticket is claimed: that of the browser that made
    /// it or, in the other direction, that of the phone that took its code.
    fn is_claimed_with(&self, key: &ClaimKeyHash) -> bool {
        self.offer.as_deref().map_or_else(|| self.opens_with(key), |offer| offer.is_taken_by(key))
    }

    fn check_key(&self, action: &Action) -> Result<(), Refused> {
        match action {
            Action::Refresh(key, _) | Action::Cancel(key) | Action::TypeDigits(key, _) if !self.opens_with(key) => {
                Err(Refused::WrongKey)
            }
            Action::Claim(key, _) if !self.is_claimed_with(key) => Err(Refused::WrongKey),
            _ => Ok(()),
        }
    }

    /// Returns [`Refused::Outdated`] unless `round` is the round of the code on the screen, or the one before it
    /// and the lifetime of that code is not over.
    pub(super) fn check_round(&self, round: Round, now: Timestamp) -> Result<(), Refused> {
        let is_previous = round.next() == Some(self.round);
        if round == self.round || (is_previous && !self.previous_until.is_over(now)) {
            Ok(())
        } else {
            Err(Refused::Outdated)
        }
    }
}
