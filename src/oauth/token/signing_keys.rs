//! Keys that sign tokens: made when the first token needs one, published before they sign, and published on
//! until the last token that they signed is over. So every signature can be checked with the key set of its
//! time. Then they are retired: the private half is deleted and the public half stays in the records,
//! because an app may show an ID token as a hint (`id_token_hint`) however old it is.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::jwk::{JwkSet, ThumbprintHash};
use jsonwebtoken::{Header, decode_header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::{Key, Newest, jwt, public_half};
use super::key_error::KeyError;
use super::private_key::PrivateKey;
use crate::clock::Clock;
use crate::crypto::derive::derive;
use crate::crypto::jws::verified_claims;
use crate::crypto::seal::Seal;
use crate::store::records::Records;
use crate::store::records::app_options::SigningAlgorithm;
use crate::store::records::keys::SealedKey;
use crate::ticket::time::Timestamp;
use crate::web::bounds::TOKEN_BYTES;

/// The time for which a new signing key is published before it signs: one minute, so that every instance of this server
/// has read it by then.
pub const PUBLISHED_BEFORE: Duration = Duration::from_secs(60);
/// The time for which a signing key stays published after its successor began to sign: one day, which is far longer
/// than a token is valid.
pub const PUBLISHED_AFTER: Duration = Duration::from_secs(24 * 3600);
/// The greatest age of the signing keys in memory. Older ones are read from the records again before they are used, so
/// keys that other instances made are known within this time.
const READ_EVERY: Duration = Duration::from_secs(10);
/// The greatest age of the signing keys in memory when a token names a key that is not among them: another instance may
/// have made a first key, which signs at once. It is not zero, because any client can make up the id of a key and cause
/// a read.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The kind of a signed token, which its `typ` header names, so that a token of one kind is not accepted as one of
/// another (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An ID token (OpenID Connect Core §2).
    Id,
    /// An access token (RFC 9068).
    Access,
    /// A logout token (OpenID Connect Back-Channel Logout §2.4).
    Logout,
}

impl TokenKind {
    fn typ(self) -> &'static str {
        match self {
            Self::Id => "JWT",
            Self::Access => "at+jwt",
            Self::Logout => "logout+jwt",
        }
    }
}

/// Makes, publishes and retires the signing keys of this server, and signs and checks tokens with them;
/// cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    records: Records,
    clock: Clock,
    seal: Seal,
    read: RwLock<ReadKeys>,
    /// Held while a key is made, so that one is made at a time: an RSA key takes a good part of a second.
    making: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct ReadKeys {
    keys: Vec<Arc<Key>>,
    /// The ids of the keys that cannot be decrypted, so that each is logged once and not at every read.
    left_out: Vec<String>,
    at: Option<Timestamp>,
    /// The number of times that the read keys became outdated. A read that began before the last time is not
    /// kept.
    outdated: u64,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Keys")
    }
}

impl Keys {
    /// Makes a `Keys` over these records. The keys there are encrypted with a key derived from the server's
    /// secret.
    pub fn new(records: Records, clock: Clock, secret: &[u8; 32]) -> Self {
        // Access to the database alone is not enough to sign anything.
        let seal = Seal::new(&derive(secret, "seal of signing keys"));
        Self(Arc::new(Inner { records, clock, seal, read: RwLock::default(), making: Arc::default() }))
    }

    /// Returns a signed token of this kind with these claims. It is signed with the key of this algorithm that signs
    /// now. Makes a key first if the algorithm has none or the youngest is older than 90 days.
    pub async fn sign<T: Serialize>(
        &self,
        algorithm: SigningAlgorithm,
        kind: TokenKind,
        claims: &T,
    ) -> Result<String, KeyError> {
        let key = self.signing(algorithm).await?;
        let mut header = Header::new(jwt(algorithm));
        header.typ = Some(kind.typ().to_owned());
        header.kid = Some(key.kid.clone());
        key.sign.as_ref().and_then(|private| private.token(&header, claims)).ok_or(KeyError::Library)
    }

