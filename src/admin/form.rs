//! The form of an app: reads the submitted fields as an app, and reports an error at the field that caused
//! it.

use std::ops::Deref;

use axum::extract::{FromRequest, Request};

use crate::account::name_error_text;
use crate::oauth::client::redirect_uri::NotARedirectUri;
use crate::oauth::{NewApp, NotAnApp};
use crate::settings::Scanning;
use crate::store::records::app_options::{
    AppOptions, SigningAlgorithm, SubjectType, Switch, TokenLifetimes, Verification,
};
use crate::store::records::apps::{App, Dialects};
use crate::store::records::people::{Audience, GroupId};
use crate::text::Texts;
use crate::ticket::ladder::Rung;
use crate::web::form::Fields;
use crate::web::problem::Problem;

/// Name of the field with the app's name. The constants below name the other fields; the field of a [`Switch`]
/// has the switch's own name.
pub const NAME: &str = "name";
pub const REDIRECT_URI: &str = "redirect_uri";
pub const DIALECT: &str = "dialect";
pub const PUBLIC: &str = "public";
pub const LOGOUT_URI: &str = "post_logout_redirect_uri";
pub const BACKCHANNEL_URI: &str = "backchannel_logout_uri";
pub const HOME_URI: &str = "client_uri";
pub const ALGORITHM: &str = "id_token_signed_response_alg";
pub const ORIGIN: &str = "embed_origin";
pub const KEYS: &str = "jwks";
pub const PAIRWISE: &str = "pairwise";
pub const VERIFICATION: &str = "verification";
pub const APPROVAL: &str = "approval";
pub const SCAN: &str = "scan";
pub const ACCESS_LIFE: &str = "access_token_minutes";
pub const REFRESH_IDLE: &str = "refresh_idle_hours";
pub const REFRESH_MAX: &str = "refresh_max_hours";
/// Name of the field with the choice between [`EVERYONE`] and [`GROUPS`], who may use the app.
pub const ALLOW: &str = "allow";
/// Name of the boxes of the groups; the value of each is the id of a group.
pub const ALLOW_GROUP: &str = "allow_group";
/// The choice of everyone.
pub const EVERYONE: &str = "everyone";
/// The choice of the groups that are ticked; without a tick it is no one.
pub const GROUPS: &str = "groups";

/// The submitted fields of an app's form; not checked yet.
#[derive(Clone, Debug, Default)]
pub struct AppForm(Fields);

impl Deref for AppForm {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

/// An error of a form, and the field that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field.
    pub name: &'static str,
    /// The value of the wrong field if several fields have this name; `None` if all of them together are
    /// wrong.
    pub value: Option<String>,
    /// The text for the administrator: what is wrong, and what to enter.
    pub text: &'static str,
}

impl<S: Send + Sync> FromRequest<S> for AppForm {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Fields::from_request(request, state).await.map(Self)
    }
}

impl AppForm {
    /// Returns which subject identifiers the app is to get.
    pub fn subject_type(&self) -> SubjectType {
        if self.is_ticked(PAIRWISE) { SubjectType::Pairwise } else { SubjectType::Public }
    }

    /// Makes the form that is filled in with the settings of this app.
    pub fn of(app: &NewApp) -> Self {
        let mut pairs = vec![(NAME, app.name.clone()), (DIALECT, app.dialects.word().to_owned())];
        let options = &app.options;
        pairs.push((ALGORITHM, options.id_token_signed_response_alg.name().to_owned()));
        pairs.push((VERIFICATION, options.verification.word().to_owned()));
        pairs.push((APPROVAL, options.approval.word().to_owned()));
        pairs.push((SCAN, options.scan.word().to_owned()));
        pairs.extend(of_lifetimes(options.token_lifetimes).map(|(name, number)| (name, number.to_string())));
        pairs.extend(app.redirect_uris.iter().map(|uri| (REDIRECT_URI, uri.clone())));
        pairs.extend(options.post_logout_redirect_uris.iter().map(|uri| (LOGOUT_URI, uri.clone())));
        pairs.extend(options.embed_origins.iter().map(|origin| (ORIGIN, origin.clone())));
        pairs.extend(options.backchannel_logout_uri.iter().map(|uri| (BACKCHANNEL_URI, uri.clone())));
        pairs.extend(of_audience(&app.audience));
        pairs.extend(options.client_uri.iter().map(|uri| (HOME_URI, uri.clone())));
        pairs.extend(options.jwks.iter().map(|keys| (KEYS, keys.to_string())));
        let ticked = [(PUBLIC, !app.has_secret), (PAIRWISE, options.subject_type == SubjectType::Pairwise)];
        let ticked = ticked.into_iter().chain(Switch::ALL.iter().map(|switch| (switch.name(), options.has(*switch))));
        pairs.extend(ticked.filter(|(_, is_ticked)| *is_ticked).map(|(name, _)| (name, "on".to_owned())));
        Self(pairs.into_iter().collect())
    }

