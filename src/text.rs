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

/// A text with names, hosts or addresses in it, each of which is no text itself.
macro_rules! naming {
    ($text:literal, $($data:ident),+) => { format!($text, $($data = $crate::text::data($data)),+) };
}

#[cfg(feature = "ssr")]
mod apps;
#[cfg(feature = "ssr")]
mod devices;
mod names;
#[cfg(feature = "ssr")]
mod profile;
#[cfg(feature = "ssr")]
mod programs;
#[cfg(feature = "ssr")]
pub use apps::rfc3339;
use names::data;
#[cfg(feature = "ssr")]
pub use names::plain;
pub use names::{DATA, initials};

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
    signin_wrong { En: "Wrong username or password." }
    account_disabled { En: "This account is disabled. Ask this site's administrator to enable it again." }
    no_cookie_title { En: "This browser keeps no cookies" }
    no_cookie { En: "Your browser does not keep this site's cookie, so nobody can be signed in here: allow cookies for this site, or open it at an https:// address." }
    signin_first { En: "You are not signed in on this device. Sign in here, then try again." }

    home_title { En: "Welcome" }
    home_lead { En: "Sign in by scanning a code with a phone that is already signed in." }
    home_scan { En: "Sign in with your phone" }
    home_password { En: "Use a password" }
    home_signed_in_title { En: "Signed in" }
    home_link { En: "Type a sign-in code" }
    home_first_title { En: "Almost there" }
    home_first_lead { En: "There is no account yet. Open the set-up link that the server printed when it started." }

    setup_title { En: "Create the first account" }
    setup_lead { En: "This account will be the administrator. The link that brought you here works once." }
    setup_create { En: "Create account" }
    setup_password_hint { En: "At least 8 characters. A sentence is easy to remember and hard to guess." }
    setup_wrong_username { En: "Use 1 to 64 letters, digits and . _ - @ + for the username." }
    setup_wrong_display_name { En: "Use 1 to 64 characters on one line for the name that others see." }
    name_hidden { En: "This name contains a character that cannot be seen. Delete the name and type it again." }
    setup_wrong_password { En: "Use 8 to 1024 characters for the password." }
    setup_common_password { En: "Many people use this password, so it is easy to guess. Choose another one." }
    setup_used_title { En: "This link does not work" }
    setup_used_advice { En: "A set-up link works once, and there is an account now. Sign in instead." }
    setup_wrong_advice { En: "Check that you copied all of it. Each start of Tessera shows the link that works." }

    login_title { En: "Sign in with your phone" }
    login_name_first { En: "Enter your username first. The code will work for that account only." }
    login_show_code { En: "Show a code" }
    login_here_instead { En: "Sign in on this device instead" }
    login_on_phone { En: "You are on a phone, so you can sign in right here." }
    login_on_phone_here { En: "Sign in on this phone" }
    login_on_phone_code { En: "Show a code for another phone" }

    qr_label { En: "QR code: scan it with your phone's camera to sign in here" }
    qr_label_over { En: "QR code that cannot be scanned any more" }
    panel_waiting { En: "Scan with your phone's camera" }
    panel_steps { En: "Open the link, then tap Approve." }
    panel_scanned { En: "Scanned. Confirm on your phone." }
    panel_scanned_title { En: "Confirm on your phone" }
    panel_claimed { En: "Signing you in…" }
    panel_denied { En: "The sign-in was denied on the phone." }
    panel_over { En: "This code has expired." }
    panel_outdated { En: "Someone just scanned an older code from this page. If that was you, scan this one. If not, someone may have copied it." }
    panel_second_account { En: "A second account scanned this code and was refused. If you did not scan it first, start over." }
    panel_lost { En: "Connection lost. Trying again…" }
    panel_start_over { En: "Not you? Start over" }
    panel_or_type { En: "No camera? Type this at" }
    panel_code_label { En: "Code for typing" }
    approved_continue { En: "Continue" }
    panel_press_continue { En: "Press Continue to finish." }

    opening_title { En: "You scanned a code" }
    opening_lead { En: "Continue to see who is asking. The other screen then shows your name. This does not approve anything yet." }
    opening_continue { En: "Continue" }

    confirm_title { En: "Confirm a sign-in" }
    confirm_question { En: "Sign in another device to" }
    confirm_warning { En: "Only approve if you are looking at that screen right now. We never send codes by message; if someone sent you this one, deny it." }
    confirm_second_account { En: "Someone else scanned this code too. Only approve if you are looking at that screen right now and know who that was. If not, deny it." }
    fact_site { En: "Site" }
    fact_device { En: "Device" }
    fact_device_unknown { En: "Unknown device" }
    fact_address { En: "Network" }
    fact_same_network { En: "the same as this phone's" }
    fact_other_network { En: "different from this phone's" }
    fact_unknown_network { En: "may be different from this phone's" }
    fact_place { En: "Place" }
    fact_age { En: "Requested" }
    fact_account { En: "Account" }
    fact_effect { En: "Effect" }

    approved_title { En: "Approved" }
    approved_lead { En: "The other device is being signed in…" }
    approved_no_page { En: "Keep the other device's page open. If it shows Continue, press it." }
    done_title { En: "Signed in" }
    you_denied_title { En: "Denied" }
    you_denied_lead { En: "The other device was not signed in. If you did not start this, someone may have tried to use your account." }
    gone_title { En: "The other page is gone" }
    gone_lead { En: "You approved, but the other device did not finish in time, so it was not signed in. Open its sign-in page again and scan the new code." }

    link_title { En: "Type a code" }
    link_lead { En: "You'll find it below the QR code on the device you want to sign in. That device then shows your name." }
    link_code { En: "Code" }
    link_go { En: "Continue" }
    link_malformed { En: "A code has eight letters and no vowels, like BCDF-GHJK. Check it and try again." }
    link_unknown { En: "This code is no longer valid. Type the one on the screen now." }

    turn_type_a_code { En: "Type a code instead" }
    turn_full_title { En: "Too many people are signing in" }
    turn_malformed_title { En: "This is not a code" }
    turn_malformed_advice { En: "The link is incomplete. Scan the code again, a little closer." }
    turn_forged_title { En: "This code is not from here" }
    turn_forged_advice { En: "It looks like one of our codes, but it is not. Do not use it, and be wary of whoever showed it to you." }
    turn_expired_title { En: "This code has expired" }
    turn_expired_advice { En: "Nobody was signed in. Scan the code that is on the screen now. If there is none, ask for a new one there." }
    turn_outdated_title { En: "A newer code is on the screen" }
    turn_outdated_advice { En: "You scanned an older one. If someone sent it to you, they may be trying to sign in as you, so do nothing. If the screen is in front of you, scan the code that it shows now." }
    turn_used_title { En: "This code was already used" }
    turn_used_advice { En: "A code works once. To sign in another device, scan the code on its screen." }
    turn_denied_title { En: "This sign-in was denied" }
    turn_denied_advice { En: "It was denied on the phone. To sign in after all, get a new code on the other screen." }
    turn_cancelled_title { En: "The other screen started over" }
    turn_cancelled_advice { En: "The other screen shows a new code now. Scan that one." }
    turn_taken_title { En: "Someone else scanned this first" }
    turn_taken_advice { En: "Another account is deciding about this code. If you do not know who that is, choose Start over on the other screen and scan its new code." }
    turn_not_scanned_title { En: "Scan the code first" }
    turn_not_scanned_advice { En: "You can decide once your account has scanned the code." }
    turn_decided_title { En: "This was already decided" }
    turn_decided_advice { En: "A decision counts once. Look at the other screen to see what happened." }
    turn_not_approved_title { En: "Not approved yet" }
    turn_not_approved_advice { En: "The phone has not approved this sign-in." }
    turn_rested_title { En: "This page has expired" }
    turn_rested_advice { En: "It does not show new codes any more. Open it again for a new one." }
    turn_other_browser_title { En: "This sign-in belongs to another browser" }
    turn_other_browser_advice { En: "Only the browser that showed the code can be signed in with it. If that was this browser, its cookies may be switched off." }
    turn_wrong_account_title { En: "This code is for another account" }
    turn_wrong_account_advice { En: "It was made for the account whose name was typed first. If you typed it, scan the code on a phone where that account is signed in. If not, someone may have sent you their code." }
    turn_another_account_title { En: "The site asked for another account" }
    turn_another_account_advice { En: "The site wants the account you used before to sign in again. Scan the code on a phone where that account is signed in." }
    turn_same_browser_title { En: "This is the browser to be signed in" }
    turn_same_browser_advice { En: "You are already signed in here. A code is for another device: scan it with your phone." }

    unknown_app_title { En: "This site is not known here" }
    unknown_app_advice { En: "A site sent you here to sign in, but it is not registered here. Tell the site's owner." }
    unknown_redirect_title { En: "This site's sign-in link is not allowed" }
    request_over_title { En: "This sign-in is over" }
    request_over_advice { En: "It took too long, or was already finished. Go back to the site where you started and sign in again." }
    not_signed_in_title { En: "You did not sign in" }
    not_signed_in_advice { En: "Nothing was sent to the site that you came from. To sign in after all, go back and start again." }
    going_back_title { En: "Going back" }
    consent_title { En: "Allow a site" }
    consent_warning { En: "Only allow it if you came here from that site." }
    consent_allow { En: "Allow" }
    consent_another { En: "Use another account" }
    fact_code { En: "Compare the code" }
    signed_out_title { En: "Signed out" }
    signed_out_lead { En: "You are signed out on this device." }
    logout_title { En: "Sign out" }
    logout_lead { En: "A site that you signed in to asks for this." }
    logout_stay { En: "Stay signed in" }
    fact_learns { En: "Shares" }

    broken_title { En: "Something here is not working" }
    broken_advice { En: "This is not your fault. Try again in a moment." }
    wrong_address_title { En: "This site has another address" }
    wrong_address_step { En: "Open it there" }
    not_found_title { En: "There is nothing here" }
    not_found_advice { En: "The address may be mistyped, or the page has moved." }
    malformed_title { En: "This request was not understood" }
    malformed_advice { En: "Go back, reload the page, and try again." }
    too_many_title { En: "Too many tries" }
    cross_site_title { En: "This came from another site" }
}

