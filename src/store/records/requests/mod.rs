//! Requests for apps: new apps that people ask for, and changes that the owner of an app proposes. An administrator
//! decides on each of them once.
//!
//! [`asked`] is what a request asks for, [`request`] the request itself and what becomes of it, and `queries` has the
//! statements.

pub mod asked;
pub(in crate::store) mod queries;
pub mod request;
