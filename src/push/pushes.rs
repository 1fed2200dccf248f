//! Web Push as the pages use it: they store the subscription of a phone, and have messages sent.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::Certificate;
use tokio::sync::mpsc::{OwnedPermit, Sender, channel};

use super::asks::Asks;
use super::encryption::ClientKeys;
use super::endpoint::EndpointRules;
use super::sender::{Job, Jobs, SenderParts};
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
use crate::ticket::time::Timestamp;

/// The largest number of asks whose messages wait to be sent. Each has at most five messages.
const QUEUED: usize = 256;

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
    jobs: Sender<Job>,
    /// The accounts to whose phones messages are being sent.
    busy: Busy,
}

/// The accounts to whose phones messages are being sent. Each has one ask at a time, so that slow push services of one account
/// hold up nobody else's messages.
type Busy = Arc<Mutex<HashSet<AccountId>>>;

/// The turn of an account: while it is there, no other ask of the account is sent.
#[derive(Debug)]
pub(super) struct Turn {
    account: AccountId,
    busy: Busy,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.lock().remove(&self.account);
    }
}

/// A place in the queue for the messages of one ask.
#[derive(Debug)]
pub struct Place {
    permit: OwnedPermit<Job>,
    turn: Turn,
}

impl Place {
    /// Has a message sent to each of these phones, which nobody needs after `until`.
    pub fn send(self, phones: Vec<PushRow>, until: Timestamp) {
        self.permit.send(Job { phones, until, turn: Arc::new(self.turn) });
    }
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
        let (asks, (jobs, queue)) = (Asks::new(once, secret), channel(QUEUED));
        let (records, clock) = (records.clone(), clock.clone());
        let parts = SenderParts {
            jobs: Jobs(queue),
            records: records.clone(),
            clock: clock.clone(),
            rules: rules.clone(),
            vapid: Arc::clone(&vapid),
            authorities,
        };
        Ok(Some((Self(Arc::new(Inner { records, clock, rules, vapid, asks, jobs, busy: Busy::default() })), parts)))
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

    /// Returns a place in the queue for the messages of one ask of this account. `None` if its messages are being sent, or if
    /// too many wait; that is logged and counted.
    pub fn reserve(&self, account: AccountId) -> Option<Place> {
        let turn = self.0.busy.lock().insert(account).then(|| Turn { account, busy: Arc::clone(&self.0.busy) });
        let place = turn.and_then(|turn| Some(Place { permit: self.0.jobs.clone().try_reserve_owned().ok()?, turn }));
        if place.is_none() {
            tracing::warn!(account.id = %account, "phones were not asked: messages to them are being sent, or too many wait");
            measure::push("not_queued");
        }
        place
    }
}
