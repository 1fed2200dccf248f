//! The names of what the login page shows of each state of a ticket: in its style, as its status and in its title.

use crate::ticket::event::Seen;

/// Returns the name by which the style shows what belongs to this state.
pub(super) fn state_name(seen: &Seen) -> &str {
    match seen.name() {
        "scanned" if seen.number().is_some() => "number",
        "scanned" if seen.wrong().is_some() => "digits",
        "claimed" => "approved",
        "cancelled" | "expired" => "over",
        name => name,
    }
}

/// Returns the name of the status text of this state, as [`super::words::Words`] has it.
pub(super) fn status_name(seen: &Seen) -> &str {
    match state_name(seen) {
        "digits" if seen.wrong() > Some(0) => "digits_again",
        "scanned" if seen.by().is_some() => "scanned_by",
        "approved" => seen.name(),
        name => name,
    }
}

#[cfg(feature = "hydrate")]
/// Returns the name of the first part of the title of the login page, which tells the state of the ticket to a person who
/// looks at another tab. The name of the site is not included; the caller puts it behind this part.
pub(super) fn title_name(seen: &Seen) -> String {
    let state = if seen.name() == "scanned" { "scanned" } else { state_name(seen) };
    [state, "_title"].concat()
}
