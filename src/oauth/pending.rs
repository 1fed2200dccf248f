//! What waits for the next step of a person or of an app: authorization and logout requests, codes, trials,
//! and deliveries to frames. Each is kept as JSON in the store of single-use objects under a name that cannot
//! be guessed. A browser carries the identifier only, so nothing can be changed between one page and the
//! next.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::crypto::random::random_id;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, Once, OnceName, Taken};
use crate::web::problem::Problem;

/// How long a person may take to sign in or out, from the app's request on.
pub const REQUEST_LIFE: Duration = Duration::from_secs(600);

/// Keeps and finds the objects that wait for a next step; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pending {
    once: Once,
    clock: Clock,
}

impl Pending {
    /// Makes a `Pending` over this store and this clock.
    pub fn new(once: Once, clock: Clock) -> Self {
        Self { once, clock }
    }

    /// Keeps an object for the time `life` under a new identifier, and returns the identifier.
    pub async fn keep<T: Serialize>(
        &self,
        kind: Kind,
        holder: Holder,
        value: &T,
        life: Duration,
    ) -> Result<String, Fault> {
        let id = random_id();
        self.keep_under(kind, &id, holder, value, life).await?;
        Ok(id)
    }

    /// Keeps an object for the time `life` under this identifier, which must be new.
    pub async fn keep_under<T: Serialize>(
        &self,
        kind: Kind,
        id: &str,
        holder: Holder,
        value: &T,
        life: Duration,
    ) -> Result<(), Fault> {
        self.keep_as(&name(kind, id), holder, value, life).await.map(|_| ())
    }

    /// Keeps an object for the time `life` under this name. Returns `false` if there is or was an object of
    /// this name, which then stays as it is.
    pub async fn keep_as<T: Serialize>(
        &self,
        name: &OnceName,
        holder: Holder,
        value: &T,
        life: Duration,
    ) -> Result<bool, Fault> {
        let value = serde_json::to_vec(value).expect("texts and numbers are JSON");
        let now = self.clock.now();
        self.once.keep(name, holder, value, now, now + life).await
    }

    /// Returns the object of this identifier and does not take it. One that was taken a moment ago is
    /// returned too, so that a step can be repeated; otherwise it fails with [`Problem::request_over`].
    pub async fn find<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<T, Problem> {
        let kept = self.read_again(&name(kind, id)).await?.ok_or_else(Problem::request_over)?;
        serde_json::from_slice(&kept).map_err(|_| Problem::request_over())
    }

    /// Takes the object of this identifier, if there is one.
    pub async fn use_up(&self, kind: Kind, id: &str) -> Result<(), Fault> {
        self.take(&name(kind, id)).await.map(|_| ())
    }

    /// Takes the object of this name. Of several callers, only one gets [`Taken::First`].
    pub async fn take(&self, name: &OnceName) -> Result<Taken, Fault> {
        self.once.take(name, self.clock.now()).await
    }

    /// Takes the object of this name, or returns it again if it was taken a moment ago; `None` if there is
    /// none.
    pub async fn take_or_repeat(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.take_or_repeat(name, self.clock.now()).await
    }

    /// Returns the object of this name and does not take it; `None` if it was taken or there is none.
    pub async fn read(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.read(name, self.clock.now()).await
    }

    /// Returns the object of this name and does not take it, also if it was taken a moment ago; `None` if
    /// there is none.
    pub async fn read_again(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.read_again(name, self.clock.now()).await
    }
}

fn name(kind: Kind, id: &str) -> OnceName {
    OnceName::of(kind, &[id.as_bytes()])
}