    /// Makes the form that the page of a registered app shows: filled in with the app's settings, and with a
    /// hidden field that has their fingerprint.
    pub fn shown(app: &App) -> Self {
        Self::of(&NewApp::of(app)).beside(app)
    }

    /// Puts the fingerprint of the app's present settings into the form, in place of an older one, and keeps
    /// the submitted fields.
    pub fn beside(self, app: &App) -> Self {
        Self(self.0.with_seen(app.fingerprint()))
    }

    /// Adds a field with this value.
    pub fn with(self, name: &str, value: &str) -> Self {
        Self(self.0.with(name, value))
    }

    /// Returns whether a setting in the part "More settings" differs from its default or cannot be read; that
    /// part is then shown open.
    pub fn has_unusual_settings(&self) -> bool {
        self.dialects() != Dialects::Oidc || self.options() != Ok(AppOptions::default())
    }

    /// Returns the chosen dialects; OpenID Connect if the field is missing or has an unknown value.
    pub fn dialects(&self) -> Dialects {
        Dialects::of(self.one(DIALECT)).unwrap_or(Dialects::Oidc)
    }

    /// Returns the chosen signature algorithm of ID tokens; the default if the field is missing or has an unknown
    /// value.
    pub fn algorithm(&self) -> SigningAlgorithm {
        SigningAlgorithm::of(self.one(ALGORITHM)).unwrap_or_default()
    }

    /// Returns the chosen requirement on the sign-ins to this app, such as a new scan each time; the default if
    /// the field is missing or has an unknown value.
    pub fn verification(&self) -> Verification {
        Verification::of(self.one(VERIFICATION)).unwrap_or_default()
    }

    /// Returns the least that an approval of a scan for this app asks of the phone; the tap if the field is missing or has an
    /// unknown value.
    pub fn approval(&self) -> Rung {
        self.one(APPROVAL).parse().unwrap_or_default()
    }

    /// Returns whether people sign in to this app by scanning; they do if the field is missing or has an unknown value.
    pub fn scan(&self) -> Scanning {
        self.one(SCAN).parse().unwrap_or_default()
    }

    /// Parses the lifetimes of tokens; an empty field has the default. Fails if a field is not a number; the
    /// error says which one.
    fn token_lifetimes(&self) -> Result<TokenLifetimes, NotAnApp> {
        let usual = TokenLifetimes::default();
        let read = |name, usual, why: NotAnApp| match self.one(name) {
            "" => Ok(usual),
            text => text.parse().map_err(|_| why),
        };
        Ok(TokenLifetimes {
            access_token_minutes: read(ACCESS_LIFE, usual.access_token_minutes, NotAnApp::AccessLife)?,
            refresh_idle_hours: read(REFRESH_IDLE, usual.refresh_idle_hours, NotAnApp::RefreshIdle)?,
            refresh_max_hours: read(REFRESH_MAX, usual.refresh_max_hours, NotAnApp::RefreshMax)?,
        })
    }

