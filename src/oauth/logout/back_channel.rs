//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0): tells apps that a session has ended here, or
//! that all sessions of an account at the app have ended. Each app is told once, however often it asked. The
//! notices are stored in the records (`store::ends`) together with the end itself. Any instance delivers
//! them, also after a restart. Administrators set the address of an app (see
//! [`crate::oauth::client::outbound`]), and redirects are not followed.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
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
use crate::oauth::client::outbound::{Resolver, names_reachable};
use crate::oauth::token::claims::{seconds, sid};
use crate::oauth::token::signing_keys::TokenKind;
use crate::oauth::token::tokens::Tokens;
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::records::ends::LogoutNotice;
use crate::ticket::ids::AppId;

/// The event of a logout token (§2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The lifetime of a logout token.
const LIFE: Duration = Duration::from_secs(120);
/// How long an app may take to answer. Only the status of its answer is read.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How often a notice is tried. The pauses double from `store::ends::FIRST_PAUSE`, so an app that is down for
/// eleven hours is still told. After a longer outage an app only notices when its tokens expire.
const TRIES: u64 = 13;
/// The number of notices in one turn of an app. It limits how long a slow app can delay the others.
const AT_ONCE: u16 = 8;
/// The number of apps that are told at the same time.
const APPS_AT_ONCE: usize = 64;
/// How often the records are read, for notices of other instances and for those that have to be tried again.
/// Notices of this instance are read at once.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What notices are delivered with; cheap to clone.
#[derive(Clone, Debug)]
pub struct BackChannel {
    /// The records, which contain the notices.
    pub records: Records,
    /// Signs the logout tokens.
    pub tokens: Tokens,
    /// The clock.
    pub clock: Clock,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
}

/// Delivers notices to apps for as long as this server runs.
pub async fn run(channel: BackChannel) {
    let client = reqwest::Client::builder()
        .redirect(Policy::none())
        .dns_resolver(Arc::new(Resolver))
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(0)
        .build();
    let Ok(client) = client else {
        tracing::error!("no HTTPS client can be made here: apps do not hear who signs out");
        return;
    };
    let (mut turns, mut told, said) = (AppTurns::default(), JoinSet::new(), Logged::default());
    loop {
        let now = channel.clock.now();
        let apps = match channel.records.apps_to_tell(now).await {
            Ok(apps) => {
                if said.is_new("") {
                    tracing::info!("what apps are to be told can be read again");
                }
                apps
            }
            Err(fault) => {
                if said.is_new("not read") {
                    tracing::error!(fault = %caused(&fault), "what apps are to be told cannot be read; it is tried again");
                }
                Vec::new()
            }
        };
        for app in turns.next(&apps) {
            told.spawn(tell_some(channel.clone(), client.clone(), app));
        }
        tokio::select! {
            () = channel.stopping.cancelled() => return,
            () = channel.records.noted() => {}
            () = channel.clock.sleep_until(now + LOOK_EVERY) => {}
            Some(over) = told.join_next() => turns.is_over(over.ok()),
        }
        // All turns that have ended by now are collected before the records are read again.
        while let Some(over) = told.try_join_next() {
            turns.is_over(over.ok());
        }
    }
}

/// The apps whose turn has begun, and those that wait for one. When a turn ends and the app has more notices,
/// it waits behind all others. So an app that does not answer delays others by one turn at most, whatever it
/// has to be told.
#[derive(Debug, Default)]
struct AppTurns {
    busy: HashSet<AppId>,
    waiting: VecDeque<AppId>,
}

impl AppTurns {
    /// Returns the apps whose turn begins, among those that have notices due.
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

    /// Ends the turn of an app. If a turn panicked (`None`), its app is not known, so all turns end; an app
    /// that is told twice at once finds no notices the second time.
    fn is_over(&mut self, app: Option<AppId>) {
        match app {
            Some(app) => {
                self.busy.remove(&app);
            }
            None => self.busy.clear(),
        }
    }
}

/// Tries some due notices of one app, all at the same time, so that a turn takes no longer than one try.
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

/// The result of one try.
enum TryResult {
    /// The notice is delivered or cannot be delivered at all.
    Done,
    /// The notice has to be tried again.
    TryAgain,
}

async fn tell(channel: &BackChannel, client: &reqwest::Client, notice: LogoutNotice) {
    let told = try_to_tell(channel, client, &notice).await;
    let is_last = notice.tries >= TRIES;
    if let (TryResult::TryAgain, true) = (&told, is_last) {
        tracing::warn!(app.id = %notice.app, tries = notice.tries, "an app could not be told that somebody signed out");
    }
    if (matches!(told, TryResult::Done) || is_last)
        && let Err(fault) = channel.records.drop_logout_notice(notice).await
    {
        tracing::error!(app.id = %notice.app, fault = %caused(&fault), "an app will be told once more");
    }
}

async fn try_to_tell(channel: &BackChannel, client: &reqwest::Client, notice: &LogoutNotice) -> TryResult {
    // A disabled app is read as well: it can sign people in no more, but the sessions that it still has are
    // to end.
    let app = match channel.records.app(notice.app).await {
        Ok(Some(app)) => app,
        Ok(None) => return TryResult::Done,
        Err(_) => return TryResult::TryAgain,
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
            return TryResult::TryAgain;
        }
    };
    // A token consists of base64url characters and dots, so it needs no escaping.
    let form = client.post(uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match form.body(format!("logout_token={token}")).send().await.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => TryResult::Done,
        // §2.8: the app refuses or redirects. It would do the same again, so the notice is not tried again.
        Ok(status) if status.as_u16() == 400 || status.is_redirection() => {
            tracing::warn!(app.id = %app.id, status = status.as_u16(), "an app refused to sign its visitor out");
            TryResult::Done
        }
        _ => TryResult::TryAgain,
    }
}

/// Returns the claims of a logout token (§2.4). Without `sid` it means all sessions that the person had at
/// this app when the event happened. That time is `toe` (RFC 8417 §2.2), because `iat` is the time of this
/// token; sessions that began later stay.
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
    use crate::oauth::logout::back_channel::*;

    fn app(of: usize) -> AppId {
        AppId::from_random(u64::try_from(of).expect("small").to_be_bytes())
    }

    #[test]
    fn more_apps_than_there_are_turns_keep_a_late_one_waiting_for_one_turn_and_no_longer() {
        let mut turns = AppTurns::default();
        // All of these have more to hear after each turn, and a retry of it falls due within each.
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
