//! English: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "You are invited",
    invite_lead: "Someone made an account for you here. Continue to choose how you sign in.",
    recover_title: "Get back into your account",
    recover_lead: "This link lets you back into your account. Continue only if you asked for it.",
    this_browser: "After that, the link works in this browser only.",
    choose_title: "Welcome",
    end_others: "Sign out everywhere else",
    finish: "Set password and sign in",
    over_title: "This link does not work",
    unknown: "Check that you copied all of it. If you did, ask the person who sent it for a new one.",
    used: "This link has already been used; it works only once. Sign in with what you chose. If that was not you, tell the person who sent it.",
    withdrawn: "It was withdrawn, or replaced by a newer one. Use the newest link you got, or ask for another.",
    expired: "It was not used in time. Ask the person who sent it for a new one.",
    disabled: "This account is disabled. Ask this site's administrator to enable it again.",
    elsewhere_title: "This link was opened in another browser",
    elsewhere: "Continue there. If that was not you, ask the person who sent it for a new one, and tell them that someone else opened this one.",
    set_up_elsewhere: "Continue there. If you cannot, open the link here again in an hour, or create the first account on the command line.",
    choose_lead: |username| naming!("Your username is {username}. Choose how you sign in from now on.", username),
};

pub(super) const PROOF: Proof = Proof {
    title: "Confirm it's you",
    lead: "Enter your password once more to continue.",
    lead_passkey: "Use your passkey once more to continue.",
    passkey_only: "Your account has no password. Use your passkey.",
    hint: "You then return to the page you came from. If you pressed a button there, press it again.",
    carried_title: "One moment",
    carried_hint: "After that, what you entered is sent.",
    back: "Go back",
    wrong: "That is not your password. Try again.",
    needed_title: "Confirm that it is you first",
    needed_advice: "This needs a passkey or a password that was used in the last five minutes. Open /account/proof, use it there, then try again.",
    no_password_title: "This account has no password",
    no_password_advice: "You need a password or a passkey for this, and your account has neither. Ask this site's administrator for a link to set one up.",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "One-time links",
    none: "No link has been made for this account yet.",
    fresh_title: "The new link",
    fresh_hint: "It is shown now and never again. Send it in a way that only its owner reads. It works once, in the browser that opens it first.",
    invite_title: "Invite",
    invite_hint: "Makes a link with which the owner chooses a password or a passkey. It works for three days. Earlier links of this account stop working.",
    invite: "Make an invitation",
    recover_title: "Recovery link",
    recover_hint: "Makes a link with which the owner chooses a new password or passkey. It works for an hour. Nothing changes until it is used. Earlier links of this account stop working.",
    recover: "Make a recovery link",
    withdraw_title: "Withdraw",
    withdraw_hint: "The link stops working at once. Nothing else changes.",
    withdraw: "Withdraw the link",
    withdrawn: "The link no longer works.",
    disabled: "This account is disabled. Enable it first, then make a link.",
    no_username: "This account has no username, because it belongs to your phone app. Its owner signs in there.",
    invitations_off: "Nobody is invited here: the operator makes accounts on the command line.",
    has_way_in: "This account has a password or a passkey already. Make a recovery link instead.",
    of_invite: "Invitation",
    of_recover: "Recovery link",
    lead: |username| naming!("For {username}. A link works once, and is shown when it is made.", username),
    made_by: |name, at| naming!("Made by {name}", name) + &format!(" on {at}"),
    made_by_command: |at| format!("Made on the command line on {at}"),
    is_open: |until| format!("Not opened yet. Works until {until}."),
    is_opened: |at, until| format!("Opened on {at}, not used yet. Works until {until}."),
    is_used: |at| format!("Used on {at}."),
    is_withdrawn: |at| format!("Withdrawn on {at}."),
    is_expired: |at| format!("Expired on {at}. It was not used."),
    tried_elsewhere: |at| {
        format!("Another browser tried to open it, first on {at}. If its owner does not know why, withdraw it.")
    },
};
