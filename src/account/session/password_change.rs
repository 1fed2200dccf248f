//! The session in which a person continues after they changed their password or ended everything else. That ends their
//! previous session, so a button that was pressed twice, or a lost answer, would leave them signed out. Therefore the
//! next token is derived from the previous one and from the form that was sent: the same form sent again
//! within seconds gets the same session.

use axum::http::HeaderMap;

use super::{Fault, SessionToken, Sessions, SignedIn, SignedInCookies};
use crate::account::password::Verified;
use crate::crypto::hash::{Keyed, sha256};
use crate::crypto::random::random;
use crate::run_to_end::run_to_end;
use crate::store::records::early_ends::PasswordChange;
use crate::store::records::{OpenedBy, SessionRow};
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::ids::Attempt;

/// The identity of a form that was sent: the same form of the same page, sent twice, has the same identity.
pub struct Sent(pub(super) [u8; 32]);

impl Sent {
    /// Makes the identity of a form from the texts that were typed in it and from the attempt that its page
    /// contains, which cannot be guessed.
    pub fn of(attempt: Attempt, typed: &[&str]) -> Self {
        // Each text is hashed separately, so that no two lists of texts have the same identity.
        let hashes: Vec<_> = typed.iter().map(|text| sha256(&[text.as_bytes()])).collect();
        let mut parts: Vec<&[u8]> = vec![attempt.as_bytes()];
        parts.extend(hashes.iter().map(|hash| &hash[..]));
        Self(sha256(&parts))
    }
}

impl SessionToken {
    /// Derives the token of the session that replaces the one of this token when the form `sent` changes the
    /// password. Without the server's key it cannot be distinguished from a random one, even if this token is
    /// known.
    fn next(&self, sent: &Sent, keyed: &Keyed) -> Self {
        Self(keyed.of(&[b"goes on", &self.0, &sent.0]))
    }
}

impl Sessions {
    /// Stores the hash of the new password and replaces this device's session by a new one (ASVS 7.2.4).
    /// `ends_all` also ends all other sessions and all grants of the account. Returns the cookies of the new
    /// session and how many sessions `ends_all` ended; `None` if, since `verified` was made, the password was
    /// changed, all sessions were ended, or the account was disabled.
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
        let gone_on_from = match &before {
            Some(before) => self.records.session(before.hash()).await?.map(|(before, _)| before),
            None => None,
        };
        let token = before.map_or_else(|| SessionToken(random()), |before| before.next(sent, &self.keyed));
        let fresh = self.fresh(&token, account, OpenedBy::Password);
        // It is the same device, whose person goes on to stay as they chose.
        let row = match &gone_on_from {
            Some(SessionRow { device, stay, .. }) => SessionRow { device: device.clone(), ..fresh.staying(*stay) },
            None => fresh,
        };
        let gone_on_from = gone_on_from.map(|before| before.token_hash);
        let change = PasswordChange { ends_all, ..verified.changed_to(hash, gone_on_from, row.clone()) };
        let changed = run_to_end(async move {
            let changed = all.records.change_password(account, change, all.clock.now()).await?;
            if changed.is_some() {
                all.tell_ended(account);
                for session in open {
                    all.open_watches.end(session.token_hash);
                }
            }
            Ok::<_, Fault>(changed)
        });
        let Some(ended) = changed.await? else { return Ok(None) };
        self.end_previous(headers, &row).await?;
        Ok(Some((self.cookies_beside_others(headers, &token, &row).await?, ended)))
    }

    /// Ends everything that this person's account has open, and replaces this device's session by a new one with the same
    /// end and the same proof. Returns the cookies of the new session; `None` if everything was ended or the account was
    /// disabled since the person was found, or if they have no session.
    pub async fn begin_anew(
        &self,
        who: &SignedIn,
        headers: &HeaderMap,
        sent: &Sent,
    ) -> Result<Option<SignedInCookies>, Fault> {
        let (Some(before), Some(session)) = (SessionToken::of(headers), &who.session) else { return Ok(None) };
        let (account, seen, now) = (who.account.id, who.account.epoch, self.clock.now());
        let open = self.records.sessions_of(account, now).await?;
        let token = before.next(sent, &self.keyed);
        let row = SessionRow {
            token_hash: token.hash(),
            created_at: now,
            last_seen_at: now,
            led_to: None,
            approved_in: None,
            ..session.clone()
        };
        let (all, goes_on_from, goes_on_in) = (self.clone(), session.token_hash, row.clone());
        let begun = run_to_end(async move {
            let is_begun = all.records.begin_anew(goes_on_from, goes_on_in, seen, now).await?;
            if is_begun {
                all.tell_ended(account);
                for session in open {
                    all.open_watches.end(session.token_hash);
                }
            }
            Ok::<_, Fault>(is_begun)
        });
        if !begun.await? {
            return Ok(None);
        }
        Ok(Some(self.cookies_beside_others(headers, &token, &row).await?))
    }

    /// Returns the cookies of the new session if the same form, sent a few seconds ago, changed the password or began anew,
    /// and these headers still have the previous session. `None` for any other form, or if the change was made
    /// earlier.
    pub async fn gone_on(&self, headers: &HeaderMap, sent: &Sent) -> Result<Option<SignedInCookies>, Fault> {
        let Some(before) = SessionToken::of(headers) else { return Ok(None) };
        let (token, now) = (before.next(sent, &self.keyed), self.clock.now());
        let Some((row, _)) = self.records.session(token.hash()).await? else { return Ok(None) };
        let is_repeated = now.since(row.created_at) < REPEATED_WITHIN && !self.is_over(&row, now);
        if !is_repeated {
            return Ok(None);
        }
        Ok(Some(self.cookies_beside_others(headers, &token, &row).await?))
    }
}
