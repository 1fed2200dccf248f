//! Sessions of other accounts that a browser keeps aside: up to five accounts are signed in side by side, and one is in use.
//!
//! Keeping a session aside is an explicit act. A person chooses to add an account ([`adding`](super::adding)), and the
//! sign-in that follows keeps the session that was in use; every other sign-in ends it. A second cookie has the tokens of
//! the sessions aside, the last used first. An ordinary request does not look at them: each is checked where accounts are
//! chosen or added, by the same rules as the session in use. So a session aside that ended elsewhere, by a change of the
//! password, by its owner, or because its time was over, is worth nothing and is dropped there.
//!
//! A session of this visit is never kept aside: its person said that others use the computer.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{SessionToken, Sessions, SignedInCookies};
use crate::store::Fault;
use crate::store::records::{Account, SIDE_BY_SIDE, SessionRow};
use crate::ticket::approval::Stay;
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::machine::Ticket;
use crate::web::cookie;
use crate::web::next_path::NextPath;

/// Largest number of sessions that a browser keeps aside, beside the one in use. It bounds the cookie (175 bytes) and the
/// reads of one page.
pub const ASIDE: usize = SIDE_BY_SIDE - 1;
/// URL path of the page on which a person chooses between the accounts that are signed in on the device.
pub const CHOOSER: &str = "/accounts";

/// Returns the link to the page on which a person chooses an account, from which they come back to this path.
pub fn chooser_from(path: &str) -> String {
    NextPath::parse(path).unwrap_or_else(NextPath::home).link_via(CHOOSER, &[])
}

/// A session that is signed in on a device, with its account.
pub struct Beside {
    /// The session.
    pub session: SessionRow,
    /// Its account.
    pub account: Account,
    /// The secret with which the device has it.
    token: SessionToken,
}

/// The sessions that a device has.
#[derive(Default)]
pub struct SideBySide {
    /// The session in use; `None` if there is no valid one.
    pub active: Option<Beside>,
    /// The valid sessions that are kept aside, the last used first.
    pub aside: Vec<Beside>,
    /// The accounts of the sessions aside that ended meanwhile; `None` where it is not known any more which one it was.
    pub ended: Vec<Option<Account>>,
}

/// The result of a request to use another account.
#[derive(Debug)]
pub enum Switched {
    /// The account is in use now, with these cookies.
    Done(SignedInCookies),
    /// The device has no such session, or it has ended.
    Over,
}

/// Returns the tokens of the sessions that are kept aside; each once, and none that is in use.
fn tokens_aside(headers: &HeaderMap) -> Vec<SessionToken> {
    let mut seen: Vec<SessionTokenHash> = SessionToken::of(headers).map(|token| token.hash()).into_iter().collect();
    let all = cookie::read(headers, cookie::ASIDE).unwrap_or_default().split('.').take(ASIDE);
    all.filter_map(SessionToken::parse)
        .filter(|token| {
            let is_new = !seen.contains(&token.hash());
            seen.push(token.hash());
            is_new
        })
        .collect()
}

impl Sessions {
    /// Returns whether this device keeps sessions aside; they may have ended. Reads no records.
    pub fn has_aside(headers: &HeaderMap) -> bool {
        !tokens_aside(headers).is_empty()
    }

    /// Returns whether this device has the session that the claim of this ticket opened, in use or aside; it may have ended.
    /// Reads no records.
    pub fn has_claimed(&self, headers: &HeaderMap, claimed: &Ticket) -> bool {
        let own = SessionToken::of(headers).into_iter().chain(tokens_aside(headers));
        self.session_of_claim(claimed).is_some_and(|opened| own.into_iter().any(|token| token.hash() == opened))
    }

    /// Returns the sessions that the device with these headers has.
    pub async fn side_by_side(&self, headers: &HeaderMap) -> Result<SideBySide, Fault> {
        let mut all = SideBySide::default();
        if let Some(token) = SessionToken::of(headers) {
            let valid = self.valid(token.hash()).await?;
            all.active = valid.map(|(session, account)| Beside { session, account, token });
        }
        let now = self.clock.now();
        for token in tokens_aside(headers) {
            match self.records.session(token.hash()).await? {
                Some((session, account)) if !self.is_over(&session, now) && session.stay != Stay::Visit => {
                    all.aside.push(Beside { session, account, token });
                }
                found => all.ended.push(found.map(|(_, account)| account)),
            }
        }
        Ok(all)
    }

    /// Takes another session of this device into use, and keeps the present one aside, unless it is one of this visit, which
    /// ends. The token stays the same. ASVS 7.2.4 wants a new one after an authentication, and this is none: nobody proves
    /// anything, the browser had both tokens, and the session gets no right that it did not have. The old token would have
    /// to stay valid for a while, for the pages and the second click that were sent with it.
    pub async fn switch(&self, headers: &HeaderMap, to: SessionTokenHash) -> Result<Switched, Fault> {
        let all = self.side_by_side(headers).await?;
        if all.active.as_ref().is_some_and(|active| active.session.token_hash == to) {
            return Ok(Switched::Done(Self::end_adding(headers).into_iter().collect()));
        }
        let Some(at) = all.aside.iter().position(|one| one.session.token_hash == to) else { return Ok(Switched::Over) };
        let SideBySide { active, mut aside, .. } = all;
        let chosen = aside.remove(at);
        match active {
            Some(active) if active.session.stay == Stay::Visit => self.end_one(active.session.token_hash).await?,
            Some(active) => aside.insert(0, active),
            None => {}
        }
        self.records.touch_session(chosen.session.token_hash, self.clock.now()).await?;
        let mut cookies = vec![self.session_cookie(&chosen.token, &chosen.session)];
        // A device that is not recognised any more stays so: nobody signed in.
        if let Some(device) = self.known_device(headers, chosen.account.id) {
            cookies.push((SET_COOKIE, self.known_devices.remember(headers, chosen.account.id, device)));
        }
        cookies.push(self.aside_cookie(&aside));
        cookies.extend(Self::end_adding(headers));
        Ok(Switched::Done(cookies))
    }

