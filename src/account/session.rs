//! Sessions: one for each signed-in browser or phone. A session has a 256-bit token in a cookie and its
//! SHA-256 in the records, an idle timeout and an absolute end. It must open only for a proof: a claimed
//! ticket or a verified password. The token of a claimed ticket is derived from the claim, so that a repeated
//! claim, whose answer was lost, opens the same session and not a second one. The token after a change of the
//! password is derived from the previous token ([`password_change`]).

pub mod known_device;
mod by_link;
mod extract;
mod password_change;
mod signed_in;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

pub use self::by_link::Choice;
pub use self::extract::{page_of, sign_in_first};
use self::known_device::KnownDevices;
pub use self::password_change::Sent;
pub use self::signed_in::{PROOF_LASTS, SignedIn};
use super::password::Verified;
use crate::about;
use crate::clock::Clock;
use crate::crypto::base64url;
use crate::crypto::hash::{Keyed, sha256};
use crate::crypto::random::random;
use crate::run_to_end::run_to_end;
use crate::settings;
use crate::store::Fault;
use crate::store::records::{DeviceFacts, LedTo, OpenedBy, Records, SessionRow};
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, DeviceId, SessionTokenHash};
use crate::ticket::machine::{Claimed, Ticket};
use crate::ticket::time::Timestamp;
use crate::web::cookie;

/// Shortest interval between two updates of the time at which a session was last used.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// The secret in the cookie of a signed-in browser.
struct SessionToken([u8; 32]);

impl SessionToken {
    /// Derives the token of the session that is opened by the claim of a ticket, from the identity of the claim
    /// and the server's key. A repeated claim gets the same token. Without the key it cannot be distinguished
    /// from a random one.
    fn of_claim(claimed: &Claimed, keyed: &Keyed) -> Self {
        Self(keyed.of(&[&claimed.identity()]))
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        cookie::read(headers, cookie::SESSION).and_then(Self::parse)
    }

    fn parse(text: &str) -> Option<Self> {
        base64url::decode(text).map(Self)
    }

    fn hash(&self) -> SessionTokenHash {
        SessionTokenHash(sha256(&[&self.0]))
    }
}

/// The proof that is needed to open a session.
pub enum Witness {
    /// A browser claimed a ticket that a phone approved.
    Claimed(Claimed),
    /// A person gave their password.
    Verified(Verified),
}

impl Witness {
    fn account(&self) -> AccountId {
        match self {
            Self::Claimed(claimed) => claimed.account(),
            Self::Verified(verified) => verified.account().id,
        }
    }

    /// Returns the epoch that the account had when the person approved or gave the password. A new epoch begins
    /// when all sessions and grants of the account are ended together.
    fn epoch(&self) -> Epoch {
        match self {
            Self::Claimed(claimed) => claimed.epoch(),
            Self::Verified(verified) => verified.account().epoch,
        }
    }

    /// Returns the session of the phone in which the person approved; `None` if they approved with the token of
    /// a phone app or gave their password.
    fn approved_in(&self) -> Option<SessionTokenHash> {
        match self {
            Self::Claimed(claimed) => claimed.approved_in(),
            Self::Verified(_) => None,
        }
    }

    /// Returns the time at which the session must end at the latest: a session opened by scan does not outlast the
    /// one that approved it. `None` if only its configured lifetime limits it.
    fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Claimed(claimed) => claimed.until(),
            Self::Verified(_) => None,
        }
    }

    fn opened_by(&self) -> OpenedBy {
        match self {
            Self::Claimed(_) => OpenedBy::Scan,
            Self::Verified(_) => OpenedBy::Password,
        }
    }
}

/// The result of a request to end sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// This many sessions ended.
    Now(usize),
    /// The sessions had just ended: the request is a [repetition](REPEATED_WITHIN).
    Before,
    /// No such session exists.
    Nothing,
}

/// Opens, finds and ends sessions; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    records: Records,
    clock: Clock,
    settings: settings::Account,
    keyed: Keyed,
    known_devices: KnownDevices,
    open_watches: Arc<OpenWatches>,
}

/// The `Set-Cookie` headers for a device that signs in: the cookie of the session, and the one by which the
/// device is recognised later.
pub type SignedInCookies = [(HeaderName, HeaderValue); 2];

/// Tokens by session, for signed-in phones that wait for news of a ticket over an open connection to this process.
/// A token is cancelled, which closes the connection, when its session ends (OWASP: a sign-out closes sockets).
#[derive(Debug, Default)]
struct OpenWatches(Mutex<HashMap<SessionTokenHash, (CancellationToken, Timestamp)>>);

impl OpenWatches {
    /// Longest time that a phone waits for news of a ticket: as long as a ticket can continue. Older entries
    /// may be removed.
    const LONGEST: Duration = Duration::from_secs(600);

