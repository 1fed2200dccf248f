//! The authorization code: made for a person who agreed, and exchanged once by the app that asked for it,
//! with the same redirect URI and the PKCE verifier. A second exchange revokes the tokens that the first one
//! gave (RFC 6749 §4.1.2).

use std::time::Duration;

use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::grants::{CODE_LIFE, Grants};
use super::pkce::challenge_of;
use super::start::{Person, Redeemed, new_grant};
use crate::consent::scope::Scopes;
use crate::crypto::random::random;
use crate::oauth::client::clients::is_redirect_of;
use crate::oauth::error::OAuthError;
use crate::oauth::token::tokens::say_about;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::Grant;
use crate::store::single_use::{Holder, Kind, OnceName, REPEATED_WITHIN, Taken};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::AppId;
use crate::ticket::machine::Claimed;
use crate::ticket::request_id::RequestId;

/// The lifetime of an authorization code in WeChat's dialect: ten minutes, as on WeChat's open platform.
const WECHAT_CODE_LIFE: Duration = Duration::from_secs(600);

/// The description of the error `invalid_grant` for a person who may not use the app any more.
pub(super) const NOT_ANY_MORE: &str = "the person may not use this app any more; what it had of them is revoked";

/// The parts of an authorization request that are stored with its authorization code and used when the code is
/// exchanged.
#[derive(Clone, Copy, Debug)]
pub struct CodeTerms<'a> {
    /// The protocol of the request.
    pub dialect: Dialect,
    /// The redirect URI to which the code goes.
    pub redirect_uri: &'a str,
    /// The scopes that the app asked for.
    pub scopes: &'a Scopes,
    /// The PKCE code challenge that the verifier has to match (RFC 7636).
    pub challenge: Option<&'a str>,
    /// The `nonce`, which is returned in the ID token.
    pub nonce: Option<&'a str>,
    /// Whether the request is an administrator's trial, whose redirect URI is an address of this server.
    pub is_trial: bool,
}

/// The stored record of an authorization code: the grant that the exchange of the code starts, and what the exchange
/// has to match.
#[derive(Debug, Serialize, Deserialize)]
pub struct CodeRecord {
    /// The grant that the exchange starts.
    pub grant: Grant,
    /// The epoch of the account when the person signed in. The exchange fails if the account is in a later
    /// one, because everything that it had open was ended since.
    pub epoch: Epoch,
    redirect_uri: String,
    challenge: Option<String>,
    nonce: Option<String>,
    /// Whether the code is of an administrator's trial, whose redirect URI no app is registered with, and to which it does
    /// not matter who may use the app.
    #[serde(default)]
    pub is_trial: bool,
}

impl CodeRecord {
    /// Returns whether the app is still registered with the redirect URI to which the code went; always
    /// `true` for a trial. If an administrator removed it since, the code must not be accepted.
    pub fn is_redirect_of(&self, app: &App, dialect: Dialect) -> bool {
        self.is_trial || is_redirect_of(app, &self.redirect_uri, dialect)
    }
}

/// The result of taking an authorization code, with the record of the code if it was found.
#[derive(Debug)]
pub enum TakenCode {
    /// The code was not used before.
    First(CodeRecord),
    /// The code was used before.
    Again(CodeRecord),
    /// The code expired before it was used.
    Expired,
    /// The app has no such code.
    Unknown,
}

impl Grants {
    /// Makes and stores an authorization code for a person who has nothing left to do for the request `id`. If this is
    /// called again within ten seconds for the same request and session, because a button was pressed twice or an
    /// answer was lost, it returns the same code. It returns another code if the first one was used already, or later.
    pub async fn code_of_step(
        &self,
        id: RequestId,
        app: &App,
        terms: CodeTerms<'_>,
        person: &Person,
    ) -> Result<String, Fault> {
        let session = person.session.map_or([0; 32], |session| session.0);
        let code = self.codes.of(&[b"request", id.to_string().as_bytes(), &session]);
        match self.keep_code(app, terms, person, code).await? {
            (code, true) => Ok(code),
            (code, false) if self.was_just_kept(app, terms.dialect, &code).await? => Ok(code),
            (_, false) => Ok(self.keep_code(app, terms, person, random()).await?.0),
        }
    }

    async fn was_just_kept(&self, app: &App, dialect: Dialect, code: &str) -> Result<bool, Fault> {
        let now = self.clock.now();
        let Some(value) = self.pending.read(&code_name(dialect, app.id, code)).await? else { return Ok(false) };
        Ok(now.since(decode(&value)?.grant.turned_at) < REPEATED_WITHIN)
    }

    /// Makes and stores an authorization code for an approved scan that opens no session in the browser. The code is
    /// derived from the claim, which is the request that collects the approved sign-in. A claim that is repeated
    /// because its answer was lost gives the same code, so that one approval is one sign-in.
    pub async fn code_of_claim(&self, app: &App, terms: CodeTerms<'_>, claimed: &Claimed) -> Result<String, Fault> {
        Ok(self.keep_code(app, terms, &Person::by_scan(claimed), self.codes.of(&[&claimed.identity()])).await?.0)
    }

