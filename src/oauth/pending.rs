//! The objects that wait for the next step of a person or of an app: authorization and logout requests,
//! codes, trials, and deliveries to frames. Each is kept as JSON in the store of single-use objects under a
//! name that cannot be guessed. A browser carries only the identifier of an object, so nothing can be
//! changed between one page and the next.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::crypto::random::random_id;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, Once, OnceName, Taken};
use crate::web::problem::Problem;

/// The lifetime of a stored authorization request, logout request or trial: ten minutes, within which the person has to
/// sign in or out.
pub const REQUEST_LIFE: Duration = Duration::from_secs(600);

/// Keeps and finds the objects that wait for the next step of a person or an app, in the store of
/// single-use objects; cheap to clone.
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

    /// Stores an object for the time `life` under a new random identifier, and returns the identifier. The object
    /// counts for `holder`, whose oldest objects of this kind are evicted if they fill the store.
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

    /// Stores an object for the time `life` under this identifier, which must be new. If the store still has an object
    /// of this kind and identifier, also a used one, `value` is not stored, and the caller is not told.
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

    /// Stores an object for the time `life` under this name, and returns `true`. Returns `false` and stores nothing if
    /// the store still has an object of this name, also a used one.
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

    /// Returns the object of this kind and identifier and does not take it. An object that was taken less
    /// than ten seconds ago is returned too, so that a step can be repeated. Fails with
    /// [`Problem::request_over`] if it was taken earlier, has expired, was never stored, or cannot be
    /// parsed.
    pub async fn find<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<T, Problem> {
        let kept = self.read_again(&name(kind, id)).await?.ok_or_else(Problem::request_over)?;
        serde_json::from_slice(&kept).map_err(|_| Problem::request_over())
    }

    /// Takes the object of this kind and identifier, if there is one, so that it counts as used.
    pub async fn use_up(&self, kind: Kind, id: &str) -> Result<(), Fault> {
        self.take(&name(kind, id)).await.map(|_| ())
    }

    /// Takes the object of this name, so that it counts as used. Of several callers only the first gets
    /// [`Taken::First`]; later ones get [`Taken::Again`] with the same content, for as long as the object is stored.
    pub async fn take(&self, name: &OnceName) -> Result<Taken, Fault> {
        self.once.take(name, self.clock.now()).await
    }

    /// Takes the object of this name and returns it, also if it was taken less than ten seconds ago, so
    /// that a step can be repeated. `None` if it was taken earlier, has expired, or was never stored.
    pub async fn take_or_repeat(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.take_or_repeat(name, self.clock.now()).await
    }

    /// Returns the object of this name and does not take it; `None` if it was taken, has expired, or was
    /// never stored.
    pub async fn read(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.read(name, self.clock.now()).await
    }

    /// Returns the object of this name and does not take it. An object that was taken less than ten seconds ago is
    /// returned too. `None` if it was taken earlier, has expired, or was never stored.
    pub async fn read_again(&self, name: &OnceName) -> Result<Option<Vec<u8>>, Fault> {
        self.once.read_again(name, self.clock.now()).await
    }
}

fn name(kind: Kind, id: &str) -> OnceName {
    OnceName::of(kind, &[id.as_bytes()])
}
