//! Texts about apps: for whoever looks after them, and for whoever signed in to them. No island says any of them.

use super::Lang;
use crate::consent::field::{Field, Fields};
use crate::consent::scope::{Scope, Scopes};
use crate::ticket::time::Timestamp;

catalogue! {
    apps_title { En: "Apps" }
    apps_lead { En: "Sites that sign people in through this server." }
    apps_none { En: "No app is registered yet. Add the first site that is to sign people in through this server." }
    app_title { En: "App" }
    app_add { En: "Add an app" }
    app_add_lead { En: "A name and an address are enough. Everything else can be changed later." }
    app_add_submit { En: "Add app" }
    app_save { En: "Save" }
    app_not_saved { En: "Not saved. Check the marked field." }
    app_outdated { En: "Not saved. Someone else changed this app since you opened its page. Its change log is at the foot of the page. Save again to keep what you typed here." }
    app_is_disabled { En: "disabled" }

    app_name { En: "Name" }
    app_name_hint { En: "What people are shown when they are asked to sign in." }
    app_redirect_uris { En: "Redirect URIs" }
    app_redirect_uri { En: "Redirect URI" }
    app_redirect_hint { En: "Where people are sent back to, compared letter by letter, such as \u{2068}https://shop.example/signed-in\u{2069}. Leave the fields that you do not need empty." }
    app_public { En: "Public client (no secret)" }
    app_public_hint { En: "For apps that run on people's own devices: in a browser, on a phone. They use PKCE instead of a secret. This cannot be changed later." }
    app_more { En: "More settings" }
    app_dialect { En: "Protocol" }
    app_speaks_oidc { En: "OpenID Connect" }
    app_speaks_wechat { En: "WeChat" }
    app_speaks_both { En: "OpenID Connect and WeChat" }
    app_dialect_hint { En: "Choose OpenID Connect, unless the site was built for WeChat's sign-in." }
    app_logout_uris { En: "Post-logout redirect URIs" }
    app_logout_uri { En: "Post-logout redirect URI" }
    app_logout_hint { En: "Where people may be sent after they sign out." }
    app_backchannel { En: "Back-channel logout URI" }
    app_backchannel_hint { En: "This server calls it when somebody signs out here." }
    app_verification { En: "People sign in" }
    app_verification_hint { En: "The app may ask for more than this, but never gets less." }
    app_verification_any { En: "Once: people who are already signed in here continue at once" }
    app_verification_fresh { En: "Each time, by a scan or a password" }
    app_verification_scan { En: "Each time, by a scan only" }
    app_lives { En: "Tokens" }
    app_lives_hint { En: "Changes count from the next sign-in or refresh. In WeChat's protocol tokens live as long as on that platform." }
    app_access_life { En: "Access tokens expire after this many minutes (1 to 60)" }
    app_refresh_idle { En: "Unused refresh tokens expire after this many hours (1 to 2160)" }
    app_refresh_max { En: "All refresh tokens expire after this many hours (1 to 8760)" }
    app_algorithm { En: "ID tokens are signed with" }
    app_algorithm_hint { En: "Every library knows RS256." }
    app_rights { En: "Rights and duties" }
    app_pairwise { En: "Pairwise subject IDs" }
    app_pairwise_hint { En: "No two apps can tell that they know the same person. If you change this, or the host, everybody gets a new ID at this app." }
    app_pushed_only { En: "Require pushed requests" }
    app_pushed_only_hint { En: "RFC 9126: the app sends its request to this server before it sends its visitor." }
    app_device { En: "Devices without a browser" }
    app_device_hint { En: "RFC 8628: it may show codes on a television or in a terminal." }
    app_credentials { En: "Tokens for itself" }
    app_credentials_hint { En: "RFC 6749 §4.4: client credentials, with no person involved." }
    app_without_pkce { En: "Allow sign-ins without PKCE" }
    app_without_pkce_hint { En: "Only for software that does not support PKCE. Sign-ins are safer with it." }
    app_by_host { En: "WeChat: any path on the host" }
    app_by_host_hint { En: "The host of a redirect URI is enough, as on that platform." }
    app_in_id_token { En: "Profile claims in the ID token, too" }
    app_in_id_token_hint { En: "For libraries that read nothing else, as Auth.js, Streamlit and passport-openidconnect do by default." }
    app_told { En: "WeChat: tell it of refusals" }
    app_told_hint { En: "People who deny a sign-in are sent back to the app too, with its state and no code." }
    app_origins { En: "Embed origins" }
    app_origin { En: "Embed origin" }
    app_origin_hint { En: "Whose pages may show its code in a frame, such as \u{2068}https://shop.example\u{2069}." }
    app_keys { En: "Public keys" }
    app_keys_hint { En: "A JWK set. The app can use its keys instead of its secret (RFC 7523)." }

    app_wrong_name { En: "A name has 1 to 64 characters on one line." }
    app_name_taken { En: "Another app has this name, or one that looks the same. Choose a name that people can tell apart." }
    app_wrong_uris { En: "Give 1 to 16 redirect URIs, each of them once." }
    app_wrong_hosts { En: "Pairwise subject IDs need all redirect URIs to be on one host." }
    app_wrong_public_wechat { En: "A public client has to use OpenID Connect: WeChat's sign-in needs a secret." }
    app_wrong_public_rights { En: "A public client always has to use PKCE, and gets tokens for itself only if it has public keys." }
    app_wrong_logout_uris { En: "Give up to 16 post-logout redirect URIs, each of them once." }
    app_wrong_backchannel { En: "This server does not call link-local addresses (169.254.…, fe80::…) or a cloud's metadata addresses. Give an address of the app." }
    app_wrong_origins { En: "Give up to 16 embed origins, each of them once." }
    app_wrong_origin { En: "An origin is https://host or https://host:port in lower case, and nothing more." }
    app_wrong_origin_host { En: "Browsers cannot be told to allow this host. Give a name of letters, digits and hyphens, not an IPv6 address." }
    app_wrong_keys { En: "This is not a JWK set of 1 to 8 public keys. Private keys stay with the app." }
    app_wrong_access_life { En: "Give whole minutes, 1 to 60." }
    app_wrong_refresh_idle { En: "Give whole hours, 1 to 2160 (90 days)." }
    app_wrong_refresh_max { En: "Give whole hours, up to 8760 (a year), and no fewer than for unused tokens." }
    app_uri_malformed { En: "This is not a complete address of up to 512 plain characters, such as \u{2068}https://shop.example/signed-in\u{2069}." }
    app_uri_insecure { En: "It has to start with https://. Plain http:// is only for 127.0.0.1, [::1] and localhost." }
    app_uri_fragment { En: "It cannot have a fragment (#…)." }
    app_uri_ambiguous { En: "It cannot have a user name, a backslash, a wildcard, or dots for folders in it." }
    app_uri_native { En: "Only a public client on people's own devices may use a scheme of its own, such as \u{2068}com.example.app:/signed-in\u{2069}." }

    app_fresh_secret { En: "Its secret" }
    app_fresh_hint { En: "Copy it into the app's configuration now: it is not shown again." }
    app_connect { En: "Connect it" }
    app_id { En: "App ID" }
    app_issuer { En: "Issuer" }
    app_snippets_hint { En: "Ready to paste. Keep the secret in the environment, as TESSERA_SECRET." }
    app_settings { En: "Settings" }
    app_secret { En: "Secret" }
    app_rotate { En: "Make a new secret" }
    app_rotate_hint { En: "It is shown once. The current secret keeps working until you make another one, so nothing stops in the meantime." }
    app_disable_title { En: "Disable" }
    app_disable { En: "Disable this app" }
    app_disable_hint { En: "Nobody can sign in through this app any more. Its settings are kept." }
    app_enable_title { En: "Enable" }
    app_enable { En: "Enable this app" }
    app_enable_hint { En: "People can sign in through this app again." }
    copy { En: "Copy" }
    copied { En: "Copied" }

    try_it { En: "Try it" }
    try_hint { En: "Sign in through this app yourself, and see what it would receive. The app is not involved, and nothing is kept." }
    try_oidc { En: "Try OpenID Connect" }
    try_wechat { En: "Try WeChat" }
    try_title { En: "Trying the app" }
    try_received { En: "It works. This is what the app would have received." }
    try_refused { En: "There was no sign-in. This is what the app would have been told." }
    try_over { En: "This try is over. Its result is shown once, to the person who started it." }
    try_ended { En: "The tokens of this try were revoked at once. What you allowed is still under Apps you allowed." }
    try_again { En: "Back to try again" }
    try_mend_denied { En: "The sign-in was denied, here or on the phone. Try again and approve." }
    try_mend_again { En: "Try again. If it happens again, look at this server's log." }
    try_answer { En: "At its redirect URI" }
    try_token { En: "From the token endpoint" }
    try_access_token { En: "From /sns/oauth2/access_token" }
    try_id_token { En: "In the ID token" }
    try_userinfo { En: "From userinfo" }

    logo_title { En: "Logo" }
    logo_hint { En: "A square picture (PNG, JPEG or WebP, 8 MB at most) that people see beside the name. Without one they see initials." }
    logo_file { En: "Picture file" }
    logo_upload { En: "Upload" }
    logo_replace { En: "Replace" }
    logo_remove { En: "Remove the logo" }
    theme_title { En: "This frame could not be read" }
    theme_value { En: "Colours are #rrggbb, the radius is a number of pixels up to 24, the font is system, sans, serif, rounded or mono, and the scheme light, dark or auto." }
    theme_auto { En: "A colour needs a background that is known: add scheme=light or scheme=dark, or give a background." }
    theme_contrast { En: "Text and accent need a contrast of 4.5:1 with the background. Choose darker or lighter ones, or the other scheme." }

    acts_title { En: "Change log" }
    acts_lead { En: "Every change to an app, newest first. Lines are kept for 400 days." }
    acts_none { En: "No changes yet." }
    acts_no_more { En: "Nothing older." }
    acts_older { En: "Older" }
    acts_newest { En: "Newest" }
    acts_all { En: "Change log of all apps" }
    acts_of_app { En: "Change log" }
    act_added { En: "registered" }
    act_changed { En: "changed" }
    act_rotated { En: "given a new secret" }
    act_disabled { En: "disabled" }
    act_enabled { En: "enabled" }
    act_tried { En: "tried" }
    act_by_command { En: "On the command line" }
    act_by_file { En: "From the apps file" }

    home_apps { En: "Apps you allowed" }
    home_admin_apps { En: "Manage apps" }
    allowed_outdated { En: "Not saved. What this app may know was changed elsewhere since you opened this page. This is how it is now." }
    allowed_title { En: "Apps you allowed" }
    allowed_none { En: "You have not signed in to any site with this account yet." }
    allowed_lead { En: "Sites that you signed in to with this account, and what you share with them." }
    allowed_withdraw { En: "Withdraw" }
    allowed_change_hint { En: "Changes count as soon as you save them, even where you are signed in. Each site has boxes for what it asks for and you have filled in:" }
    allowed_withdraw_hint { En: "After you withdraw, a site gets nothing more from here and has to ask again next time. It may keep what it already knows, and you may still be signed in there." }
}