    fn begin(&self, session: SessionTokenHash, stopping: &CancellationToken, now: Timestamp) -> CancellationToken {
        let mut open = self.0.lock();
        // Expired entries are removed before the map would grow.
        if open.len() == open.capacity() {
            open.retain(|_, (_, begun)| now.since(*begun) < Self::LONGEST);
        }
        let (until, begun) = open.entry(session).or_insert_with(|| (stopping.child_token(), now));
        *begun = now;
        until.child_token()
    }

    fn end(&self, session: SessionTokenHash) {
        let open = self.0.lock().remove(&session);
        if let Some((until, _)) = open {
            until.cancel();
        }
    }
}

impl Sessions {
    /// Makes the service for sessions in these records, with the configured lifetimes.
    pub fn new(
        records: Records,
        clock: Clock,
        settings: settings::Account,
        keyed: Keyed,
        known_devices: KnownDevices,
    ) -> Self {
        Self { records, clock, settings, keyed, known_devices, open_watches: Arc::default() }
    }

    /// Opens the session that the proof allows, with a new token (ASVS 7.2.4), and ends the session that the
    /// device had before. A repeated claim opens the same session. Returns the cookies for the device; `None`
    /// if since the proof the account was deleted or disabled or all its sessions were ended, or if the session
    /// or the one that approved it was disowned. `leads_to` is the path to which the sign-in leads.
    pub async fn open(
        &self,
        witness: Witness,
        headers: &HeaderMap,
        leads_to: &str,
    ) -> Result<Option<SignedInCookies>, Fault> {
        let token = match &witness {
            Witness::Verified(_) => SessionToken(random()),
            Witness::Claimed(claimed) => SessionToken::of_claim(claimed, &self.keyed),
        };
        let fresh = self.fresh(&token, witness.account(), witness.opened_by());
        let row = SessionRow {
            ends_at: witness.until().map_or(fresh.ends_at, |until| until.min(fresh.ends_at)),
            led_to: Some(LedTo::of(leads_to)),
            approved_in: witness.approved_in(),
            ..fresh
        };
        if !self.records.add_session(row.clone(), witness.epoch()).await? {
            return Ok(None);
        }
        self.end_previous(headers, &row).await?;
        Ok(Some(self.cookies(headers, &token, &row)))
    }

    /// Makes the record of a session that begins now; it is not stored yet.
    fn fresh(&self, token: &SessionToken, account: AccountId, opened_by: OpenedBy) -> SessionRow {
        let now = self.clock.now();
        let (_, absolute) = self.life(opened_by);
        SessionRow {
            token_hash: token.hash(),
            account,
            opened_by,
            created_at: now,
            last_seen_at: now,
            ends_at: now + absolute,
            led_to: None,
            approved_in: None,
            device: DeviceFacts::default(),
            proven_at: (opened_by == OpenedBy::Password).then_some(now),
            by_link: false,
        }
    }

    /// Ends the session whose token these headers have, if there is one, unless it is `row`, the session that
    /// the device gets now.
    async fn end_previous(&self, headers: &HeaderMap, row: &SessionRow) -> Result<(), Fault> {
        let before = SessionToken::of(headers).map(|token| token.hash());
        match before.filter(|before| *before != row.token_hash) {
            Some(before) => self.end_one(before).await,
            None => Ok(()),
        }
    }

    fn cookies(&self, headers: &HeaderMap, token: &SessionToken, row: &SessionRow) -> SignedInCookies {
        let life = row.ends_at.left(self.clock.now());
        let session = cookie::set(cookie::SESSION, &URL_SAFE_NO_PAD.encode(token.0), life);
        [(SET_COOKIE, session), (SET_COOKIE, self.known_devices.remember(headers, row.account))]
    }

