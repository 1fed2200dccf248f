//! The steps of a ticket of the other direction, in order: a signed-in browser issues it with an offer, a phone looks at it
//! and takes it, the digits that the phone shows are typed into the browser, and the phone claims. The browser may cancel,
//! and the phone may decline.

use super::approve::{Choice, approver};
use super::{Decided, Flow, StepError};
use crate::account::session::SignedIn;
use crate::login::keys::ScanCode;
use crate::login::refusal::{refused, step};
use crate::measure;
use crate::store::Fault;
use crate::ticket::ids::{ClaimKeyHash, TicketId};
use crate::ticket::ladder::{Answer, Digits};
use crate::ticket::machine::{Action, Asker, Refused, ScanCause, Stage, Ticket};
use crate::ticket::offer::{Offer, OfferStep};

impl Flow {
    /// Makes the offer of this person's account in this session; `None` without a session, or without a fresh proof.
    pub fn offer_of(&self, who: &SignedIn) -> Option<Offer> {
        let session = who.session.as_ref().filter(|_| who.has_fresh_proof(self.now()))?;
        // The phone is told whose account it gets, whatever screens are shown of its owner: a person who is not told could be
        // signed in to the account of somebody else (login CSRF). Only a person who opens their code shows the name.
        let account = super::unlimited(who, ScanCause::Pressed);
        Some(Offer { account, session: session.token_hash, epoch: who.account.epoch, taker: None })
    }

    /// **Look.** A phone opened the page of a code: returns the ticket with its offer, in whatever stage, and changes
    /// nothing. A ticket that waits is refused as cancelled once the browser's session has ended.
    pub async fn look_at_offer(&self, code: ScanCode) -> Result<Ticket, StepError> {
        let looked = async {
            let ticket = self.get(code.ticket).await?;
            self.check_scan(None).await?;
            self.check_offer(&ticket).await?;
            Ok(ticket)
        };
        step("look", code.ticket, looked).await
    }

    /// **Take.** A phone, on which `who` is signed in, takes the code with the claim key of its browser: the first one may
    /// show the digits. A phone that is signed in to the account already takes nothing. [`Refused::Taken`] for any other, and
    /// [`StepError::SameBrowser`] for the browser that shows the code.
    pub async fn take(
        &self,
        code: ScanCode,
        key: ClaimKeyHash,
        phone: Asker,
        who: Option<&SignedIn>,
    ) -> Result<(), StepError> {
        let taken = async {
            let ticket = self.get(code.ticket).await?;
            self.check_offer(&ticket).await?;
            let offered = ticket.offer.as_deref().map(|offer| offer.account.account);
            if let Some(offered) = offered {
                self.check_step_of(&ticket, offered).await?;
            }
            if is_same_browser(&ticket, Some(&key), who) {
                return Err(StepError::SameBrowser);
            }
            if who.is_some_and(|who| Some(who.account.id) == offered) {
                return Ok(());
            }
            self.change(code.ticket, &Action::Offer(OfferStep::Take(code.round, key, phone))).await.map(|_| ())
        };
        step("take", code.ticket, taken).await
    }

    /// **Approve** in the other direction: the person at the browser typed digits. If they are those that the phone shows,
    /// the phone may claim; wrong ones are counted, and end the code at last. `shown` is the `seq` of the state in which the
    /// digits were asked for: a form that was sent twice, or by an outdated page, changes nothing. The caller has checked
    /// that the person has a fresh proof.
    pub async fn type_digits(
        &self,
        id: TicketId,
        key: ClaimKeyHash,
        who: &SignedIn,
        typed: &Digits,
        shown: u32,
    ) -> Result<Decided, StepError> {
        let by = approver(who, Choice::default(), Answer::Tap);
        let typing = async {
            let ticket = self.get(id).await?;
            if ticket.opens_with(&key) {
                self.check_step(&ticket, who.account.scan).await?;
            }
            let typed_digits = |ticket: &Ticket| {
                let is_right = self.digits(ticket).is_some_and(|digits| digits == *typed);
                Action::Offer(OfferStep::TypeDigits(key, by, is_right))
            };
            self.change_shown(id, key, shown, typed_digits).await
        };
        let (ticket, taken_at) = step("type_digits", id, typing).await?;
        match (&ticket.stage, taken_at) {
            (Stage::Approved(..), Some(taken_at)) => measure::approved(ticket.since.since(taken_at)),
            (_, Some(_)) => {
                tracing::warn!(ticket.id = %id, "wrong digits were typed for a phone that is to be signed in");
                measure::refused("type_digits", "wrong_digits");
            }
            (_, None) => {}
        }
        let receipt = self.receipt_of(&ticket).await;
        Ok(Decided { ticket, is_first: taken_at.is_some(), receipt })
    }

    /// **Decline.** The phone that took the code does not want the account.
    pub async fn decline(&self, id: TicketId, key: ClaimKeyHash) -> Result<Decided, StepError> {
        let declines = Action::Offer(OfferStep::Decline(key));
        let (ticket, taken_at) = step("decline", id, self.change_since(id, &declines)).await?;
        if taken_at.is_some() {
            tracing::info!(ticket.id = %id, "a phone declined the account that it was offered");
            measure::sign_in("denied");
        }
        Ok(Decided { ticket, is_first: taken_at.is_some(), receipt: None })
    }

    /// Returns the digits that the phone shows that took this ticket; `None` if none took it. They are derived, so that no
    /// store has them.
    pub fn digits(&self, ticket: &Ticket) -> Option<Digits> {
        let taker = ticket.offer.as_deref()?.taker.as_ref()?;
        Some(self.0.code_key.digits(ticket.id, taker.key))
    }

    /// Returns the ticket of this browser if it is of the other direction; `claim_key` as in
    /// [`ticket_of`](Self::ticket_of).
    pub async fn offer_to_show(&self, id: TicketId, claim_key: ClaimKeyHash) -> Result<Ticket, StepError> {
        let ticket = self.ticket_of(id, claim_key, "show").await?;
        if ticket.offer.is_some() { Ok(ticket) } else { Err(refused("show", id, Refused::OtherDirection.into())) }
    }

    /// Fails if the ticket has no offer, or if it waits and its offer does not stand any more.
    async fn check_offer(&self, ticket: &Ticket) -> Result<(), StepError> {
        let Some(offer) = ticket.offer.as_deref() else { return Err(Refused::OtherDirection.into()) };
        match ticket.stage {
            Stage::Waiting if !self.stands(offer).await? => Err(Refused::Cancelled.into()),
            _ => Ok(()),
        }
    }

    /// Returns whether the account is still signed in where it was offered.
    async fn stands(&self, offer: &Offer) -> Result<bool, Fault> {
        self.0.records.is_signed_in(offer.account.account, offer.epoch, Some(offer.session), self.now()).await
    }
}

/// Returns whether the browser that opens a code is the one that shows it: by the hash of its claim key, or by its session.
pub fn is_same_browser(ticket: &Ticket, key: Option<&ClaimKeyHash>, who: Option<&SignedIn>) -> bool {
    let offered_in = ticket.offer.as_deref().map(|offer| offer.session);
    let session = who.and_then(SignedIn::session_hash);
    key.is_some_and(|key| ticket.opens_with(key)) || session.is_some() && session == offered_in
}
