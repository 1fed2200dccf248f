//! The keys of phones' tokens where an issuer publishes them, fetched and kept. A fetch is nobody's in particular: it
//! goes on when whoever caused it hangs up, there is one at a time, and nobody waits for it whose key is at hand.

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

/// A key set is fetched again after this long, while it still counts: where phones keep coming, none waits for it.
const KEYS_RENEWED: Duration = Duration::from_secs(300);
/// After this long a phone waits for that fetch, so that a withdrawn key stops working.
const KEYS_LIVE: Duration = Duration::from_secs(600);
/// Where fetches fail, the last set counts this long: an issuer may be down for a while, and a withdrawn key works no
/// longer because of it.
const KEYS_END: Duration = Duration::from_secs(3600);
/// A key that is not in the set makes it be fetched at once, but not more often than this.
const KEYS_REST: Duration = Duration::from_secs(30);
/// How long a fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// A key set behind an address; cheap to clone.
#[derive(Clone)]
pub struct PublishedKeys(Arc<Inner>);

struct Inner {
    url: String,
    client: reqwest::Client,
    clock: Clock,
    /// Never held over an `.await`.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The newest set, and when it was asked for.
    set: Option<(JwkSet, Timestamp)>,
    /// When a fetch began last.
    tried: Option<Timestamp>,
    /// Whether the last fetch that ended brought nothing.
    has_failed: bool,
    /// Closed when the last fetch is over, however it ended.
    fetch: Option<watch::Receiver<()>>,
}

impl Known {
    /// The set, if it counts at all, and its age.
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
    /// What is published at this address; nothing is asked yet.
    pub fn new(url: &str, clock: Clock) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(FETCH_TIMEOUT)
            .build()
            .map_err(|_| "phone.jwks_url: no HTTPS client can be made here".to_owned())?;
        Ok(Self(Arc::new(Inner { url: url.to_owned(), client, clock, known: Mutex::default() })))
    }

    /// The key that a token names.
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
            // Nothing is ever sent: it is closed.
            let _ = underway.changed().await;
        }
        let known = self.known();
        let (set, _) = known.set(self.0.clock.now()).ok_or(TokenError::NoKeys)?;
        find(set, algorithm, kid).ok_or(TokenError::Invalid)
    }

    /// Begins a fetch, unless there is one or was one just now.
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

/// The key that the token names; where it names none, the only one. A key serves the algorithm it is for.
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
