//! TODO grants

use crate::consent::field::Allowed;
use crate::measure;
use crate::store::Fault;
use crate::store::records::database::postgres;
use crate::store::records::database::sqlite;
use crate::store::records::grants::{Consent, Grant, GrantId, GrantStart, Said, Turn};
use crate::store::records::{Account, Records, on_postgres, read, write};
use crate::ticket::approval::Epoch;
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;
use tokio::time::timeout;

impl Records {
    /// Keeps a grant, before anybody holds a token of it, where what it stands on is there: that its person lets its app
    /// know anything, that no operator signed them out since they signed in, in this epoch, and the session that it came
    /// from: where it was to outlast that, or was merely approved in it, that nobody disowned it.
    pub async fn begin_grant(&self, grant: Grant, epoch: Epoch, now: Timestamp) -> Result<GrantStart, Fault> {
        let (id, outlasts) = (grant.id, grant.scopes.outlast_a_session());
        if write!(self, one begin_grant(&grant, epoch, outlasts, now))? {
            return Ok(GrantStart::Started);
        }
        let is_kept = self.grant(id).await?.is_some();
        Ok(if is_kept { GrantStart::CodeReplayed } else { GrantStart::Revoked })
    }

    /// A grant and its account.
    pub async fn grant(&self, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
        read!(self, grant(id))
    }

    /// Uses a grant's token; `false` where another generation counts, or the grant is over.
    pub async fn turn_grant(&self, id: GrantId, turn: Turn, now: Timestamp) -> Result<bool, Fault> {
        write!(self, one turn_grant(id, turn, now))
    }

    /// Ends a grant, which may not even have begun: then it never will.
    pub async fn end_grant(&self, grant: Grant, now: Timestamp) -> Result<(), Fault> {
        let ended = Grant { ended_at: Some(now), ..grant };
        write!(self, end_grant(&ended, now))
    }

    /// What this account lets this app know; `None` where it was never asked, or took it back.
    pub async fn consent(&self, account: AccountId, app: AppId) -> Result<Option<Allowed>, Fault> {
        read!(self, consent(account, app))
    }

    /// All that this account lets apps know, the newest first.
    pub async fn consents(&self, account: AccountId) -> Result<Vec<Consent>, Fault> {
        read!(self, consents(account))
    }

    /// An account lets an app know this since it said so, and no longer what it was before, which it saw; `false` where that
    /// is something else by now, or where it said something of it later.
    pub async fn settle_consent(
        &self,
        account: AccountId,
        app: AppId,
        seen: Option<Allowed>,
        after: Allowed,
        said: Said,
    ) -> Result<bool, Fault> {
        let seen = seen.unwrap_or_default();
        write!(self, one settle_consent(account, app, &seen, &after, said))
    }
}
