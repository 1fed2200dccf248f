//! Sessions: one for each signed-in browser or phone. A session has a 256-bit token in a cookie and its
//! SHA-256 in the records, an idle timeout and an absolute end. It must open only for a proof: a claimed
//! ticket, a verified password or a passkey. The token of a claimed ticket is derived from the claim, so that a repeated
//! claim, whose answer was lost, opens the same session and not a second one. The token after a change of the
//! password is derived from the previous token ([`password_change`]).

mod adding;
pub mod aside;
pub mod browser_id;
pub mod known_device;
mod by_link;
mod cookies;
mod ending;
mod extract;
mod new_devices;
mod open_watches;
mod password_change;
mod phones_asked;
mod signed_in;
mod witness;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio_util::sync::CancellationToken;

pub use self::by_link::{Choice, NotEnrolled};
pub use self::ending::{Ended, Ending};
pub use self::extract::{ACCOUNT_SWITCHED, account_switched, leading_back, page_of, sign_in_first};
use self::known_device::KnownDevices;
pub use self::new_devices::{may_answer, name_of, session_named};
use self::open_watches::OpenWatches;
pub use self::open_watches::{OpenWatch, WATCHES_OF_SESSION};
pub use self::password_change::Sent;
pub use self::signed_in::{PROOF_LASTS, SignedIn};
pub use self::witness::Witness;
use crate::about;
use crate::clock::Clock;
use crate::crypto::base64url;
use crate::crypto::hash::{Keyed, sha256, sha256_half};
use crate::crypto::random::random;
use crate::mail::Mailer;
use crate::measure;
use crate::places::Places;
use crate::settings;
use crate::store::Fault;
use crate::store::records::mails::{MailFacts, MailKind};
use crate::store::records::{Account, DeviceFacts, LedTo, OpenedBy, Records, SessionOpening, SessionRow};
use crate::store::sign_outs::SignOuts;
use crate::ticket::approval::Stay;
use crate::ticket::ids::{AccountId, DeviceId, SessionTokenHash};
use crate::ticket::ladder::Rung;
use crate::ticket::machine::Claimed;
use crate::ticket::time::Timestamp;
use crate::waiting::Viewer;
use crate::web::bounds::WAIT_AGAIN;
use crate::web::client::{Agent, ClientAddress};
use crate::web::cookie;
use crate::web::document::signed_in as signed_in_pages;
use crate::web::form::owner;
use crate::web::language;
use crate::web::problem::Problem;

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

    /// Returns the id by which a device is recognised that gets this token and is not recognised yet. A repeated claim
    /// gets the same id.
    fn new_device(&self) -> DeviceId {
        DeviceId(sha256_half(&[b"device", &self.0]))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionToken")
    }
}

/// Returns what the list of devices shows of the device that sent these headers from this address.
fn device_facts(headers: &HeaderMap, from: ClientAddress) -> DeviceFacts {
    let agent = Agent::of(headers);
    DeviceFacts {
        browser: agent.browser.map(String::from),
        system: agent.system.map(String::from),
        address: Some(from.0),
        ..DeviceFacts::default()
    }
}

/// Opens, finds and ends sessions; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    records: Records,
    clock: Clock,
    settings: Arc<settings::Account>,
    keyed: Keyed,
    known_devices: KnownDevices,
    open_watches: Arc<OpenWatches>,
    sign_outs: SignOuts,
    places: Places,
    mailer: Mailer,
}

/// The `Set-Cookie` headers for a device that signs in: the cookie of the session, the one by which the device is recognised
/// later, and the id of a browser that an account knows.
pub type SignedInCookies = Vec<(HeaderName, HeaderValue)>;

impl Sessions {
    /// Makes the service for sessions in these records, with the configured lifetimes. `sign_outs` carries the news of
    /// ended sessions to all instances, `mailer` tells people of new devices, and `places` tells where an address is.
    pub fn new(
        records: Records,
        clock: Clock,
        settings: settings::Account,
        keyed: Keyed,
        known_devices: KnownDevices,
        (sign_outs, mailer): (SignOuts, Mailer),
        places: Places,
    ) -> Self {
        let (settings, open_watches) = (Arc::new(settings), Arc::default());
        Self { records, clock, settings, keyed, known_devices, open_watches, sign_outs, places, mailer }
    }

