//! The machine: what a ticket is, and the only function that changes one.

use std::mem::discriminant;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::approval::{Approval, Approver, Epoch};
use super::event::Notice;
use super::ids::{AccountId, Attempt, ClaimKeyHash, Purpose, Round, SessionTokenHash, TicketId, UserCode};
use super::time::{Lifetimes, Timestamp};
use crate::consent::field::Fields;

use super::goal::purpose;
pub use super::goal::{Goal, TicketApp};
pub use super::refused::Refused;
pub use super::scanner::{ScanCause, Scanner};

/// One request to sign in one browser page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its name.
    pub id: TicketId,
    /// The browser that made it and may watch, renew, cancel and claim it.
    pub claim_key: ClaimKeyHash,
    /// What the phone is told about that browser.
    pub asker: Asker,
    /// Where the browser was going: a path on this origin.
    pub next: Option<Box<str>>,
    /// The app that it signs in to; `None` for this site itself.
    pub app: Option<Box<TicketApp>>,
    /// The only account that may scan it; `None` where any may (BCP 247 §6.1.17).
    #[serde(default)]
    pub account: Option<AccountId>,
    /// When the page was opened.
    pub issued_at: Timestamp,
    /// From here on every action is refused.
    pub expires_at: Timestamp,
    /// Grows by one with every change.
    pub seq: u32,
    /// Which of its codes is on the screen.
    pub round: Round,
    /// The code for typing that belongs to this round.
    pub user_code: UserCode,
    /// Until when the code of the round before can still be scanned.
    pub previous_until: Timestamp,
    /// What the person before the screen should hear about its present code.
    pub notice: Option<Notice>,
    /// How far it has come.
    pub stage: Stage,
    /// When it came so far.
    pub since: Timestamp,
}

/// What is known of the browser that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// "Firefox"; `None` where the browser does not say.
    pub browser: Option<Box<str>>,
    /// "Windows"; `None` where the browser does not say.
    pub system: Option<Box<str>>,
    /// Its address, as resolved through the configured proxies.
    pub address: IpAddr,
}

/// How far a ticket has come; each stage holds what exists only then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// On the screen.
    Waiting,
    /// An account scanned it and is asked.
    Scanned(Scanner),
    /// That account agreed.
    Approved(Scanner, Approval),
    /// The browser is signed in as that account.
    Claimed(Scanner, Approval, Attempt),
    /// That account refused, or what it approved was revoked.
    Denied(AccountId),
    /// The browser gave it up.
    Cancelled,
}

/// What somebody wants of a ticket, and who they are.
#[derive(Clone, Debug)]
pub enum Action {
    /// The browser shows a newer code, with this code for typing.
    Refresh(ClaimKeyHash, UserCode),
    /// A signed-in account scanned the code of this round.
    Scan(Round, Scanner),
    /// An account agrees.
    Approve(Approver),
    /// An account refuses.
    Deny(AccountId),
    /// The browser gives up.
    Cancel(ClaimKeyHash),
    /// The browser takes what was approved.
    Claim(ClaimKeyHash, Attempt),
    /// The account, or the session, that approved was signed out: what it approved counts no more.
    Revoke,
    /// A scan was refused; the browser is to be told.
    Note(Notice),
}

/// Proof that a browser claimed an approved ticket: the only thing that opens a session by scan.
/// Only [`Ticket::claim`] makes one, and whoever repeats an attempt gets an equal one: one ticket, one session.
#[derive(Debug, PartialEq, Eq)]
pub struct Claimed {
    ticket: TicketId,
    by: Scanner,
    approval: Approval,
    attempt: Attempt,
}

impl Claimed {
    /// The account that approved.
    pub fn account(&self) -> AccountId {
        self.by.account
    }

    /// When the session ends at the latest; `None` where only its own life says so.
    pub fn until(&self) -> Option<Timestamp> {
        self.by.until
    }

    /// What they ticked for the app.
    pub fn ticked(&self) -> Option<Fields> {
        self.approval.ticked
    }