/// Texts with something in them.
#[expect(missing_docs, reason = "the text says it")]
impl Lang {
    /// What was done, by its word in the address; any other word says nothing.
    pub fn app_done(self, done: &str) -> Option<&'static str> {
        match (self, done) {
            (Self::En, "added") => Some("The app is registered."),
            (Self::En, "saved") => Some("Saved."),
            (Self::En, "disabled") => Some("Disabled. Nobody can sign in through this app any more."),
            (Self::En, "logo") => Some("People see its logo from now on."),
            (Self::En, "no-logo") => Some("People see its initials from now on."),
            (Self::En, "enabled") => Some("Enabled. People can sign in through this app again."),
            _ => None,
        }
    }

    pub fn app_disabled_since(self, since: Timestamp) -> String {
        match self {
            Self::En => format!("Disabled since {}. Nobody can sign in through this app.", self.date(since)),
        }
    }

    pub fn allowed_since(self, since: Timestamp) -> String {
        match self {
            Self::En => format!("Since {}", self.date(since)),
        }
    }

    pub fn learns(self, scopes: &Scopes, fields: Fields) -> &'static str {
        match (self, fields.is_empty(), scopes.has(Scope::OfflineAccess)) {
            (Self::En, true, false) => "An ID for you, but no personal details",
            (Self::En, true, true) => "An ID for you, even when you are not using it",
            (Self::En, false, false) => "An ID for you, plus what you tick",
            (Self::En, false, true) => "An ID for you, plus what you tick, even when you are not using it",
        }
    }

    pub fn field(self, field: Field) -> &'static str {
        match (self, field) {
            (Self::En, Field::Name) => "Name",
            (Self::En, Field::Picture) => "Picture",
            (Self::En, Field::Language) => "Language",
            (Self::En, Field::Gender) => "Gender",
            (Self::En, Field::Place) => "Place",
        }
    }

    /// What a reader who hears one button after the other is told of each.
    pub fn allowed_withdraw_from(self, app: &str) -> String {
        match self {
            Self::En => format!("Withdraw from {app}"),
        }
    }

    pub fn allowed_save_for(self, app: &str) -> String {
        match self {
            Self::En => format!("Save what {app} learns"),
        }
    }

    /// What a part of what an app receives is called.
    pub fn try_part(self, name: &str) -> &'static str {
        match name {
            "answer" => self.try_answer(),
            "token" => self.try_token(),
            "access_token" => self.try_access_token(),
            "id_token" => self.try_id_token(),
            _ => self.try_userinfo(),
        }
    }

    pub fn malformed_by_app(self, why: &str) -> String {
        match self {
            Self::En => format!("The site's developer needs to fix this: {why}."),
        }
    }

    pub fn act_by(self, name: &str, address: &str) -> String {
        match self {
            Self::En => naming!("{name}, at {address}", name, address),
        }
    }

    pub fn date_and_time(self, moment: Timestamp) -> String {
        match self {
            Self::En => calendar(moment).strftime("%-d %B %Y, %H:%M UTC").to_string(),
        }
    }

    pub fn date(self, moment: Timestamp) -> String {
        match self {
            Self::En => calendar(moment).strftime("%-d %B %Y").to_string(),
        }
    }
}

/// A moment for programs, and for people who compare it with a log.
pub fn rfc3339(moment: Timestamp) -> String {
    calendar(moment).to_string()
}

/// The second that a moment is in; of a moment after the year 9999 the last one of that year.
fn calendar(moment: Timestamp) -> jiff::Timestamp {
    let second = i64::try_from(moment.as_millis() / 1000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_said_as_people_say_it() {
        let at = |seconds: u64| Lang::En.date(Timestamp::from_millis(seconds * 1000));
        assert_eq!(at(0), "1 January 1970");
        assert_eq!(at(951_782_400), "29 February 2000");
        assert_eq!(at(951_868_800), "1 March 2000");
        assert_eq!(at(1_735_689_599), "31 December 2024");
        assert_eq!(at(1_800_000_000), "15 January 2027");
        let moment = Timestamp::from_millis(1_800_003_661_999);
        assert_eq!(rfc3339(moment), "2027-01-15T09:01:01Z");
        assert_eq!(Lang::En.date_and_time(moment), "15 January 2027, 09:01 UTC");
    }
}
