//! Every text that a person reads, in one catalogue. A text that a page does not use is not in its bundle; a
//! language that lacks a text does not compile.

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English
    #[default]
    En,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::En];
}

/// One method per text, one arm per language.
macro_rules! catalogue {
    ($($name:ident { En: $en:literal $(,)? })*) => {
        #[expect(missing_docs, reason = "the text says it")]
        impl Lang {
            $(pub fn $name(self) -> &'static str {
                match self { Self::En => $en }
            })*
        }
    };
}

#[cfg(feature = "ssr")]
mod apps;
#[cfg(feature = "ssr")]
mod devices;
#[cfg(feature = "ssr")]
mod profile;
#[cfg(feature = "ssr")]
pub use apps::rfc3339;

catalogue! {
    tag { En: "en" }
    to_start { En: "Back to start" }
    to_account { En: "To your account" }

    // Sign-in fields and buttons: tests and users rely on these names.
    username { En: "Username" }
    password { En: "Password" }
    display_name { En: "Name that others see" }
    sign_in { En: "Sign in" }
    sign_out { En: "Sign out" }
    approve { En: "Approve" }
    deny { En: "Deny" }
    show_a_new_code { En: "Show a new code" }

    signin_title { En: "Sign in" }
    signin_wrong { En: "That user name and password do not belong together. Check both and try again." }
    account_disabled { En: "This account is switched off. Whoever looks after this site can switch it on again." }
    no_cookie_title { En: "This browser keeps no cookies" }
    no_cookie { En: "Your browser does not keep this site's cookie, so nobody can be signed in here: allow cookies for this site, or open it at an https:// address." }
    signin_first { En: "Nobody is signed in on this device. Sign in here, then try again." }

    home_title { En: "Welcome" }
    home_lead { En: "Sign in by scanning a code with a phone that is already signed in." }
    home_scan { En: "Sign in with your phone" }
    home_password { En: "Use a password" }
    home_signed_in_title { En: "Signed in" }
    home_link { En: "Type a sign-in code" }
    home_first_title { En: "Almost there" }
    home_first_lead { En: "Nobody has an account yet. Open the set-up link that the server printed when it started." }

    setup_title { En: "Create the first account" }
    setup_lead { En: "It administers this server. The link that brought you here works once." }
    setup_create { En: "Create account" }
    setup_password_hint { En: "At least 8 characters. A sentence is easy to remember and hard to guess." }
    setup_wrong_username { En: "A user name has 1 to 64 letters, digits and . _ - @ +" }
    setup_wrong_display_name { En: "The name that others see has 1 to 64 characters on one line." }
    name_hidden { En: "There is a character in this name that cannot be seen. Delete the name and type it again." }
    setup_wrong_password { En: "The password needs at least 8 characters and has room for 1024." }
    setup_common_password { En: "This is one of the passwords that are tried first, because many people have it. Choose another one." }
    setup_used_title { En: "This link does not work" }
    setup_used_advice { En: "A set-up link works once, until the first account exists, and it has to be complete." }

    login_title { En: "Sign in with your phone" }
    login_name_first { En: "Say who you are first: the code that follows is for that account alone." }
    login_show_code { En: "Show a code" }
    login_here_instead { En: "Sign in on this device instead" }
    login_on_phone { En: "You are on a phone, so there is nothing to scan: sign in right here." }
    login_on_phone_here { En: "Sign in on this phone" }
    login_on_phone_code { En: "Show a code for another phone" }

    qr_label { En: "QR code: scan it with your phone's camera to sign in here" }
    panel_waiting { En: "Scan with your phone's camera" }
    panel_steps { En: "Open the link that it finds, then approve." }
    panel_scanned { En: "Scanned. Confirm on your phone." }
    panel_claimed { En: "Signing you in…" }
    panel_denied { En: "The phone said no." }
    panel_over { En: "This code has rested." }
    panel_outdated { En: "Somebody just scanned an older code of this page. If that was you, scan this one. If not, somebody may have a copy of it." }
    panel_second_account { En: "Another account scanned this code too, and was refused. If it was not you who scanned first, start over." }
    panel_lost { En: "Connection lost. Trying again…" }
    panel_start_over { En: "Not you? Start over" }
    panel_or_type { En: "No camera? Type this at" }
    panel_code_label { En: "Code for typing" }
    approved_continue { En: "Continue" }

    opening_title { En: "You scanned a code" }
    opening_lead { En: "Continue to see who is asking. The other screen then shows your name; nothing is approved by that." }
    opening_continue { En: "Continue" }

    confirm_title { En: "Confirm a sign-in" }
    confirm_question { En: "Sign in another device to" }
    confirm_warning { En: "Only approve if you are looking at that screen right now. We never send codes by message; if somebody sent you this one, deny." }
    confirm_second_account { En: "Somebody else scanned this code too. Approve only if you are looking at that screen right now and know who it was; else deny." }
    fact_site { En: "Site" }
    fact_device { En: "Device" }
    fact_device_unknown { En: "It does not say what it is" }
    fact_address { En: "Network" }
    fact_same_network { En: "the same as this phone's" }
    fact_other_network { En: "not the one of this phone" }
    fact_unknown_network { En: "unknown whether it is this phone's" }
    fact_place { En: "Place" }
    fact_age { En: "Asked" }
    fact_account { En: "Account" }
    fact_effect { En: "Effect" }

    approved_title { En: "Approved" }
    approved_lead { En: "The other device is being signed in…" }
    approved_no_page { En: "Waiting for the page on the other device. It has to be open; if it shows Continue, press that." }
    done_title { En: "Signed in" }
    you_denied_title { En: "Denied" }
    you_denied_lead { En: "The other device was not signed in. If you did not start this, somebody may have tried to use your account." }
    gone_title { En: "The other page is gone" }
    gone_lead { En: "You approved, but the other device did not finish in time. Nobody was signed in. Open its sign-in page again and scan the new code." }

    link_title { En: "Type a code" }
    link_lead { En: "It stands below the QR code on the screen that you want to sign in, which then shows your name." }
    link_code { En: "Code" }
    link_go { En: "Continue" }
    link_malformed { En: "A code has eight letters, like BCDF-GHJK, and no vowels. Check it and try again." }
    link_unknown { En: "No screen shows this code now. Codes change every minute: type the one that is there." }

    turn_type_a_code { En: "Type a code instead" }
    turn_full_title { En: "Too many people are signing in" }
    turn_malformed_title { En: "This is not a code" }
    turn_malformed_advice { En: "The link is incomplete. Scan the code again, closer and straight on." }
    turn_forged_title { En: "This code is not from here" }
    turn_forged_advice { En: "It looks like one of our codes, but this server did not make it. Do not use it, and be careful with whoever showed it to you." }
    turn_expired_title { En: "This code has expired" }
    turn_expired_advice { En: "Codes are short-lived, and so is the question behind them. Nobody was signed in. Scan the code that is on the screen now; if there is none, ask there for a new one." }
    turn_outdated_title { En: "A newer code is on the screen" }
    turn_outdated_advice { En: "You scanned an older one. Was it sent to you? Then somebody may be trying to sign in as you: do nothing. If the screen is in front of you, scan the code that it shows now." }
    turn_used_title { En: "This code was already used" }
    turn_used_advice { En: "It has signed a device in, and works once. For another device, scan the code on its screen." }
    turn_denied_title { En: "This sign-in was denied" }
    turn_denied_advice { En: "Whoever scanned it said no. To sign in after all, get a new code on the other screen." }
    turn_cancelled_title { En: "The other screen started over" }
    turn_cancelled_advice { En: "This code was given up there. Scan the new one that it shows." }
    turn_taken_title { En: "Somebody else scanned this first" }
    turn_taken_advice { En: "Another account is deciding about this code. If that is not someone beside you, choose Start over on the other screen and scan its new code." }
    turn_not_scanned_title { En: "Scan the code first" }
    turn_not_scanned_advice { En: "Nothing can be decided before the code was scanned by your account." }
    turn_decided_title { En: "This was already decided" }
    turn_decided_advice { En: "A decision counts once. Look at the other screen to see what became of it." }
    turn_not_approved_title { En: "Not approved yet" }
    turn_not_approved_advice { En: "The phone has not approved this sign-in." }
    turn_rested_title { En: "This page has rested" }
    turn_rested_advice { En: "It has renewed its code for as long as it may." }
    turn_other_browser_title { En: "This sign-in belongs to another browser" }
    turn_other_browser_advice { En: "Only the browser that showed the code can be signed in with it. If it is this one, cookies may be switched off." }
    turn_wrong_account_title { En: "This code is for another account" }
    turn_wrong_account_advice { En: "Whoever asked for it typed the name of another account first. If that was you, scan it on a phone where that account is signed in; if not, somebody may have sent you their code." }
    turn_another_account_title { En: "The site asked for another account" }
    turn_another_account_advice { En: "It knows you by another account here, and wants that one to sign in again. Scan the code on a phone where that account is signed in." }
    turn_same_browser_title { En: "This is the browser to be signed in" }
    turn_same_browser_advice { En: "You are signed in here already, so there is nothing to approve. A code is for another device: scan it with your phone." }

    token_title { En: "The token was not accepted." }
    token_off { En: "This server takes no tokens of mobile apps; its operator can configure [phone]." }
    token_missing { En: "Send Authorization: Bearer with a token." }
    token_invalid { En: "Get a fresh token for this server and try again." }

    unknown_app_title { En: "This site is not known here" }
    unknown_app_advice { En: "A site sent you here to sign in, but it is not registered, or no more. Go back and tell whoever runs it." }
    unknown_redirect_title { En: "This site asked for something unusual" }
    unknown_redirect_advice { En: "It wants you sent to an address that it is not registered with, so you were not. Go back and tell whoever runs the site." }
    request_over_title { En: "This sign-in is over" }
    request_over_advice { En: "It was begun too long ago, or was finished. Go back to the site where you started and sign in there again." }
    not_signed_in_title { En: "You did not sign in" }
    not_signed_in_advice { En: "Nothing was told to the site that sent you here. To sign in after all, go back to it and start again." }
    going_back_title { En: "Going back" }
    consent_title { En: "Allow a site" }
    consent_warning { En: "Only allow it if you came here from that site." }
    consent_allow { En: "Allow" }
    consent_another { En: "Use another account" }
    fact_code { En: "Compare the code" }
    signed_out_title { En: "Signed out" }
    signed_out_lead { En: "You are signed out on this device." }
    logout_title { En: "Sign out" }
    logout_lead { En: "A site that you were signed in to asks for it." }
    logout_stay { En: "Stay signed in" }
    fact_learns { En: "It learns" }

    broken_title { En: "Something here is not working" }
    broken_advice { En: "It is not your doing. Try again in a moment." }
    wrong_address_title { En: "This site has another address" }
    wrong_address_step { En: "Open it there" }
    not_found_title { En: "There is nothing here" }
    not_found_advice { En: "The address may be mistyped, or the page may have moved." }
    malformed_title { En: "This request was not understood" }
    malformed_advice { En: "Go back, load the page again, and repeat what you did." }
    too_large_advice { En: "It is larger than anything this server takes." }
    length_advice { En: "Send a body with a Content-Length." }
    socket_advice { En: "A WebSocket begins here with Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key." }
    host_advice { En: "Send one Host header: the host of the address, and its port where it has one." }
    parameter_advice { En: "This call takes no such parameter: the code is in the address, who asks is in the token; scanning alone takes pressed, and approving alone fields." }
    too_many_title { En: "Too many tries" }
    cross_site_title { En: "This came from another site" }
    cross_site_advice { En: "For your safety it was not carried out. Open this site directly and try again there." }
}