/// Texts with something in them.
#[expect(missing_docs, reason = "the text says it")]
impl Lang {
    pub fn wrong_address(self, opened: &str, origin: &str) -> String {
        match self {
            Self::En => naming!(
                "You opened {opened}, but people sign in at {origin}. Open that address instead.",
                opened,
                origin
            ),
        }
    }

    pub fn cross_site_advice(self, origin: &str) -> String {
        match self {
            Self::En => naming!("Blocked for your safety. Open {origin} and try again.", origin),
        }
    }

    pub fn signin_to(self, site: &str) -> String {
        match self {
            Self::En => naming!("to {site}", site),
        }
    }

    pub fn signin_to_confirm(self, host: &str) -> String {
        match self {
            Self::En => naming!("Sign in to {host} on this phone first. Then you see who is asking.", host),
        }
    }

    pub fn home_signed_in(self, site: &str) -> String {
        match self {
            Self::En => naming!("You are signed in to {site} on this device.", site),
        }
    }

    #[cfg(feature = "ssr")]
    pub fn unknown_redirect_advice(self, app: &str) -> String {
        match self {
            Self::En => naming!(
                "{app} tried to send you to an unregistered address. Its operator has to register this address here.",
                app
            ),
        }
    }

    #[cfg(feature = "ssr")]
    pub fn unknown_origin_advice(self, app: &str, origin: &str) -> String {
        match self {
            Self::En => naming!(
                "{app} shows its code on a page that is not registered: {origin}. Its operator has to register this origin here.",
                app,
                origin
            ),
        }
    }

