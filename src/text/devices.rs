//! Texts about where somebody is signed in, and about their password. No island says any of them.

use std::time::Duration;

use super::Lang;

catalogue! {
    home_devices { En: "Where you are signed in" }
    home_password_change { En: "Change your password" }

    devices_title { En: "Where you are signed in" }
    devices_lead { En: "These devices can act as you. Sign out any that you do not recognise, then change your password." }
    devices_ended { En: "Signed out, including the sites that were reached from there." }
    devices_gone { En: "That device was already signed out." }
    devices_this { En: "This device" }
    devices_by_password { En: "Signed in with your password" }
    devices_by_scan { En: "Signed in by a scan you approved" }
    devices_end { En: "Sign out" }
    devices_end_others { En: "Sign out all other devices" }
    done_not_me { En: "This was not me: sign it out" }

    new_password_title { En: "Change your password" }
    new_password_lead { En: "Enter your current password, then choose a new one." }
    new_password_old { En: "Current password" }
    new_password_new { En: "New password" }
    new_password_others { En: "Sign out all other devices" }
    new_password_save { En: "Change password" }
    new_password_done { En: "Your password is changed." }
    new_password_wrong { En: "That is not your current password. Nothing was changed." }

    password_first_lead { En: "This device was signed in by a scan. Enter your password to continue." }
    password_first_title { En: "Your password is needed" }
    password_first_advice { En: "A device that was signed in by a scan cannot do this. Sign in with your password, then try again." }
}

/// Texts with something in them.
#[expect(missing_docs, reason = "the text says it")]
impl Lang {
    pub fn devices_times(self, opened: Duration, used: Duration) -> String {
        match self {
            Self::En => {
                let [opened, used] = [opened, used].map(|ago| self.fact_age_ago(ago.as_secs()));
                format!("signed in {opened}, last used {used}")
            }
        }
    }

    pub fn devices_end_one(self, what: &str, times: &str) -> String {
        match self {
            Self::En => format!("Sign out: {what}, {times}"),
        }
    }
}