    /// When they approved: what was taken back since then stays taken back.
    pub fn approved_at(&self) -> Timestamp {
        self.approval.at
    }

    /// The epoch of the account when they approved.
    pub fn epoch(&self) -> Epoch {
        self.approval.epoch
    }

    /// The session in which they approved; `None` where a phone app's token spoke for them.
    pub fn approved_in(&self) -> Option<SessionTokenHash> {
        self.approval.session
    }

    /// What distinguishes this claim from all others, and is the same when the attempt is repeated because its answer was
    /// lost: what is opened for it follows from these bytes and a key of the server.
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
    /// A fresh ticket, waiting to be scanned.
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
            account: goal.account,
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

    /// The ticket after `action` at `now`. An action that changes nothing returns an equal ticket with the same `seq`.
    pub fn apply(&self, action: &Action, now: Timestamp, lifetimes: &Lifetimes) -> Result<Self, Refused> {
        self.check_key(action)?;
        if self.expires_at.is_over(now) {
            return Err(Refused::Expired);
        }
        let mut after = self.clone();
        match (&self.stage, action) {
            // The answer was lost on the way: the same attempt gets it again, for as long as a claim may take.
            (Stage::Claimed(_, _, first), Action::Claim(_, again))
                if first == again
                    && self.expires_at.left(now) > lifetimes.afterlife().saturating_sub(lifetimes.claim) =>
            {
                return Ok(after);
            }
            // It was pressed twice, or the answer was lost: whoever says the same again has decided so already.
            (Stage::Approved(owner, approval) | Stage::Claimed(owner, approval, _), Action::Approve(by))
                if owner.account == by.account
                    && approval.is_by(by)
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
                // A code that is fresh enough stays: whoever asks again and again gets one code a half life.
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
                if self.account.is_some_and(|only| only != by.account) {
                    return Err(Refused::WrongAccount);
                }
                // A screen that knows whom it waits for would learn from such a scan whose device was sent to its code.
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

            // The same account opens the page again: nothing is extended, and nothing changes unless it pressed something
            // only now.
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

    /// Claims: the ticket becomes `Claimed`, and the witness that opens the session comes into being, once.
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

    /// What its claim gives.
    pub fn purpose(&self) -> Purpose {
        purpose(self.app.as_deref())
    }

    /// The account that scanned, once one has.
    pub fn scanned_by(&self) -> Option<AccountId> {
        match &self.stage {
            Stage::Scanned(by) | Stage::Approved(by, _) | Stage::Claimed(by, ..) => Some(by.account),
            Stage::Denied(account) => Some(*account),
            Stage::Waiting | Stage::Cancelled => None,
        }
    }

    /// The [identity](Claimed::identity) of its claim; `None` where it was not claimed.
    pub fn claim_identity(&self) -> Option<[u8; 32]> {
        let Stage::Claimed(_, _, attempt) = self.stage else { return None };
        Some(identity(self.id, attempt))
    }

    /// Whether a page that was merely opened may scan it: not where the ticket is for one account, since that says who it was.
    pub fn takes_unpressed_scans(&self) -> bool {
        self.account.is_none()
    }

    /// Whether this browser made the ticket.
    pub fn opens_with(&self, key: &ClaimKeyHash) -> bool {
        self.claim_key == *key
    }

    fn check_key(&self, action: &Action) -> Result<(), Refused> {
        match action {
            Action::Refresh(key, _) | Action::Cancel(key) | Action::Claim(key, _) if !self.opens_with(key) => {
                Err(Refused::WrongKey)
            }
            _ => Ok(()),
        }
    }

    /// The code on the screen counts, and for the rest of its minute the one before it.
    fn check_round(&self, round: Round, now: Timestamp) -> Result<(), Refused> {
        let is_previous = round.next() == Some(self.round);
        if round == self.round || (is_previous && !self.previous_until.is_over(now)) {
            Ok(())
        } else {
            Err(Refused::Outdated)
        }
    }
}
