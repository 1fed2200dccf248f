//! The approval of a ticket: by the phone, with the answer that its rung asks for, or by the digits of the phone that are
//! typed in the browser.

use super::{Decided, Flow, StepError};
use crate::account::session::SignedIn;
use crate::cause::caused;
use crate::consent::field::Fields;
use crate::login::keys::ScanCode;
use crate::login::refusal::step;
use crate::measure;
use crate::receipt::approved::Approved;
use crate::receipt::{Kept, Receipts};
use crate::ticket::approval::{Approver, Stay, Terms};
use crate::ticket::ids::{ClaimKeyHash, TicketId};
use crate::ticket::ladder::{Answer, Digits};
use crate::ticket::machine::{Action, Stage, Ticket};
use crate::ticket::time::Timestamp;

/// What a person chooses with their approval.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// The fields that an app may know; `None` for the preset ones.
    pub ticked: Option<Fields>,
    /// Whether the browser is to be made known to the account.
    pub remembers: bool,
    /// For how long the browser is to stay signed in.
    pub stay: Stay,
}

impl Flow {
    /// **Approve.** The account that scanned approves the sign-in, with what its person chose and with its answer; from then
    /// on the browser may claim. Where digits are to be typed in the browser, it may only once they were. Refused if the
    /// answer is not the one that is owed, or if the account may not use the app of the ticket. A wrong number is no error:
    /// the ticket is denied then.
    pub async fn approve(
        &self,
        code: ScanCode,
        who: &SignedIn,
        choice: Choice,
        answer: Answer,
    ) -> Result<Decided, StepError> {
        let action = Action::Approve(approver(who, choice, answer));
        let approved = async {
            let ticket = self.get(code.ticket).await?;
            self.check_step(&ticket, who.account.scan).await?;
            if !self.admits(&ticket, who.account.id).await? {
                return Err(StepError::MayNotUse);
            }
            self.change_since(code.ticket, &action).await
        };
        let (ticket, before) = step("approve", code.ticket, approved).await?;
        let receipt = self.receipt_of(&ticket).await;
        Ok(judged("approve", ticket, before, receipt))
    }

    /// The person at the browser, whose claim key this is, typed the digits that the phone shows. Right ones approve, and
    /// wrong ones are counted, and deny at last. `shown` is the `seq` of the state in which they were asked for: a form that
    /// was sent twice, or by an outdated page, changes nothing.
    pub async fn type_own_digits(
        &self,
        id: TicketId,
        key: ClaimKeyHash,
        typed: Digits,
        shown: u32,
    ) -> Result<Decided, StepError> {
        let typing = async {
            let ticket = self.get(id).await?;
            if let Some(account) = ticket.scanned_by().filter(|_| ticket.opens_with(&key)) {
                self.check_step_of(&ticket, account).await?;
            }
            self.change_shown(id, key, shown, |_| Action::TypeDigits(key, typed)).await
        };
        let (ticket, before) = step("type_digits", id, typing).await?;
        let receipt = self.receipt_of(&ticket).await;
        Ok(judged("type_digits", ticket, before, receipt))
    }

    /// Applies the action of a form that the page with this claim key showed with the state of the version `shown`. A form that
    /// was sent twice, or by an outdated page, changes nothing. Returns the ticket after it, and when its stage or round before
    /// began; `None` if nothing changed.
    pub(super) async fn change_shown(
        &self,
        id: TicketId,
        key: ClaimKeyHash,
        shown: u32,
        action: impl Fn(&Ticket) -> Action,
    ) -> Result<(Ticket, Option<Timestamp>), StepError> {
        let now = self.now();
        let sent = |ticket: &Ticket| {
            if ticket.opens_with(&key) && ticket.seq != shown {
                return Ok((ticket.clone(), None));
            }
            let after = ticket.apply(&action(ticket), now, &self.0.lifetimes)?;
            let before = (after.seq != ticket.seq).then_some(ticket.since);
            Ok((after, before))
        };
        Ok(self.0.tickets.change(id, sent).await?)
    }

    /// Returns the receipts that approvals leave.
    pub fn receipts(&self) -> &Receipts {
        &self.0.receipts
    }

    /// Stores the receipt of a ticket that was approved, unless it has one, and returns it. A failure is only logged: the
    /// approval stands, and the claim stores its receipt.
    pub(super) async fn receipt_of(&self, ticket: &Ticket) -> Option<Kept> {
        match self.0.receipts.keep(Approved::of(ticket)?).await {
            Ok(receipt) => receipt,
            Err(fault) => {
                tracing::error!(ticket.id = %ticket.id, fault = %caused(&fault), "a receipt is stored with the claim only");
                None
            }
        }
    }
}

/// Logs and counts what came of an answer: the approval with the rung that it answered, or that the answer was wrong.
fn judged(step: &'static str, ticket: Ticket, before: Option<Timestamp>, receipt: Option<Kept>) -> Decided {
    if let Some(before) = before {
        match &ticket.stage {
            Stage::Approved(_, approval) => {
                let (rung, reasons) = (approval.answered.rung(), approval.answered.reasons());
                tracing::info!(ticket.id = %ticket.id, rung = rung.word(), reasons = %reasons, "a sign-in was approved");
                measure::approved(ticket.since.since(before));
            }
            Stage::Denied(_) => {
                let asked_from = ticket.asker.address;
                tracing::warn!(ticket.id = %ticket.id, %asked_from, "a sign-in was denied: the answer was wrong");
                measure::refused(step, "wrong_answer");
                measure::sign_in("denied");
            }
            _ if step == "type_digits" || ticket.has_wrong_tries() => measure::refused(step, "wrong_try"),
            _ => {}
        }
    }
    Decided { ticket, is_first: before.is_some(), receipt }
}

pub(super) fn approver(who: &SignedIn, choice: Choice, answer: Answer) -> Approver {
    let Choice { ticked, remembers, stay } = choice;
    let terms = Terms { epoch: who.account.epoch, session: who.session_hash(), ticked, remembers, stay };
    Approver { account: who.account.id, terms, answer }
}