    /// Opens the session that the proof allows, with a new token (ASVS 7.2.4), stores lines of activity about it, and ends
    /// the session that the device had before, unless its person chose to [keep it aside](aside). A repeated claim opens the same session. Returns the cookies for the device; `None`
    /// if since the proof the account was deleted or disabled or all its sessions were ended, or if the session
    /// or the one that approved it was disowned. `from` is the address of the device, and `leads_to` the path to which
    /// the sign-in leads.
    pub async fn open(
        &self,
        witness: Witness,
        headers: &HeaderMap,
        from: ClientAddress,
        leads_to: &str,
    ) -> Result<Option<SignedInCookies>, Fault> {
        let token = match &witness {
            Witness::Verified(_) | Witness::Passkey(_) => SessionToken(random()),
            Witness::Claimed(claimed) => SessionToken::of_claim(claimed, &self.keyed),
        };
        let account = witness.account();
        let device = self.device(headers, account, &token);
        let places = self.known_devices.places(account, device, from);
        let fresh = self.fresh(&token, account, witness.opened_by()).staying(witness.stay());
        let row = SessionRow {
            ends_at: witness.until().map_or(fresh.ends_at, |until| until.min(fresh.ends_at)),
            led_to: Some(LedTo::of(leads_to)),
            approved_in: witness.approved_in(),
            rung: witness.rung(),
            device: device_facts(headers, from),
            ..fresh
        };
        let (browser, known) = match witness.browser(headers, &self.keyed) {
            Some((used, cookie)) => (Some(used), Some((SET_COOKIE, cookie))),
            None => (None, None),
        };
        let opening = SessionOpening { session: row.clone(), epoch: witness.epoch(), places, browser };
        let Some(new) = self.records.open_session(opening).await? else { return Ok(None) };
        if let Some(detail) = new.word() {
            tracing::info!(detail, "a sign-in from a new device or network");
            self.mail_new_device(&row).await?;
        }
        let others = self.settle_others(headers, &row).await?;
        let language = self.language_of(headers, account).await?;
        Ok(Some(self.cookies(headers, &token, &row).into_iter().chain(known).chain(others).chain(language).collect()))
    }

    /// Returns the cookie by which the pages are in the language that the profile of the account names, if the browser has
    /// none yet.
    async fn language_of(
        &self,
        headers: &HeaderMap,
        account: AccountId,
    ) -> Result<Option<(HeaderName, HeaderValue)>, Fault> {
        if cookie::read(headers, cookie::LANGUAGE).is_some() {
            return Ok(None);
        }
        let account = self.records.account(account).await?;
        let language = account.as_ref().and_then(|account| account.profile.language.as_deref());
        Ok(language::of_account(language, headers).map(|cookie| (SET_COOKIE, cookie)))
    }

