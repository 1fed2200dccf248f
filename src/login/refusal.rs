//! The reasons why a step of the flow is refused, each with a stable code, and how a step appears in traces,
//! logs and metrics.

use futures_util::TryFutureExt as _;
use thiserror::Error;

use crate::cause::caused;
use crate::measure;
use crate::store::Fault;
use crate::store::tickets::ChangeError;
use crate::ticket::ids::{NotACode, TicketId};
use crate::ticket::machine::Refused;
use crate::trace;

/// The stable code of a step that failed because a store did.
const TEMPORARILY_UNAVAILABLE: &str = "temporarily_unavailable";

/// Why nobody signs in by scanning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanOff {
    /// The setting `login.scan` is `off`.
    Setting,
    /// An administrator or the command line switched it off while the server runs.
    Switch,
    /// It is off for the app.
    App,
    /// It is off for the account.
    Account,
}

impl ScanOff {
    /// Returns the word for the reason, for the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Switch => "switch",
            Self::App => "app",
            Self::Account => "account",
        }
    }
}

/// Why a step of a sign-in failed: it was refused, or a store failed.
#[derive(Debug, Error)]
pub enum StepError {
    /// The text is not a code, or not one that this server made.
    #[error(transparent)]
    NotACode(#[from] NotACode),
    /// No ticket is stored for this code or id: it has long expired, or never existed.
    #[error("no such ticket")]
    Unknown,
    /// The ticket's state machine refused the action.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The browser sent no claim key: it keeps no cookies, or has lost it.
    #[error("the browser sent no cookie of this site")]
    NoCookie,
    /// The device that scans is the browser to be signed in.
    #[error("this is the browser to be signed in")]
    SameBrowser,
    /// The app's request names another account than the one that approved.
    #[error("the app asked for another account")]
    AnotherAccount,
    /// The account is in none of the groups that may use the app.
    #[error("the account may not use the app")]
    MayNotUse,
    /// Nobody signs in by scanning: here, to the app, or with the account.
    #[error("signing in by scanning is switched off")]
    ScanOff(ScanOff),
    /// Newer watchers of the same ticket replaced this one, because the number of watchers is limited.
    #[error("newer watchers took its place")]
    Replaced,
    /// The limit of waiting sign-ins is reached.
    #[error("too many sign-ins are waiting")]
    Full,
    /// A store failed.
    #[error(transparent)]
    Fault(Fault),
}

impl StepError {
    /// Returns the stable code of this refusal, for programs and for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotACode(NotACode::Malformed) => "malformed_code",
            Self::NotACode(NotACode::Forged) => "forged_code",
            Self::Unknown | Self::Refused(Refused::Expired) => "expired",
            Self::Refused(Refused::Outdated) => "outdated_code",
            Self::Refused(Refused::Taken) => "taken",
            Self::Refused(Refused::NotYours) => "not_yours",
            Self::Refused(Refused::WrongAccount) => "wrong_account",
            Self::Refused(Refused::NotScanned) => "not_scanned",
            Self::Refused(Refused::Decided) => "already_decided",
            Self::Refused(Refused::NotApproved) => "not_approved",
            Self::Refused(Refused::Used) => "already_used",
            Self::Refused(Refused::Denied) => "denied",
            Self::Refused(Refused::Cancelled) => "cancelled",
            Self::Refused(Refused::WrongKey) => "other_browser",
            Self::Refused(Refused::OtherDirection) => "other_direction",
            Self::Refused(Refused::VerificationRequired) => "verification_required",
            Self::Refused(Refused::NotApprovable) => "approval_refused",
            Self::Refused(Refused::InUse) => "in_use",
            Self::Refused(Refused::Rested) => "rested",
            Self::NoCookie => "no_cookie",
            Self::SameBrowser => "same_browser",
            Self::AnotherAccount => "another_account",
            Self::MayNotUse => "may_not_use_app",
            Self::ScanOff(_) => "scan_off",
            Self::Replaced => "too_many_watch",
            Self::Full => "too_many_waiting",
            Self::Fault(_) => TEMPORARILY_UNAVAILABLE,
        }
    }
}

impl From<Fault> for StepError {
    fn from(fault: Fault) -> Self {
        if matches!(fault, Fault::Full) { Self::Full } else { Self::Fault(fault) }
    }
}

impl From<ScanOff> for StepError {
    fn from(off: ScanOff) -> Self {
        Self::ScanOff(off)
    }
}

impl From<ChangeError> for StepError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown => Self::Unknown,
            ChangeError::Refused(refused) => Self::Refused(refused),
            ChangeError::Fault(fault) => fault.into(),
        }
    }
}

/// Runs one step of a ticket and returns its result. The step has a span of its own in the request's trace; a
/// refusal is also logged and counted.
pub(super) fn step<T>(
    name: &'static str,
    ticket: TicketId,
    work: impl Future<Output = Result<T, StepError>>,
) -> impl Future<Output = Result<T, StepError>> {
    trace::step(name, ticket, work.map_err(move |error| refused(name, ticket, error)))
}

/// Logs, counts and traces the refusal of a step of this ticket, and returns the refusal (BCP 247 §6.1.4:
/// repetitions must be noticed).
pub(super) fn refused(step: &'static str, ticket: TicketId, error: StepError) -> StepError {
    tracing::info!(step, ticket.id = %ticket, code = error.code(), "a step was refused");
    measure::refused(step, error.code());
    trace::refused(error.code());
    error
}

/// Logs and counts that the codes of this many pages were not renewed, because the store failed.
pub(super) fn not_renewed(fault: &Fault, count: usize) {
    tracing::warn!(fault = %caused(fault), count, "codes were not renewed: the store does not answer");
    for _ in 0..count {
        measure::refused("refresh", TEMPORARILY_UNAVAILABLE);
    }
}