    /// Returns the person who is signed in on the device that sent these headers; `None` if there is no valid
    /// session. The request's log lines get the account, and the time of the session's last use is updated at
    /// most once a minute.
    pub async fn find(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Fault> {
        let Some(token) = SessionToken::of(headers) else { return Ok(None) };
        let Some((session, account)) = self.records.session(token.hash()).await? else { return Ok(None) };
        let now = self.clock.now();
        if self.is_over(&session, now) {
            return Ok(None);
        }
        about::account(account.id);
        if now.since(session.last_seen_at) >= TOUCH_EVERY {
            self.records.touch_session(session.token_hash, now).await?;
        }
        Ok(Some(SignedIn { account, session: Some(session) }))
    }

    /// Returns the current time, by which sessions and proofs are judged.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the id by which the device that sent these headers is recognised at this account; `None` if it did
    /// not sign in to the account before, or is not remembered any more.
    pub fn known_device(&self, headers: &HeaderMap, account: AccountId) -> Option<DeviceId> {
        let known = self.known_devices.known(headers);
        known.into_iter().find_map(|(of, device)| (of == account).then_some(device))
    }

    /// Returns a token for a connection of the device that sent these headers. It is cancelled when this
    /// instance ends the session of the device, for example at a sign-out, and when `stopping` is cancelled;
    /// without a session cookie, only by `stopping`.
    pub fn while_signed_in(&self, headers: &HeaderMap, stopping: &CancellationToken) -> CancellationToken {
        match SessionToken::of(headers) {
            Some(token) => self.open_watches.begin(token.hash(), stopping, self.clock.now()),
            None => stopping.child_token(),
        }
    }

    /// Ends the session of the device that sent these headers, if there is one, and returns the `Set-Cookie`
    /// value that deletes its cookie.
    pub async fn end(&self, headers: &HeaderMap) -> Result<HeaderValue, Fault> {
        if let Some(token) = SessionToken::of(headers) {
            self.end_one(token.hash()).await?;
        }
        Ok(cookie::clear(cookie::SESSION))
    }

    /// Returns the valid sessions of an account, the last used first.
    pub async fn of(&self, account: AccountId) -> Result<Vec<SessionRow>, Fault> {
        let now = self.clock.now();
        let mut sessions = self.records.sessions_of(account, now).await?;
        sessions.retain(|session| !self.is_over(session, now));
        Ok(sessions)
    }

    /// Ends the sessions of this account that `is_meant` selects. Returns how many ended, or whether there were
    /// none or they had just ended. Sessions of other accounts are never considered.
    pub async fn end_those(&self, account: AccountId, is_meant: impl Fn(&SessionRow) -> bool) -> Result<Ended, Fault> {
        let now = self.clock.now();
        let mut sessions = self.records.sessions_of(account, now.before(REPEATED_WITHIN)).await?;
        sessions.retain(is_meant);
        let is_repeated = sessions.iter().any(|session| session.ends_at.is_over(now));
        sessions.retain(|session| !self.is_over(session, now));
        for session in &sessions {
            self.end_one(session.token_hash).await?;
        }
        Ok(match sessions.len() {
            0 if is_repeated => Ended::Before,
            0 => Ended::Nothing,
            some => Ended::Now(some),
        })
    }

    /// Ends the session that a claimed ticket opened, because the person who approved it did not mean to. All
    /// grants of that session, and all sessions and grants that were approved in it, end too. The app of the
    /// ticket, and the apps that got a consent since these sessions began, lose their consent. Does nothing if
    /// the ticket was not claimed.
    pub async fn disown(&self, claimed: &Ticket, approved_by: AccountId) -> Result<(), Fault> {
        let Some(token) = claimed.claim_identity().map(|claim| SessionToken(self.keyed.of(&[&claim]))) else {
            return Ok(());
        };
        let (session, app) = (token.hash(), claimed.app.as_ref().map(|app| app.id));
        let (records, now) = (self.records.clone(), self.clock.now());
        self.end_whole(async move {
            let mut ended = records.disown_session(session, approved_by, app, now).await?;
            // The session is added even if another instance disowned it before: this instance may have
            // watches of it.
            ended.push(session);
            Ok(ended)
        })
        .await
    }

    /// Ends a session, the open connections of its device to this process, and the grants that apps got by it,
    /// except those that outlast a session.
    async fn end_one(&self, session: SessionTokenHash) -> Result<(), Fault> {
        let (records, now) = (self.records.clone(), self.clock.now());
        self.end_whole(async move { records.end_session(session, now).await.map(|()| vec![session]) }).await
    }

    /// Runs `ending`, which ends sessions and returns which, to its end even if the request is dropped
    /// ([`run_to_end`]). Then closes the open connections of those sessions to this process.
    async fn end_whole(
        &self,
        ending: impl Future<Output = Result<Vec<SessionTokenHash>, Fault>> + Send + 'static,
    ) -> Result<(), Fault> {
        let all = self.clone();
        run_to_end(async move {
            for session in ending.await? {
                all.open_watches.end(session);
            }
            Ok(())
        })
        .await
    }

    fn is_over(&self, session: &SessionRow, now: Timestamp) -> bool {
        let (idle, _) = self.life(session.opened_by);
        session.ends_at.is_over(now) || (session.last_seen_at + idle).is_over(now)
    }

    /// Returns the idle timeout and the absolute lifetime of a session that was opened by password or by scan,
    /// as `opened_by` says.
    fn life(&self, opened_by: OpenedBy) -> (Duration, Duration) {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        match opened_by {
            OpenedBy::Password => (hours(self.settings.password_idle_hours), hours(self.settings.password_max_hours)),
            OpenedBy::Scan => (hours(self.settings.scan_idle_hours), hours(self.settings.scan_max_hours)),
        }
    }
}
