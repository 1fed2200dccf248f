//! What a person still has to do before their authorization request can be answered.

use super::request::{AuthorizationRequest, Prompt};
use super::requests::{OpenRequest, Requests, path_of};
use crate::account::session::SignedIn;
use crate::consent::field::{Allowed, Field};
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::{Account, LedTo, OpenedBy, SessionRow};
use crate::ticket::ids::AccountId;
use crate::ticket::request_id::RequestId;

/// The next step of a person whose authorization request is not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// To sign in, perhaps anew.
    SignIn,
    /// To be allowed to use the app, which only an administrator can do, or to use another account.
    Permission,
    /// To consent to what the app asks for.
    Consent,
    /// Nothing: the request can be answered.
    Nothing,
}

impl Requests {
    /// Returns what this person still has to do for this request: sign in if they have no session that the request
    /// accepts (by account, age and way of sign-in); be allowed to use the app if they are in none of its groups;
    /// otherwise consent if they have not allowed all of its scopes, or
    /// if it demands to ask again and they were not asked on the phone for this request. With `prompt=none`, a person counts as
    /// not signed in if the request names another account by its `login_hint`, if it names theirs by an e-mail address that the
    /// app may not know, or if it has an `id_token_hint` and they have given no consent.
    pub async fn needs(&self, open: &OpenRequest, who: Option<&SignedIn>) -> Result<Needs, Fault> {
        let OpenRequest { id, app, request } = open;
        let Some((who, session)) = who.and_then(|who| Some((who, who.session.as_ref()?))) else {
            return Ok(Needs::SignIn);
        };
        if !self.is_for(app, request, who.account.id) || !self.is_fresh(open, session) {
            return Ok(Needs::SignIn);
        }
        // A person who approved a scan for this request was asked for their consent on the phone.
        let was_asked = session.opened_by == OpenedBy::Scan && is_by_this(session, *id);
        let allowed = self.records.consent(who.account.id, app.id).await?;
        if request.prompt == Prompt::None && !may_answer_unseen(request, &who.account, allowed.as_ref()) {
            return Ok(Needs::SignIn);
        }
        if !self.admits(open, who.account.id).await? {
            return Ok(Needs::Permission);
        }
        let is_allowed = allowed.is_some_and(|allowed| allowed.scopes.cover(&request.scopes));
        if is_allowed && (was_asked || !request.prompt.wants_consent()) {
            return Ok(Needs::Nothing);
        }
        Ok(Needs::Consent)
    }

    /// Returns whether this account may use the app of a request now. An administrator's trial is for them, whoever may
    /// use the app.
    pub async fn admits(&self, open: &OpenRequest, account: AccountId) -> Result<bool, Fault> {
        Ok(open.request.trial.is_some() || self.records.may_use(account, &open.app).await?)
    }

    /// Returns whether this account may answer the request. If the request has an `id_token_hint`, only the account
    /// that it names may; if it is a trial, only the administrator who began it; otherwise any account.
    pub fn is_for(&self, app: &App, request: &AuthorizationRequest, account: AccountId) -> bool {
        request.known_sub.as_ref().is_none_or(|sub| *sub == self.tokens.subjects.sub(app, account))
            && request.trial.is_none_or(|by| by == account)
    }

    /// Returns whether a session is no older than the `max_age` of a request, and was opened by a scan if the request
    /// or its app accepts nothing else. A session by scan is not enough if its approval asked for less than the app asks for. If
    /// either demands a new sign-in, as `max_age=0` does, the session must have
    /// been opened by a sign-in for this request; a sign-in in another tab is not enough.
    fn is_fresh(&self, open: &OpenRequest, session: &SessionRow) -> bool {
        let OpenRequest { id, app, request } = open;
        let is_strong = !request.is_scan_only(app) || session.opened_by == OpenedBy::Scan;
        let age = self.clock.now().since(session.created_at).as_secs();
        // `max_age=0` cannot be met by any age. It demands a new sign-in, as `prompt=login` does.
        let is_young = request.max_age.is_none_or(|most| most == 0 || age <= most);
        // A sign-in for this request was asked for what the app asks for, as far as that is possible here.
        let is_high =
            session.opened_by != OpenedBy::Scan || session.rung >= app.options.approval || is_by_this(session, *id);
        is_strong && is_high && is_young && (is_by_this(session, *id) || !request.wants_sign_in_for(app))
    }
}

/// Returns whether this account may answer a request for which no page is shown. A page would show whose account answers.
/// Without one, the account that the app names answers, or none; that an `id_token_hint` names this account was looked at
/// before. `allowed` is the consent of the account to the app.
fn may_answer_unseen(request: &AuthorizationRequest, account: &Account, allowed: Option<&Allowed>) -> bool {
    if request.known_sub.is_some() {
        // `consent_required` would tell the app that the person whom its `id_token_hint` names is signed in
        // here, although they allow it nothing.
        return allowed.is_some();
    }
    // An app that may not know the address of a person could find it out by asking for one after another.
    let knows_address = allowed.is_some_and(|allowed| allowed.fields.has(Field::Email));
    if knows_address { request.is_hinted(account) } else { request.is_hinted_by_name(account) }
}

/// Returns whether a session was opened by a sign-in for this request.
pub(super) fn is_by_this(session: &SessionRow, id: RequestId) -> bool {
    session.led_to == Some(LedTo::of(&path_of(id)))
}
