//! Reads a ticket for those who may know it, with the stores and the clock that this takes. Nothing here changes a
//! ticket.

use std::sync::Arc;

use super::{Flow, StepError, WeakFlow};
use crate::about;
use crate::clock::Clock;
use crate::login::refusal::refused;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::tickets::Tickets;
use crate::ticket::event::{Event, Seen};
use crate::ticket::ids::{AccountId, ClaimKeyHash, Purpose, TicketId};
use crate::ticket::machine::{Refused, Stage, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};

impl Flow {
    /// Returns a ticket, whatever its state, if `claim_key` is the hash of the claim key of the browser that made
    /// it. Otherwise the request is refused, and the refusal is logged for the step that `step` names.
    pub async fn ticket_of(
        &self,
        id: TicketId,
        claim_key: ClaimKeyHash,
        step: &'static str,
    ) -> Result<Ticket, StepError> {
        let ticket = self.get(id).await?;
        if ticket.opens_with(&claim_key) { Ok(ticket) } else { Err(refused(step, id, Refused::WrongKey.into())) }
    }

    /// Returns a ticket in any stage, for a client that wants to claim it, if `claim_key` is the hash of the
    /// claim key of the browser that made it; refuses it otherwise. If this instance has seen the approval already, the
    /// store is not asked, because the claim checks it again.
    pub async fn ticket_to_claim(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Ticket, StepError> {
        let cached = self.0.tickets.cached(id).filter(|ticket| matches!(ticket.stage, Stage::Approved(..)));
        match cached {
            Some(ticket) if ticket.opens_with(&claim_key) => {
                about::app_of(&ticket);
                Ok(ticket)
            }
            _ => self.ticket_of(id, claim_key, "claim").await,
        }
    }

    /// Returns a ticket if it was claimed and this account approved it; otherwise a refusal, which is logged for
    /// the step "disown", in which a person takes back their approval.
    pub async fn ticket_to_disown(&self, id: TicketId, account: AccountId) -> Result<Ticket, StepError> {
        let ticket = self.get(id).await?;
        match &ticket.stage {
            Stage::Claimed(owner, ..) if owner.account == account => Ok(ticket),
            Stage::Approved(owner, _) if owner.account == account => {
                Err(refused("disown", id, Refused::NotApproved.into()))
            }
            _ => Err(refused("disown", id, Refused::NotYours.into())),
        }
    }

    /// Returns a ticket if this account denied it, or answered it wrong; otherwise a refusal, which is logged for the step
    /// "report", in which a person says that they did not start it.
    pub async fn ticket_to_report(&self, id: TicketId, account: AccountId) -> Result<Ticket, StepError> {
        let ticket = self.get(id).await?;
        match &ticket.stage {
            Stage::Denied(owner) if *owner == account => Ok(ticket),
            Stage::Denied(_) => Err(refused("report", id, Refused::NotYours.into())),
            _ => Err(refused("report", id, Refused::Decided.into())),
        }
    }

    /// Returns whether this account may use the app of a ticket. An administrator's trial is for them, whoever may use the
    /// app; a ticket without an app is for everyone. An app that is not there any more is refused elsewhere.
    pub async fn admits(&self, ticket: &Ticket, account: AccountId) -> Result<bool, Fault> {
        let Some(asked) = ticket.app.as_deref().filter(|app| !app.is_trial) else { return Ok(true) };
        match self.0.records.cached_app(asked.id).await? {
            Some(app) => self.0.records.may_use(account, &app).await,
            None => Ok(true),
        }
    }

    /// Returns what a page may know of a ticket now, without the code; pages that show the code add it.
    pub async fn event(&self, ticket: &Ticket) -> Event {
        // If the store cannot tell whether a page is open, it is taken as closed.
        let page_open = matches!(ticket.stage, Stage::Approved(..))
            && self.0.tickets.browser_is_here(ticket.id).await.unwrap_or(false);
        self.event_with(ticket, page_open)
    }

    /// The same, where it is known whether a page with the code is open.
    pub(in crate::login) fn event_with(&self, ticket: &Ticket, page_open: bool) -> Event {
        let left = ticket.expires_at.left(self.now());
        let seen = match &ticket.stage {
            Stage::Claimed(..) => Seen::Claimed,
            Stage::Denied(_) => Seen::Denied,
            Stage::Cancelled => Seen::Cancelled,
            _ if left.is_zero() => Seen::Expired,
            Stage::Waiting => Seen::Waiting { code: None },
            Stage::Scanned(by, _) => Seen::Scanned {
                by: by.shown().map(|by| by.name.to_string()).filter(|name| !name.is_empty()),
                picture: by.shown().and_then(|by| by.picture.as_deref()).map(str::to_owned),
                number: None,
                wrong: None,
            },
            // A device has no page, and a browser that offers its account need not have it open any more.
            Stage::Approved(by, _) => {
                let has_page = !matches!(ticket.purpose(), Purpose::Device | Purpose::Transfer);
                Seen::Approved { page_open: page_open && has_page, by: by.name.to_string() }
            }
        };
        let remaining_ms = u32::try_from(left.as_millis()).unwrap_or(u32::MAX);
        Event { seq: ticket.seq, remaining_ms, seen, notice: ticket.notice }
    }

    /// Returns a reference that does not keep the flow and its stores.
    pub(in crate::login) fn downgrade(&self) -> WeakFlow {
        WeakFlow(Arc::downgrade(&self.0))
    }

    pub(in crate::login) fn records(&self) -> &Records {
        &self.0.records
    }

    pub(in crate::login) fn tickets(&self) -> &Tickets {
        &self.0.tickets
    }

    pub(in crate::login) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(in crate::login) async fn get(&self, id: TicketId) -> Result<Ticket, StepError> {
        let ticket = self.0.tickets.get(id).await?.ok_or(StepError::Unknown)?;
        about::app_of(&ticket);
        Ok(ticket)
    }

    /// Returns how long the steps of a ticket may take.
    pub(in crate::login) fn lifetimes(&self) -> &Lifetimes {
        &self.0.lifetimes
    }

    /// Returns the current time of this server's clock.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}
