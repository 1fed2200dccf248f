//! English: sign-in with a password, the start page, and the first account.

use crate::text::table::signing_in::{Common, Home, Setup, SignIn, SignUp};

pub(super) const COMMON: Common = Common {
    to_start: "Back to start",
    to_account: "To your account",
    username: "Username",
    password: "Password",
    display_name: "Name that others see",
    sign_in: "Sign in",
    sign_out: "Sign out",
    approve: "Approve",
    deny: "Deny",
    show_a_new_code: "Show a new code",
    go_on: "Continue",
    type_a_code: "Type a code instead",
    save: "Save",
    copy: "Copy",
    copied: "Copied",
    saved: "Saved.",
    optional: |label| format!("{label} (optional)"),
};

pub(super) const SIGNIN: SignIn = SignIn {
    title: "Sign in",
    wrong: "Wrong username or password.",
    account_disabled: "This account is disabled. Ask this site's administrator to enable it again.",
    no_cookie_title: "This browser keeps no cookies",
    no_cookie: "Your browser does not keep this site's cookie, so nobody can be signed in here: allow cookies for this site, or open it at an https:// address.",
    sign_in_first: "You are not signed in on this device. Sign in here, then try again.",
    password_first_lead: "This device was signed in without your password. Enter it to continue.",
    password_first_title: "Your password is needed",
    password_first_advice: "A device that was signed in without your password cannot do this. Sign in with your password, then try again.",
    to: |site| naming!("to {site}", site),
    to_confirm: |host| naming!("Sign in to {host} on this phone first. Then you see who is asking.", host),
};

pub(super) const SIGN_UP: SignUp = SignUp {
    title: "Create an account",
    username_hint: "You sign in with it, and others may see it.",
    email_hint: "It is not confirmed yet.",
    taken: "This username is taken, or looks like one that is. Choose another one.",
    reserved: "This username is reserved. Choose another one, without an @.",
    have_account: "I have an account already",
    offer: "Create an account",
    off_title: "You cannot create an account here",
    off_advice: "Ask this site's administrator to invite you.",
    lead: |site| naming!("for {site}", site),
};

pub(super) const HOME: Home = Home {
    title: "Welcome",
    lead: "Sign in by scanning a code with a phone that is already signed in.",
    by_scan: "Sign in with your phone",
    by_password: "Use a password",
    signed_in_title: "Signed in",
    type_a_code: "Type a sign-in code",
    first_title: "Almost there",
    first_lead: "There is no account yet. Open the set-up link that the server printed when it started.",
    apps: "Apps you allowed",
    admin_apps: "Manage apps",
    admin_people: "Manage people",
    own_apps: "Apps you manage",
    devices: "Where you are signed in",
    password_change: "Change your password",
    profile: "Your profile",
    signed_in: |site| naming!("You are signed in to {site} on this device.", site),
};

pub(super) const SETUP: Setup = Setup {
    title: "Create the first account",
    lead: "This account will be the administrator. The link that brought you here works once.",
    create: "Create account",
    password_hint: "At least 8 characters. A sentence is easy to remember and hard to guess.",
    wrong_username: "Use 1 to 64 letters, digits and . _ - @ + for the username.",
    wrong_display_name: "Use 1 to 64 characters on one line for the name that others see.",
    name_hidden: "This name contains a character that cannot be seen. Delete the name and type it again.",
    wrong_password: "Use 8 to 1024 characters for the password.",
    common_password: "Many people use this password, so it is easy to guess. Choose another one.",
    used_title: "This link does not work",
    used_advice: "A set-up link works once, and there is an account now. Sign in instead.",
    wrong_advice: "Check that you copied all of it. Each start of Tessera shows the link that works.",
};
