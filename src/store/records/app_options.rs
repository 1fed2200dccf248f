//! The options of an app, with the names of RFC 7591 and its extensions where they have one.

use std::fmt;
use std::time::Duration;

use enumset::{EnumSet, EnumSetType};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use strum::{EnumMessage, EnumString, IntoStaticStr, VariantArray};

use super::pictures::PictureId;
use crate::settings::Scanning;
use crate::ticket::ladder::Rung;

/// The options of an app. They are stored as JSON, and an option that a stored row does not have gets its
/// default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppOptions {
    /// The algorithm with which its ID tokens, and all other tokens for it, are signed (RFC 7591).
    pub id_token_signed_response_alg: SigningAlgorithm,
    /// Which subject identifiers the app gets (OpenID Connect Core §8).
    pub subject_type: SubjectType,
    /// Its options that are on or off. In JSON each of them is a field of its own beside the other options.
    #[serde(flatten)]
    pub switches: Switches,
    /// The URIs to which people may be redirected after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The URI that gets logout tokens when a person signs out (OpenID Connect Back-Channel Logout).
    pub backchannel_logout_uri: Option<String>,
    /// The public keys for client authentication with a signed assertion instead of a secret: a JWK set (RFC
    /// 7523).
    pub jwks: Option<serde_json::Value>,
    /// The origins whose pages may embed the sign-in page of the app, with its QR code, in a frame.
    pub embed_origins: Vec<String>,
    /// How people must have signed in to this server for a sign-in to the app.
    pub verification: Verification,
    /// The least that an approval of a scan for the app asks of the phone.
    pub approval: Rung,
    /// Whether people sign in to the app by scanning.
    pub scan: Scanning,
    /// The URL of the home page of the app, from which a person starts it (RFC 7591).
    pub client_uri: Option<String>,
    /// The logo that is shown beside the name; without one, the initials are shown.
    pub logo: Option<PictureId>,
    /// The lifetimes of its tokens.
    #[serde(flatten)]
    pub token_lifetimes: TokenLifetimes,
}

impl AppOptions {
    /// Returns whether this switch of the app is on.
    pub fn has(&self, switch: Switch) -> bool {
        self.switches.0.contains(switch)
    }
}

/// An option of an app that is on or off. The command line, the form and the apps file take their switches from
/// this list.
#[derive(Debug, Hash, PartialOrd, Ord, EnumSetType, EnumMessage, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Switch {
    /// The app must push its authorization requests (RFC 9126).
    #[strum(message = "Require pushed authorization requests (RFC 9126)")]
    RequirePushedAuthorizationRequests,
    /// The app may send authorization requests without PKCE, because its software does not support it. A public
    /// client may never do so.
    #[strum(message = "Allow sign-ins without PKCE, for software that does not support it")]
    WithoutPkce,
    /// The app may use the device authorization grant (RFC 8628).
    #[strum(message = "Allow codes on devices without a browser (RFC 8628)")]
    DeviceGrant,
    /// The app may use the client credentials grant (RFC 6749 §4.4).
    #[strum(message = "Allow tokens for the app itself (RFC 6749 §4.4)")]
    ClientCredentials,
    /// Its ID tokens also carry the claims of the userinfo endpoint (OpenID Connect Core §5.4), for libraries
    /// that read nothing else.
    #[strum(message = "Put profile claims into ID tokens, for libraries that read nothing else")]
    ProfileInIdToken,
    /// In WeChat's dialect, any path on the host of a redirect URI is accepted, as on WeChat's open platform.
    #[strum(message = "In WeChat's dialect, accept any path on the host of a redirect URI")]
    MatchedByHost,
    /// In WeChat's dialect, a person who denies is redirected to the app too, with nothing but the `state`.
    #[strum(message = "In WeChat's dialect, send people who deny back to the app too")]
    ToldOfRefusals,
}

impl Switch {
    /// All switches that an app can have.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the name of the switch in the form, in JSON and in the apps file.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the name of the command-line option that sets the switch, without the leading `--`: its
    /// [name](Self::name) with hyphens.
    pub fn flag(self) -> String {
        self.name().replace('_', "-")
    }

    /// Returns the help text of the switch on the command line.
    pub fn help(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }
}

/// The set of the switches of an app that are on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches(EnumSet<Switch>);

