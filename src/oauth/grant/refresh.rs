//! Refresh tokens (RFC 6749 §6) with rotation (RFC 9700 §4.14).

use super::code::NOT_ANY_MORE;
use super::grants::Grants;
use super::start::TokenAnswer;
use crate::consent::scope::Scopes;
use crate::oauth::error::OAuthError;
use crate::oauth::token::opaque::{OpaqueKind, accepts_refresh};
use crate::store::records::apps::App;
use crate::store::records::grants::Rotation;

impl Grants {
    /// Exchanges a refresh token for new tokens with these scopes, by default all of the grant, and rotates it. For a
    /// minute, the previous token gives the same successor again unless that was used. Any other replaced token counts
    /// as stolen: the grant ends.
    ///
    /// # Errors
    /// `invalid_grant` if the token is not a valid one of this app or counts as stolen, or if the person may not use the
    /// app any more, which ends the grant too; `invalid_scope` for scopes beyond the grant.
    pub(super) async fn refresh(&self, app: &App, token: &str, scope: Option<&str>) -> Result<TokenAnswer, OAuthError> {
        const WRONG: OAuthError = OAuthError::InvalidGrant("this app has no such refresh token, or it is over");
        let Some(token) = self.tokens.opaque.read(token, OpaqueKind::Refresh) else { return Err(WRONG) };
        let now = self.clock.now();
        let Some((mut grant, _)) = self.tokens.grant(token.grant).await? else { return Err(WRONG) };
        // RFC 9700 §4.14: a refresh token is bound to its app.
        if grant.app != app.id || !grant.is_valid(now) {
            return Err(WRONG);
        }
        if self.end_without_permission(app, &grant).await? {
            return Err(OAuthError::InvalidGrant(NOT_ANY_MORE));
        }
        let scopes = scope.map_or_else(|| grant.scopes.clone(), Scopes::parse);
        if scopes.is_empty() || !grant.scopes.cover(&scopes) {
            return Err(OAuthError::InvalidScope);
        }
        if token.generation == grant.generation {
            let to = grant.generation.checked_add(1).ok_or(WRONG)?;
            let idle_until = now + app.options.token_lifetimes.refresh_idle();
            let rotation = Rotation { from: grant.generation, to, idle_until, access_ends_at: grant.access_ends_at };
            // If another request rotated the token first, this one gets the same successor.
            if !self.records.rotate_grant(grant.id, rotation, now).await? {
                let Some((as_it_is, _)) = self.tokens.grant(token.grant).await? else { return Err(WRONG) };
                if as_it_is.generation != to || !as_it_is.is_valid(now) {
                    return Err(WRONG);
                }
            }
            grant.generation = to;
        } else if !accepts_refresh(&grant, token.generation, now) {
            tracing::warn!("a refresh token was used again; its grant is revoked");
            self.records.end_grant(grant, now).await?;
            return Err(OAuthError::InvalidGrant(
                "the refresh token was used before; all tokens of its grant are revoked",
            ));
        }
        self.issue_tokens(app, &grant, &scopes, None).await
    }
}
