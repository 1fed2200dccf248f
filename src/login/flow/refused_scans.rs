//! What becomes of a ticket whose code was scanned in vain: its screen says so, and its approval may owe more.

use super::{Flow, StepError};
use crate::ticket::event::Notice;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::{Action, Refused, Stage, Ticket};

impl Flow {
    /// Shows on the login page that a scan of its code was refused. A second account that scans also raises what the
    /// approval owes. What comes too late is dropped.
    ///
    /// # Errors
    /// If a store does not answer: whoever scanned tries again then.
    pub(super) async fn tell_screen(&self, id: TicketId, refused: Refused) -> Result<(), StepError> {
        let ticket = match self.get(id).await {
            Ok(ticket) => ticket,
            Err(StepError::Fault(fault)) => return Err(fault.into()),
            Err(_) => return Ok(()),
        };
        let Some(notice) = Self::notice_of(refused, &ticket) else { return Ok(()) };
        let raised = match notice {
            Notice::SecondAccount => self.0.ladder.raised(&ticket, self.now()).await?,
            _ => None,
        };
        for action in [raised.map(Action::Raise), Some(Action::Note(notice))].into_iter().flatten() {
            if let Err(StepError::Fault(fault)) = self.change(id, &action).await {
                return Err(fault.into());
            }
        }
        Ok(())
    }

    /// Returns the notice that a refused scan shows on the login page: an outdated code is in circulation, or a
    /// second account scanned the code. `None` if there is nothing to show.
    pub(super) fn notice_of(refused: Refused, ticket: &Ticket) -> Option<Notice> {
        match refused {
            Refused::Outdated => Some(Notice::OutdatedScan),
            Refused::Taken if !matches!(ticket.stage, Stage::Approved(..)) => Some(Notice::SecondAccount),
            _ => None,
        }
    }
}
