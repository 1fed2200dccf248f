//! The state that the administrators' pages share.

use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::single_use::Once;
use crate::ticket::time::Timestamp;
use crate::web::document::Site;
use crate::web::problem::Problem;

/// The state that the administrators' pages share; cheap to clone.
#[derive(Clone, Debug)]
pub struct Administration {
    /// The records of apps and of the changes to them.
    pub records: Records,
    /// Address, name and document of this site.
    pub site: Site,
    /// Keeps a new secret until its page shows it.
    pub once: Once,
    /// Derives secrets and identifiers from attempts, so that a repeated attempt makes the same ones.
    pub attempts: Keyed,
    /// The clock.
    pub clock: Clock,
}

impl Administration {
    /// Makes the state. What is derived from attempts also depends on the server's secret.
    pub fn new(records: Records, site: Site, once: Once, clock: Clock, secret: &[u8; 32]) -> Self {
        Self { records, site, once, attempts: Keyed::new(secret, "what administrators make"), clock }
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Finds the app that a path names; a 404 if there is none.
    pub async fn find(&self, id: &str) -> Result<App, Problem> {
        let id = id.parse().map_err(|_| Problem::not_found())?;
        self.records.app(id).await?.ok_or_else(Problem::not_found)
    }
}
