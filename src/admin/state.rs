//! The state of the administrators' pages.

use std::sync::Arc;

use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::login::bcp247::Measure;
use crate::mail::Mailer;
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::records::people::Group;
use crate::store::single_use::Once;
use crate::ticket::time::Timestamp;
use crate::web::document::Site;
use crate::web::problem::Problem;

/// The state of the administrators' pages; cheap to clone.
#[derive(Clone, Debug)]
pub struct Administration {
    /// The stored apps, and the log of their changes.
    pub records: Records,
    /// The site, which renders pages.
    pub site: Site,
    /// The store of new secrets until their page shows them.
    pub once: Once,
    /// Derives ids and secrets from a submitted form, so that a form that is sent twice makes one app or one
    /// secret.
    pub attempts: Keyed,
    /// Puts mails into the queue.
    pub mailer: Mailer,
    /// What the server does about each measure of RFC 10027, as it is configured.
    pub measures: Arc<[Measure]>,
    /// The clock.
    pub clock: Clock,
}

impl Administration {
    /// Makes the state. `secret` is the server's secret, from which the ids and secrets of apps are derived
    /// together with the submitted forms.
    pub fn new(
        (records, site, once, mailer): (Records, Site, Once, Mailer),
        measures: Arc<[Measure]>,
        clock: Clock,
        secret: &[u8; 32],
    ) -> Self {
        Self { records, site, once, attempts: Keyed::new(secret, "what administrators make"), mailer, measures, clock }
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Finds the app whose id is in the path of a request; the error is 404 if there is none.
    pub async fn find(&self, id: &str) -> Result<App, Problem> {
        let id = id.parse().map_err(|_| Problem::not_found())?;
        self.records.app(id).await?.ok_or_else(Problem::not_found)
    }

    /// Finds the same app together with all groups, which its page shows.
    pub async fn find_with_groups(&self, id: &str) -> Result<(App, Vec<(Group, u64)>), Problem> {
        let app = self.find(id).await?;
        Ok((app, self.records.groups().await?))
    }
}
