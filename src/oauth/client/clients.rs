//! Finds registered apps by their client id, and compares the redirect URIs of requests with theirs.

use super::redirect_uri::RedirectUri;
use crate::about;
use crate::clock::Clock;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::app_options::Switch;
use crate::store::records::apps::{App, Dialect};
use crate::store::single_use::Once;
use crate::web::document::Site;

/// Finds registered apps and authenticates them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clients {
    pub(super) records: Records,
    /// Remembers the client assertions that were used.
    pub(super) once: Once,
    /// The site, whose origin is the audience of client assertions.
    pub(super) site: Site,
    pub(super) clock: Clock,
}

impl Clients {
    /// Makes a `Clients` that finds the apps in these records.
    pub fn new(records: Records, once: Once, site: Site, clock: Clock) -> Self {
        Self { records, once, site, clock }
    }

    /// Returns the app with this client id; `None` if there is none, if it does not speak this dialect, or if
    /// it is disabled. The later log lines of the request name the client id if it is well-formed, also if
    /// `None` is returned.
    pub async fn find(&self, id: &str, dialect: Dialect) -> Result<Option<App>, Fault> {
        let Ok(id) = id.parse() else { return Ok(None) };
        about::app(id);
        let app = self.records.cached_app(id).await?;
        Ok(app.filter(|app| app.disabled_at.is_none() && app.dialects.includes(dialect)))
    }

    /// Returns whether there is an app with this client id that is disabled, so that [`find`](Self::find) returns none.
    pub async fn is_disabled(&self, id: &str) -> Result<bool, Fault> {
        let Ok(id) = id.parse() else { return Ok(false) };
        Ok(self.records.cached_app(id).await?.is_some_and(|app| app.disabled_at.is_some()))
    }
}

/// Returns whether `asked` matches a redirect URI of the app ([`RedirectUri::allows`]). In WeChat's dialect, for an
/// app with [`Switch::MatchedByHost`], the same scheme, host and port are enough, as on WeChat's open platform.
pub fn is_redirect_of(app: &App, asked: &str, dialect: Dialect) -> bool {
    let parsed = asked.parse::<RedirectUri>().ok().filter(|_| dialect == Dialect::WeChat);
    let beside = parsed.filter(|_| app.options.has(Switch::MatchedByHost));
    let mut registered = app.redirect_uris.iter().filter_map(|uri| uri.parse::<RedirectUri>().ok());
    registered.any(|uri| uri.allows(asked) || beside.as_ref().is_some_and(|asked| uri.is_beside(asked)))
}
