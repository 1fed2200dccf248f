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
    let words = &texts.people_links;
    let (title, hint) = if person.has_way_in {
        (words.recover_title, words.recover_hint)
    } else {
        (words.invite_title, words.invite_hint)
    };
    let section = view! {
        <section>
            <h2>{title}</h2>
            <p class="hint">{hint}</p>
            <p><a class="button" href=format!("/admin/people/{}/links", account.id)>{words.title}</a></p>
        </section>
    };
    Some(section.into_any())
}
