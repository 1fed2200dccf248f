//! The steps of a ticket of the other direction, with an [`Offer`].

use super::{Approval, Lifetimes, Offer, OfferStep, Owed, Refused, Stage, Ticket, Timestamp};
use crate::ticket::ladder::Answered;
use crate::ticket::offer::{DIGITS_TRIES, Taker};

impl Ticket {
    /// Returns the ticket as it is after this step of an offer, or why the step is refused, as [`apply`](Self::apply)
    /// does; the time of the ticket was checked. A step that changes nothing returns an equal ticket.
    pub(super) fn after_offer_step(
        &self,
        step: &OfferStep,
        now: Timestamp,
        lifetimes: &Lifetimes,
    ) -> Result<Self, Refused> {
        let mut after = self.clone();
        let Some(offer) = after.offer.as_deref_mut() else { return Err(Refused::OtherDirection) };
        if matches!(step, OfferStep::TypeDigits(key, ..) if !self.opens_with(key)) {
            return Err(Refused::WrongKey);
        }
        match (&self.stage, step) {
            // The button was pressed twice, or the answer was lost: the same step again changes nothing.
            (Stage::Scanned(..) | Stage::Approved(..), OfferStep::Take(_, key, _)) if offer.is_taken_by(key) => {
                return Ok(after);
            }
            (Stage::Approved(_, approval) | Stage::Claimed(_, approval, _), OfferStep::TypeDigits(_, by, true))
                if approval.terms == by.terms && !(approval.at + lifetimes.claim).is_over(now) =>
            {
                return Ok(after);
            }
            (Stage::Denied(_), OfferStep::Decline(key))
                if offer.is_taken_by(key) && !(self.since + lifetimes.claim).is_over(now) =>
            {
                return Ok(after);
            }
            (Stage::Claimed(..), _) => return Err(Refused::Used),
            (Stage::Denied(_), _) => return Err(Refused::Denied),
            (Stage::Cancelled, _) => return Err(Refused::Cancelled),

            (Stage::Waiting, OfferStep::Take(round, key, asker)) => {
                self.check_round(*round, now)?;
                // Another device has to take the code (RFC 10027 §5).
                if self.opens_with(key) {
                    return Err(Refused::WrongKey);
                }
                offer.taker = Some(Taker { key: *key, asker: asker.clone(), wrong: 0 });
                after.stage = Stage::Scanned(offer.account.clone(), Owed::default());
                after.expires_at = now + lifetimes.decide;
            }
            (Stage::Scanned(..) | Stage::Approved(..), OfferStep::Take(..)) => return Err(Refused::Taken),

            (Stage::Scanned(owner, _), OfferStep::TypeDigits(_, by, is_right)) => {
                let is_offerer =
                    (by.account, by.terms.epoch, by.terms.session) == (owner.account, offer.epoch, Some(offer.session));
                if !is_offerer {
                    return Err(Refused::NotYours);
                }
                if *is_right {
                    let approval = Approval { at: now, terms: by.terms, answered: Answered::OF_AN_OFFER };
                    after.stage = Stage::Approved(owner.clone(), approval);
                    after.expires_at = now + lifetimes.claim;
                } else if let Some(taker) = &mut offer.taker {
                    taker.wrong = taker.wrong.saturating_add(1);
                    if taker.wrong >= DIGITS_TRIES {
                        after.stage = Stage::Denied(owner.account);
                        after.expires_at = now + lifetimes.afterlife();
                    }
                }
            }
            (Stage::Scanned(owner, _), OfferStep::Decline(key)) => {
                if !offer.is_taken_by(key) {
                    return Err(Refused::NotYours);
                }
                after.stage = Stage::Denied(owner.account);
                after.expires_at = now + lifetimes.afterlife();
            }
            (Stage::Waiting, OfferStep::TypeDigits(..) | OfferStep::Decline(_)) => return Err(Refused::NotScanned),
            (Stage::Approved(..), OfferStep::TypeDigits(..) | OfferStep::Decline(_)) => return Err(Refused::Decided),
        }
        Ok(after)
    }

    /// Returns whether the code ended because wrong digits were typed too often.
    pub fn ended_by_wrong_digits(&self) -> bool {
        let tries_left = self.offer.as_deref().map(Offer::tries_left);
        matches!(self.stage, Stage::Denied(_)) && tries_left == Some(0)
    }
}
