//! The claims of access tokens, ID tokens and userinfo.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::key_error::KeyError;
use super::released_claims::Released;
use super::signing_keys::TokenKind;
use super::tokens::Tokens;
use crate::consent::scope::Scopes;
use crate::crypto::hash::sha256;
use crate::crypto::random::random_id;
use crate::store::records::OpenedBy;
use crate::store::records::app_options::SigningAlgorithm;
use crate::store::records::apps::App;
use crate::store::records::grants::{Grant, GrantId};
use crate::store::records::profiles::Gender;
use crate::ticket::ids::SessionTokenHash;
use crate::ticket::ladder::Rung;
use crate::ticket::time::Timestamp;

/// The `acr` of a sign-in by a scan that was approved with a tap. Those of other approvals begin with it.
pub const ACR_SCAN: &str = "urn:tessera:scan";
/// The `acr` values of all sign-ins by a scan.
pub const ACR_SCANS: [&str; 4] =
    [ACR_SCAN, "urn:tessera:scan:number", "urn:tessera:scan:type", "urn:tessera:scan:passkey"];

/// Returns the `acr` of a sign-in by a scan whose approval asked this of the phone.
fn acr_of_scan(rung: Rung) -> &'static str {
    let [tap, number, digits, passkey] = ACR_SCANS;
    match rung {
        Rung::Tap => tap,
        Rung::Number => number,
        Rung::Type => digits,
        // Nothing is approved on the last rung.
        Rung::Passkey | Rung::Refuse => passkey,
    }
}

/// The `acr` of a sign-in by a passkey.
pub const ACR_PASSKEY: &str = "urn:tessera:passkey";
/// The `acr` of a sign-in by a password.
pub const ACR_PASSWORD: &str = "urn:tessera:password";

/// The claims of an access token (RFC 9068 §2.2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub client_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    pub iat: u64,
    pub exp: u64,
    pub jti: String,
    /// The grant that the token belongs to. Once the grant has ended, the token is not valid any more.
    pub grant: GrantId,
    #[serde(flatten)]
    pub how: Option<How>,
}

/// How and when the person authenticated (OpenID Connect Core §2, RFC 9068 §2.2.1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct How {
    pub auth_time: u64,
    pub acr: String,
    pub amr: Vec<String>,
}

/// The claims of an ID token (OpenID Connect Core §2).
#[derive(Debug, Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(flatten)]
    how: Option<How>,
    #[serde(flatten)]
    person: PersonClaims,
}

/// The answer of the userinfo endpoint: the subject identifier of a person, and the claims about them that the app
/// may know (OpenID Connect Core §5.3.2).
#[derive(Debug, Serialize)]
pub struct UserInfo {
    pub sub: String,
    #[serde(flatten)]
    pub person: PersonClaims,
}

/// The claims about a person that the app may know (OpenID Connect Core §5.1).
#[derive(Debug, Default, Serialize)]
pub struct PersonClaims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address was proven; it is there whenever `email` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The names of the person's groups. No standard has this claim; apps that read groups read it by this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}

/// The `address` claim (OpenID Connect Core §5.1.1), without a street.
#[derive(Debug, Serialize)]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl How {
    fn of(grant: &Grant) -> Option<Self> {
        // RFC 8176 §2: `mca` is authentication over more than one channel, `hwk` a key that its hardware does not give
        // away, `swk` any other key, and `user` a test that a person was present.
        let (acr, amr) = match grant.opened_by? {
            OpenedBy::Scan => (acr_of_scan(grant.rung), &["mca"][..]),
            OpenedBy::Passkey => (ACR_PASSKEY, &["hwk", "user"][..]),
            OpenedBy::SyncedPasskey => (ACR_PASSKEY, &["swk", "user"][..]),
            OpenedBy::Password => (ACR_PASSWORD, &["pwd"][..]),
        };
        let amr = amr.iter().map(|method| (*method).to_owned()).collect();
        Some(Self { auth_time: seconds(grant.signed_in_at), acr: acr.to_owned(), amr })
    }
}

