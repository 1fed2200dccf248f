//! The state machine of a ticket: the [`Ticket`] type, and [`Ticket::apply`], the only function that changes one. It
//! never reads a clock and draws no randomness: the time, the keys and the actor are arguments.

mod offered;

use std::mem::discriminant;

use serde::{Deserialize, Serialize};

use super::approval::{Approval, Approver, Epoch};
use super::event::Notice;
use super::ids::{AccountId, Attempt, ClaimKeyHash, Purpose, Round, SessionTokenHash, TicketId, UserCode};
use super::offer::{Offer, OfferStep};
use super::time::{Lifetimes, Timestamp};
use crate::consent::field::Fields;

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

/// The stage of a ticket. Each variant holds the data that exists only in that stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The code is on the screen and waits to be scanned.
    Waiting,
    /// An account scanned the code and is asked to decide.
    Scanned(Scanner),
    /// The account that scanned the code approved the sign-in, and it was not claimed yet.
    Approved(Scanner, Approval),
    /// The browser, device or program that made the ticket claimed it, in this attempt.
    Claimed(Scanner, Approval, Attempt),
    /// The account that scanned denied, or its approval was revoked.
    Denied(AccountId),
    /// The browser cancelled the ticket.
    Cancelled,
}

/// An action on a ticket, with the identity of the actor.
#[derive(Clone, Debug)]
pub enum Action {
    /// The browser asks for a newer code; the second value is the typed code of the new round.
    Refresh(ClaimKeyHash, UserCode),
    /// A signed-in account scanned the code of this round.
    Scan(Round, Scanner),
    /// An account approves the sign-in.
    Approve(Approver),
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

/// Proof that a browser claimed an approved ticket, needed to open a session by scan. Only [`Ticket::claim`]
/// makes one. Repeating an attempt gives an equal value, so one ticket opens one session.
#[derive(Debug, PartialEq, Eq)]
pub struct Claimed {
    ticket: TicketId,
    by: Scanner,
    approval: Approval,
    attempt: Attempt,
}

impl Claimed {
    /// Returns the account that approved.
    pub fn account(&self) -> AccountId {
        self.by.account
    }

    /// Returns the latest moment at which the new session may end: the end of the session that scanned the code.
    /// `None` if only the configured lifetime limits the new session.
    pub fn until(&self) -> Option<Timestamp> {
        self.by.until
    }

    /// Returns the fields that the person ticked for the app; `None` if the approval did not say.
    pub fn ticked(&self) -> Option<Fields> {
        self.approval.ticked
    }

    /// Returns the time of the approval. It is compared with later decisions about the app, so that a consent that
    /// was withdrawn after the approval stays withdrawn.
    pub fn approved_at(&self) -> Timestamp {
        self.approval.at
    }

    /// Returns the epoch of the account at the time of the approval.
    pub fn epoch(&self) -> Epoch {
        self.approval.epoch
    }

    /// Returns the session in which the account approved; `None` if it approved by a phone app's token.
    pub fn approved_in(&self) -> Option<SessionTokenHash> {
        self.approval.session
    }

