//! What a person still has to do before they may go back to an app.

use super::request::{AuthorizationRequest, Prompt};
use super::requests::{OpenRequest, Requests, path_of};
use crate::account::session::SignedIn;
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::{LedTo, OpenedBy, SessionRow};
use crate::ticket::ids::AccountId;
use crate::ticket::request_id::RequestId;

/// What has to happen before the person may go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Sign in, perhaps once more.
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
        // A person who approved this request by a scan was asked for consent on the phone.
        let was_asked = session.opened_by == OpenedBy::Scan && is_by_this(session, *id);
        let allowed = self.records.consent(who.account.id, app.id).await?;
        // The error `consent_required` would tell the app that this account is signed in here, although the
        // account has allowed it nothing.
        if allowed.is_none() && request.prompt == Prompt::None && request.known_sub.is_some() {
            return Ok(Needs::SignIn);
        }
        let is_allowed = allowed.is_some_and(|allowed| allowed.scopes.cover(&request.scopes));
        if is_allowed && (was_asked || !request.prompt.wants_consent()) {
            return Ok(Needs::Nothing);
        }
        Ok(Needs::Consent)
    }

    /// Returns whether the app asks for this account, or for no particular one.
    pub fn is_for(&self, app: &App, request: &AuthorizationRequest, account: AccountId) -> bool {
        request.known_sub.as_ref().is_none_or(|sub| *sub == self.tokens.subjects.sub(app, account))
            && request.trial.is_none_or(|by| by == account)
    }

    /// Returns whether a session is recent enough and strong enough for a request. If the request needs a new
    /// sign-in, the session must have been opened by this very request: a sign-in in another tab does not
    /// prove who is in front of this one.
    fn is_fresh(&self, open: &OpenRequest, session: &SessionRow) -> bool {
        let OpenRequest { id, app, request } = open;
        let is_strong = !request.is_scan_only(app) || session.opened_by == OpenedBy::Scan;
        let age = self.clock.now().since(session.created_at).as_secs();
        // `max_age=0` asks for a new sign-in, as `prompt=login` does (OpenID Connect Core §3.1.2.1). The age
        // is not compared then, because time passes until the person comes back.
        let is_young = request.max_age.is_none_or(|most| most == 0 || age <= most);
        is_strong && is_young && (is_by_this(session, *id) || !request.wants_sign_in_for(app))
    }
}

/// Returns whether a session was opened by way of this request.
fn is_by_this(session: &SessionRow, id: RequestId) -> bool {
    session.led_to == Some(LedTo::of(&path_of(id)))
}
