//! The session in which somebody goes on who changed their password. The change ends the session that they had, so a
//! button that was pressed twice, or an answer that was lost on the way, would leave them signed out. The next token follows
//! from the one before and from the form that was sent, as that of a claim follows from its attempt: whoever sends the same
//! once more, within seconds, gets the same session.

use axum::http::HeaderMap;

use super::{Fault, SessionToken, Sessions, SignedInCookies};
use crate::account::password::Verified;
use crate::crypto::hash::{Keyed, sha256};
use crate::crypto::random::random;
use crate::store::records::OpenedBy;
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::ids::Attempt;
use crate::whole::whole;

/// A form as it was sent: the same form of the same page, sent twice, is one press.
pub struct Sent([u8; 32]);

impl Sent {
    /// What was typed on the page that named this attempt, which nobody can guess.
    pub fn of(attempt: Attempt, typed: &[&str]) -> Self {
        // Of each text its hash, so that no two lists of them read alike.
        let hashes: Vec<_> = typed.iter().map(|text| sha256(&[text.as_bytes()])).collect();
        let mut parts: Vec<&[u8]> = vec![attempt.as_bytes()];
        parts.extend(hashes.iter().map(|hash| &hash[..]));
        Self(sha256(&parts))
    }
}

impl SessionToken {
    /// The token that takes the place of this one when this form is sent: as good as random to whoever has not the server's
    /// key, also where they have this one.
    fn next(&self, sent: &Sent, keyed: &Keyed) -> Self {
        Self(keyed.of(&[b"goes on", &self.0, &sent.0]))
    }
}

impl Sessions {
    /// Gives the account of a password another one, and ends with it whatever was opened by the one before, where that is
    /// wanted. This device goes on under a fresh token (ASVS 7.2.4), and the session that it had ends. Returns its cookies,
    /// and how many sessions ended with the password; `None` where the password is another meanwhile.
    pub async fn change_password(
        &self,
        verified: Verified,
        hash: String,
        ends_all: bool,
        headers: &HeaderMap,
        sent: &Sent,
    ) -> Result<Option<(SignedInCookies, u64)>, Fault> {
        let (account, all) = (verified.account().id, self.clone());
        let open = if ends_all { self.records.sessions_of(account, self.clock.now()).await? } else { Vec::new() };
        let before = SessionToken::of(headers);
        let token = before.map_or_else(|| SessionToken(random()), |before| before.next(sent, &self.keyed));
        let row = self.fresh(&token, account, OpenedBy::Password);
        let change = verified.changed_to(hash, ends_all, row);
        let changed = whole(async move {
            let changed = all.records.change_password(account, change, all.clock.now()).await?;
            if changed.is_some() {
                for session in open {
                    all.open_watches.end(session.token_hash);
                }
            }
            Ok::<_, Fault>(changed)
        });
        let Some(ended) = changed.await? else { return Ok(None) };
        self.end_before(headers, &row).await?;
        Ok(Some((self.cookies(headers, &token, &row), ended)))
    }

    /// The cookies of whoever changed their password a moment ago by sending this very form with the session that they
    /// still name. To any other form that session is worth nothing, and to this one no more than the same answer.
    pub async fn gone_on(&self, headers: &HeaderMap, sent: &Sent) -> Result<Option<SignedInCookies>, Fault> {
        let Some(before) = SessionToken::of(headers) else { return Ok(None) };
        let (token, now) = (before.next(sent, &self.keyed), self.clock.now());
        let Some((row, _)) = self.records.session(token.hash()).await? else { return Ok(None) };
        let is_repeated = now.since(row.created_at) < REPEATED_WITHIN && !self.is_over(&row, now);
        Ok(is_repeated.then(|| self.cookies(headers, &token, &row)))
    }
}