/// Texts with something in them.
#[expect(missing_docs, reason = "the text says it")]
impl Lang {
    pub fn wrong_address(self, opened: &str, origin: &str) -> String {
        match self {
            Self::En => format!("You opened {opened}, but people sign in at {origin}. Open that address instead."),
        }
    }

    pub fn signin_to(self, site: &str) -> String {
        match self {
            Self::En => format!("to {site}"),
        }
    }

    pub fn signin_to_confirm(self, host: &str) -> String {
        match self {
            Self::En => format!("Sign in to {host} on this phone first. Then you see who is asking."),
        }
    }

    pub fn home_signed_in(self, site: &str) -> String {
        match self {
            Self::En => format!("You are signed in to {site} on this device."),
        }
    }

    pub fn login_heading(self, site: &str) -> String {
        match self {
            Self::En => format!("Sign in to {site}"),
        }
    }

    pub fn login_leave(self, app: &str) -> String {
        match self {
            Self::En => format!("Back to {app} without signing in"),
        }
    }

    /// Said where somebody may be signed in already, and is asked all the same.
    pub fn login_scan_only(self, app: &str) -> String {
        match self {
            Self::En => format!("{app} asks you to sign in by a scan."),
        }
    }

    pub fn panel_scanned_by(self, name: &str) -> String {
        match self {
            Self::En => format!("{name}: Confirm on your phone"),
        }
    }

