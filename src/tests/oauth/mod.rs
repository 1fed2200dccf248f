//! Third-party sites over HTTP. The folders are those of `src/oauth`.

pub mod audience;
mod authorization;
mod calls;
mod client;
mod conformance;
pub mod embed;
mod errors;
mod grant;
pub mod logout;
mod odd;
mod token;
