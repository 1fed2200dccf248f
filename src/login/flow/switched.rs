//! Looks at the switches of the sign-in by scan before a step of a ticket.

use super::{Flow, StepError};
use crate::account::session::SignedIn;
use crate::login::scan_gate::{ScanGate, check_account};
use crate::store::records::scan_switch::AccountScan;
use crate::ticket::ids::AccountId;
use crate::ticket::machine::{Action, Goal, Ticket, TicketApp};

impl Flow {
    /// Returns the service that tells whether people sign in by scanning.
    pub fn gate(&self) -> &ScanGate {
        &self.0.gate
    }

    /// Fails unless people sign in by scanning here and, if there is an app, to it.
    ///
    /// # Errors
    /// [`StepError::ScanOff`] with the reason for which nobody does, or [`StepError::Fault`] if that cannot be read.
    pub async fn check_scan(&self, app: Option<&TicketApp>) -> Result<(), StepError> {
        self.0.gate.check(app.map(|app| app.id), None).await
    }

    /// Fails unless people sign in by scanning here and to the app of this ticket, and did so ever since it was issued.
    ///
    /// # Errors
    /// [`StepError::ScanOff`] with the reason for which nobody does, or [`StepError::Fault`] if that cannot be read.
    pub(in crate::login) async fn check_scan_of(&self, ticket: &Ticket) -> Result<(), StepError> {
        self.0.gate.check(ticket.app.as_ref().map(|app| app.id), Some(ticket.issued_at)).await
    }

    /// Fails with [`StepError::ScanOff`] where this person could scan nothing: a page that takes a code says so at once.
    pub async fn check_scanner(&self, who: &SignedIn) -> Result<(), StepError> {
        self.check_scan(None).await?;
        Ok(check_account(who.account.scan)?)
    }

    /// Fails with [`StepError::ScanOff`] unless a ticket with this goal may be issued. Whether the one account takes part that
    /// may scan it is not looked at: the page must not tell that to who types its name.
    pub(super) async fn check_issue(&self, goal: &Goal) -> Result<(), StepError> {
        self.check_scan(goal.app.as_deref()).await?;
        match goal.offer.as_deref() {
            Some(offer) => self.check_owner(offer.account.account).await,
            None => Ok(()),
        }
    }

    /// Fails with [`StepError::ScanOff`] unless this account may sign in by this ticket; changes nothing.
    pub(super) async fn check_look(&self, ticket: &Ticket, account: AccountScan) -> Result<(), StepError> {
        self.check_scan_of(ticket).await?;
        Ok(check_account(account)?)
    }

    /// Fails like [`check_look`](Self::check_look). If it is off for everyone, the ticket is cancelled as well, so that its
    /// pages hear of it.
    pub(super) async fn check_step(&self, ticket: &Ticket, account: AccountScan) -> Result<(), StepError> {
        match self.check_scan_of(ticket).await {
            Ok(()) => Ok(check_account(account)?),
            Err(error) => {
                // While the records do not answer, nobody switched anything off.
                if matches!(error, StepError::ScanOff(_)) {
                    let _ = self.change(ticket.id, &Action::Cancel(ticket.claim_key)).await;
                }
                Err(error)
            }
        }
    }

    /// Fails like [`check_step`](Self::check_step) for the account that scanned or offers a ticket, of which only the id is known.
    pub(super) async fn check_step_of(&self, ticket: &Ticket, account: AccountId) -> Result<(), StepError> {
        self.check_step(ticket, AccountScan::default()).await?;
        self.check_owner(account).await
    }

    /// Fails with [`StepError::ScanOff`] if this account does not take part, or with [`StepError::Fault`] if that cannot be read.
    async fn check_owner(&self, account: AccountId) -> Result<(), StepError> {
        Ok(check_account(self.0.gate.account(account).await?)?)
    }

    /// Fails with [`StepError::ScanOff`] if an approval by this account may not be claimed any more.
    pub(super) async fn check_claim(&self, ticket: &Ticket, account: AccountId) -> Result<(), StepError> {
        self.check_scan_of(ticket).await?;
        self.check_owner(account).await
    }
}
