//! The answers for a one-time link that does not work. Each says what to do.

use axum::http::StatusCode;

use crate::measure;
use crate::store::records::links::LinkRefusal;
use crate::text::Texts;
use crate::web::problem::Problem;

/// The title and the advice of an answer, as a function of the language.
type Says = fn(&'static Texts) -> (&'static str, &'static str);

/// Logs and counts a refused link, and returns the answer: 410 for a link that works for nobody, and 409 for one that
/// another browser opened.
pub fn refused(why: LinkRefusal) -> Problem {
    let (code, says): (_, Says) = match why {
        LinkRefusal::Unknown => ("link_unknown", |texts| (texts.links.over_title, texts.links.unknown)),
        LinkRefusal::Used => ("link_used", |texts| (texts.links.over_title, texts.links.used)),
        LinkRefusal::Withdrawn => ("link_withdrawn", |texts| (texts.links.over_title, texts.links.withdrawn)),
        LinkRefusal::Expired => ("link_expired", |texts| (texts.links.over_title, texts.links.expired)),
        LinkRefusal::Disabled => ("account_disabled", |texts| (texts.links.over_title, texts.links.disabled)),
        LinkRefusal::OtherBrowser => {
            ("link_opened_elsewhere", |texts| (texts.links.elsewhere_title, texts.links.elsewhere))
        }
    };
    let status = if why == LinkRefusal::OtherBrowser { StatusCode::CONFLICT } else { StatusCode::GONE };
    say_refused(code);
    let problem = Problem::saying(status, code, says);
    if why == LinkRefusal::Used { problem.leading(|texts| texts.common.sign_in, "/signin") } else { problem }
}

/// Logs and counts a refused set-up, and returns the answer (409) for a set-up link that another browser opened.
pub fn set_up_elsewhere() -> Problem {
    const CODE: &str = "link_opened_elsewhere";
    say_refused(CODE);
    Problem::saying(StatusCode::CONFLICT, CODE, |texts| (texts.links.elsewhere_title, texts.links.set_up_elsewhere))
}

/// Logs and counts a refused press on the page of a link, and returns the answer (403) for a browser that keeps no
/// cookies: the link would belong to nobody.
pub fn no_cookie() -> Problem {
    say_refused("no_cookie");
    Problem::saying(StatusCode::FORBIDDEN, "no_cookie", |texts| (texts.signin.no_cookie_title, texts.signin.no_cookie))
}

pub fn say_refused(code: &'static str) {
    tracing::info!(code, "a one-time link was refused");
    measure::refused("link", code);
}
