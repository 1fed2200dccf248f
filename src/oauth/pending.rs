//! What waits for the next step of a person or of an app: requests, codes, and deliveries to frames. Each is kept as JSON
//! in the store of single-use objects, under a name that cannot be guessed: so nothing can be changed between one page and
//! the next, and the navigation that brings the cookie along names nothing else.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::crypto::random::random_id;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, Once, OnceName, Taken};
use crate::web::problem::Problem;

/// A person has this long to sign in, or out, from the app's request on: twice as long as a page renews its code.
pub const REQUEST_LIFE: Duration = Duration::from_secs(600);

/// The objects that wait, and the time by which they are over; cheap to clone.
#[derive(Clone, Debug)]
pub struct Pending {
    once: Once,
    clock: Clock,
}

impl Pending {
    /// Keeps objects in this store, by this clock.
    pub fn new(once: Once, clock: Clock) -> Self {
        Self { once, clock }
    }

    /// Keeps an object for so long under a fresh identifier, which it returns.
    pub async fn keep<T: Serialize>(
        &self,
        kind: Kind,
        holder: Holder,
        value: &T,
        life: Duration,
    ) -> Result<String, Fault> {
        let id = random_id();
        self.keep_as(&name(kind, &id), holder, value, life).await?;
        Ok(id)
    }

    /// Keeps an object for so long under this name. Returns `false` where there is or was one of this name, which stays.
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

    /// Reads the object of this identifier and leaves it where it is. One that was taken a moment ago is found as well, so
    /// that a step can be repeated.
    pub async fn find<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<T, Problem> {
        let kept = self.read_again(&name(kind, id)).await?.ok_or_else(Problem::request_over)?;
        serde_json::from_slice(&kept).map_err(|_| Problem::request_over())
    }

    /// Takes the object of this identifier, where it is still there.
    pub async fn use_up(&self, kind: Kind, id: &str) -> Result<(), Fault> {
        self.take(&name(kind, id)).await.map(|_| ())
    }

    /// Takes the object of this name: one caller gets it.
    pub async fn take(&self, name: &OnceName) -> Result<Taken, Fault> {
        self.once.take(name, self.clock.now()).await
    }

    /// Takes the object of this name, or reads it again where it was taken a moment ago.
    pub async fn take_or_repeat(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.take_or_repeat(name, self.clock.now()).await
    }

    /// Reads the object of this name and leaves it where it is; `None` where it was taken.
    pub async fn read(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.read(name, self.clock.now()).await
    }

    /// Reads the object of this name, also where it was taken a moment ago.
    pub async fn read_again(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.read_again(name, self.clock.now()).await
    }
}

fn name(kind: Kind, id: &str) -> OnceName {
    OnceName::of(kind, &[id.as_bytes()])
}