    /// Returns the claims of a token of this kind that this server signed; `None` for any other token, or if the claims
    /// cannot be parsed. The caller checks the times. What the token itself says of keys (`jku`, `x5u`, `jwk`) is not
    /// read. A retired key is accepted for ID tokens only.
    pub async fn open<T: DeserializeOwned>(&self, token: &str, kind: TokenKind) -> Result<Option<T>, KeyError> {
        if token.len() > TOKEN_BYTES {
            return Ok(None);
        }
        let Ok(header) = decode_header(token) else { return Ok(None) };
        let Some(kid) = header.kid.filter(|_| header.typ.as_deref() == Some(kind.typ())) else { return Ok(None) };
        // A retired key checks only an ID token, which then serves as `id_token_hint`.
        let counts = |key: &Arc<Key>| jwt(key.algorithm) == header.alg && (key.sign.is_some() || kind == TokenKind::Id);
        let Some(key) = self.named(&kid).await?.filter(counts) else { return Ok(None) };
        Ok(verified_claims(token, header.alg, &key.verify))
    }

    /// Returns the public halves of all keys that are not retired, with which apps check signatures, as a JWK set.
    /// Makes a key first for each algorithm that has none or whose youngest key is older than 90 days.
    pub async fn published(&self) -> Result<JwkSet, KeyError> {
        for algorithm in SigningAlgorithm::ALL {
            self.signing(algorithm).await?;
        }
        let keys = self.keys().await?;
        Ok(JwkSet { keys: keys.iter().filter(|key| key.sign.is_some()).map(|key| key.jwk.clone()).collect() })
    }

    /// Makes the next key of an algorithm, whatever the age of the present one, stores it and returns its id. The key
    /// signs after [`PUBLISHED_BEFORE`], when every instance has published it, or at once if this server has no key of
    /// the algorithm that it can decrypt.
    pub async fn rotate(&self, algorithm: SigningAlgorithm) -> Result<String, KeyError> {
        let newest = self.newest(algorithm).await?.unwrap_or_default();
        self.follow(algorithm, newest, self.0.clock.now()).await
    }

    /// Makes and stores a key of an algorithm as the successor of the key with the id `before` (empty if the algorithm
    /// has no key), and returns its id. If another instance stored a successor first, returns the id of the newest key
    /// instead. The key signs after [`PUBLISHED_BEFORE`], or at once if there is no key that this server can decrypt.
    async fn follow(&self, algorithm: SigningAlgorithm, before: String, now: Timestamp) -> Result<String, KeyError> {
        let is_first = !self.keys().await?.iter().any(|key| key.algorithm == algorithm);
        let made = self.make(algorithm, now, if is_first { now } else { now + PUBLISHED_BEFORE }, before).await?;
        let kid = made.kid.clone();
        let is_kept = self.0.records.add_signing_key(made).await?;
        self.forget_read();
        if is_kept { Ok(kid) } else { self.newest(algorithm).await?.ok_or(KeyError::Library) }
    }

    /// Returns the id of the key of an algorithm that signs last of all in the records, also if it does not sign yet or
    /// this server cannot decrypt it; `None` if there is no key of the algorithm.
    async fn newest(&self, algorithm: SigningAlgorithm) -> Result<Option<String>, KeyError> {
        let rows = self.0.records.signing_keys().await?;
        Ok(rows.into_iter().rfind(|row| row.algorithm == algorithm.name()).map(|row| row.kid))
    }

    /// Retires the keys whose successor began to sign more than [`PUBLISHED_AFTER`] ago: deletes their private half in
    /// the records and keeps the public half. A key that this server cannot decrypt is deleted as a whole.
    pub async fn sweep(&self) -> Result<(), KeyError> {
        let now = self.0.clock.now();
        let keys = self.keys().await?;
        for row in self.0.records.signing_keys().await? {
            let successor =
                keys.iter().filter(|key| key.algorithm.name() == row.algorithm && key.signs_from > row.signs_from);
            if successor.map(|key| key.signs_from).min().is_none_or(|next| next + PUBLISHED_AFTER >= now) {
                continue;
            }
            match keys.iter().find(|key| key.kid == row.kid) {
                Some(key) if key.sign.is_some() => {
                    self.0.records.retire_signing_key(row.kid, key.retired(&self.0.seal)).await?;
                }
                Some(_) => {}
                // The key cannot be decrypted here, so nothing that it signed can be checked.
                None => self.0.records.drop_signing_key(row.kid).await?,
            }
        }
        self.forget_read();
        Ok(())
    }

    /// Returns the key of an algorithm that signs now ([`Newest::of`]). Makes a key first if there is none, or a
    /// successor if the youngest is older than 90 days.
    async fn signing(&self, algorithm: SigningAlgorithm) -> Result<Arc<Key>, KeyError> {
        let now = self.0.clock.now();
        if let Some(Newest { signs, is_old: false, .. }) = Newest::of(&self.keys().await?, algorithm, now) {
            return Ok(signs);
        }
        let turn = Arc::clone(&self.0.making).lock_owned().await;
        let keys = self.clone();
        // The task holds the lock and not the request: if a client hangs up, no other key is begun beside
        // this one.
        let made = tokio::spawn(async move {
            let _turn = turn;
            keys.renew(algorithm, now).await
        });
        made.await.map_err(|_| KeyError::Library)?
    }

