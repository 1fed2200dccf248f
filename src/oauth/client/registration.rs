//! The registration data of an app (an OAuth client), and their checks.

use thiserror::Error;

use super::embed_origin::{fits_a_policy, is_origin};
use super::public_keys::are_public_keys;
use super::redirect_uri::{NotARedirectUri, RedirectUri};
use super::secret::AppSecret;
use crate::account::DisplayName;
use crate::names::NotAName;
use crate::outbound::names_reachable;
use crate::store::records::app_log::Alike;
use crate::store::records::app_options::{AppOptions, SubjectType, Switch, TokenLifetimes};
use crate::store::records::apps::{App, Dialects};
use crate::store::records::people::Audience;
use crate::ticket::ids::AppId;
use crate::ticket::time::Timestamp;
use crate::web::bounds::{ACCESS_TOKEN_MINUTES, REDIRECT_URIS, REFRESH_IDLE_HOURS, REFRESH_MAX_HOURS};

/// The registration data of an app as they are given when it is registered or changed, not checked yet.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// The name that people are shown.
    pub name: String,
    /// The redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The protocols that the app speaks.
    pub dialects: Dialects,
    /// Whether the app has a client secret. One without authenticates by keys, or is a public client on people's own
    /// devices, which relies on PKCE.
    pub has_secret: bool,
    /// The options.
    pub options: AppOptions,
    /// Who may use the app. The groups must exist, which is not checked here.
    pub audience: Audience,
}

/// Why registration data are refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAnApp {
    /// The name is not valid.
    #[error("{0}")]
    Name(NotAName),
    /// The name looks the same as that of another app.
    #[error("the app {} is called {:?}, which looks the same", .0.id, .0.name)]
    Taken(Alike),
    /// There are no redirect URIs or too many, or one is there twice.
    #[error("an app has 1 to {REDIRECT_URIS} redirect URIs, each of them once")]
    HowManyUris,
    /// A redirect URI is not valid.
    #[error("{0:?}: {1}")]
    Uri(String, NotARedirectUri),
    /// The app has pairwise subject identifiers and redirect URIs on several hosts, so it is not clear for
    /// which host the identifiers are (OpenID Connect Core §8.1).
    #[error("an app with pairwise subject IDs has all its redirect URIs on one host")]
    Hosts,
    /// A public client speaks WeChat's dialect, which has no PKCE: without a secret, anyone who sees a code
    /// could use it.
    #[error("a public client speaks oidc: the dialect of WeChat needs a secret")]
    PublicWeChat,
    /// An app without a secret may not do without PKCE, and may use the client credentials grant only if it
    /// has keys.
    #[error(
        "a public client proves itself by PKCE alone: it cannot do without, and gets tokens for itself only if it has keys"
    )]
    PublicRights,
    /// There are too many post-logout redirect URIs, or one is there twice.
    #[error("an app has up to {REDIRECT_URIS} post-logout redirect URIs, each of them once")]
    HowManyLogoutUris,
    /// A post-logout redirect URI is not valid.
    #[error("post-logout redirect URI {0:?}: {1}")]
    LogoutUri(String, NotARedirectUri),
    /// The back-channel logout URI is not valid.
    #[error("back-channel logout URI {0:?}: {1}")]
    BackchannelUri(String, NotARedirectUri),
    /// The back-channel logout URI leads to a link-local address or to a cloud's metadata service.
    #[error("back-channel logout URI {0:?}: this server calls no link-local address, and none of a cloud's metadata")]
    BackchannelAddress(String),
    /// The URL of the home page is not valid.
    #[error("home page {0:?}: {1}")]
    ClientUri(String, NotARedirectUri),
    /// There are too many embed origins, or one is there twice.
    #[error("an app has up to {REDIRECT_URIS} embed origins, each of them once")]
    HowManyOrigins,
    /// An embed origin is not written as browsers write it.
    #[error("{0:?}: an embed origin is https://host or https://host:port in lower case, and nothing more")]
    Origin(String),
    /// An embed origin cannot be named in a content security policy, because its host is an IPv6 address,
    /// or has other characters than letters, digits, hyphens and dots (CSP3 §2.3.1).
    #[error(
        "{0:?}: an embed origin has a host of letters, digits and hyphens; no IPv6 address, for browsers cannot be told to allow it"
    )]
    OriginHost(String),
    /// The keys are not a set of public keys, or there are too many.
    #[error("an app's keys are a JWK set with 1 to 8 public keys and no private one")]
    Keys,
    /// The lifetime of access tokens is out of bounds.
    #[error("an access token lives 1 to 60 minutes")]
    AccessLife,
    /// The time for which a refresh token may be unused is out of bounds.
    #[error("a refresh token may be unused for 1 to 2160 hours, which is 90 days")]
    RefreshIdle,
    /// The lifetime of refresh tokens is out of bounds, or shorter than the time for which one may be unused.
    #[error(
        "refresh tokens of one sign-in live 1 to 8760 hours, which is a year, and not shorter than they may be unused"
    )]
    RefreshMax,
}

