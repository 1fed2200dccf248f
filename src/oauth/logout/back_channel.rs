//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0): tells an app, once, that a session ended
//! from which a person signed in to it, or that all sign-ins of an account to it ended. The notices are
//! stored in the records together with the end (`store::records::early_ends`). Any instance sends them, also after
//! a restart, until they are received or given up. Administrators register the address of an app (see
//! [`crate::outbound`]); redirects are not followed.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use futures_util::future::join_all;
use reqwest::redirect::Policy;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::cause::{Logged, caused};
use crate::clock::Clock;
use crate::crypto::random::random_id;
use crate::oauth::token::claims::{seconds, sid};
use crate::oauth::token::signing_keys::TokenKind;
use crate::oauth::token::tokens::Tokens;
use crate::outbound::{Reach, Resolver, names_reachable};
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::records::early_ends::LogoutNotice;
use crate::ticket::ids::AppId;

/// The name of the event in the claim `events` of a logout token (OpenID Connect Back-Channel Logout §2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The lifetime of a logout token, from its signature to its `exp`.
const LIFE: Duration = Duration::from_secs(120);
/// How long a request with a logout token to an app may take. Only the status of the answer is read.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest number of tries to send one logout notice. The pauses between them double from
/// `store::records::early_ends::FIRST_PAUSE` on, so an app that cannot be reached for eleven hours still gets it. After
/// that it is not sent.
const TRIES: u64 = 13;
/// The largest number of logout notices that an app is sent before other apps that wait are served. It bounds how
/// long a slow app, or one with many notices, delays the others.
const AT_ONCE: u16 = 8;
/// The largest number of apps that are sent logout notices at the same time.
const APPS_AT_ONCE: usize = 64;
/// How often the records are searched for logout notices that other instances stored, and for those that are to be
/// tried again. Notices that this instance stored are sent at once.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The shared state of the task that sends logout notices; cheap to clone.
#[derive(Clone, Debug)]
pub struct BackChannel {
    /// The records, with the notices.
    pub records: Records,
    /// Signs logout tokens.
    pub tokens: Tokens,
    /// The clock.
    pub clock: Clock,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
}

/// Sends logout notices from the records to apps until the server stops. Returns if no HTTPS client can be made.
pub async fn run(channel: BackChannel) {
    // It reads the certificates of all authorities, for which a start does not wait.
    let client = LazyLock::new(https_client);
    let (mut turns, mut tasks, logged) = (AppTurns::default(), JoinSet::new(), Logged::default());
    loop {
        let now = channel.clock.now();
        let apps = match channel.records.apps_to_tell(now).await {
            Ok(apps) => {
                if logged.is_new("") {
                    tracing::info!("what apps are to be told can be read again");
                }
                apps
            }
            Err(fault) => {
                if logged.is_new("not read") {
                    tracing::error!(fault = %caused(&fault), "what apps are to be told cannot be read; it is tried again");
                }
                Vec::new()
            }
        };
        for app in turns.next(&apps) {
            let Ok(client) = &*client else {
                tracing::error!("no HTTPS client can be made here: apps do not hear who signs out");
                return;
            };
            tasks.spawn(tell_some(channel.clone(), client.clone(), app));
        }
        tokio::select! {
            () = channel.stopping.cancelled() => return,
            () = channel.records.noted() => {}
            () = channel.clock.sleep_until(now + LOOK_EVERY) => {}
            Some(over) = tasks.join_next() => turns.is_over(over.ok()),
        }
        // All turns that are over by now are ended first, so that the records are searched once for all of
        // them.
        while let Some(over) = tasks.try_join_next() {
            turns.is_over(over.ok());
        }
    }
}

/// Makes the client that sends notices.
fn https_client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .dns_resolver(Arc::new(Resolver(Reach::Registered)))
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(0)
        .build()
}

/// The apps that are being sent notices, and the apps with notices that wait. In one turn, an app is sent at most
/// [`AT_ONCE`] notices; if it has more, it then waits behind all other apps. So an app that does not answer delays
/// the others by one turn only.
#[derive(Debug, Default)]
struct AppTurns {
    busy: HashSet<AppId>,
    waiting: VecDeque<AppId>,
}

impl AppTurns {
    /// Takes the list of all apps that have notices due, and returns the apps whose turn begins now. At most
    /// [`APPS_AT_ONCE`] apps have a turn at the same time; the others wait in order. A waiting app that is not
    /// in `due` any more is removed.
    fn next(&mut self, due: &[AppId]) -> Vec<AppId> {
        let still: HashSet<&AppId> = due.iter().collect();
        self.waiting.retain(|app| still.contains(app));
        let stand: HashSet<AppId> = self.waiting.iter().chain(&self.busy).copied().collect();
        self.waiting.extend(due.iter().filter(|app| !stand.contains(app)));
        let free = APPS_AT_ONCE.saturating_sub(self.busy.len()).min(self.waiting.len());
        let begin: Vec<AppId> = self.waiting.drain(..free).collect();
        self.busy.extend(&begin);
        begin
    }

    /// Ends the turn of an app, so that it may get another one. `None` means that a task panicked, so that its
    /// app is not known; then the turns of all apps count as ended.
    fn is_over(&mut self, app: Option<AppId>) {
        match app {
            Some(app) => {
                self.busy.remove(&app);
            }
            None => self.busy.clear(),
        }
    }
}

