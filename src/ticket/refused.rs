//! Why the machine refuses.

use thiserror::Error;

/// Why a ticket did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The ticket's time is over.
    #[error("this code has expired")]
    Expired,
    /// A newer code is on the screen, and the old one's time is over.
    #[error("a newer code is on the screen")]
    Outdated,
    /// Another account scanned it first.
    #[error("another account scanned this code first")]
    Taken,
    /// It was asked for under the name of another account.
    #[error("this code is for another account")]
    WrongAccount,
    /// Another account scanned it, so only that account decides.
    #[error("only the account that scanned this code can decide")]
    NotYours,
    /// Nobody has scanned it yet.
    #[error("scan this code first")]
    NotScanned,
    /// It was decided already.
    #[error("this request was already decided")]
    Decided,
    /// Nobody has approved it yet.
    #[error("this request is not approved")]
    NotApproved,
    /// It has signed a browser in; it works once.
    #[error("this code was already used")]
    Used,
    /// The sign-in was denied on the phone.
    #[error("this request was denied")]
    Denied,
    /// The browser gave it up.
    #[error("this request was cancelled in the browser")]
    Cancelled,
    /// The claim key is not the one of the browser that made it.
    #[error("this request belongs to another browser")]
    WrongKey,
    /// It was scanned, so its code stays.
    #[error("this code is being used")]
    InUse,
    /// The page has renewed its code for as long as it may.
    #[error("this page has rested; open a new one")]
    Rested,
}
