//! Back-channel logout: apps hear of a session that ended here, and of the end of all that an account has at them (OpenID
//! Connect Back-Channel Logout 1.0): each app once, however often it asked. What is to be told is in the records
//! (`store::ends`), written with the end itself; it is told until that is done, by whichever instance takes it, also after
//! a restart. Administrators say at which address an app is told (see [`crate::oauth::client::outbound`]), and no redirect is
//! followed from there.

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

/// §2.4
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A logout token counts this long.
const LIFE: Duration = Duration::from_secs(120);
/// How long an app may take to answer; what it answers beyond its status is not read.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Tries of one notice, after pauses that double from `store::ends::FIRST_PAUSE` on: an app that is away for eleven hours
/// hears. An app that stays away for longer learns it when its tokens are over.
const TRIES: u64 = 13;
/// What one app is told in a turn. An app that is slow, or has much to hear, keeps no other waiting for longer than that.
const AT_ONCE: u16 = 8;
/// Apps that are told at a time.
const APPS_AT_ONCE: usize = 64;
/// The records are looked at this often, for what other processes wrote down and for what is to be tried again. What this
/// one wrote down it looks at at once.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What apps are told from; cheap to clone.
#[derive(Clone, Debug)]
pub struct BackChannel {
    /// What apps are to be told.
    pub records: Records,
    /// What signs logout tokens.
    pub tokens: Tokens,
    /// The time.
    pub clock: Clock,
    /// Cancelled when the server is to stop.
    pub stopping: CancellationToken,
}

/// Tells apps what ended, for as long as this server runs.
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
        // The records are asked once for all that are over by now.
        while let Some(over) = told.try_join_next() {
            turns.is_over(over.ok());
        }
    }
}

/// The apps that have a turn, and those that wait for one. An app whose turn is over and that has more to hear waits behind
/// all others. So apps that do not answer, however many they are and however much they have to hear, hold up others for one
/// turn and no longer.
#[derive(Debug, Default)]
struct AppTurns {
    busy: HashSet<AppId>,
    waiting: VecDeque<AppId>,
}

impl AppTurns {
    /// The apps whose turn begins, of those that have something to hear by now.
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

    /// Ends the turn of an app. Of a turn that broke off the app is not known, so all turns end: an app that is told twice
    /// finds nothing the second time.
    fn is_over(&mut self, app: Option<AppId>) {
        match app {
            Some(app) => {
                self.busy.remove(&app);
            }
            None => self.busy.clear(),
        }
    }
}

/// Tells one app some of what it is to be told by now. All of it is tried at once, so a turn lasts no longer than one try
/// may take, whether the app answers or not.
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

/// What came of a try.
enum TryResult {
    /// There is nothing more to do.
    Done,
    /// It is tried again.
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
        .sign(app.options.algorithm, TokenKind::Logout, &logout_claims(channel, &app, notice))
        .await
    {
        Ok(token) => token,
        Err(error) => {
            tracing::error!(%error, "a logout token could not be signed");
            return TryResult::TryAgain;
        }
    };
    // Letters of base64url and dots: nothing in it needs quoting.
    let form = client.post(uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match form.body(format!("logout_token={token}")).send().await.map(|answer| answer.status()) {
        Ok(status) if status.is_success() => TryResult::Done,
        // §2.8: the app says that it cannot, or that it is elsewhere; it says so again if it is asked again.
        Ok(status) if status.as_u16() == 400 || status.is_redirection() => {
            tracing::warn!(app.id = %app.id, status = status.as_u16(), "an app refused to sign its visitor out");
            TryResult::Done
        }
        _ => TryResult::TryAgain,
    }
}

/// §2.4: without a session it speaks of all that the person has at this app, and had when it ended. That time is `toe`, the
/// time of the event (RFC 8417 §2.2), since `iat` is the time of this token: what began later goes on.
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
