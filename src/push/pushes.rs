//! Web Push as the pages use it: they store the subscription of a phone, and have messages sent.

use std::path::Path;
use std::sync::Arc;

use reqwest::Certificate;

use super::asks::Asks;
use super::encryption::ClientKeys;
use super::endpoint::EndpointRules;
use super::queue::{Place, Queue};
use super::sender::{Jobs, SenderParts};
use super::vapid::Vapid;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::measure;
use crate::settings::Settings;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::push::{PushAdded, PushId, PushRow};
use crate::store::single_use::Once;
use crate::ticket::ids::{AccountId, SessionTokenHash};

/// Stores the subscriptions of phones, and has messages sent to them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pushes(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    records: Records,
    clock: Clock,
    rules: EndpointRules,
    vapid: Arc<Vapid>,
    asks: Asks,
    queue: Queue,
}

/// A subscription as the script of a page sends it.
#[derive(Clone, Copy)]
pub struct TypedPush<'a> {
    /// The address at the push service.
    pub endpoint: &'a str,
    /// The public key of the browser.
    pub p256dh: &'a str,
    /// The secret of the browser.
    pub auth: &'a str,
    /// The tag of the language of the page, in which messages are written.
    pub language: &'static str,
}

/// Why a subscription is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPush {
    /// The address is none that this server calls.
    #[error("the address of the push service is none that this server calls")]
    Endpoint,
    /// The keys are none.
    #[error("the keys of the subscription are malformed")]
    Keys,
}

impl Pushes {
    /// Makes the service, and the parts of the task that sends messages ([`run`](super::run)). `None` if phones are sent none.
    ///
    /// # Errors
    /// A line about a file of the configuration that cannot be read.
    pub fn new(
        settings: &Settings,
        (records, once): (&Records, &Once),
        clock: &Clock,
        secret: &[u8; 32],
    ) -> Result<Option<(Self, SenderParts)>, String> {
        let authorities = settings.push.ca_file.as_deref().map(Self::read_authorities).transpose()?.unwrap_or_default();
        if !settings.sends_pushes() {
            return Ok(None);
        }
        let contact = settings.push.contact.as_deref().unwrap_or(&settings.public_url);
        let vapid = Arc::new(Vapid::new(secret, contact).ok_or("push: no key follows from the key of the server")?);
        let rules = EndpointRules::new(&settings.push.private_hosts);
        let (asks, (queue, jobs)) = (Asks::new(once, secret), Queue::new());
        let (records, clock) = (records.clone(), clock.clone());
        let parts = SenderParts {
            jobs: Jobs(jobs),
            records: records.clone(),
            clock: clock.clone(),
            rules: rules.clone(),
            vapid: Arc::clone(&vapid),
            authorities,
        };
        Ok(Some((Self(Arc::new(Inner { records, clock, rules, vapid, asks, queue })), parts)))
    }

    /// Reads the certificates that are trusted for push services.
    ///
    /// # Errors
    /// A line that names the setting and the file.
    pub fn read_authorities(path: &Path) -> Result<Vec<Certificate>, String> {
        let wrong = |what: String| format!("push.ca_file: {}: {what}", path.display());
        let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        match Certificate::from_pem_bundle(&pem) {
            Ok(authorities) if !authorities.is_empty() => Ok(authorities),
            _ => Err(wrong("has no certificate in PEM".to_owned())),
        }
    }

    /// Returns what keeps which tickets wait for whom.
    pub fn asks(&self) -> &Asks {
        &self.0.asks
    }

    /// Returns the public key for which browsers subscribe, in base64url.
    pub fn public_key(&self) -> &str {
        self.0.vapid.public()
    }

    /// Returns whether this session has a subscription at this address. Only such a one is renewed by the service worker of its
    /// phone, which does not know which account is in use and whether its person turned it off.
    pub async fn has(&self, account: AccountId, session: SessionTokenHash, endpoint: &str) -> Result<bool, Fault> {
        let pushes = self.0.records.pushes_of(account).await?;
        Ok(pushes.iter().any(|push| push.session == session && push.endpoint == endpoint))
    }

    /// Stores the subscription of a phone with this session.
    ///
    /// # Errors
    /// Why the subscription is none, within; and a fault of the records.
    pub async fn subscribe(
        &self,
        account: AccountId,
        session: SessionTokenHash,
        typed: TypedPush<'_>,
    ) -> Result<Result<PushAdded, NotAPush>, Fault> {
        let Some(endpoint) = self.0.rules.parse(typed.endpoint) else { return Ok(Err(NotAPush::Endpoint)) };
        let Some(keys) = ClientKeys::parse(typed.p256dh, typed.auth) else { return Ok(Err(NotAPush::Keys)) };
        let row = PushRow {
            id: PushId::from_random(random()),
            account,
            session,
            endpoint: endpoint.expose().to_owned(),
            p256dh: keys.public().to_vec(),
            auth: keys.expose_auth().to_vec(),
            language: typed.language.to_owned(),
            created_at: self.0.clock.now(),
            last_used_at: None,
        };
        Ok(Ok(self.0.records.add_push(row).await?))
    }

    /// Returns a place in the queue for the messages of one ask of this account. `None` if too many of the account or of all
    /// wait; that is logged and counted.
    pub fn reserve(&self, account: AccountId) -> Option<Place> {
        let place = self.0.queue.reserve(account);
        if place.is_none() {
            tracing::warn!(account.id = %account, "phones were not asked: too many messages wait");
            measure::push("not_queued");
        }
        place
    }
}
