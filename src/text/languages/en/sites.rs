//! English: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "Going back",
    title: "Allow a site",
    warning: "Only allow it if you came here from that site.",
    allow: "Allow",
    another: "Use another account",
    question: |app| naming!("Continue to {app}?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "Signed out",
    signed_out_lead: "You are signed out on this device.",
    title: "Sign out",
    lead: "A site that you signed in to asks for this.",
    stay: "Stay signed in",
    question: |host| naming!("Sign out of {host}?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "Not saved. What this app may know was changed elsewhere since you opened this page. This is how it is now.",
    title: "Apps you allowed",
    none: "You have not signed in to any site with this account yet.",
    lead: "Sites that you signed in to with this account, and what you share with them.",
    withdraw: "Withdraw",
    change_hint: "Changes count as soon as you save them, even where you are signed in. For each site, tick what it may have. You see what it asks for and your profile contains:",
    withdraw_hint: "After you withdraw, a site gets nothing more from here and has to ask again next time. It may keep what it already knows, and you may still be signed in there.",
    since: |date| format!("Since {date}"),
    withdraw_from: |app| format!("Withdraw from {app}"),
    save_for: |app| format!("Save what {app} learns"),
};