    #[cfg(feature = "ssr")]
    pub fn other_dialect_advice(self, app: &str) -> String {
        match self {
            Self::En => naming!(
                "{app} is registered here for another sign-in protocol. Its operator can change that here.",
                app
            ),
        }
    }

    pub fn login_heading(self, site: &str) -> String {
        match self {
            Self::En => naming!("Sign in to {site}", site),
        }
    }

    pub fn login_leave(self, app: &str) -> String {
        match self {
            Self::En => naming!("Back to {app} without signing in", app),
        }
    }

    /// Said where somebody may be signed in already, and is asked all the same.
    pub fn login_scan_only(self, app: &str) -> String {
        match self {
            Self::En => naming!("{app} asks you to sign in by a scan.", app),
        }
    }

    pub fn panel_scanned_by(self, name: &str) -> String {
        match self {
            Self::En => naming!("{name}: Confirm on your phone", name),
        }
    }

    pub fn panel_approved_by(self, name: &str) -> String {
        match self {
            Self::En => naming!("Approved by {name}.", name),
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
            Self::En => naming!("Sign out of {host}?", host),
        }
    }

    pub fn consent_question(self, app: &str) -> String {
        match self {
            Self::En => naming!("Continue to {app}?", app),
        }
    }

    pub fn fact_device_both(self, browser: &str, system: &str) -> String {
        match self {
            Self::En => naming!("{browser} on {system}", browser, system),
        }
    }

    pub fn fact_device_one(self, name: &str) -> String {
        data(name)
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
            Self::En => naming!("Also signed in to {host}, for up to {hours} hours", host),
        }
    }

    pub fn fact_effect_hours(self, hours: u64) -> String {
        match self {
            Self::En => format!("That device stays signed in for up to {hours} hours"),
        }
    }

    /// `device` as [`fact_device_both`](Self::fact_device_both) says it.
    pub fn done_lead(self, device: &str, host: &str) -> String {
        match self {
            Self::En => naming!("{device} is signed in to {host}.", host),
        }
    }
}