    /// Returns the app that the form describes, for registering or changing it. `audience` is who may use it if the form
    /// does not say so. Fails if the keys are not JSON or a lifetime is not a number; [`NewApp`] checks everything else
    /// later.
    pub fn app(&self, audience: Audience) -> Result<NewApp, NotAnApp> {
        Ok(NewApp {
            name: self.one(NAME).to_owned(),
            redirect_uris: self.all(REDIRECT_URI),
            dialects: self.dialects(),
            has_secret: !self.is_ticked(PUBLIC),
            options: self.options()?,
            audience: self.audience().unwrap_or(audience),
        })
    }

    /// Returns the audience that the form chooses; `None` if the form does not have that field.
    fn audience(&self) -> Option<Audience> {
        match self.one(ALLOW) {
            EVERYONE => Some(Audience::Everyone),
            GROUPS => Some(Audience::groups(self.all(ALLOW_GROUP).iter().filter_map(|id| GroupId::parse(id)))),
            _ => None,
        }
    }

    fn options(&self) -> Result<AppOptions, NotAnApp> {
        let keys = Some(self.one(KEYS)).filter(|text| !text.is_empty()).map(serde_json::from_str);
        Ok(AppOptions {
            id_token_signed_response_alg: self.algorithm(),
            subject_type: self.subject_type(),
            switches: Switch::ALL.iter().copied().filter(|switch| self.is_ticked(switch.name())).collect(),
            post_logout_redirect_uris: self.all(LOGOUT_URI),
            backchannel_logout_uri: self.all(BACKCHANNEL_URI).pop(),
            client_uri: self.all(HOME_URI).pop(),
            jwks: keys.transpose().map_err(|_| NotAnApp::Keys)?,
            embed_origins: self.all(ORIGIN),
            verification: self.verification(),
            approval: self.approval(),
            scan: self.scan(),
            token_lifetimes: self.token_lifetimes()?,
            logo: None,
        })
    }
}

impl FieldError {
    /// Makes the error that says, in the language of `texts`, why the form does not describe a valid app, and
    /// at which field.
    pub fn of(texts: &'static Texts, why: NotAnApp) -> Self {
        let (name, value, text) = match why {
            NotAnApp::Name(why) => (NAME, None, name_error_text(texts, why, texts.app_wrong.name)),
            NotAnApp::Taken(..) => (NAME, None, texts.app_wrong.name_taken),
            NotAnApp::HowManyUris => (REDIRECT_URI, None, texts.app_wrong.uris),
            NotAnApp::Uri(uri, why) => (REDIRECT_URI, Some(uri), wrong_uri(texts, why)),
            NotAnApp::Hosts => (PAIRWISE, None, texts.app_wrong.hosts),
            NotAnApp::PublicWeChat => (DIALECT, None, texts.app_wrong.public_wechat),
            NotAnApp::PublicRights => (PUBLIC, None, texts.app_wrong.public_rights),
            NotAnApp::HowManyLogoutUris => (LOGOUT_URI, None, texts.app_wrong.logout_uris),
            NotAnApp::LogoutUri(uri, why) => (LOGOUT_URI, Some(uri), wrong_uri(texts, why)),
            NotAnApp::BackchannelUri(_, why) => (BACKCHANNEL_URI, None, wrong_uri(texts, why)),
            NotAnApp::BackchannelAddress(_) => (BACKCHANNEL_URI, None, texts.app_wrong.backchannel),
            NotAnApp::ClientUri(_, why) => (HOME_URI, None, wrong_uri(texts, why)),
            NotAnApp::HowManyOrigins => (ORIGIN, None, texts.app_wrong.origins),
            NotAnApp::Origin(origin) => (ORIGIN, Some(origin), texts.app_wrong.origin),
            NotAnApp::OriginHost(origin) => (ORIGIN, Some(origin), texts.app_wrong.origin_host),
            NotAnApp::Keys => (KEYS, None, texts.app_wrong.keys),
            NotAnApp::AccessLife => (ACCESS_LIFE, None, texts.app_wrong.access_life),
            NotAnApp::RefreshIdle => (REFRESH_IDLE, None, texts.app_wrong.refresh_idle),
            NotAnApp::RefreshMax => (REFRESH_MAX, None, texts.app_wrong.refresh_max),
        };
        Self { name, value, text }
    }
}

