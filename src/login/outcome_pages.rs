//! The page and the JSON of each refusal of the flow: what happened, what the reason may be, and one next
//! step.

use axum::http::StatusCode;

use super::flow::{ScanOff, StepError};
use crate::account::SECURITY;
use crate::text::Texts;
use crate::ticket::ids::NotACode;
use crate::ticket::machine::Refused;
use crate::web::bounds::WAIT_AGAIN;
use crate::web::problem::{Problem, Step};

/// A function that returns the title and the advice of a refusal in one language.
type Says = fn(&'static Texts) -> (&'static str, &'static str);

impl From<StepError> for Problem {
    fn from(error: StepError) -> Self {
        let code = error.code();
        let type_it: Step = (|texts| texts.common.type_a_code, "/link".into());
        let home: Step = (|texts| texts.common.to_start, "/".into());
        let account: Step = (|texts| texts.common.to_account, "/account".into());
        let anew: Step = (|texts| texts.common.show_a_new_code, "/login".into());
        let (status, says, step): (StatusCode, Says, Step) = match error {
            StepError::Fault(fault) => return fault.into(),
            StepError::Full => return Self::full(),
            StepError::Replaced => return Self::too_many(WAIT_AGAIN),
            StepError::NotACode(NotACode::Malformed) => (
                StatusCode::BAD_REQUEST,
                |texts| (texts.refusals.malformed_title, texts.refusals.malformed_advice),
                type_it,
            ),
            StepError::NotACode(NotACode::Forged) => {
                (StatusCode::BAD_REQUEST, |texts| (texts.refusals.forged_title, texts.refusals.forged_advice), home)
            }
            StepError::Unknown | StepError::Refused(Refused::Expired) => {
                (StatusCode::GONE, |texts| (texts.refusals.expired_title, texts.refusals.expired_advice), type_it)
            }
            StepError::Refused(Refused::Outdated) => {
                (StatusCode::GONE, |texts| (texts.refusals.outdated_title, texts.refusals.outdated_advice), type_it)
            }
            StepError::Refused(Refused::Used) => {
                (StatusCode::GONE, |texts| (texts.refusals.used_title, texts.refusals.used_advice), home)
            }
            StepError::Refused(Refused::Denied) => {
                (StatusCode::GONE, |texts| (texts.refusals.denied_title, texts.refusals.denied_advice), home)
            }
            StepError::Refused(Refused::Cancelled) => {
                (StatusCode::GONE, |texts| (texts.refusals.cancelled_title, texts.refusals.cancelled_advice), type_it)
            }
            StepError::Refused(Refused::Taken | Refused::NotYours) => {
                (StatusCode::CONFLICT, |texts| (texts.refusals.taken_title, texts.refusals.taken_advice), home)
            }
            StepError::Refused(Refused::OtherDirection) => (
                StatusCode::CONFLICT,
                |texts| (texts.transfer.for_phones_title, texts.transfer.for_phones_advice),
                home,
            ),
            StepError::Refused(Refused::WrongAccount) => (
                StatusCode::FORBIDDEN,
                |texts| (texts.refusals.wrong_account_title, texts.refusals.wrong_account_advice),
                home,
            ),
            StepError::Refused(Refused::NotScanned) => (
                StatusCode::CONFLICT,
                |texts| (texts.refusals.not_scanned_title, texts.refusals.not_scanned_advice),
                type_it,
            ),
            StepError::Refused(Refused::Decided | Refused::InUse) => {
                (StatusCode::CONFLICT, |texts| (texts.refusals.decided_title, texts.refusals.decided_advice), home)
            }
            StepError::Refused(Refused::VerificationRequired) => {
                (StatusCode::CONFLICT, |texts| (texts.ladder.required_title, texts.ladder.required_advice), home)
            }
            StepError::Refused(Refused::NotApprovable) => {
                (StatusCode::FORBIDDEN, |texts| (texts.ladder.refused_title, texts.ladder.refused_advice), home)
            }
            StepError::Refused(Refused::NotApproved) => (
                StatusCode::CONFLICT,
                |texts| (texts.refusals.not_approved_title, texts.refusals.not_approved_advice),
                anew,
            ),
            StepError::Refused(Refused::Rested) => {
                (StatusCode::CONFLICT, |texts| (texts.refusals.rested_title, texts.refusals.rested_advice), anew)
            }
            StepError::Refused(Refused::WrongKey) => (
                StatusCode::FORBIDDEN,
                |texts| (texts.refusals.other_browser_title, texts.refusals.other_browser_advice),
                anew,
            ),
            StepError::NoCookie => {
                (StatusCode::FORBIDDEN, |texts| (texts.signin.no_cookie_title, texts.signin.no_cookie), anew)
            }
            StepError::AnotherAccount => (
                StatusCode::CONFLICT,
                |texts| (texts.refusals.another_account_title, texts.refusals.another_account_advice),
                home,
            ),
            StepError::MayNotUse => {
                (StatusCode::FORBIDDEN, |texts| (texts.audience.refused_title, texts.audience.refused_advice), home)
            }
            StepError::ScanOff(off) => return scan_off(off),
            StepError::SameBrowser => (
                StatusCode::CONFLICT,
                |texts| (texts.refusals.same_browser_title, texts.refusals.same_browser_advice),
                account,
            ),
        };
        Self { step, ..Self::saying(status, code, says) }
    }
}

/// Makes the problem of a step where nobody signs in by scanning. It leads to the other ways to sign in.
fn scan_off(off: ScanOff) -> Problem {
    let says: Says = match off {
        ScanOff::Setting | ScanOff::Switch => |texts| (texts.scan_off.title, texts.scan_off.advice),
        ScanOff::App => |texts| (texts.scan_off.app_title, texts.scan_off.app_advice),
        ScanOff::Account => |texts| (texts.scan_off.account_title, texts.scan_off.account_advice),
    };
    let code = StepError::ScanOff(off).code();
    match off {
        ScanOff::Account => {
            Problem::saying(StatusCode::FORBIDDEN, code, says).leading(|texts| texts.own.security, SECURITY)
        }
        ScanOff::Setting | ScanOff::Switch | ScanOff::App => Problem::saying(StatusCode::FORBIDDEN, code, says),
    }
}
