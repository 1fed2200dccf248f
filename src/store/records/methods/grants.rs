//! The methods of the records about grants and consents.

use crate::consent::field::Allowed;
use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::grants::{Consent, DecidedAt, Grant, GrantId, GrantStart, Rotation};
use crate::store::records::{Account, Records, on_postgres, read, write_query};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Stores a new grant, before any of its tokens is issued, if the account has a consent for the app, is not
    /// disabled and is in the epoch `epoch`, and if the session that the grant came from has not ended. If the
    /// grant outlasts the session, or was only approved in it, the session may have ended, but must not have been
    /// disowned. Otherwise, or if the grant is stored already, stores nothing; the result tells which.
    pub async fn begin_grant(&self, grant: Grant, epoch: Epoch, now: Timestamp) -> Result<GrantStart, Fault> {
        let (id, outlasts) = (grant.id, grant.scopes.outlast_a_session());
        if write_query!(self, one begin_grant(&grant, epoch, outlasts, now))? {
            return Ok(GrantStart::Started);
        }
        let is_kept = self.grant(id).await?.is_some();
        Ok(if is_kept { GrantStart::CodeReplayed } else { GrantStart::Revoked })
    }

    /// Returns a grant and its account; `None` if there is no such grant. The account is `None` if the app acts for
    /// itself.
    pub async fn grant(&self, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
        read!(self, grant(id))
    }

    /// Records that the refresh token of a grant was used: the new generation, the new idle end, and the new end of
    /// the access token. Returns `false` and changes nothing if the present generation is not `rotation.from`, or
    /// if the grant was revoked or is over.
    pub async fn rotate_grant(&self, id: GrantId, rotation: Rotation, now: Timestamp) -> Result<bool, Fault> {
        write_query!(self, one rotate_grant(id, rotation, now))
    }

    /// Revokes a grant. One that was not started yet is stored as revoked, so that it cannot be started any more.
    pub async fn end_grant(&self, grant: Grant, now: Timestamp) -> Result<(), Fault> {
        write_query!(self, one end_grant(&grant, now))
    }

    /// Returns what this account lets this app know; `None` if it never gave a consent, or withdrew it.
    pub async fn consent(&self, account: AccountId, app: AppId) -> Result<Option<Allowed>, Fault> {
        read!(self, consent(account, app))
    }

    /// Returns all consents of this account that are not withdrawn, the newest first.
    pub async fn consents(&self, account: AccountId) -> Result<Vec<Consent>, Fault> {
        read!(self, consents(account))
    }

    /// Changes what an account lets an app know from `seen`, which is `None` if there was no consent, to `after`,
    /// and returns `true`. Returns `false` and changes nothing if the stored consent is not `seen` any more, or if
    /// the account decided about the app later than `decided_at`.
    pub async fn settle_consent(
        &self,
        account: AccountId,
        app: AppId,
        seen: Option<Allowed>,
        after: Allowed,
        decided_at: DecidedAt,
    ) -> Result<bool, Fault> {
        let seen = seen.unwrap_or_default();
        write_query!(self, one settle_consent(account, app, &seen, &after, decided_at))
    }
}
