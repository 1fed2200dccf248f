//! The authorization code: made for a person who said yes, exchanged once by the app that asked, with the redirect URI
//! and the verifier that it asked with. A second exchange revokes what the first one gave (RFC 6749 §4.1.2).

use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::pkce::challenge_of;
use crate::consent::scope::{Scope, Scopes};
use crate::crypto::random::random;
use crate::login::flow::Stop;
use crate::oauth::authorization::pending::encode;
use crate::oauth::authorization::request::{AuthorizationRequest, is_redirect_of};
use crate::oauth::error::OAuthError;
use crate::oauth::state::{CODE_LIFE, OAuth, WECHAT_CODE_LIFE, say_about};
use crate::store::Fault;
use crate::store::records::OpenedBy;
use crate::store::records::apps::{App, Dialect};
use crate::store::records::grants::{Grant, GrantId};
use crate::store::single_use::{Holder, Kind, OnceName, REPEATED_WITHIN, Taken};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId, SessionTokenHash};
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;

/// What a code stands for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Promised {
    /// What begins with its exchange,
    pub grant: Grant,
    /// where its account is still in this epoch.
    pub epoch: Epoch,
    redirect_uri: String,
    challenge: Option<String>,
    nonce: Option<String>,
    /// Whether it is of a trial, whose address no app is registered with.
    #[serde(default)]
    is_trial: bool,
}

impl Promised {
    /// Whether the app may still have people sent back to where the code went. Whoever took an address from an app wants
    /// nothing more to come of it.
    pub fn is_redirect_of(&self, app: &App, dialect: Dialect) -> bool {
        self.is_trial || is_redirect_of(app, &self.redirect_uri, dialect)
    }
}

/// Proof that a grant begins: made by the exchange of a code, or of a device's code, or by an app that speaks for itself.
#[derive(Debug)]
pub struct Redeemed {
    pub(in crate::oauth) grant: Grant,
    pub(in crate::oauth) epoch: Epoch,
    pub(in crate::oauth) nonce: Option<String>,
    /// Whether the exchange may be repeated for a while, because its answer was lost: what else is exchanged must not be
    /// used twice, and nobody but its app can have had it.
    pub(in crate::oauth) is_repeatable: bool,
}

impl OAuth {
    /// The code of a person who may go back. Whoever repeats that step in the same session, because a button was pressed
    /// twice or an answer was lost on the way, gets the same one as long as nobody has used it; so the app is not given two.
    pub async fn code_of_step(
        &self,
        id: &str,
        app: &App,
        request: &AuthorizationRequest,
        person: &Person,
    ) -> Result<String, Fault> {
        let session = person.session.map_or([0; 32], |session| session.0);
        let code = self.codes.of(&[b"request", id.as_bytes(), &session]);
        match self.promise(app, request, person, code).await? {
            (code, true) => Ok(code),
            (code, false) if self.was_just_promised(app, request, &code).await? => Ok(code),
            (_, false) => Ok(self.promise(app, request, person, random()).await?.0),
        }
    }

    async fn was_just_promised(&self, app: &App, request: &AuthorizationRequest, code: &str) -> Result<bool, Fault> {
        let now = self.now();
        let Some(value) = self.once.read(&code_name(request.back.dialect, app.id, code), now).await? else {
            return Ok(false);
        };
        Ok(now.since(decode(&value)?.grant.turned_at) < REPEATED_WITHIN)
    }

    /// The code that an approval by scan gives, where no session opens here. It follows from the claim: whoever repeats
    /// that, because the answer was lost on the way, gets the same code, so that one approval is one sign-in.
    pub async fn code_of_claim(
        &self,
        app: &App,
        request: &AuthorizationRequest,
        claimed: &Claimed,
    ) -> Result<String, Stop> {
        if !self.is_for(app, request, claimed.account()) {
            tracing::info!("another account approved than the app asked for");
            return Err(Stop::AnotherAccount);
        }
        let (account, ticked) = (claimed.account(), claimed.ticked());
        self.login.remember_consent(account, app.id, &request.scopes, ticked, claimed.approved_at()).await?;
        let person = Person::by_scan(claimed);
        Ok(self.promise(app, request, &person, claimed.secret(&self.codes)).await?.0)
    }

    /// The text of this code, and whether it is promised only now. Where it was before, that promise stays, and its minute
    /// runs on.
    async fn promise(
        &self,
        app: &App,
        request: &AuthorizationRequest,
        person: &Person,
        code: [u8; 32],
    ) -> Result<(String, bool), Fault> {
        let now = self.now();
        let grant = new_grant(app, Some(person), &request.scopes, now);
        let promised = Promised {
            grant,
            epoch: person.epoch,
            redirect_uri: request.back.uri.clone(),
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            is_trial: request.trial.is_some(),
        };
        let code = URL_SAFE_NO_PAD.encode(code);
        let life = if request.back.dialect == Dialect::WeChat { WECHAT_CODE_LIFE } else { CODE_LIFE };
        let name = code_name(request.back.dialect, app.id, &code);
        let holder = Holder::account(person.account, app.id);
        let is_new = self.once.keep(&name, holder, encode(&promised), now, now + life).await?;
        Ok((code, is_new))
    }

