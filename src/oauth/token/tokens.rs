//! The type that makes tokens and reads them.

use super::opaque::OpaqueTokens;
use super::signing_keys::Keys;
use super::subject::Subjects;
use crate::about;
use crate::clock::Clock;
use crate::store::Fault;
use crate::store::records::apps::App;
use crate::store::records::grants::{Grant, GrantId};
use crate::store::records::{Account, Records};
use crate::web::document::Site;

/// Makes tokens and reads them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The keys that sign tokens.
    pub keys: Keys,
    /// Writes and reads opaque tokens.
    pub opaque: OpaqueTokens,
    /// Derives the subject identifiers of accounts.
    pub subjects: Subjects,
    pub(super) records: Records,
    pub(super) site: Site,
    pub(super) clock: Clock,
}

impl Tokens {
    /// Makes a `Tokens` over these records. Opaque tokens and subject identifiers are derived from the
    /// server's secret, and signing keys are encrypted with it.
    pub fn new(records: Records, site: Site, clock: Clock, secret: &[u8; 32]) -> Self {
        Self {
            keys: Keys::new(records.clone(), clock.clone(), secret),
            opaque: OpaqueTokens::new(secret),
            subjects: Subjects::new(secret),
            records,
            site,
            clock,
        }
    }

    /// Returns the issuer identifier `iss`, which is the origin of this server.
    pub fn issuer(&self) -> &str {
        self.site.origin()
    }

    /// Returns the `sub` of a grant: the subject identifier of its account, or the client id if the app acts
    /// for itself.
    pub fn subject(&self, app: &App, grant: &Grant) -> String {
        grant.account.map_or_else(|| app.id.to_string(), |account| self.subjects.sub(app, account))
    }

    /// Returns the grant of this id, also one that has ended, and its account, which is `None` if the app acts for
    /// itself. Returns `None` if there is no such grant. If there is one, the later log lines of the request name its
    /// app and account.
    pub async fn grant(&self, id: GrantId) -> Result<Option<(Grant, Option<Account>)>, Fault> {
        let known = self.records.grant(id).await?;
        if let Some((grant, _)) = &known {
            say_about(grant);
        }
        Ok(known)
    }
}

/// Adds the app and the account of this grant to the log lines of the present request.
pub fn say_about(grant: &Grant) {
    about::app(grant.app);
    if let Some(account) = grant.account {
        about::account(account);
    }
}
