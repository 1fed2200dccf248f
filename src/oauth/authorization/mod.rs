//! The authorization request of an app: it is read, kept while the visitor signs in, and answered with a code
//! or an error.

pub(super) mod request;
pub(super) mod response;
pub(super) mod requests;
pub(super) mod reading;
pub(super) mod needs;
pub(super) mod answer;
pub(super) mod consent;
mod choice;
mod refused;
pub(super) mod endpoint;
pub(super) mod pages;
pub(super) mod trial;