    /// Exchanges a code. The app has proved itself; of another app's code nothing is known here.
    pub async fn redeem(
        &self,
        app: &App,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Redeemed, OAuthError> {
        const WRONG: OAuthError =
            OAuthError::InvalidGrant("this app has no such code, or its time is over: a code lives a minute");
        let (promised, is_first) = match self.once.take(&code_name(Dialect::Oidc, app.id, code), self.now()).await? {
            Taken::First(value) => (decode(&value)?, true),
            Taken::Again(value) => (decode(&value)?, false),
            Taken::Expired | Taken::Unknown => return Err(WRONG),
        };
        if !is_first {
            tracing::warn!("a code was used twice; what it gave is revoked");
            self.records.end_grant(promised.grant, self.now()).await?;
            return Err(OAuthError::InvalidGrant("the code was used before; what it gave is revoked"));
        }
        if promised.redirect_uri != redirect_uri {
            return Err(OAuthError::InvalidGrant("redirect_uri is not the one that the code was asked for with"));
        }
        if !promised.is_redirect_of(app, Dialect::Oidc) {
            return Err(OAuthError::InvalidGrant("redirect_uri is not one of this app any more"));
        }
        // RFC 9700 §2.1.1: a verifier without a challenge is a downgrade, and not merely too much.
        let given = verifier.map(|verifier| challenge_of(verifier).unwrap_or_default());
        let fits = match (&promised.challenge, &given) {
            (None, None) => true,
            (Some(asked), Some(given)) => {
                constant_time::verify_slices_are_equal(asked.as_bytes(), given.as_bytes()).is_ok()
            }
            _ => false,
        };
        if !fits {
            return Err(OAuthError::InvalidGrant("code_verifier is not the one of the code's challenge"));
        }
        Ok(Redeemed { grant: promised.grant, epoch: promised.epoch, nonce: promised.nonce, is_repeatable: false })
    }
}

/// Who may go back, and how they signed in.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Their account,
    pub account: AccountId,
    /// and its epoch when they signed in.
    pub epoch: Epoch,
    /// The session that they have here, if they have one.
    pub session: Option<SessionTokenHash>,
    /// The session in which they approved, where they have none of their own by that.
    pub approved_in: Option<SessionTokenHash>,
    /// How they signed in.
    pub opened_by: OpenedBy,
    /// And when.
    pub signed_in_at: Timestamp,
}

impl Person {
    /// Who approved by a scan just now, where no session opens here.
    pub fn by_scan(claimed: &Claimed) -> Self {
        Self {
            account: claimed.account(),
            epoch: claimed.epoch(),
            session: None,
            approved_in: claimed.approved_in(),
            opened_by: OpenedBy::Scan,
            signed_in_at: claimed.approved_at(),
        }
    }
}

/// A grant that begins now; without a person it is the app's own. Without refresh tokens it ends with what it gives.
pub fn new_grant(app: &App, person: Option<&Person>, scopes: &Scopes, now: Timestamp) -> Grant {
    let lives = app.options.lives;
    let (idle_until, ends_at) = if scopes.has(Scope::OfflineAccess) {
        (now + lives.refresh_idle(), now + lives.refresh_max())
    } else {
        let end = now + CODE_LIFE + lives.access();
        (end, end)
    };
    Grant {
        id: GrantId(random()),
        app: app.id,
        account: person.map(|person| person.account),
        session: person.and_then(|person| person.session),
        approved_in: person.and_then(|person| person.approved_in),
        scopes: scopes.to_string(),
        opened_by: person.map(|person| person.opened_by),
        signed_in_at: person.map_or(now, |person| person.signed_in_at),
        generation: 0,
        idle_until,
        ends_at,
        access_ends_at: now,
        ended_at: None,
        turned_at: now,
    }
}

/// The app is part of the name, so that no app can so much as use up another's code; so is the dialect, so that none is
/// taken by the weaker rules of the other.
pub fn code_name(dialect: Dialect, app: AppId, code: &str) -> OnceName {
    OnceName::of(Kind::Code, &[dialect.word().as_bytes(), app.to_string().as_bytes(), code.as_bytes()])
}

/// What a code was kept with. The request is about its grant from now on.
pub fn decode(value: &[u8]) -> Result<Promised, Fault> {
    let promised: Promised = serde_json::from_slice(value).map_err(|_| Fault::Unreadable("a code"))?;
    say_about(&promised.grant);
    Ok(promised)
}
