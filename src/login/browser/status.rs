//! What each state of a ticket is called on the login page.

use crate::text::Lang;
use crate::ticket::event::{Notice, Seen};

pub(super) fn state_name(seen: &Seen) -> &'static str {
    match seen {
        Seen::Waiting { .. } => "waiting",
        Seen::Scanned { .. } => "scanned",
        Seen::Approved { .. } | Seen::Claimed => "approved",
        Seen::Denied => "denied",
        Seen::Cancelled | Seen::Expired => "over",
    }
}

/// What a state is called in the title of the page, for whoever looks at another one meanwhile.
pub fn title(lang: Lang, seen: &Seen) -> &'static str {
    match seen {
        Seen::Waiting { .. } => lang.login_title(),
        Seen::Scanned { .. } => lang.panel_scanned_title(),
        Seen::Approved { .. } | Seen::Claimed => lang.approved_title(),
        Seen::Denied => lang.you_denied_title(),
        Seen::Cancelled | Seen::Expired => lang.turn_expired_title(),
    }
}

pub(super) fn notice_text(lang: Lang, notice: Notice) -> &'static str {
    match notice {
        Notice::OutdatedScan => lang.panel_outdated(),
        Notice::SecondAccount => lang.panel_second_account(),
    }
}

pub(super) fn status(lang: Lang, seen: &Seen) -> String {
    match seen {
        Seen::Waiting { .. } => lang.panel_waiting().to_owned(),
        Seen::Scanned { by: Some(by), .. } => lang.panel_scanned_by(by),
        Seen::Scanned { by: None, .. } => lang.panel_scanned().to_owned(),
        Seen::Approved { by, .. } => lang.panel_approved_by(by),
        Seen::Claimed => lang.panel_claimed().to_owned(),
        Seen::Denied => lang.panel_denied().to_owned(),
        Seen::Cancelled | Seen::Expired => lang.panel_over().to_owned(),
    }
}
