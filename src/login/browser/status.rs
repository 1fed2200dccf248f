//! The name and the texts of each state of a ticket on the login page.

use super::words::{NAME, Words};
use crate::ticket::event::Seen;

pub(super) fn state_name(seen: &Seen) -> &'static str {
    match seen {
        Seen::Waiting { .. } => "waiting",
        Seen::Scanned { number: Some(_), .. } => "number",
        Seen::Scanned { wrong: Some(_), .. } => "digits",
        Seen::Scanned { .. } => "scanned",
        Seen::Approved { .. } | Seen::Claimed => "approved",
        Seen::Denied => "denied",
        Seen::Cancelled | Seen::Expired => "over",
    }
}

/// Returns the first part of the title of the login page, which tells the state of the ticket to a person who
/// looks at another tab. The name of the site is not included; the caller puts it behind this part.
#[cfg(feature = "hydrate")]
pub fn title(words: &Words, seen: &Seen) -> String {
    match seen {
        Seen::Waiting { .. } => words.waiting_title(),
        Seen::Scanned { .. } => words.scanned_title(),
        Seen::Approved { .. } | Seen::Claimed => words.approved_title(),
        Seen::Denied => words.denied_title(),
        Seen::Cancelled | Seen::Expired => words.over_title(),
    }
}

pub(super) fn status(words: &Words, seen: &Seen) -> String {
    match seen {
        Seen::Waiting { .. } => words.waiting(),
        Seen::Scanned { number: Some(number), .. } => words.number().replace(NAME, number),
        Seen::Scanned { wrong: Some(0), .. } => words.digits(),
        Seen::Scanned { wrong: Some(_), .. } => words.digits_again(),
        Seen::Scanned { by: Some(by), .. } => words.scanned_by().replace(NAME, by),
        Seen::Scanned { by: None, .. } => words.scanned(),
        Seen::Approved { by, .. } => words.approved_by().replace(NAME, by),
        Seen::Claimed => words.claimed(),
        Seen::Denied => words.denied(),
        Seen::Cancelled | Seen::Expired => words.over(),
    }
}