impl Tokens {
    /// Makes a signed access token (RFC 9068) of this grant for these scopes.
    pub async fn access_token(&self, app: &App, grant: &Grant, scopes: &Scopes) -> Result<String, KeyError> {
        let now = self.clock.now();
        let claims = AccessClaims {
            iss: self.issuer().to_owned(),
            aud: self.issuer().to_owned(),
            sub: self.subject(app, grant),
            client_id: app.id.to_string(),
            scope: scopes.to_string(),
            iat: seconds(now),
            exp: seconds(now + access_life(app, grant, now)),
            jti: random_id(),
            grant: grant.id,
            how: How::of(grant),
        };
        self.keys.sign(app.options.id_token_signed_response_alg, TokenKind::Access, &claims).await
    }

    /// Makes the signed ID token that belongs to an access token. It contains the claims `person` too, as far as
    /// there are any.
    pub async fn id_token(
        &self,
        app: &App,
        grant: &Grant,
        nonce: Option<String>,
        access_token: &str,
        person: PersonClaims,
    ) -> Result<String, KeyError> {
        let now = self.clock.now();
        let claims = IdClaims {
            iss: self.issuer(),
            aud: app.id.to_string(),
            sub: self.subject(app, grant),
            iat: seconds(now),
            exp: seconds(now + access_life(app, grant, now)),
            nonce,
            at_hash: half_hash(app.options.id_token_signed_response_alg, access_token),
            sid: grant.session.map(sid),
            how: How::of(grant),
            person,
        };
        self.keys.sign(app.options.id_token_signed_response_alg, TokenKind::Id, &claims).await
    }

    /// Converts what an app may know of a person to claims of OpenID Connect.
    pub fn person_claims(&self, released: Released) -> PersonClaims {
        let Released { name, username, email, profile, groups } = released;
        let picture = self.picture_link(&profile);
        let has_place = profile.place().is_some();
        let address = Address { locality: profile.city, region: profile.province, country: profile.country };
        let (email, email_verified) = email.map(|(email, is_verified)| (email.to_string(), is_verified)).unzip();
        PersonClaims {
            name,
            preferred_username: username,
            given_name: profile.given_name,
            family_name: profile.family_name,
            picture,
            gender: profile.gender.map(Gender::word),
            locale: profile.language,
            zoneinfo: profile.zone,
            updated_at: profile.updated_at.map(seconds),
            email,
            email_verified,
            address: has_place.then_some(address),
            groups,
        }
    }
}

/// Returns the lifetime of an access token that is issued now: the lifetime that is set for the app, or the time until
/// the grant ends if that is shorter.
pub fn access_life(app: &App, grant: &Grant, now: Timestamp) -> Duration {
    app.options.token_lifetimes.access().min(grant.ends_at.left(now))
}

/// Returns the session identifier `sid` that apps receive in tokens (OpenID Connect Back-Channel Logout §2.1). It is a
/// hash, which names the session but cannot be used to sign in.
pub fn sid(session: SessionTokenHash) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(&[b"sid", &session.0])[..16])
}

/// Returns a time as the whole seconds since 1970, as tokens contain it (`NumericDate`, RFC 7519 §2).
pub fn seconds(moment: Timestamp) -> u64 {
    moment.as_millis() / 1000
}

/// Returns the `at_hash` of an access token: the left half of its hash, by the hash function of the signature
/// algorithm (OpenID Connect Core §3.1.3.6).
fn half_hash(algorithm: SigningAlgorithm, token: &str) -> String {
    let hash = match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Es256 => digest(&SHA256, token.as_bytes()),
        // Ed25519 hashes with SHA-512.
        SigningAlgorithm::EdDsa => digest(&SHA512, token.as_bytes()),
    };
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}
