//! Whether a person whose browser keeps several accounts aside is asked which one an authorization request is for. A request
//! may name an account, by its `id_token_hint` or `login_hint`; that account is offered, and never taken into use by itself.

use axum::http::HeaderMap;

use super::needs::is_by_this;
use super::requests::{OpenRequest, Requests, path_of};
use crate::account::session::aside::chooser_from;
use crate::account::session::{Sessions, SignedIn};
use crate::store::Fault;
use crate::store::records::Account;
use crate::ticket::request_id::RequestId;

/// Returns the path of the page on which the person chooses an account, which leads back to this request.
pub(super) fn chooser_for(id: RequestId) -> String {
    chooser_from(&format!("{}?chosen=1", path_of(id)))
}

impl Requests {
    /// Returns whether an account that is kept aside may be the one that the request is for, rather than that of `who`: the
    /// request names it, or no one is signed in. Reads records only if the browser keeps accounts aside.
    pub(super) async fn offers_switch(
        &self,
        sessions: &Sessions,
        open: &OpenRequest,
        who: Option<&SignedIn>,
        headers: &HeaderMap,
    ) -> Result<bool, Fault> {
        let OpenRequest { id, app, request } = open;
        let names_one = request.known_sub.is_some() || request.has_login_hint();
        if !Sessions::has_aside(headers) || (who.is_some() && !names_one) {
            return Ok(false);
        }
        // Who signed in for this request has chosen.
        if who.and_then(|who| who.session.as_ref()).is_some_and(|session| is_by_this(session, *id)) {
            return Ok(false);
        }
        let is_meant = |account: &Account| {
            self.is_for(app, request, account.id) && (request.is_hinted(account) || request.known_sub.is_some())
        };
        // With an account in use that may answer, a hint of that account settles it.
        if who.is_some_and(|who| is_meant(&who.account)) {
            return Ok(false);
        }
        let aside = sessions.side_by_side(headers).await?.aside;
        Ok(aside
            .iter()
            .any(|one| is_meant(&one.account) || (who.is_none() && self.is_for(app, request, one.account.id))))
    }
}