    /// Returns whether this process is making a key at this moment.
    pub fn is_making(&self) -> bool {
        self.0.making.try_lock().is_err()
    }

    /// Reads the keys again and, if an algorithm still has no key or its youngest is still too old, makes the first key
    /// or the successor. Returns the key that signs now. The caller holds the lock `making`.
    ///
    /// A successor that this server cannot decrypt, because it was made with another secret, is itself followed by the
    /// new key. Otherwise every signature would make a key that is not kept. If no key of the algorithm can be
    /// decrypted, none is made: only an operator may replace the keys of another secret (`tessera keys rotate`).
    async fn renew(&self, algorithm: SigningAlgorithm, now: Timestamp) -> Result<Arc<Key>, KeyError> {
        // Read before the keys: a key that another instance stores meanwhile is among those, and no other is made.
        let newest = self.newest(algorithm).await?;
        self.forget_read();
        match Newest::of(&self.keys().await?, algorithm, now) {
            Some(Newest { signs, is_old: false, .. }) => return Ok(signs),
            None if newest.is_some() => return Err(KeyError::Sealed),
            _ => {}
        }
        self.follow(algorithm, newest.unwrap_or_default(), now).await?;
        Newest::of(&self.keys().await?, algorithm, now).map(|newest| newest.signs).ok_or(KeyError::Library)
    }

    async fn named(&self, kid: &str) -> Result<Option<Arc<Key>>, KeyError> {
        for within in [READ_EVERY, LOOK_EVERY] {
            if let Some(key) = self.read_within(within).await?.into_iter().find(|key| key.kid == kid) {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Returns all signing keys that this server can decrypt, also the retired ones, as they were in the records at
    /// most [`READ_EVERY`] ago.
    async fn keys(&self) -> Result<Vec<Arc<Key>>, KeyError> {
        self.read_within(READ_EVERY).await
    }

    async fn read_within(&self, within: Duration) -> Result<Vec<Arc<Key>>, KeyError> {
        let now = self.0.clock.now();
        let (before, known_as_left_out, outdated) = {
            let read = self.0.read.read().unwrap_or_else(PoisonError::into_inner);
            if read.at.is_some_and(|at| now.since(at) < within) {
                return Ok(read.keys.clone());
            }
            (read.keys.clone(), read.left_out.clone(), read.outdated)
        };
        let rows = self.0.records.signing_keys().await?;
        let (mut keys, mut left_out) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            // Decrypting a key takes longer than a signature, so a key that was decrypted before is used
            // again.
            let known = before.iter().find(|key| key.kid == row.kid && key.sealed == row.sealed).cloned();
            match known.map_or_else(|| Key::open(&self.0.seal, &row).map(Arc::new), Ok) {
                Ok(key) => keys.push(key),
                // What this key signed cannot be checked any more, but another key can sign from now on.
                Err(error) => {
                    if !known_as_left_out.contains(&row.kid) {
                        tracing::error!(%error, row.kid, "a key is left out; `tessera keys rotate` makes another");
                    }
                    left_out.push(row.kid);
                }
            }
        }
        let mut read = self.0.read.write().unwrap_or_else(PoisonError::into_inner);
        if read.outdated == outdated {
            *read = ReadKeys { keys: keys.clone(), left_out, at: Some(now), outdated };
        } else {
            read.left_out = left_out;
        }
        Ok(keys)
    }

    fn forget_read(&self) {
        let mut read = self.0.read.write().unwrap_or_else(PoisonError::into_inner);
        read.at = None;
        read.outdated += 1;
    }

    async fn make(
        &self,
        algorithm: SigningAlgorithm,
        now: Timestamp,
        signs_from: Timestamp,
        follows: String,
    ) -> Result<SealedKey, KeyError> {
        let made = tokio::task::spawn_blocking(move || PrivateKey::generate(algorithm)).await;
        let made = made.map_err(|_| KeyError::Library)?.map_err(|_| KeyError::Library)?;
        let jwk = public_half(algorithm, &made)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::Library)?;
        let sealed = self.0.seal.close(kid.as_bytes(), made);
        Ok(SealedKey { kid, algorithm: algorithm.name().to_owned(), sealed, created_at: now, signs_from, follows })
    }
}
