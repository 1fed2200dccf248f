//! The links between the lists of the administration, at the head of each of them.

use leptos::prelude::*;

use crate::store::records::people::Role;
use crate::text::Texts;

/// A list of the administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The apps.
    Apps,
    /// The people.
    People,
    /// The groups.
    Groups,
    /// The change log of the apps.
    Log,
    /// What happened to accounts.
    Activity,
    /// The sign-ins that people reported.
    Reports,
    /// The switch of the sign-in by scan, and the report about its security.
    Security,
}

impl Part {
    const ALL: [Self; 7] =
        [Self::People, Self::Groups, Self::Apps, Self::Log, Self::Activity, Self::Reports, Self::Security];

    /// Returns the path of the list.
    pub fn path(self) -> &'static str {
        match self {
            Self::Apps => "/admin/apps",
            Self::People => "/admin/people",
            Self::Groups => "/admin/groups",
            Self::Log => "/admin/log",
            Self::Activity => "/admin/activity",
            Self::Reports => "/admin/reports",
            Self::Security => "/admin/security",
        }
    }

    fn title(self, texts: &'static Texts) -> &'static str {
        match self {
            Self::Apps => texts.apps.title,
            Self::People => texts.people.title,
            Self::Groups => texts.groups.title,
            Self::Log => texts.log.title,
            Self::Activity => texts.activity.title,
            Self::Reports => texts.reports.title,
            Self::Security => texts.security.title,
        }
    }

    /// Returns whether somebody of this role may open the list.
    fn is_for(self, role: Role) -> bool {
        match self {
            Self::People | Self::Groups => role != Role::None,
            Self::Apps | Self::Log | Self::Activity | Self::Reports | Self::Security => role == Role::Admin,
        }
    }
}

/// Renders the link to the form that adds a group; nothing for a role that may not add one.
pub fn add_group(texts: &'static Texts, role: Role) -> Option<AnyView> {
    (role == Role::Admin).then(|| view! { " " <a href="/admin/groups/new">{texts.groups.add}</a> }.into_any())
}

/// Renders the links to the lists that somebody of this role may open. The one to `here` is marked as the present page.
pub fn nav(texts: &'static Texts, role: Role, here: Part) -> AnyView {
    let links = Part::ALL.into_iter().filter(|part| part.is_for(role)).map(|part| {
        view! { <a href=part.path() aria-current=(part == here).then_some("page")>{part.title(texts)}</a> " " }
    });
    let links = links.collect_view();
    view! {
        <p class="way"><a href="/">{texts.common.to_start}</a></p>
        <nav class="parts">{links}</nav>
    }
    .into_any()
}