impl NewApp {
    /// Returns the registration data of a registered app.
    pub fn of(app: &App) -> Self {
        Self {
            name: app.name.clone(),
            redirect_uris: app.redirect_uris.clone(),
            dialects: app.dialects,
            has_secret: !app.secrets.is_empty(),
            options: app.options.clone(),
            audience: app.audience.clone(),
        }
    }

    /// Checks the registration data and makes an app of them, which is not stored yet. Returns it with its secret, which
    /// is `None` for an app without one. `id` and `secret` must be newly made, which is not checked.
    ///
    /// # Errors
    /// The registration data are not valid.
    pub fn register(self, id: AppId, secret: AppSecret, now: Timestamp) -> Result<(App, Option<AppSecret>), NotAnApp> {
        let name = self.check()?;
        let secret = self.has_secret.then_some(secret);
        let app = App {
            id,
            name: name.as_str().to_owned(),
            dialects: self.dialects,
            redirect_uris: self.redirect_uris,
            secrets: secret.iter().map(AppSecret::hash).collect(),
            created_at: now,
            disabled_at: None,
            options: self.options,
            audience: self.audience,
            owner: None,
        };
        Ok((app, secret))
    }

    /// Checks these registration data and returns the app changed to them, which is not stored yet. Two things
    /// stay as they are, whatever the data say: whether the app has a secret, and its logo.
    ///
    /// # Errors
    /// The registration data are not valid.
    pub fn change(self, app: App) -> Result<App, NotAnApp> {
        let given = Self { has_secret: !app.secrets.is_empty(), ..self };
        let name = given.check()?.as_str().to_owned();
        let options = AppOptions { logo: app.options.logo, ..given.options };
        let (dialects, redirect_uris, audience) = (given.dialects, given.redirect_uris, given.audience);
        Ok(App { name, dialects, redirect_uris, options, audience, ..app })
    }

    fn check(&self) -> Result<DisplayName, NotAnApp> {
        let name: DisplayName = self.name.parse().map_err(NotAnApp::Name)?;
        if self.redirect_uris.is_empty() || !is_a_short_set(&self.redirect_uris) {
            return Err(NotAnApp::HowManyUris);
        }
        let mut sectors = Vec::new();
        for uri in &self.redirect_uris {
            let uri = self.check_uri(uri).map_err(|why| NotAnApp::Uri(uri.clone(), why))?;
            sectors.push(uri.sector());
        }
        for uri in &self.options.post_logout_redirect_uris {
            self.check_uri(uri).map_err(|why| NotAnApp::LogoutUri(uri.clone(), why))?;
        }
        if self.options.subject_type == SubjectType::Pairwise && sectors.iter().any(|sector| *sector != sectors[0]) {
            return Err(NotAnApp::Hosts);
        }
        if !self.has_secret && self.dialects != Dialects::Oidc {
            return Err(NotAnApp::PublicWeChat);
        }
        let options = &self.options;
        // Keys authenticate an app as well as a secret does.
        let gets_own_tokens = options.has(Switch::ClientCredentials) && options.jwks.is_none();
        if !self.has_secret && (options.has(Switch::WithoutPkce) || gets_own_tokens) {
            return Err(NotAnApp::PublicRights);
        }
        check_options(&self.options)?;
        Ok(name)
    }

    fn check_uri(&self, uri: &str) -> Result<RedirectUri, NotARedirectUri> {
        let uri: RedirectUri = uri.parse()?;
        if uri.is_private_use() && self.has_secret { Err(NotARedirectUri::NativeOnly) } else { Ok(uri) }
    }
}