    /// Returns bytes that distinguish this claim from all others. They are the same when the attempt is
    /// repeated because its answer was lost, so a session token can be derived from them and a key of the
    /// server.
    pub fn identity(&self) -> [u8; 32] {
        identity(self.ticket, self.attempt)
    }
}

fn identity(ticket: TicketId, attempt: Attempt) -> [u8; 32] {
    let mut both = [0; 32];
    both[..16].copy_from_slice(ticket.as_bytes());
    both[16..].copy_from_slice(attempt.as_bytes());
    both
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
        match (&self.stage, action) {
            (_, Action::Refresh(..) | Action::Scan(..) | Action::Approve(_) | Action::Deny(_))
                if self.offer.is_some() =>
            {
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
                    && approval.has_same_terms(by)
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

            (Stage::Waiting, Action::Refresh(_, user_code)) => {
                if (self.issued_at + lifetimes.renewal).is_over(now) {
                    return Err(Refused::Rested);
                }
                // A code that is fresh enough stays: a page that asks again and again gets one code per half lifetime
                // of a code.
                if self.expires_at.left(now) > lifetimes.code / 2 {
                    return Ok(after);
                }
                after.round = self.round.next().ok_or(Refused::Rested)?;
                after.user_code = *user_code;
                after.previous_until = self.expires_at;
                after.expires_at = now + lifetimes.code;
            }
            (Stage::Waiting, Action::Scan(round, by)) => {
                self.check_round(*round, now)?;
                if self.only_for.is_some_and(|only| only != by.account) {
                    return Err(Refused::WrongAccount);
                }
                // If a ticket bound to one account took a scan without a press, its screen would learn whose device was
                // sent to the code.
                if by.cause == ScanCause::Opened && !self.takes_unpressed_scans() {
                    return Ok(after);
                }
                after.stage = Stage::Scanned(by.clone());
                after.expires_at = now + lifetimes.decide;
            }
            (Stage::Waiting, Action::Approve(_) | Action::Deny(_)) => return Err(Refused::NotScanned),

            (Stage::Scanned(owner), Action::Approve(by)) if owner.account == by.account => {
                let approval = Approval { at: now, epoch: by.epoch, session: by.session, ticked: by.ticked };
                after.stage = Stage::Approved(Scanner { cause: ScanCause::Pressed, ..owner.clone() }, approval);
                after.expires_at = now + lifetimes.claim;
            }
            (Stage::Scanned(owner), Action::Deny(by)) if owner.account == *by => {
                after.stage = Stage::Denied(owner.account);
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Scanned(_), Action::Approve(_) | Action::Deny(_)) => return Err(Refused::NotYours),

            (Stage::Waiting | Stage::Scanned(_), Action::Cancel(_)) => {
                after.stage = Stage::Cancelled;
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Waiting | Stage::Scanned(_), Action::Claim(..)) => return Err(Refused::NotApproved),

            (Stage::Approved(owner, approval), Action::Claim(_, attempt)) => {
                after.stage = Stage::Claimed(owner.clone(), *approval, *attempt);
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Approved(..), Action::Approve(_) | Action::Deny(_) | Action::Cancel(_)) => {
                return Err(Refused::Decided);
            }

            // The same account opens the page again: nothing is extended, and only the first press changes something.
            (Stage::Scanned(owner), Action::Scan(_, by)) if owner.account == by.account => {
                after.stage = Stage::Scanned(Scanner { cause: owner.cause.max(by.cause), ..owner.clone() });
            }
            (Stage::Approved(owner, _), Action::Scan(_, by)) if owner.account == by.account => return Ok(after),
            (Stage::Scanned(_) | Stage::Approved(..), Action::Scan(..)) => return Err(Refused::Taken),
            (Stage::Scanned(_) | Stage::Approved(..), Action::Refresh(..)) => return Err(Refused::InUse),

            (Stage::Waiting, Action::Note(notice @ Notice::OutdatedScan))
            | (Stage::Scanned(_), Action::Note(notice @ Notice::SecondAccount)) => after.notice = Some(*notice),
            (Stage::Waiting | Stage::Scanned(_) | Stage::Approved(..), Action::Note(_)) => return Ok(after),
        }
        if (discriminant(&after.stage), after.round) != (discriminant(&self.stage), self.round) {
            after.notice = None;
            after.since = now;
        }
        if after != *self {
            after.seq = self.seq.saturating_add(1);
        }
        Ok(after)
    }

    /// Claims an approved ticket with the claim key of its browser. Returns the ticket as it is after the claim,
    /// and the proof with which a session is opened; or the reason why the claim is refused.
    pub fn claim(
        &self,
        key: ClaimKeyHash,
        attempt: Attempt,
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Result<(Self, Claimed), Refused> {
        let after = self.apply(&Action::Claim(key, attempt), now, lifetimes)?;
        match after.stage {
            Stage::Claimed(ref by, approval, attempt) => {
                let claimed = Claimed { ticket: self.id, by: by.clone(), approval, attempt };
                Ok((after, claimed))
            }
            _ => Err(Refused::NotApproved),
        }
    }

    /// Returns what a claim of this ticket gives: a session, an authorization code or tokens.
    pub fn purpose(&self) -> Purpose {
        purpose(self.app.as_deref(), self.offer.as_deref())
    }

    /// Returns the account that scanned this ticket, whatever it decided; `None` if no account has, or if the
    /// ticket was cancelled.
    pub fn scanned_by(&self) -> Option<AccountId> {
        match &self.stage {
            Stage::Scanned(by) | Stage::Approved(by, _) | Stage::Claimed(by, ..) => Some(by.account),
            Stage::Denied(account) => Some(*account),
            Stage::Waiting | Stage::Cancelled => None,
        }
    }

    /// Returns the [identity](Claimed::identity) of the claim; `None` if the ticket was not claimed.
    pub fn claim_identity(&self) -> Option<[u8; 32]> {
        let Stage::Claimed(_, _, attempt) = self.stage else { return None };
        Some(identity(self.id, attempt))
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
            Action::Refresh(key, _) | Action::Cancel(key) if !self.opens_with(key) => Err(Refused::WrongKey),
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