    pub fn panel_approved_by(self, name: &str) -> String {
        match self {
            Self::En => format!("Approved by {name}. Signing you in…"),
        }
    }

    #[cfg(feature = "ssr")]
    pub fn learns(self, scopes: &crate::ticket::scope::Scopes, fields: crate::ticket::field::Fields) -> &'static str {
        use crate::ticket::scope::Scope;
        match (self, fields.is_empty(), scopes.has(Scope::OfflineAccess)) {
            (Self::En, true, false) => "That it is you, and not who you are",
            (Self::En, true, true) => "That it is you, also while you are away",
            (Self::En, false, false) => "That it is you, and what you tick",
            (Self::En, false, true) => "That it is you, and what you tick, also while you are away",
        }
    }

    #[cfg(feature = "ssr")]
    pub fn field(self, field: crate::ticket::field::Field) -> &'static str {
        use crate::ticket::field::Field;
        match (self, field) {
            (Self::En, Field::Name) => "Name",
            (Self::En, Field::Picture) => "Picture",
            (Self::En, Field::Language) => "Language",
            (Self::En, Field::Gender) => "Gender",
            (Self::En, Field::Place) => "Place",
        }
    }

    pub fn too_many_advice(self, seconds: u64) -> String {
        match (self, seconds) {
            (Self::En, ..=1) => "Wait a second, then try again.".to_owned(),
            (Self::En, 2..=119) => format!("Wait {seconds} seconds, then try again."),
            (Self::En, _) => format!("Wait {} minutes, then try again.", seconds.div_ceil(60)),
        }
    }

    pub fn logout_question(self, host: &str) -> String {
        match self {
            Self::En => format!("Sign out of {host}?"),
        }
    }

    pub fn consent_question(self, app: &str) -> String {
        match self {
            Self::En => format!("Continue to {app}?"),
        }
    }

    pub fn fact_device_both(self, browser: &str, system: &str) -> String {
        match self {
            Self::En => format!("{browser} on {system}"),
        }
    }

    pub fn fact_age_ago(self, seconds: u64) -> String {
        match (self, seconds) {
            (Self::En, 0..=4) => "just now".to_owned(),
            (Self::En, 5..=119) => format!("{seconds} seconds ago"),
            (Self::En, _) => format!("{} minutes ago", seconds / 60),
        }
    }

    pub fn fact_effect_here(self, host: &str, hours: u64) -> String {
        match self {
            Self::En => format!("It is signed in to {host} too, for up to {hours} hours"),
        }
    }

    pub fn fact_effect_hours(self, hours: u64) -> String {
        match self {
            Self::En => format!("It stays signed in for up to {hours} hours"),
        }
    }

    pub fn done_lead(self, device: &str, host: &str) -> String {
        match self {
            Self::En => format!("{device} is signed in to {host}."),
        }
    }
}

/// The letters that stand for a person where there is no picture: of the first and the last word. Style makes them
/// capitals, so that the page need not carry the tables for it.
pub fn initials(name: &str) -> String {
    let mut letters = String::new();
    let mut last = None;
    let mut before = ' ';
    for letter in name.chars() {
        if before == ' ' && letter != ' ' {
            if letters.is_empty() {
                letters.push(letter);
            } else {
                last = Some(letter);
            }
        }
        before = letter;
    }
    letters.extend(last);
    letters
}
