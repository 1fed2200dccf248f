//! How sessions end: by their own browser or phone, from another device of their owner, by an administrator, or because
//! an approval was a mistake. An end takes effect on every instance at once: the records have it before the answer, and
//! the open pages of the session are told wherever they are connected.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{SessionToken, Sessions};
use crate::run_to_end::run_to_end;
use crate::store::Fault;
use crate::store::records::early_ends::SignedOut;
use crate::store::records::{EndedBy, Reach, SessionEnd, SessionEnding, SessionRow};
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::machine::Ticket;
use crate::web::cookie;

/// The result of a request to end sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// These sessions ended, and what was to end with them.
    Now(Vec<SessionRow>),
    /// The sessions had just ended: the request is a [repetition](REPEATED_WITHIN).
    Before,
    /// No such session exists.
    Nothing,
}

/// Who ends sessions, and what ends beside them.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// Who ends them.
    pub by: EndedBy,
    /// What ends beside them.
    pub reach: Reach,
    /// The session that goes on in any case.
    pub kept: Option<SessionTokenHash>,
}

/// The time within which the session of a claim is stored, even by a slow store.
const STORED_WITHIN: Duration = Duration::from_secs(10);
/// The pause between two looks for a session that is not stored yet, and their largest number: two seconds together.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS: u8 = 40;

impl Sessions {
    /// Ends the session of the device that sent these headers, if there is one, and returns the `Set-Cookie`
    /// value that deletes its cookie.
    pub async fn end(&self, headers: &HeaderMap) -> Result<HeaderValue, Fault> {
        if let Some(token) = SessionToken::of(headers) {
            self.end_one(token.hash()).await?;
        }
        Ok(cookie::clear(cookie::SESSION))
    }

    /// Ends the sessions of this account that `is_meant` selects. Returns which ended, or whether there were
    /// none or they had just ended. Sessions of other accounts are never considered.
    pub async fn end_those(
        &self,
        account: AccountId,
        ending: Ending,
        is_meant: impl Fn(&SessionRow) -> bool,
    ) -> Result<Ended, Fault> {
        let now = self.clock.now();
        let mut sessions = self.records.sessions_of(account, now.before(REPEATED_WITHIN)).await?;
        sessions.retain(is_meant);
        let is_repeated = sessions.iter().any(|session| session.ends_at.is_over(now));
        sessions.retain(|session| !self.is_over(session, now));
        if sessions.is_empty() {
            return Ok(if is_repeated { Ended::Before } else { Ended::Nothing });
        }
        let (records, meant) = (self.records.clone(), sessions.clone());
        self.end_whole(account, async move {
            let mut ended = Vec::new();
            for session in meant {
                let Ending { by, reach, kept } = ending;
                let order = SessionEnding { session: session.token_hash, account, by, reach, kept };
                ended.append(&mut records.end_session_by(order, now).await?);
            }
            Ok(ended)
        })
        .await?;
        Ok(Ended::Now(sessions))
    }

    /// Ends the session that a claimed ticket opened, because the person who approved it did not mean to. All
    /// grants of that session, and all sessions and grants that were approved in it, end too. The app of the
    /// ticket, and the apps that got a consent since these sessions began, lose their consent. Does nothing if
    /// the ticket was not claimed.
    pub async fn disown(&self, claimed: &Ticket, approved_by: AccountId) -> Result<(), Fault> {
        let Some(session) = self.session_of_claim(claimed) else { return Ok(()) };
        let app = claimed.app.as_ref().map(|app| app.id);
        let (records, now) = (self.records.clone(), self.clock.now());
        self.end_whole(approved_by, async move {
            let mut ended = records.disown_session(session, approved_by, app, now).await?;
            // The session is added even if another instance disowned it before: this instance may have
            // watches of it.
            ended.push(session);
            Ok(ended)
        })
        .await
    }

    /// Ends everything that an account has open, on every instance. Returns how many sessions and grants ended.
    pub async fn sign_out_account(&self, account: AccountId) -> Result<SignedOut, Fault> {
        let signed_out = self.records.sign_out_account(account, self.clock.now()).await?;
        self.tell_ended(account);
        Ok(signed_out)
    }

