//! The table `[account]` of the configuration file.

use serde::{Deserialize, Serialize};
use url::Url;

use super::wrong_setting::{WrongSetting, within};

/// Largest number of further origins of passkeys. Browsers accept at least five different names among them (WebAuthn
/// Level 3 §5.11.1).
const ORIGINS: usize = 16;

/// The table `[account]`: after how many hours sessions end, how long the activity of accounts is kept, and
/// how people sign in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Hours without use after which a session that was opened by password ends.
    pub password_idle_hours: u64,
    /// Hours after which a session that was opened by password ends in any case.
    pub password_max_hours: u64,
    /// Hours without use after which a session that was opened by a scan ends.
    pub scan_idle_hours: u64,
    /// Hours after which a session that was opened by a scan ends in any case.
    pub scan_max_hours: u64,
    /// Days for which lines of activity and receipts are kept.
    pub activity_days: u64,
    /// Who makes accounts.
    pub sign_up: SignUp,
    /// The domain that passkeys belong to: the host of the public URL, or a domain above it. `None` for the host.
    pub passkey_domain: Option<String>,
    /// Further origins, beside the public URL, on which browsers may use the passkeys of this server.
    pub passkey_origins: Vec<String>,
    /// Whether people may sign in with a password.
    pub passwords: Passwords,
}

/// Whether people may sign in with a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Passwords {
    /// They may.
    #[default]
    On,
    /// They may not: no page offers or accepts one.
    Off,
}

/// Who makes accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Those who manage people, who invite them by one-time links.
    #[default]
    Invited,
    /// Anybody, on the page `/signup`, and those who manage people.
    Open,
    /// The operator on the command line; the pages invite nobody.
    Closed,
}

impl Default for Account {
    fn default() -> Self {
        // A phone stays signed in for weeks, and a browser that was signed in by it for a working day (BCP
        // 247 §6.1.10).
        // Activity is kept for more than a year, so that a yearly review misses none.
        Self {
            password_idle_hours: 336,
            password_max_hours: 2160,
            scan_idle_hours: 8,
            scan_max_hours: 24,
            activity_days: 400,
            sign_up: SignUp::default(),
            passkey_domain: None,
            passkey_origins: Vec::new(),
            passwords: Passwords::On,
        }
    }
}

impl Account {
    pub(super) fn check(&self) -> Result<(), WrongSetting> {
        const YEAR: u64 = 366 * 24;
        within("account.activity_days", self.activity_days, 1, 3660)?;
        for (key, idle, most) in [
            ("account.password", self.password_idle_hours, self.password_max_hours),
            ("account.scan", self.scan_idle_hours, self.scan_max_hours),
        ] {
            within(&format!("{key}_max_hours"), most, 1, YEAR)?;
            let idle_hours = format!("{key}_idle_hours");
            within(&idle_hours, idle, 1, YEAR)?;
            if idle > most {
                return Err(WrongSetting::new(
                    &idle_hours,
                    format_args!("is {idle}, and a session ends after {key}_max_hours = {most} in any case"),
                ));
            }
        }
        self.check_passkeys()
    }

    /// Checks the form of the domain and the origins of passkeys. Whether they fit the public URL is checked at the start.
    fn check_passkeys(&self) -> Result<(), WrongSetting> {
        if let Some(domain) = &self.passkey_domain {
            let is_domain = Url::parse(&format!("https://{domain}")).is_ok_and(|url| url.domain() == Some(domain));
            if !is_domain {
                let what = format_args!("is {domain:?}; it is a domain in lower case, such as example.com");
                return Err(WrongSetting::new("account.passkey_domain", what));
            }
        }
        if self.passkey_origins.len() > ORIGINS {
            return Err(WrongSetting::new("account.passkey_origins", format_args!("has more than {ORIGINS} origins")));
        }
        for origin in &self.passkey_origins {
            let is_origin = Url::parse(origin).is_ok_and(|url| {
                url.scheme() == "https" && url.domain().is_some() && url.origin().ascii_serialization() == *origin
            });
            if !is_origin {
                let what = format_args!("has {origin:?}; it is an origin such as https://login.example.org");
                return Err(WrongSetting::new("account.passkey_origins", what));
            }
        }
        Ok(())
    }

    /// Returns whether people may sign in with a password.
    pub fn takes_passwords(&self) -> bool {
        self.passwords == Passwords::On
    }
}