    /// Tells the owner of a session by mail, if they get mails, that its device or network is new to their account.
    async fn mail_new_device(&self, row: &SessionRow) -> Result<(), Fault> {
        if !self.mailer.is_set_up() {
            return Ok(());
        }
        if let Some(account) = self.records.account(row.account).await? {
            let DeviceFacts { browser, system, .. } = row.device.clone();
            let facts = MailFacts { browser, system, place: self.place_of(row), ..MailFacts::default() };
            self.mailer.notify(&account, MailKind::NewDevice, facts).await;
        }
        Ok(())
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
            proven_at: (opened_by != OpenedBy::Scan).then_some(now),
            by_link: false,
            rung: Rung::Tap,
            stay: Stay::Longest,
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

    /// Returns the person who is signed in on the device that sent these headers; `None` if there is no valid
    /// session. The request's log lines get the account, and the time of the session's last use is updated at
    /// most once a minute. If the request is for a page that shows it, the page gets what is new of the account's devices.
    pub async fn find(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Fault> {
        let Some(who) = self.peek(headers).await? else { return Ok(None) };
        about::account(who.account.id);
        owner::made_for(self.mark_of(who.account.id));
        if let Some(session) = &who.session {
            let now = self.clock.now();
            if now.since(session.last_seen_at) >= TOUCH_EVERY {
                self.records.touch_session(session.token_hash, now).await?;
            }
            if signed_in_pages::is_shown() {
                signed_in_pages::show(self.new_devices(session).await?);
            }
        }
        Ok(Some(who))
    }

    /// Returns the person who is signed in, as [`find`](Self::find) does, for a request that may be a form. `made_for` is the
    /// mark of the account that the form names.
    ///
    /// # Errors
    /// 412 if the form was made for another account than the one in use, or 503 if the records are unavailable.
    pub async fn find_for(&self, headers: &HeaderMap, made_for: Option<&str>) -> Result<Option<SignedIn>, Problem> {
        let who = self.find(headers).await?;
        match (&who, made_for) {
            (Some(who), Some(made_for)) if self.mark_of(who.account.id) != made_for => {
                tracing::info!(code = ACCOUNT_SWITCHED, "a form was made for another account than the one in use");
                Err(account_switched())
            }
            _ => Ok(who),
        }
    }

    /// Returns the mark by which pages name an account in their forms, which consists of letters and digits. It is the same on every instance, and tells nothing
    /// of the account.
    pub fn mark_of(&self, account: AccountId) -> String {
        let keyed = self.keyed.of(&[b"made for", account.as_bytes()]);
        format!("{:032x}", u128::from_be_bytes(sha256_half(&[&keyed])))
    }

    /// Returns the same person, and does not take the request for a use of the session: pages that wait for news ask by
    /// themselves.
    pub async fn peek(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Fault> {
        let Some(token) = SessionToken::of(headers) else { return Ok(None) };
        let valid = self.valid(token.hash()).await?;
        Ok(valid.map(|(session, account)| SignedIn { account, session: Some(session) }))
    }

    /// Returns a session and its account; `None` if it is unknown or over.
    pub async fn valid(&self, session: SessionTokenHash) -> Result<Option<(SessionRow, Account)>, Fault> {
        let now = self.clock.now();
        Ok(self.records.session(session).await?.filter(|(session, _)| !self.is_over(session, now)))
    }

    /// Returns whether the person is still signed in who watches a page: the account is in the same epoch and not disabled,
    /// and the session is valid. A person without a session has a phone app's token.
    pub async fn goes_on(&self, viewer: Viewer) -> Result<bool, Fault> {
        match viewer.session {
            Some(session) => {
                let valid = self.valid(session).await?;
                Ok(valid.is_some_and(|(_, account)| (account.id, account.epoch) == (viewer.account, viewer.epoch)))
            }
            None => self.records.is_signed_in(viewer.account, viewer.epoch, None, self.clock.now()).await,
        }
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

    /// Begins the watch of a page or phone that waits for news over an open connection, for as long as this session is
    /// valid and until `stopping` is cancelled. `None` if the session has ended, on whatever instance.
    ///
    /// # Errors
    /// 429 if the session has too many watches in this process, or 503 if the records are unavailable.
    pub async fn watch(
        &self,
        session: &SessionRow,
        stopping: &CancellationToken,
    ) -> Result<Option<OpenWatch>, Problem> {
        let (hash, until) = (session.token_hash, stopping.child_token());
        let Some(watch) = self.open_watches.begin(hash, session.account, until) else {
            measure::turned_away("waiting");
            return Err(Problem::too_many(WAIT_AGAIN));
        };
        // It is read after the watch began, so that no end between is missed.
        Ok(self.valid(hash).await?.map(|_| watch))
    }

    /// Begins the watch of this person's device, as [`watch`](Self::watch) does. A person without a session, who has a
    /// phone app's token, may watch until `stopping` is cancelled.
    pub async fn while_signed_in(
        &self,
        who: &SignedIn,
        stopping: &CancellationToken,
    ) -> Result<Option<OpenWatch>, Problem> {
        match &who.session {
            Some(session) => self.watch(session, stopping).await,
            None => Ok(Some(stopping.child_token().into())),
        }
    }

    /// Returns the valid sessions of an account, the last used first.
    pub async fn of(&self, account: AccountId) -> Result<Vec<SessionRow>, Fault> {
        let now = self.clock.now();
        let mut sessions = self.records.sessions_of(account, now).await?;
        sessions.retain(|session| !self.is_over(session, now));
        Ok(sessions)
    }

    /// Returns the number of open watches of this process that depend on sessions.
    pub fn watches(&self) -> usize {
        self.open_watches.count()
    }

    fn is_over(&self, session: &SessionRow, now: Timestamp) -> bool {
        let (idle, _) = self.life(session.opened_by);
        let idle = session.stay.idle(idle);
        session.ends_at.is_over(now) || (session.last_seen_at + idle).is_over(now)
    }

    /// Returns the idle timeout and the absolute lifetime of a session that was opened in this way. A passkey has those of
    /// a password.
    fn life(&self, opened_by: OpenedBy) -> (Duration, Duration) {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        match opened_by {
            OpenedBy::Password | OpenedBy::Passkey | OpenedBy::SyncedPasskey => {
                (hours(self.settings.password_idle_hours), hours(self.settings.password_max_hours))
            }
            OpenedBy::Scan => (hours(self.settings.scan_idle_hours), hours(self.settings.scan_max_hours)),
        }
    }
}
