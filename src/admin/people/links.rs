//! The section of a person's page with the one-time links of the account: invitations and recoveries.

use leptos::prelude::*;

use super::require_people::Manager;
use crate::store::records::accounts::Listed;
use crate::text::Texts;

/// Renders the section with the one-time links of an account; nothing while there are none to make.
pub fn links_section(_texts: &'static Texts, _who: &Manager, _person: &Listed) -> Option<AnyView> {
    None
}
