//! The reasons for which the state machine refuses an action.

use thiserror::Error;

/// Why the state machine refused an action on a ticket, which did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The time of the ticket is over.
    #[error("this code has expired")]
    Expired,
    /// A newer code is on the screen, and the lifetime of the scanned one is over.
    #[error("a newer code is on the screen")]
    Outdated,
    /// Another account scanned the ticket first.
    #[error("another account scanned this code first")]
    Taken,
    /// The ticket is for another account, whose name was typed before the code was shown.
    #[error("this code is for another account")]
    WrongAccount,
    /// Another account scanned the ticket, so only that account decides.
    #[error("only the account that scanned this code can decide")]
    NotYours,
    /// The ticket was not scanned yet.
    #[error("scan this code first")]
    NotScanned,
    /// The ticket was decided already.
    #[error("this request was already decided")]
    Decided,
    /// The ticket was not approved yet.
    #[error("this request is not approved")]
    NotApproved,
    /// The ticket was claimed already; it works once.
    #[error("this code was already used")]
    Used,
    /// The sign-in was denied on the phone.
    #[error("this request was denied")]
    Denied,
    /// The browser cancelled the ticket.
    #[error("this request was cancelled in the browser")]
    Cancelled,
    /// The claim key is not that of the browser that made the ticket.
    #[error("this request belongs to another browser")]
    WrongKey,
    /// The code is one of the other direction: a browser offers its account to a phone, or the other way round.
    #[error("this code is for the other direction")]
    OtherDirection,
    /// The ticket was scanned, so its code is not renewed.
    #[error("this code is being used")]
    InUse,
    /// The approval lacks the answer that the ticket owes.
    #[error("this request needs more than an approval")]
    VerificationRequired,
    /// No answer is enough for an approval of this ticket.
    #[error("this request cannot be approved")]
    NotApprovable,
    /// The page has renewed its code for as long as it may.
    #[error("this page has rested; open a new one")]
    Rested,
}