impl Switches {
    /// Turns this switch on or, if `is_on` is `false`, off.
    pub fn set(&mut self, switch: Switch, is_on: bool) {
        if is_on {
            self.0.insert(switch);
        } else {
            self.0.remove(switch);
        }
    }
}

impl FromIterator<Switch> for Switches {
    fn from_iter<T: IntoIterator<Item = Switch>>(switches: T) -> Self {
        Self(switches.into_iter().collect())
    }
}

impl Serialize for Switches {
    /// Writes a field for every switch, with `true` or `false`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Switch::ALL.iter().map(|switch| (switch.name(), self.0.contains(*switch))))
    }
}

impl<'de> Deserialize<'de> for Switches {
    /// Reads the switches among the fields of the options, and ignores all other fields. A switch without a field
    /// is off. Fails if the field of a switch is neither `true` nor `false`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Switches;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the options of an app")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Switches, A::Error> {
                let mut switches = Switches::default();
                while let Some(name) = fields.next_key::<String>()? {
                    match name.parse() {
                        Ok(switch) => switches.set(switch, fields.next_value()?),
                        Err(_) => drop(fields.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(switches)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// Which subject identifiers an app gets (OpenID Connect Core §8).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SubjectType {
    /// The same identifier of a person as at all other apps of this type.
    #[default]
    Public,
    /// An identifier that is the same only at apps of this type with the same host. Apps on different hosts
    /// cannot tell that they know the same person.
    Pairwise,
}

impl SubjectType {
    /// Returns the word for the subject type that OpenID Connect registers: `public` or `pairwise`.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How a person must have signed in for an app. An authorization request cannot ask for less.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Verification {
    /// In any way: an existing session is accepted.
    #[default]
    Any,
    /// Anew for each authorization request: by password or by a scan.
    Fresh,
    /// By a scan that was approved for this authorization request; a password is not accepted.
    Scan,
}

impl Verification {
    /// All values of `Verification`, which is how a person must have signed in for an app.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().expect("it is as long as that");

    /// Returns the word for this way in which a person must have signed in, on the command line and in the records.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the word that [`Self::word`] returns for a way in which a person must have signed in; `None` if the
    /// text is not one of these words.
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// The lifetimes of the tokens of an app in OpenID Connect. WeChat's dialect has fixed lifetimes, on which its
/// clients rely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenLifetimes {
    /// The lifetime of an access token, and of the ID token beside it, in minutes.
    pub access_token_minutes: u16,
    /// The hours after which a grant ends if no refresh token of it is used.
    pub refresh_idle_hours: u16,
    /// The hours after which a grant ends even if it is used.
    pub refresh_max_hours: u16,
}

impl Default for TokenLifetimes {
    /// Returns the default lifetimes: BCP 247 §6.1.10 demands short-lived access tokens, and ASVS 10.4.8 an
    /// end of every grant.
    fn default() -> Self {
        Self { access_token_minutes: 10, refresh_idle_hours: 30 * 24, refresh_max_hours: 365 * 24 }
    }
}

impl TokenLifetimes {
    /// Returns the lifetime of an access token, and of the ID token beside it.
    pub fn access(self) -> Duration {
        Duration::from_secs(u64::from(self.access_token_minutes) * 60)
    }

    /// Returns the time after which a grant ends if no refresh token of it is used.
    pub fn refresh_idle(self) -> Duration {
        Duration::from_secs(u64::from(self.refresh_idle_hours) * 3600)
    }

    /// Returns the time after which a grant ends even if its refresh tokens are used, unlike
    /// [`refresh_idle`](Self::refresh_idle).
    pub fn refresh_max(self) -> Duration {
        Duration::from_secs(u64::from(self.refresh_max_hours) * 3600)
    }
}

/// The algorithm with which tokens are signed (RFC 7518 §3.1, RFC 8037).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which every relying party supports.
    #[default]
    #[serde(rename = "RS256")]
    #[strum(serialize = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    #[strum(serialize = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    #[strum(serialize = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// All algorithms with which this server can sign tokens.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().expect("it is as long as that");

    /// Returns the registered name of the algorithm, such as `RS256` (`alg`, RFC 7518 §3.1).
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the algorithm with this registered name; `None` if this server does not support it.
    pub fn of(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}