fn check_options(options: &AppOptions) -> Result<(), NotAnApp> {
    if !is_a_short_set(&options.post_logout_redirect_uris) {
        return Err(NotAnApp::HowManyLogoutUris);
    }
    if let Some(uri) = &options.backchannel_logout_uri {
        RedirectUri::parse_web(uri).map_err(|why| NotAnApp::BackchannelUri(uri.clone(), why))?;
        if !names_reachable(uri) {
            return Err(NotAnApp::BackchannelAddress(uri.clone()));
        }
    }
    if let Some(uri) = &options.client_uri {
        RedirectUri::parse_web(uri).map_err(|why| NotAnApp::ClientUri(uri.clone(), why))?;
    }
    if !is_a_short_set(&options.embed_origins) {
        return Err(NotAnApp::HowManyOrigins);
    }
    if let Some(wrong) = options.embed_origins.iter().find(|origin| !is_origin(origin)) {
        return Err(NotAnApp::Origin(wrong.clone()));
    }
    if let Some(wrong) = options.embed_origins.iter().find(|origin| !fits_a_policy(origin)) {
        return Err(NotAnApp::OriginHost(wrong.clone()));
    }
    if options.jwks.as_ref().is_some_and(|keys| !are_public_keys(keys)) {
        return Err(NotAnApp::Keys);
    }
    check_lifetimes(options.token_lifetimes)
}

fn check_lifetimes(lifetimes: TokenLifetimes) -> Result<(), NotAnApp> {
    if !ACCESS_TOKEN_MINUTES.contains(&lifetimes.access_token_minutes) {
        return Err(NotAnApp::AccessLife);
    }
    if !REFRESH_IDLE_HOURS.contains(&lifetimes.refresh_idle_hours) {
        return Err(NotAnApp::RefreshIdle);
    }
    let (idle, most) = (lifetimes.refresh_idle_hours, lifetimes.refresh_max_hours);
    if !REFRESH_MAX_HOURS.contains(&most) || most < idle {
        return Err(NotAnApp::RefreshMax);
    }
    Ok(())
}

