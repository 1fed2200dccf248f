//! English: who may use an app.

use super::times::counted;
use crate::text::table::audience::Audience;

pub(super) const AUDIENCE: Audience = Audience {
    refused_title: "You may not use this app",
    refused_advice: "It is open to certain groups of people, and your account is in none of them. If you need it, ask an administrator to let you in.",
    who: "Who may use it",
    hint: "Everyone else is told that they may not, and whom to ask. A change counts at once, also for people who are signed in to the app.",
    everyone: "Everyone with an account here",
    members: "Only the members of these groups",
    groups: "Groups",
    no_groups: "There are no groups yet.",
    nobody: "Nobody may use this app.",
    choose: "Choose who may use it",
    unknown_group: "One of these groups was deleted in the meantime. Check the list and save again.",
    nobody_tag: "open to nobody",
    refused: |app| naming!("You may not use {app}", app),
    nobody_yet: |app| naming!("{app} is not open to anyone yet.", app),
    in_no_group: |app, account| {
        naming!("{app} is open to certain groups of people, and {account} is in none of them.", app, account)
    },
    whom_to_ask: |site| naming!("If you need it, ask whoever runs {site} to let you in.", site),
    back_to: |host| naming!("Back to {host}", host),
    group_of: |name, members| {
        let members = counted(members, "member", "members");
        naming!("{name}, {members}", name)
    },
};
