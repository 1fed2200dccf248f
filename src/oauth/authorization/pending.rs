//! What an app asks, kept while its visitor comes back to it: under an id that nobody can guess, so that nothing can be
//! changed between one page and the next, and so that the navigation that brings the cookie along names nothing else.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::crypto::random::random_id;
use crate::oauth::state::OAuth;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, OnceName};
use crate::web::problem::Problem;

impl OAuth {
    /// Keeps this for so long, on behalf of whoever asked; returns its id.
    pub async fn keep<T: Serialize>(
        &self,
        kind: Kind,
        holder: Holder,
        kept: &T,
        life: Duration,
    ) -> Result<String, Fault> {
        let id = random_id();
        self.once.keep(&name(kind, &id), holder, encode(kept), self.now(), self.now() + life).await?;
        Ok(id)
    }

    /// What was kept under this id, left where it is. What was taken a moment ago is there for whoever repeats that.
    pub async fn kept<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<T, Problem> {
        let kept = self.once.read_again(&name(kind, id), self.now()).await?.ok_or_else(Problem::request_over)?;
        serde_json::from_slice(&kept).map_err(|_| Problem::request_over())
    }
}

/// The name of what is kept under an id.
pub fn name(kind: Kind, id: &str) -> OnceName {
    OnceName::of(kind, &[id.as_bytes()])
}

/// Anything as it is kept.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("texts and numbers are JSON")
}