fn is_a_short_set(texts: &[String]) -> bool {
    texts.len() <= REDIRECT_URIS && !texts.iter().enumerate().any(|(at, text)| texts[..at].contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> NewApp {
        NewApp {
            name: "Shop".to_owned(),
            redirect_uris: vec!["https://shop.example/signed-in".to_owned()],
            dialects: Dialects::Oidc,
            has_secret: true,
            options: AppOptions::default(),
            audience: Audience::Everyone,
        }
    }

    fn register(app: NewApp) -> Result<(App, Option<AppSecret>), NotAnApp> {
        app.register(AppId::from_random([7; 8]), AppSecret::from_random([8; 32]), Timestamp::from_millis(0))
    }

    #[test]
    fn an_app_is_known_by_its_secret_and_by_no_other() {
        let (app, secret) = register(shop()).expect("right");
        let shown = secret.expect("a secret").expose();
        assert!(AppSecret::fits(&shown, &app));
        for wrong in ["", "secret", &shown[1..], &format!("{shown}="), &AppSecret::from_random([9; 32]).expose()] {
            assert!(!AppSecret::fits(wrong, &app), "{wrong}");
        }
        let (public, none) = register(NewApp { has_secret: false, ..shop() }).expect("right");
        assert!(none.is_none() && public.secrets.is_empty());
        assert!(!AppSecret::fits(&shown, &public));
    }

    #[test]
    fn what_is_kept_of_an_app_does_not_print_its_secret() {
        let (app, secret) = register(shop()).expect("right");
        assert_eq!(format!("{:?} {:?}", app.secrets, secret), "[AppSecretHash] Some(AppSecret)");
    }

    #[test]
    fn an_app_that_is_not_right_is_refused_in_words() {
        let refused = |app: NewApp| register(app).map(|_| ()).expect_err("not right");
        assert_eq!(refused(NewApp { name: " ".to_owned(), ..shop() }), NotAnApp::Name(NotAName::Length));
        assert_eq!(refused(NewApp { redirect_uris: Vec::new(), ..shop() }), NotAnApp::HowManyUris);
        let many = (0..=REDIRECT_URIS).map(|at| format!("https://shop.example/{at}")).collect();
        assert_eq!(refused(NewApp { redirect_uris: many, ..shop() }), NotAnApp::HowManyUris);
        let twice = vec![shop().redirect_uris[0].clone(); 2];
        assert_eq!(refused(NewApp { redirect_uris: twice, ..shop() }), NotAnApp::HowManyUris);
        let plain = "http://shop.example/".to_owned();
        let why = refused(NewApp { redirect_uris: vec![plain.clone()], ..shop() });
        assert_eq!(why, NotAnApp::Uri(plain, NotARedirectUri::Insecure));
        let public = refused(NewApp { has_secret: false, dialects: Dialects::Both, ..shop() });
        assert_eq!(public, NotAnApp::PublicWeChat);
    }

    #[test]
    fn what_an_app_may_have_beside_is_checked_as_strictly() {
        let why = |change: &dyn Fn(&mut NewApp)| {
            let mut app = shop();
            change(&mut app);
            register(app).map(|_| ()).expect_err("not right")
        };
        let plain = "http://shop.example/".to_owned();
        let insecure = || NotARedirectUri::Insecure;
        assert_eq!(
            why(&|app| app.options.post_logout_redirect_uris = vec![plain.clone()]),
            NotAnApp::LogoutUri(plain.clone(), insecure())
        );
        assert_eq!(
            why(&|app| app.options.backchannel_logout_uri = Some(plain.clone())),
            NotAnApp::BackchannelUri(plain.clone(), insecure())
        );
        let local = "https://169.254.169.254/".to_owned();
        assert_eq!(
            why(&|app| app.options.backchannel_logout_uri = Some(local.clone())),
            NotAnApp::BackchannelAddress(local.clone())
        );
        let twice = vec!["https://shop.example/out".to_owned(); 2];
        assert_eq!(why(&|app| app.options.post_logout_redirect_uris.clone_from(&twice)), NotAnApp::HowManyLogoutUris);
        let pairwise = |app: &mut NewApp, uri: &str| {
            app.options.subject_type = SubjectType::Pairwise;
            app.redirect_uris.push(uri.to_owned());
        };
        assert_eq!(why(&|app| pairwise(app, "https://notes.example/")), NotAnApp::Hosts);
        let mut on_another_port = shop();
        pairwise(&mut on_another_port, "https://shop.example:8443/");
        assert!(register(on_another_port).is_ok(), "OpenID Connect Core §8.1: it is the host that counts");
        let of_a_page = |origin: &str| why(&|app| app.options.embed_origins = vec![origin.to_owned()]);
        assert_eq!(of_a_page("shop.example"), NotAnApp::Origin("shop.example".to_owned()));
        assert_eq!(of_a_page("http://[::1]:3000"), NotAnApp::OriginHost("http://[::1]:3000".to_owned()));
        for right in [
            |app: &mut NewApp| app.options.switches.set(Switch::ClientCredentials, true),
            |app: &mut NewApp| {
                app.options.switches.set(Switch::WithoutPkce, true);
            },
        ] {
            let public = |app: &mut NewApp| {
                app.has_secret = false;
                right(app);
            };
            assert_eq!(why(&public), NotAnApp::PublicRights);
        }
    }

    #[test]
    fn the_lives_of_an_apps_tokens_stay_within_their_bounds() {
        let check = |access, idle, most| {
            let mut app = shop();
            app.options.token_lifetimes =
                TokenLifetimes { access_token_minutes: access, refresh_idle_hours: idle, refresh_max_hours: most };
            register(app).map(|_| ()).err()
        };
        for (access, idle, most) in [(1, 1, 1), (60, 2160, 8760), (10, 720, 8760)] {
            assert_eq!(check(access, idle, most), None);
        }
        for (access, idle, most, why) in [
            (0, 1, 1, NotAnApp::AccessLife),
            (61, 1, 1, NotAnApp::AccessLife),
            (1, 0, 1, NotAnApp::RefreshIdle),
            (1, 2161, 8760, NotAnApp::RefreshIdle),
            (1, 1, 0, NotAnApp::RefreshMax),
            (1, 1, 8761, NotAnApp::RefreshMax),
            (1, 2, 1, NotAnApp::RefreshMax),
        ] {
            assert_eq!(check(access, idle, most), Some(why), "{access} {idle} {most}");
        }
    }

    #[test]
    fn a_change_leaves_an_apps_name_in_the_protocols_and_its_secrets_alone() {
        let (app, _) = register(shop()).expect("right");
        let given = NewApp { name: "Store".to_owned(), has_secret: false, ..NewApp::of(&app) };
        let changed = given.change(app.clone()).expect("right");
        assert_eq!(changed, App { name: "Store".to_owned(), ..app.clone() });
        let why = NewApp { redirect_uris: Vec::new(), ..NewApp::of(&app) }.change(app);
        assert_eq!(why, Err(NotAnApp::HowManyUris));
    }
}
