//! The section of a person's page that leads to the one-time links of the account: invitations and recoveries.

use leptos::prelude::*;

use super::require_people::Manager;
use super::shown::Shown;
use crate::text::Texts;

/// Renders the section that leads to the page with the one-time links of an account; nothing for those who may not make
/// any.
pub fn links_section(texts: &'static Texts, who: &Manager, shown: &Shown) -> Option<AnyView> {
    let (person, account) = (&shown.person, &shown.person.account);
    who.may_edit(account).and_then(|()| who.may_stand_in(&shown.groups)).ok()?;
    let hint = if person.has_password { texts.people_links.recover_hint } else { texts.people_links.invite_hint };
    let section = view! {
        <section>
            <h2>{texts.people_links.title}</h2>
            <p class="hint">{hint}</p>
            <p><a class="button" href=format!("/admin/people/{}/links", account.id)>{texts.people_links.title}</a></p>
        </section>
    };
    Some(section.into_any())
}
