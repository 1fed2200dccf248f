//! The steps of a scanned ticket whose approval owes something: the phone answers, or the browser types.

use super::{Refused, ScanCause, Scanner, Stage, Ticket};
use crate::ticket::approval::{Approval, Approver};
use crate::ticket::event::Notice;
use crate::ticket::ladder::{Asks, Digits, Judged, Owed};
use crate::ticket::time::{Lifetimes, Timestamp};

impl Ticket {
    /// Changes this ticket, which `owner` scanned, to what the approval by that account with its answer leads to. Returns
    /// the notice of a wrong answer after which there is no other try.
    ///
    /// # Errors
    /// Why the approval is refused.
    pub(super) fn approve(
        &mut self,
        (owner, owed): (&Scanner, &Owed),
        by: &Approver,
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Result<Option<Notice>, Refused> {
        Ok(self.becomes(owner, owed.judge(by.answer, by.terms, self.user_code, now)?, now, lifetimes))
    }

    /// Changes this ticket, which `owner` scanned, to what the digits lead to that were typed in the browser. Returns
    /// the notice of digits that were typed wrong too often.
    ///
    /// # Errors
    /// Why no digits are taken.
    pub(super) fn take_digits(
        &mut self,
        (owner, owed): (&Scanner, &Owed),
        typed: Digits,
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Result<Option<Notice>, Refused> {
        Ok(self.becomes(owner, owed.judge_typed(typed)?, now, lifetimes))
    }

    fn becomes(&mut self, owner: &Scanner, judged: Judged, now: Timestamp, lifetimes: &Lifetimes) -> Option<Notice> {
        let pressed = Scanner { cause: ScanCause::Pressed, ..owner.clone() };
        match judged {
            Judged::Right(answered, terms) => {
                self.stage = Stage::Approved(pressed, Approval { at: now, terms, answered });
                self.expires_at = now + lifetimes.claim;
                None
            }
            // Nothing is extended: digits have to be typed within the time to decide.
            Judged::Owes(owed) => {
                self.stage = Stage::Scanned(pressed, owed);
                None
            }
            Judged::Lost(notice) => {
                self.stage = Stage::Denied(owner.account);
                self.expires_at = now + lifetimes.afterlife();
                Some(notice)
            }
        }
    }

    /// Returns whether something was typed wrong for this ticket, and may be typed again.
    pub fn has_wrong_tries(&self) -> bool {
        let Stage::Scanned(_, owed) = &self.stage else { return false };
        matches!(owed.asks, Asks::Digits { wrong: 1.., .. } | Asks::CodeEnd { wrong: 1.. })
    }

    /// Returns why the ticket was denied without a press of Deny; `None` if it was not.
    pub fn lost_by(&self) -> Option<Notice> {
        self.notice.filter(|notice| matches!(notice, Notice::WrongNumber | Notice::WrongTyped))
    }
}