/// Takes at most [`AT_ONCE`] due notices of an app from the records, sends all of them at the same time, and
/// returns the app. Notices that need no other try are deleted. If the records fail, it waits for [`LOOK_EVERY`].
async fn tell_some(channel: BackChannel, client: reqwest::Client, app: AppId) -> AppId {
    match channel.records.take_logout_notices(app, AT_ONCE, channel.clock.now()).await {
        Ok(notices) => {
            join_all(notices.into_iter().map(|notice| tell(&channel, &client, notice))).await;
        }
        Err(fault) => {
            tracing::error!(app.id = %app, fault = %caused(&fault), "what an app is to be told could not be taken");
            channel.clock.sleep_until(channel.clock.now() + LOOK_EVERY).await;
        }
    }
    app
}

/// The result of one try to send a notice.
enum TryResult {
    /// The notice is done with, and is dropped.
    Done,
    /// The notice is to be tried again; the text says why, for the log.
    TryAgain(String),
}

async fn tell(channel: &BackChannel, client: &reqwest::Client, notice: LogoutNotice) {
    let result = try_to_tell(channel, client, &notice).await;
    let is_last = notice.tries >= TRIES;
    if let (TryResult::TryAgain(why), true) = (&result, is_last) {
        tracing::warn!(
            app.id = %notice.app, tries = notice.tries, why,
            "an app could not be told that somebody signed out"
        );
    }
    if (matches!(result, TryResult::Done) || is_last)
        && let Err(fault) = channel.records.drop_logout_notice(notice).await
    {
        tracing::error!(app.id = %notice.app, fault = %caused(&fault), "an app will be told once more");
    }
}

async fn try_to_tell(channel: &BackChannel, client: &reqwest::Client, notice: &LogoutNotice) -> TryResult {
    // A disabled app is told too: it signs no one in any more, but has to end the sign-ins that it has.
    let app = match channel.records.app(notice.app).await {
        Ok(Some(app)) => app,
        Ok(None) => return TryResult::Done,
        Err(fault) => return TryResult::TryAgain(caused(&fault)),
    };
    let Some(uri) = &app.options.backchannel_logout_uri else { return TryResult::Done };
    if !names_reachable(uri) {
        tracing::warn!(app.id = %app.id, "an app wants to be told at an address that this server does not call");
        return TryResult::Done;
    }
    let token = match channel
        .tokens
        .keys
        .sign(app.options.id_token_signed_response_alg, TokenKind::Logout, &logout_claims(channel, &app, notice))
        .await
    {
        Ok(token) => token,
        Err(error) => {
            tracing::error!(%error, "a logout token could not be signed");
            return TryResult::TryAgain(error.to_string());
        }
    };
    // A token has only base64url characters and dots, so it needs no escaping.
    let form = client.post(uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match form.body(format!("logout_token={token}")).send().await.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => TryResult::Done,
        // §2.8: the app refuses, or has another address. Another try would get the same answer.
        Ok(status) if status.as_u16() == 400 || status.is_redirection() => {
            tracing::warn!(app.id = %app.id, status = status.as_u16(), "an app refused to sign its visitor out");
            TryResult::Done
        }
        Ok(status) => TryResult::TryAgain(format!("it answered {status}")),
        Err(error) => TryResult::TryAgain(caused(&error.without_url())),
    }
}

/// Returns the claims of the logout token for a notice (Back-Channel Logout §2.4). `toe` is the time of the end
/// (RFC 8417 §2.2), and `iat` that of the token. `sid` is there if one session ended; without it, all sign-ins of
/// the person to this app before `toe` ended.
fn logout_claims(channel: &BackChannel, app: &App, notice: &LogoutNotice) -> Map<String, Value> {
    let now = channel.clock.now();
    let mut claims = Map::from_iter([
        ("iss".to_owned(), json!(channel.tokens.issuer())),
        ("aud".to_owned(), json!(app.id.to_string())),
        ("iat".to_owned(), json!(seconds(now))),
        ("exp".to_owned(), json!(seconds(now + LIFE))),
        ("jti".to_owned(), json!(random_id())),
        ("sub".to_owned(), json!(channel.tokens.subjects.sub(app, notice.account))),
        ("toe".to_owned(), json!(seconds(notice.ended_at))),
        ("events".to_owned(), json!({ EVENT: {} })),
    ]);
    if let Some(session) = notice.session {
        claims.insert("sid".to_owned(), json!(sid(session)));
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(of: usize) -> AppId {
        AppId::from_random(u64::try_from(of).expect("small").to_be_bytes())
    }

    #[test]
    fn more_apps_than_there_are_turns_keep_a_late_one_waiting_for_one_turn_and_no_longer() {
        let mut turns = AppTurns::default();
        // All of these apps have more notices after each turn, which fall due within it.
        let mut due: Vec<AppId> = (0..APPS_AT_ONCE + 20).map(app).collect();
        let first = turns.next(&due);
        assert_eq!(first, due[..APPS_AT_ONCE]);
        let good = app(1000);
        due.push(good);
        assert_eq!(turns.next(&due), [], "nobody is told twice at once");
        for over in &first[..20] {
            turns.is_over(Some(*over));
            let next = turns.next(&due);
            assert!(next.len() == 1 && !first.contains(&next[0]), "whoever waits goes first: {next:?}");
        }
        turns.is_over(Some(first[20]));
        assert_eq!(turns.next(&due), [good]);
        turns.is_over(Some(good));
        assert_eq!(turns.next(&due), [first[0]], "then whoever had a turn first");
    }

    #[test]
    fn who_has_nothing_more_to_hear_stands_in_nobodys_way() {
        let mut turns = AppTurns::default();
        let due: Vec<AppId> = (0..APPS_AT_ONCE + 2).map(app).collect();
        let first = turns.next(&due);
        turns.is_over(Some(first[0]));
        assert_eq!(turns.next(&due[1..][..1]), [], "another instance told all the others");
        assert!(turns.waiting.is_empty());
        assert_eq!(turns.next(&due[APPS_AT_ONCE + 1..]), [due[APPS_AT_ONCE + 1]]);
    }
}
