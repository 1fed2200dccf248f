//! Texts about where somebody is signed in, and about their password. No island says any of them.

use std::time::Duration;

use super::Lang;

catalogue! {
    home_devices { En: "Where you are signed in" }
    home_password_change { En: "Change your password" }

    devices_title { En: "Where you are signed in" }
    devices_lead { En: "Each of these devices acts in your name. End what you do not know, then change your password." }
    devices_ended { En: "It is signed out, and so are the sites that were signed in by it." }
    devices_gone { En: "It was signed out already." }
    devices_this { En: "This device" }
    devices_by_password { En: "Signed in with your password" }
    devices_by_scan { En: "Signed in by a scan that you approved" }
    devices_end { En: "Sign out" }
    devices_end_others { En: "Sign out all other devices" }
    done_not_me { En: "That was not me: sign it out" }

    new_password_title { En: "Change your password" }
    new_password_lead { En: "Give the password that you have, and the one that is to take its place." }
    new_password_old { En: "Password that you have" }
    new_password_new { En: "New password" }
    new_password_others { En: "Sign out all other devices" }
    new_password_save { En: "Change password" }
    new_password_done { En: "Your password is changed." }
    new_password_wrong { En: "That is not the password that you have. Nothing was changed." }

    password_first_title { En: "Your password is needed" }
    password_first_advice { En: "What a scan signed in is not enough for this. Sign in with the password, then do it again." }
}

/// Texts with something in them.
#[expect(missing_docs, reason = "the text says it")]
impl Lang {
    pub fn devices_times(self, opened: Duration, used: Duration) -> String {
        match self {
            Self::En => {
                let [opened, used] = [opened, used].map(|ago| self.fact_age_ago(ago.as_secs()));
                format!("opened {opened}, used {used}")
            }
        }
    }

    pub fn devices_end_one(self, what: &str, times: &str) -> String {
        match self {
            Self::En => format!("Sign out: {what}, {times}"),
        }
    }
}