    /// Ends these sessions of the device with these headers. Returns the accounts that were signed out, and the cookies.
    pub async fn end_here(
        &self,
        headers: &HeaderMap,
        is_meant: impl Fn(SessionTokenHash) -> bool,
    ) -> Result<(Vec<Account>, SignedInCookies), Fault> {
        let SideBySide { active, aside, .. } = self.side_by_side(headers).await?;
        let (mut ended, mut cookies) = (Vec::new(), Vec::new());
        if let Some(active) = active.filter(|active| is_meant(active.session.token_hash)) {
            cookies.push((SET_COOKIE, self.end(headers).await?));
            ended.push(active.account);
        }
        let (meant, rest): (Vec<_>, Vec<_>) = aside.into_iter().partition(|one| is_meant(one.session.token_hash));
        for one in meant {
            self.end_one(one.session.token_hash).await?;
            ended.push(one.account);
        }
        cookies.push(self.aside_cookie(&rest));
        // With the claim key, the claim that opened one of them could be repeated.
        cookies.push((SET_COOKIE, cookie::clear(cookie::BROWSER)));
        cookies.extend(Self::end_adding(headers));
        Ok((ended, cookies))
    }

    /// Ends the session in use of the device with these headers, if there is one. Returns the cookies; nobody is in use then.
    pub async fn sign_out(&self, headers: &HeaderMap) -> Result<SignedInCookies, Fault> {
        // Without the claim key, the claim that opened the session cannot be repeated.
        let mut cookies = vec![(SET_COOKIE, self.end(headers).await?), (SET_COOKIE, cookie::clear(cookie::BROWSER))];
        cookies.extend(self.still_aside(headers).await?);
        cookies.extend(Self::end_adding(headers));
        Ok(cookies)
    }

    /// Returns the cookie with the sessions that these headers have aside, `None` if they have none. Every answer that sets
    /// the session in use sets them too. Otherwise an answer that is late would replace a session that another tab took
    /// into use meanwhile, and that would be neither in use nor aside.
    pub(super) async fn still_aside(&self, headers: &HeaderMap) -> Result<Option<(HeaderName, HeaderValue)>, Fault> {
        if !Self::has_aside(headers) {
            return Ok(None);
        }
        let valid = self.side_by_side(headers).await?.aside;
        // One that ended stays among them until the person has been told.
        Ok(Some(self.aside_cookie_of(&valid, &mut tokens_aside(headers).iter())))
    }

    /// Returns the cookie that drops the sessions aside that ended meanwhile; `None` if there are none.
    pub fn without_ended(&self, all: &SideBySide) -> SignedInCookies {
        if all.ended.is_empty() { Vec::new() } else { vec![self.aside_cookie(&all.aside)] }
    }

    /// Settles what becomes of the other sessions of a device on which the session `row` was opened. The one that was in use
    /// ends, unless its person chose to add an account. A session aside of the same account ends, because the new one is
    /// in its place. Beyond [`ASIDE`], the one ends that was used longest ago. If `row` was aside, the claim that opened it
    /// was repeated: that takes it into use and ends nobody's session, as [`switch`](Self::switch) does.
    pub(super) async fn settle_others(&self, headers: &HeaderMap, row: &SessionRow) -> Result<SignedInCookies, Fault> {
        let is_adding = Self::is_adding(headers);
        if !is_adding && !Self::has_aside(headers) {
            self.end_previous(headers, row).await?;
            return Ok(Self::end_adding(headers).into_iter().collect());
        }
        let SideBySide { active, mut aside, .. } = self.side_by_side(headers).await?;
        let is_repeated = aside.iter().any(|one| one.session.token_hash == row.token_hash);
        let is_kept = |account: AccountId, session: &SessionRow| {
            (is_adding || is_repeated) && account != row.account && session.stay != Stay::Visit
        };
        match active {
            Some(active) if is_kept(active.account.id, &active.session) => aside.insert(0, active),
            _ => self.end_previous(headers, row).await?,
        }
        let mut kept = Vec::new();
        for one in aside {
            if one.session.token_hash == row.token_hash {
                continue;
            }
            if one.account.id == row.account || kept.len() == ASIDE {
                self.end_one(one.session.token_hash).await?;
                continue;
            }
            kept.push(one);
        }
        Ok([self.aside_cookie(&kept)].into_iter().chain(Self::end_adding(headers)).collect())
    }

    /// Returns the cookie with the tokens of these sessions.
    fn aside_cookie(&self, aside: &[Beside]) -> (HeaderName, HeaderValue) {
        self.aside_cookie_of(aside, &mut aside.iter().map(|one| &one.token))
    }

    /// Returns the cookie with these tokens, for as long as the last of the sessions may go on.
    fn aside_cookie_of(
        &self,
        aside: &[Beside],
        tokens: &mut dyn Iterator<Item = &SessionToken>,
    ) -> (HeaderName, HeaderValue) {
        let now = self.clock.now();
        let life = aside.iter().map(|one| one.session.ends_at.left(now)).max();
        let value: Vec<_> = tokens.map(|token| URL_SAFE_NO_PAD.encode(token.0)).collect();
        let cookie = match life {
            Some(life) => cookie::set(cookie::ASIDE, &value.join("."), life),
            None => cookie::clear(cookie::ASIDE),
        };
        (SET_COOKIE, cookie)
    }
}
