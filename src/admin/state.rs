//! What the pages of administrators work with.

use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::single_use::Once;
use crate::ticket::time::Timestamp;
use crate::web::document::Site;
use crate::web::problem::Problem;

/// What the pages of administrators work with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Administration {
    /// Where apps are kept, and what was done to them.
    pub records: Records,
    /// The site.
    pub site: Site,
    /// Where a fresh secret is kept until its page shows it.
    pub once: Once,
    /// What follows from attempts of administrators to make something, so that an attempt that is repeated makes it once.
    pub attempts: Keyed,
    /// The time.
    pub clock: Clock,
}

impl Administration {
    /// The pages over these records. What follows from attempts follows from the server's secret as well.
    pub fn new(records: Records, site: Site, once: Once, clock: Clock, secret: &[u8; 32]) -> Self {
        Self { records, site, once, attempts: Keyed::new(secret, "what administrators make"), clock }
    }

    /// Returns the present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Finds the app that a path names.
    pub async fn find(&self, id: &str) -> Result<App, Problem> {
        let id = id.parse().map_err(|_| Problem::not_found())?;
        self.records.app(id).await?.ok_or_else(Problem::not_found)
    }
}