    /// Tells the open pages of this account on every instance that sessions of it may have ended. To be called after the
    /// records ended them, for example because an administrator disabled the account.
    pub fn tell_ended(&self, account: AccountId) {
        self.sign_outs.tell(account);
    }

    /// Returns the session that the claim of this ticket opened; `None` if the ticket was not claimed.
    pub(super) fn session_of_claim(&self, claimed: &Ticket) -> Option<SessionTokenHash> {
        claimed.claim_identity().map(|claim| SessionToken(self.keyed.of(&[&claim])).hash())
    }

    /// Returns the session that the claim of this ticket opened, if it is valid and of this account. A claim changes the
    /// ticket a moment before it stores the session, and the phone hears of the ticket at once; so a session that is not
    /// stored is waited for if the claim is younger than [`STORED_WITHIN`].
    pub async fn opened_by_claim(&self, claimed: &Ticket, account: AccountId) -> Result<Option<SessionRow>, Fault> {
        let Some(session) = self.session_of_claim(claimed).filter(|_| claimed.purpose().opens_session()) else {
            return Ok(None);
        };
        for _ in 0..LOOKS {
            let now = self.clock.now();
            if let Some((row, _)) = self.records.session(session).await? {
                return Ok(Some(row).filter(|row| row.account == account && !self.is_over(row, now)));
            }
            if now.since(claimed.since) >= STORED_WITHIN {
                break;
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(None)
    }

    /// Returns how the session ended whose cookie the device that sent these headers still has; `None` if there is none,
    /// or nothing is known of it any more.
    pub async fn how_ended(&self, headers: &HeaderMap) -> Result<Option<SessionEnd>, Fault> {
        match SessionToken::of(headers) {
            Some(token) => self.records.session_end(token.hash()).await,
            None => Ok(None),
        }
    }

    /// Returns a session of this account that is over, and how it ended; `None` if it is valid, unknown, or of another
    /// account.
    pub async fn ended(&self, account: AccountId, session: SessionTokenHash) -> Result<Option<SessionEnd>, Fault> {
        let end = self.records.session_end(session).await?;
        let now = self.clock.now();
        Ok(end.filter(|end| end.session.account == account && self.is_over(&end.session, now)))
    }

    /// Ends a session, the open connections of its device, and the grants that apps got by it, except those that
    /// outlast a session, even if the request is dropped ([`run_to_end`]).
    pub(super) async fn end_one(&self, session: SessionTokenHash) -> Result<(), Fault> {
        let all = self.clone();
        run_to_end(async move {
            let ended = all.records.end_session(session, all.clock.now()).await;
            // It is stored for some time after its end.
            if let Some((row, _)) = all.records.session(session).await? {
                all.tell_ended(row.account);
            }
            ended?;
            all.open_watches.end(session);
            Ok(())
        })
        .await
    }

    /// Runs `ending`, which ends sessions of an account and returns which, to its end even if the request is dropped
    /// ([`run_to_end`]). Then closes the open connections of those sessions, here and on other instances.
    async fn end_whole(
        &self,
        account: AccountId,
        ending: impl Future<Output = Result<Vec<SessionTokenHash>, Fault>> + Send + 'static,
    ) -> Result<(), Fault> {
        let all = self.clone();
        run_to_end(async move {
            let ended = ending.await;
            // Some may have ended before a fault, so the pages of the account look in any case.
            all.tell_ended(account);
            for session in ended? {
                all.open_watches.end(session);
            }
            Ok(())
        })
        .await
    }

    /// Ends the watches of sessions that ended elsewhere, as announcements tell, until `stopping` is cancelled.
    pub async fn hear_sign_outs(self, stopping: CancellationToken) {
        let mut announced = self.sign_outs.listen();
        loop {
            let told = tokio::select! {
                () = stopping.cancelled() => return,
                told = announced.recv() => told,
            };
            let account = match told {
                Ok(account) => account,
                // Announcements were missed.
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return,
            };
            for session in self.open_watches.of(account) {
                // A watch whose session cannot be read is left: it reads the session itself from time to time.
                if let Ok(None) = self.valid(session).await {
                    self.open_watches.end(session);
                }
            }
        }
    }
}
