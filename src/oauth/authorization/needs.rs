//! What a person still has to do before they may go back to an app.

use super::request::{AuthorizationRequest, Prompt};
use super::requests::{OpenRequest, Requests, path_of};
use crate::account::session::SignedIn;
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::{LedTo, OpenedBy, SessionRow};
use crate::ticket::ids::AccountId;

/// What has to happen before the person may go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Signing in, perhaps once more.
    SignIn,
    /// Consent to what the app asks for.
    Consent,
    /// Nothing more.
    Nothing,
}

impl Requests {
    /// Returns what this person still has to do for this request.
    pub async fn needs(&self, open: &OpenRequest, who: Option<&SignedIn>) -> Result<Needs, Fault> {
        let OpenRequest { id, app, request } = open;
        let Some((who, session)) = who.and_then(|who| Some((who, who.session.as_ref()?))) else {
            return Ok(Needs::SignIn);
        };
        if !self.is_for(app, request, who.account.id) || !self.is_fresh(open, session) {
            return Ok(Needs::SignIn);
        }
        // Whoever approved a scan for this request was asked there.
        let was_asked = session.opened_by == OpenedBy::Scan && is_by_this(session, id);
        let allowed = self.records.consent(who.account.id, app.id).await?;
        // To say that it is this very person, who only has to say yes, would tell an app that they allow nothing who is here.
        if allowed.is_none() && request.prompt == Prompt::None && request.known_sub.is_some() {
            return Ok(Needs::SignIn);
        }
        let is_allowed = allowed.is_some_and(|allowed| allowed.scopes.cover(&request.scopes));
        if is_allowed && (was_asked || !request.prompt.wants_consent()) {
            return Ok(Needs::Nothing);
        }
        Ok(Needs::Consent)
    }

    /// Whether the app asks for this account, or for any.
    pub fn is_for(&self, app: &App, request: &AuthorizationRequest, account: AccountId) -> bool {
        request.known_sub.as_ref().is_none_or(|sub| *sub == self.tokens.subjects.sub(app, account))
            && request.trial.is_none_or(|by| by == account)
    }

    /// Whether a session is young enough, and strong enough, for a request. A person who has to sign in anew has done so by
    /// way of this very request: what they did in another tab meanwhile says nothing of who is before this one.
    fn is_fresh(&self, open: &OpenRequest, session: &SessionRow) -> bool {
        let OpenRequest { id, app, request } = open;
        let is_strong = !request.is_scan_only(app) || session.opened_by == OpenedBy::Scan;
        let age = self.clock.now().since(session.created_at).as_secs();
        // Nobody is back at once: a life of no seconds asks for a sign-in of its own, as `prompt=login` does.
        let is_young = request.max_age.is_none_or(|most| most == 0 || age <= most);
        is_strong && is_young && (is_by_this(session, id) || !request.wants_sign_in_for(app))
    }
}

/// Whether a session was opened by way of this request.
fn is_by_this(session: &SessionRow, id: &str) -> bool {
    session.led_to == Some(LedTo::of(&path_of(id)))
}
