//! Fetches and caches the published keys (JWK set) of the phone tokens' issuer. A fetch is independent of the
//! request that caused it: it continues if that request is dropped, there is at most one at a time, and no
//! request waits for it if its key is cached.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

use super::TokenError;
use crate::clock::Clock;
use crate::ticket::time::Timestamp;
use crate::web::bounds::JWKS_BYTES;

/// Age of a key set from which on a request starts the fetch of the next one in the background, without waiting for
/// it.
const KEYS_RENEWED: Duration = Duration::from_secs(300);
/// Age of a key set from which on a request waits for the fetch of the next one, so that a withdrawn key stops
/// working. If the last fetch failed, it does not wait.
const KEYS_LIVE: Duration = Duration::from_secs(600);
/// Age from which on a key set is not used any more. Until then it is used while fetches fail, for the case that
/// the issuer does not answer for a while.
const KEYS_END: Duration = Duration::from_secs(3600);
/// Shortest time between the beginnings of two fetches, also if tokens name unknown keys.
const KEYS_REST: Duration = Duration::from_secs(30);
/// Timeout of a fetch of the key set.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// The published key set (JWK set) of the tokens' issuer, fetched from an address and cached; cheap to clone.
#[derive(Clone)]
pub struct PublishedKeys(Arc<Inner>);

struct Inner {
    url: String,
    client: reqwest::Client,
    clock: Clock,
    /// Never locked across an `.await`.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The newest set, and the time at which it was requested.
    set: Option<(JwkSet, Timestamp)>,
    /// Time at which the last fetch began.
    tried: Option<Timestamp>,
    /// Whether the last finished fetch failed.
    has_failed: bool,
    /// Closed when the last fetch is over, whatever its result.
    fetch: Option<watch::Receiver<()>>,
}

impl Known {
    /// Returns the newest set and its age; `None` if there is none, or if it is too old to be used.
    fn set(&self, now: Timestamp) -> Option<(&JwkSet, Duration)> {
        let (set, asked) = self.set.as_ref()?;
        let age = now.since(*asked);
        (age < KEYS_END).then_some((set, age))
    }

    fn underway(&self) -> Option<watch::Receiver<()>> {
        self.fetch.clone().filter(|fetch| fetch.has_changed().is_ok())
    }
}

impl PublishedKeys {
    /// Makes the cache for the key set at this address; fetches nothing yet.
    pub fn new(url: &str, clock: Clock) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(FETCH_TIMEOUT)
            .build()
            .map_err(|_| "phone.jwks_url: no HTTPS client can be made here".to_owned())?;
        Ok(Self(Arc::new(Inner { url: url.to_owned(), client, clock, known: Mutex::default() })))
    }

    /// Returns the key for a token with this algorithm and key id (`kid`). It waits for a fetch if the key is
    /// not cached, or if the set is older than [`KEYS_LIVE`] and the last fetch did not fail. The error is
    /// [`TokenError::Invalid`] if the set has no such key, and [`TokenError::NoKeys`] if there is no usable
    /// set.
    pub async fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<DecodingKey, TokenError> {
        let underway = {
            let (mut known, now) = (self.known(), self.0.clock.now());
            let at_hand = known.set(now).and_then(|(set, age)| Some((find(set, algorithm, kid)?, age)));
            if at_hand.as_ref().is_none_or(|(_, age)| *age >= KEYS_RENEWED) {
                self.begin(&mut known, now);
            }
            match at_hand {
                Some((key, age)) if age < KEYS_LIVE || known.has_failed => return Ok(key),
                _ => known.underway(),
            }
        };
        if let Some(mut underway) = underway {
            // No value is ever sent: the wait ends because the channel is closed.
            let _ = underway.changed().await;
        }
        let known = self.known();
        let (set, _) = known.set(self.0.clock.now()).ok_or(TokenError::NoKeys)?;
        find(set, algorithm, kid).ok_or(TokenError::Invalid)
    }

    /// Starts a fetch of the key set in the background, unless one is in progress or the last one began less
    /// than [`KEYS_REST`] ago.
    fn begin(&self, known: &mut Known, now: Timestamp) {
        let may_try = known.tried.is_none_or(|tried| now.since(tried) >= KEYS_REST);
        if !may_try || known.underway().is_some() {
            return;
        }
        let (over, fetch) = watch::channel(());
        (known.tried, known.fetch) = (Some(now), Some(fetch));
        let keys = self.clone();
        tokio::spawn(async move {
            let set = fetched(&keys.0.client, &keys.0.url).await;
            let mut known = keys.known();
            known.has_failed = set.is_none();
            if let Some(set) = set {
                known.set = Some((set, now));
            } else {
                tracing::error!(url = keys.0.url, "the phone's key set could not be fetched");
            }
            drop((known, over));
        });
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock()
    }
}

/// Returns the key with this key id (`kid`) from a set, or the only key of the set if no id is given. `None` if
/// there is no such key, or if it is not for the algorithm of the token.
pub fn find(set: &JwkSet, algorithm: Algorithm, kid: Option<&str>) -> Option<DecodingKey> {
    let jwk: &Jwk = match kid {
        Some(kid) => set.find(kid)?,
        None => set.keys.first().filter(|_| set.keys.len() == 1)?,
    };
    let fits = jwk.common.key_algorithm.is_none_or(|named: KeyAlgorithm| named.to_string() == format!("{algorithm:?}"));
    let key = fits.then(|| DecodingKey::from_jwk(jwk).ok()).flatten()?;
    (key.family() == algorithm.family()).then_some(key)
}

async fn fetched(client: &reqwest::Client, url: &str) -> Option<JwkSet> {
    let mut response = client.get(url).send().await.ok().filter(|response| response.status().is_success())?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > JWKS_BYTES {
            return None;
        }
    }
    serde_json::from_slice(&body).ok()
}
