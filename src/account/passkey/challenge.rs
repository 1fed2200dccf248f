//! The challenges of passkeys: each is stored at the server for five minutes under a name that follows from the key of the
//! browser, the step that it is for, and the challenge itself. So the answer of another browser, for another step or to
//! another challenge finds nothing, and of two answers to one challenge the first is accepted.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::domain::{LIFE, Passkeys};
use super::refusal::{PasskeyRefusal, Refused};
use crate::crypto::base64url;
use crate::crypto::random::random;
use crate::store::Fault;
use crate::store::records::links::{LinkHash, OpenerHash};
use crate::store::single_use::{Holder, Kind, OnceName, Taken, Who};
use crate::ticket::ids::{AccountId, TicketId};
use crate::web::client::ClientAddress;
use crate::web::cookie;

/// How long a browser keeps its key after the last options that it fetched.
const KEY_LIFE: Duration = Duration::from_secs(3600);

/// The key in the cookie of a browser that uses passkeys. A challenge is made for one key.
pub struct BrowserKey([u8; 32]);

impl BrowserKey {
    /// Returns the key of the browser that sent these headers; `None` if it has none.
    fn of(headers: &HeaderMap) -> Option<Self> {
        cookie::read(headers, cookie::PASSKEY).and_then(base64url::decode).map(Self)
    }

    /// Returns the key of the browser that sent these headers, or a new one.
    pub fn of_or_fresh(headers: &HeaderMap) -> Self {
        Self::of(headers).unwrap_or_else(|| Self(random()))
    }

    /// Returns the `Set-Cookie` value that gives the key to the browser.
    pub fn cookie(&self) -> HeaderValue {
        cookie::set(cookie::PASSKEY, &URL_SAFE_NO_PAD.encode(self.0), KEY_LIFE)
    }
}

/// The step that a challenge is for. The answer for one step is refused at every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody signs in.
    SignIn,
    /// A signed-in person proves themselves once more.
    Prove(AccountId),
    /// A signed-in person approves this ticket.
    Approve(AccountId, TicketId),
    /// A signed-in person adds a passkey.
    Add(AccountId),
    /// A person adds a passkey with a one-time link, in the browser that opened it.
    Link(LinkHash, OpenerHash),
    /// The first account is made, in the browser that opened the set-up link.
    SetUp(LinkHash, OpenerHash),
    /// Somebody makes an account, which gets this id.
    SignUp(AccountId),
}

impl Step {
    /// Returns the name of the challenge in the store.
    fn name(self, key: &BrowserKey, challenge: &[u8]) -> OnceName {
        let named = |step: &[u8], first: &[u8], second: &[u8]| {
            OnceName::of(Kind::Passkey, &[&key.0, step, first, second, challenge])
        };
        match self {
            Self::SignIn => named(b"sign in", &[], &[]),
            Self::Prove(account) => named(b"prove", account.as_bytes(), &[]),
            Self::Approve(account, ticket) => named(b"approve", account.as_bytes(), ticket.as_bytes()),
            Self::Add(account) => named(b"add", account.as_bytes(), &[]),
            Self::Link(token, opener) => named(b"link", &token.0, &opener.0),
            Self::SetUp(token, opener) => named(b"set up", &token.0, &opener.0),
            Self::SignUp(account) => named(b"sign up", account.as_bytes(), &[]),
        }
    }

    /// Returns for whom the challenge counts in the store.
    fn holder(self, from: ClientAddress) -> Holder {
        match self {
            Self::Prove(account) | Self::Approve(account, _) | Self::Add(account) => {
                Holder { who: Who::Account(account), app: None }
            }
            Self::SignIn | Self::Link(..) | Self::SetUp(..) | Self::SignUp(_) => Holder::at(from.0, None),
        }
    }
}

/// Returns the challenge in the client data of an answer, which is JSON; `None` if it cannot be read.
fn challenge_in(client_data: &[u8]) -> Option<Vec<u8>> {
    let client_data: Value = serde_json::from_slice(client_data).ok()?;
    // No page of this server is in a frame of another site (WebAuthn Level 3 §7.2 step 14).
    if client_data.get("crossOrigin") == Some(&Value::Bool(true)) {
        return None;
    }
    URL_SAFE_NO_PAD.decode(client_data.get("challenge")?.as_str()?).ok()
}

impl Passkeys {
    /// Stores a challenge of this step for this browser, with the `state` by which its answer is verified.
    ///
    /// # Errors
    /// If the store fails, or has no room.
    pub(super) async fn remember(
        &self,
        key: &BrowserKey,
        step: Step,
        challenge: &[u8],
        state: &impl Serialize,
        from: ClientAddress,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let state = serde_json::to_vec(state).map_err(|_| Fault::Unreadable("the state of a passkey"))?;
        self.once.keep(&step.name(key, challenge), step.holder(from), state, now, now + LIFE).await?;
        Ok(())
    }

    /// Takes the challenge that this client data answers, and returns its state. It is taken whether or not the answer
    /// turns out to be right.
    ///
    /// # Errors
    /// A refusal, if no challenge of this step was made for this browser within the last five minutes, or if it was
    /// answered before.
    pub(super) async fn taken<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        step: Step,
        client_data: &[u8],
    ) -> Result<T, Refused> {
        let challenge = challenge_in(client_data).ok_or(PasskeyRefusal::Malformed)?;
        let key = BrowserKey::of(headers).ok_or(PasskeyRefusal::Challenge)?;
        match self.once.take(&step.name(&key, &challenge), self.clock.now()).await? {
            Taken::First(state) => {
                serde_json::from_slice(&state).map_err(|_| Fault::Unreadable("the state of a passkey").into())
            }
            Taken::Again(_) => Err(PasskeyRefusal::Replayed.into()),
            Taken::Expired | Taken::Unknown => Err(PasskeyRefusal::Challenge.into()),
        }
    }
}
