//! [`Clients`], which finds the registered apps by the identifiers that requests contain.

use super::redirect_uri::RedirectUri;
use crate::about;
use crate::clock::Clock;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::app_options::Switch;
use crate::store::records::apps::{App, Dialect};
use crate::store::single_use::Once;
use crate::web::document::Site;

/// Finds and authenticates registered apps; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clients {
    pub(super) records: Records,
    /// Remembers the assertions that were used.
    pub(super) once: Once,
    /// The site, whose origin is the audience of assertions.
    pub(super) site: Site,
    pub(super) clock: Clock,
}

impl Clients {
    /// Creates a finder of the apps in these records.
    pub fn new(records: Records, once: Once, site: Site, clock: Clock) -> Self {
        Self { records, once, site, clock }
    }

    /// Finds an app that speaks this dialect and is not disabled; `None` for any other. Adds its identifier
    /// to the log lines of the request in either case.
    pub async fn find(&self, id: &str, dialect: Dialect) -> Result<Option<App>, Fault> {
        let Ok(id) = id.parse() else { return Ok(None) };
        about::app(id);
        let app = self.records.known_app(id).await?;
        Ok(app.filter(|app| app.disabled_at.is_none() && app.dialect.includes(dialect)))
    }
}

/// Returns whether an app may have people sent back to this address. WeChat's platform compares only the
/// host; this server does so only in that dialect, for apps that were registered that way.
pub fn is_redirect_of(app: &App, asked: &str, dialect: Dialect) -> bool {
    let parsed = asked.parse::<RedirectUri>().ok().filter(|_| dialect == Dialect::WeChat);
    let beside = parsed.filter(|_| app.options.has(Switch::MatchedByHost));
    let mut registered = app.redirect_uris.iter().filter_map(|uri| uri.parse::<RedirectUri>().ok());
    registered.any(|uri| uri.allows(asked) || beside.as_ref().is_some_and(|asked| uri.is_beside(asked)))
}
