//! What each refusal of the flow tells a person and a program: what happened, what the reason may be, and one next
//! step.

use axum::http::StatusCode;

use super::flow::Stop;
use crate::text::Lang;
use crate::ticket::ids::NotACode;
use crate::ticket::machine::Refused;
use crate::web::bounds::WAIT_AGAIN;
use crate::web::problem::Problem;

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        let lang = Lang::En;
        let code = stop.code();
        let type_it = (lang.turn_type_a_code(), "/link");
        let home = (lang.to_start(), "/");
        let account = (lang.to_account(), "/");
        let anew = (lang.show_a_new_code(), "/login");
        let (status, title, advice, step) = match stop {
            Stop::Fault(fault) => return fault.into(),
            Stop::Full => return Self::full(),
            Stop::Replaced => return Self::too_many(WAIT_AGAIN),
            Stop::NotACode(NotACode::Malformed) => {
                (StatusCode::BAD_REQUEST, lang.turn_malformed_title(), lang.turn_malformed_advice(), type_it)
            }
            Stop::NotACode(NotACode::Forged) => {
                (StatusCode::BAD_REQUEST, lang.turn_forged_title(), lang.turn_forged_advice(), home)
            }
            Stop::Unknown | Stop::Refused(Refused::Expired) => {
                (StatusCode::GONE, lang.turn_expired_title(), lang.turn_expired_advice(), type_it)
            }
            Stop::Refused(Refused::Outdated) => {
                (StatusCode::GONE, lang.turn_outdated_title(), lang.turn_outdated_advice(), type_it)
            }
            Stop::Refused(Refused::Used) => (StatusCode::GONE, lang.turn_used_title(), lang.turn_used_advice(), home),
            Stop::Refused(Refused::Denied) => {
                (StatusCode::GONE, lang.turn_denied_title(), lang.turn_denied_advice(), home)
            }
            Stop::Refused(Refused::Cancelled) => {
                (StatusCode::GONE, lang.turn_cancelled_title(), lang.turn_cancelled_advice(), type_it)
            }
            Stop::Refused(Refused::Taken | Refused::NotYours) => {
                (StatusCode::CONFLICT, lang.turn_taken_title(), lang.turn_taken_advice(), home)
            }
            Stop::Refused(Refused::WrongAccount) => {
                (StatusCode::FORBIDDEN, lang.turn_wrong_account_title(), lang.turn_wrong_account_advice(), home)
            }
            Stop::Refused(Refused::NotScanned) => {
                (StatusCode::CONFLICT, lang.turn_not_scanned_title(), lang.turn_not_scanned_advice(), type_it)
            }
            Stop::Refused(Refused::Decided | Refused::InUse) => {
                (StatusCode::CONFLICT, lang.turn_decided_title(), lang.turn_decided_advice(), home)
            }
            Stop::Refused(Refused::NotApproved) => {
                (StatusCode::CONFLICT, lang.turn_not_approved_title(), lang.turn_not_approved_advice(), anew)
            }
            Stop::Refused(Refused::Rested) => {
                (StatusCode::CONFLICT, lang.turn_rested_title(), lang.turn_rested_advice(), anew)
            }
            Stop::Refused(Refused::WrongKey) => {
                (StatusCode::FORBIDDEN, lang.turn_other_browser_title(), lang.turn_other_browser_advice(), anew)
            }
            Stop::NoCookie => (StatusCode::FORBIDDEN, lang.no_cookie_title(), lang.no_cookie(), anew),
            Stop::AnotherAccount => {
                (StatusCode::CONFLICT, lang.turn_another_account_title(), lang.turn_another_account_advice(), home)
            }
            Stop::SameBrowser => {
                (StatusCode::CONFLICT, lang.turn_same_browser_title(), lang.turn_same_browser_advice(), account)
            }
        };
        let (words, path) = step;
        Self { step: (words, path.into()), ..Self::new(status, code, title, advice) }
    }
}