    /// Stores the record of a code. Returns the text of the code, and `true` if the record is new. If a record of this
    /// code exists already, it stays as it is with its time of expiry, and the second value is `false`.
    async fn keep_code(
        &self,
        app: &App,
        terms: CodeTerms<'_>,
        person: &Person,
        code: [u8; 32],
    ) -> Result<(String, bool), Fault> {
        let record = CodeRecord {
            grant: new_grant(app, Some(person), terms.scopes, self.clock.now()),
            epoch: person.epoch,
            redirect_uri: terms.redirect_uri.to_owned(),
            challenge: terms.challenge.map(str::to_owned),
            nonce: terms.nonce.map(str::to_owned),
            is_trial: terms.is_trial,
        };
        let code = URL_SAFE_NO_PAD.encode(code);
        let life = if terms.dialect == Dialect::WeChat { WECHAT_CODE_LIFE } else { CODE_LIFE };
        let name = code_name(terms.dialect, app.id, &code);
        let holder = Holder::account(person.account, app.id);
        let is_new = self.pending.keep_as(&name, holder, &record, life).await?;
        Ok((code, is_new))
    }

    /// Takes an authorization code of this app, so that it counts as used, and returns its record, also if it was used
    /// before. If there is a record, the later log lines of the request name its app and account.
    pub async fn take_code(&self, dialect: Dialect, app: &App, code: &str) -> Result<TakenCode, Fault> {
        Ok(match self.pending.take(&code_name(dialect, app.id, code)).await? {
            Taken::First(value) => TakenCode::First(decode(&value)?),
            Taken::Again(value) => TakenCode::Again(decode(&value)?),
            Taken::Expired => TakenCode::Expired,
            Taken::Unknown => TakenCode::Unknown,
        })
    }

    /// Exchanges an authorization code of OpenID Connect for the proof that its grant may start. The caller
    /// has authenticated the app before. A code that fails the checks is used up too.
    ///
    /// # Errors
    /// `invalid_grant` if the code is unknown, expired or another app's, if the redirect URI is not that of
    /// the request or was removed from the app, if the verifier does not match, if the person may not use the app any
    /// more, or if the code was used before, which also ends its grant.
    pub async fn redeem(
        &self,
        app: &App,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Redeemed, OAuthError> {
        const WRONG: OAuthError =
            OAuthError::InvalidGrant("this app has no such code, or its time is over: a code lives a minute");
        let record = match self.take_code(Dialect::Oidc, app, code).await? {
            TakenCode::First(record) => record,
            TakenCode::Again(record) => {
                tracing::warn!("a code was used twice; what it gave is revoked");
                self.records.end_grant(record.grant, self.clock.now()).await?;
                return Err(OAuthError::InvalidGrant("the code was used before; what it gave is revoked"));
            }
            TakenCode::Expired | TakenCode::Unknown => return Err(WRONG),
        };
        if record.redirect_uri != redirect_uri {
            return Err(OAuthError::InvalidGrant("redirect_uri is not the one that the code was asked for with"));
        }
        if !record.is_redirect_of(app, Dialect::Oidc) {
            return Err(OAuthError::InvalidGrant("redirect_uri is not one of this app any more"));
        }
        // RFC 9700 §2.1.1: a verifier without a challenge is refused, because it shows a PKCE downgrade.
        let given = verifier.map(|verifier| challenge_of(verifier).unwrap_or_default());
        let fits = match (&record.challenge, &given) {
            (None, None) => true,
            (Some(asked), Some(given)) => {
                constant_time::verify_slices_are_equal(asked.as_bytes(), given.as_bytes()).is_ok()
            }
            _ => false,
        };
        if !fits {
            return Err(OAuthError::InvalidGrant("code_verifier is not the one of the code's challenge"));
        }
        if !record.is_trial && self.end_without_permission(app, &record.grant).await? {
            return Err(OAuthError::InvalidGrant(NOT_ANY_MORE));
        }
        Ok(Redeemed { grant: record.grant, epoch: record.epoch, nonce: record.nonce, is_repeatable: false })
    }
}

/// Returns the name of a code's record. The app is part of it, so that no app can use up the code of another.
/// So is the dialect, so that no code is exchanged by the weaker rules of the other one.
fn code_name(dialect: Dialect, app: AppId, code: &str) -> OnceName {
    OnceName::of(Kind::Code, &[dialect.word().as_bytes(), app.to_string().as_bytes(), code.as_bytes()])
}

fn decode(value: &[u8]) -> Result<CodeRecord, Fault> {
    let record: CodeRecord = serde_json::from_slice(value).map_err(|_| Fault::Unreadable("a code"))?;
    say_about(&record.grant);
    Ok(record)
}
