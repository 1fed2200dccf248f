//! The authorization request of an app: read, kept while its visitor signs in, answered with a code or an error.

pub(super) mod endpoint;
pub(super) mod request;
pub(super) mod pending;
pub(super) mod consent;
pub(super) mod response;
pub(super) mod trial;
pub(super) mod unknown;
