//! The client credentials grant (RFC 6749 §4.4), by which an app gets tokens for itself.

use super::grants::Grants;
use super::start::{Redeemed, TokenAnswer, new_grant};
use crate::consent::scope::Scopes;
use crate::oauth::error::OAuthError;
use crate::store::records::app_options::Switch;
use crate::store::records::apps::App;
use crate::ticket::approval::Epoch;

impl Grants {
    /// Starts a grant of the app itself, and returns its access token. There is no person, so there is no ID token, no
    /// refresh token and no scope: all scopes are about a person. Fails if the app may not use the client credentials
    /// grant, or asks for a scope.
    pub(super) async fn tokens_for_app(&self, app: &App, scope: Option<&str>) -> Result<TokenAnswer, OAuthError> {
        if !app.options.has(Switch::ClientCredentials) || !app.is_confidential() {
            return Err(OAuthError::UnauthorizedClient("this app may not get tokens for itself"));
        }
        if scope.is_some_and(|scope| !scope.is_empty()) {
            return Err(OAuthError::InvalidScope);
        }
        let grant = new_grant(app, None, &Scopes::default(), self.clock.now());
        self.activate_grant(app, Redeemed { grant, epoch: Epoch::default(), nonce: None, is_repeatable: false }).await
    }
}
