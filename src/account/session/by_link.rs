//! The session in which a person goes on after they used a one-time link. Its token is derived from the key of the
//! browser that opened the link and from the form that was sent, so a button that was pressed twice, or a lost answer,
//! leads to the same session. A session that a link opened proves nothing else: its owner proves themselves once
//! more before they may change how they sign in.

use axum::http::HeaderMap;

use super::{Fault, Sent, SessionToken, Sessions, SignedInCookies, device_facts};
use crate::run_to_end::run_to_end;
use crate::store::records::activity::NewActivity;
use crate::store::records::links::{Enrolled, Enrolment, LinkHash, LinkRefusal, OpenerHash, WayIn};
use crate::store::records::passkeys::PasskeyAdded;
use crate::store::records::{OpenedBy, SessionRow};
use crate::store::single_use::REPEATED_WITHIN;
use crate::ticket::ids::AccountId;
use crate::web::client::ClientAddress;

/// What a person chose with a one-time link.
pub struct Choice {
    /// The hash of the link.
    pub token: LinkHash,
    /// The browser that uses it.
    pub opener: OpenerHash,
    /// The account of the link.
    pub account: AccountId,
    /// How the person signs in from now on.
    pub way: WayIn,
    /// How the session in which they go on was opened.
    pub opened_by: OpenedBy,
    /// The new display name; `None` if it stays as it is.
    pub display_name: Option<String>,
    /// Whether everything ends that the account has open.
    pub ends_all: bool,
    /// The lines of activity that tell of it.
    pub lines: Vec<NewActivity>,
}

/// Why a one-time link was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEnrolled {
    /// The link does not work.
    Link(LinkRefusal),
    /// The passkey cannot be added.
    Passkey(PasskeyAdded),
}

impl Sessions {
    /// Uses a one-time link, and opens the session in which the person goes on. Returns its cookies and how many
    /// sessions ended. The inner error says why the link was not used; nothing was changed then.
    pub async fn enrol(
        &self,
        choice: Choice,
        headers: &HeaderMap,
        from: ClientAddress,
        sent: &Sent,
    ) -> Result<Result<(SignedInCookies, u64), NotEnrolled>, Fault> {
        let (all, now) = (self.clone(), self.clock.now());
        let Choice { account, ends_all, .. } = choice;
        let open = if ends_all { self.records.sessions_of(account, now).await? } else { Vec::new() };
        let token = self.token_of_link(sent);
        let places = self.known_devices.places(account, self.device(headers, account, &token), from);
        let fresh = self.fresh(&token, account, choice.opened_by);
        let row = SessionRow { proven_at: None, by_link: true, device: device_facts(headers, from), ..fresh };
        let enrolment = Enrolment {
            token: choice.token,
            opener: choice.opener,
            way: choice.way,
            display_name: choice.display_name,
            ends_all,
            goes_on_in: row.clone(),
            places,
            lines: choice.lines,
            now,
        };
        let enrolled = run_to_end(async move {
            let enrolled = all.records.enrol(enrolment).await?;
            if matches!(enrolled, Enrolled::Done { .. }) {
                if ends_all {
                    all.tell_ended(account);
                }
                for session in open {
                    all.open_watches.end(session.token_hash);
                }
            }
            Ok::<_, Fault>(enrolled)
        });
        match enrolled.await? {
            Enrolled::Refused(why) => Ok(Err(NotEnrolled::Link(why))),
            Enrolled::NoPasskey(why) => Ok(Err(NotEnrolled::Passkey(why))),
            Enrolled::Done { sessions } => {
                let others = self.settle_others(headers, &row).await?;
                Ok(Ok((self.cookies(headers, &token, &row).into_iter().chain(others).collect(), sessions)))
            }
        }
    }

    /// Returns the cookies of the session that the same form opened a few seconds ago, when it used a link of this
    /// account. `None` for any other form, or if that is longer ago.
    pub async fn enrolled_before(
        &self,
        account: AccountId,
        headers: &HeaderMap,
        sent: &Sent,
    ) -> Result<Option<SignedInCookies>, Fault> {
        let (token, now) = (self.token_of_link(sent), self.clock.now());
        let Some((row, _)) = self.records.session(token.hash()).await? else { return Ok(None) };
        let is_repeated = now.since(row.created_at) < REPEATED_WITHIN && !self.is_over(&row, now);
        if !is_repeated || row.account != account {
            return Ok(None);
        }
        Ok(Some(self.cookies_beside_others(headers, &token, &row).await?))
    }

    /// Derives the token of the session that the form `sent` opens. Without the server's key it cannot be distinguished
    /// from a random one.
    fn token_of_link(&self, sent: &Sent) -> SessionToken {
        SessionToken(self.keyed.of(&[b"by a link", &sent.0]))
    }
}
