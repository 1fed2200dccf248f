//! What a receipt says of an approved ticket.

use data_encoding::HEXLOWER;

use super::line::{LineHash, Receipt, ReceiptApp, ReceiptPurpose};
use crate::crypto::hash::sha256_half;
use crate::text::rfc3339;
use crate::ticket::approval::Approval;
use crate::ticket::ids::{AccountId, Purpose, SessionTokenHash, TicketId};
use crate::ticket::machine::{Asker, Stage, Ticket};
use crate::ticket::time::Timestamp;

/// A ticket that was approved, whether it was claimed or not.
#[derive(Clone, Copy, Debug)]
pub struct Approved<'a> {
    ticket: &'a Ticket,
    account: AccountId,
    approval: &'a Approval,
}

impl<'a> Approved<'a> {
    /// Returns the approval of a ticket; `None` if it was not approved.
    pub fn of(ticket: &'a Ticket) -> Option<Self> {
        match &ticket.stage {
            Stage::Approved(by, approval) | Stage::Claimed(by, approval, _) => {
                Some(Self { ticket, account: by.account, approval })
            }
            Stage::Waiting | Stage::Scanned(..) | Stage::Denied(_) | Stage::Cancelled => None,
        }
    }

    /// Returns the account that approved.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Returns the id of the ticket.
    pub fn ticket(&self) -> TicketId {
        self.ticket.id
    }

    /// Returns the time of the approval.
    pub fn at(&self) -> Timestamp {
        self.approval.at
    }

    /// Makes the receipt with this number, which follows the line with the hash `prev`. `iss` is the origin of the site.
    pub(super) fn receipt(&self, iss: &str, seq: u64, prev: LineHash) -> Receipt {
        let owned = |name: &Option<Box<str>>| name.as_deref().map(str::to_owned);
        let asker = self.signed_in();
        let app = self.ticket.app.as_deref();
        Receipt {
            iss: iss.to_owned(),
            account: self.account,
            seq,
            prev,
            at: rfc3339(self.approval.at),
            purpose: match self.ticket.purpose() {
                Purpose::Transfer => ReceiptPurpose::Transfer,
                Purpose::Device => ReceiptPurpose::Device,
                Purpose::Frame | Purpose::Program => ReceiptPurpose::App,
                // A sign-in to an app may open a session of this site on the way.
                Purpose::Session if app.is_some() => ReceiptPurpose::App,
                Purpose::Session => ReceiptPurpose::Session,
            },
            app: app.map(|app| ReceiptApp { id: app.id.to_string(), name: app.name.to_string() }),
            browser: owned(&asker.browser),
            system: owned(&asker.system),
            address: asker.address.to_string(),
            rung: self.approval.answered.rung().word().to_owned(),
            reasons: self.approval.answered.reasons(),
            session: self.approval.terms.session.map(session_id),
            ticket: self.ticket.id.to_string(),
        }
    }

    /// Returns the browser that is signed in: in the other direction it is the phone.
    fn signed_in(&self) -> &Asker {
        let taker = self.ticket.offer.as_deref().and_then(|offer| offer.taker.as_ref());
        taker.map_or(&self.ticket.asker, |taker| &taker.asker)
    }
}

/// Returns the id of a session in receipts. It is the same in all receipts of the session, and follows from the hash of its
/// token, but neither the token nor the hash follows from it.
pub fn session_id(session: SessionTokenHash) -> String {
    HEXLOWER.encode(&sha256_half(&[b"session in receipts", &session.0]))
}