fn of_audience(audience: &Audience) -> Vec<(&'static str, String)> {
    match audience {
        Audience::Everyone => vec![(ALLOW, EVERYONE.to_owned())],
        Audience::Groups(groups) => {
            let groups = groups.iter().map(|group| (ALLOW_GROUP, group.to_string()));
            std::iter::once((ALLOW, GROUPS.to_owned())).chain(groups).collect()
        }
    }
}

fn of_lifetimes(lifetimes: TokenLifetimes) -> [(&'static str, u16); 3] {
    [
        (ACCESS_LIFE, lifetimes.access_token_minutes),
        (REFRESH_IDLE, lifetimes.refresh_idle_hours),
        (REFRESH_MAX, lifetimes.refresh_max_hours),
    ]
}

fn wrong_uri(texts: &'static Texts, why: NotARedirectUri) -> &'static str {
    match why {
        NotARedirectUri::Malformed => texts.app_wrong.uri_malformed,
        NotARedirectUri::Insecure => texts.app_wrong.uri_insecure,
        NotARedirectUri::Fragment => texts.app_wrong.uri_fragment,
        NotARedirectUri::Ambiguous => texts.app_wrong.uri_ambiguous,
        NotARedirectUri::NativeOnly => texts.app_wrong.uri_native,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_is_stands_in_its_form_and_is_read_from_it_again() {
        let plain = NewApp {
            name: "Shop".to_owned(),
            redirect_uris: vec!["https://shop.example/a".to_owned(), "https://shop.example/b".to_owned()],
            dialects: Dialects::Both,
            has_secret: true,
            options: AppOptions::default(),
            audience: Audience::Everyone,
        };
        let oidc = NewApp { dialects: Dialects::Oidc, ..plain.clone() };
        let full = AppOptions {
            id_token_signed_response_alg: SigningAlgorithm::EdDsa,
            subject_type: SubjectType::Pairwise,
            switches: Switch::ALL.iter().copied().collect(),
            post_logout_redirect_uris: vec!["https://shop.example/out".to_owned()],
            backchannel_logout_uri: Some("https://shop.example/ended".to_owned()),
            jwks: Some(serde_json::json!({"keys": []})),
            client_uri: Some("https://shop.example/home".to_owned()),
            embed_origins: vec!["https://shop.example".to_owned()],
            verification: Verification::Scan,
            approval: Rung::Passkey,
            scan: Scanning::Off,
            token_lifetimes: TokenLifetimes { access_token_minutes: 5, refresh_idle_hours: 6, refresh_max_hours: 7 },
            logo: None,
        };
        for switch in Switch::ALL {
            let with_one = AppOptions { switches: [*switch].into_iter().collect(), ..AppOptions::default() };
            assert!(
                AppForm::of(&NewApp { options: with_one, ..oidc.clone() }).has_unusual_settings(),
                "{switch:?} is seen at once"
            );
        }
        assert!(!AppForm::of(&oidc).has_unusual_settings());
        let silent = AppForm::default().app(Audience::NOBODY).expect("readable");
        assert_eq!(silent.audience, Audience::NOBODY, "a form that does not say it changes nothing of it");
        let unreadable = AppForm([(ACCESS_LIFE, "soon".to_owned())].into_iter().collect());
        assert!(unreadable.has_unusual_settings(), "what has to be mended is seen at once");
        let some = Audience::groups([2, 1].map(|byte| GroupId::from_random([byte; 16])));
        for app in [
            NewApp { audience: Audience::NOBODY, ..plain.clone() },
            plain.clone(),
            NewApp { options: full, has_secret: false, audience: some, ..plain },
        ] {
            let read = AppForm::of(&app).app(Audience::Everyone).expect("readable");
            assert_eq!(read.audience, app.audience);
            assert_eq!((read.name, read.redirect_uris, read.dialects), (app.name, app.redirect_uris, app.dialects));
            assert_eq!((read.has_secret, read.options), (app.has_secret, app.options));
        }
    }
}
