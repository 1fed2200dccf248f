//! What holds for every route: bounds, headers, addresses, cookies, languages, and the description of the routes.

mod address;
mod answers;
pub mod connections;
mod cookies;
mod forwarded;
mod fuzz_seeds;
mod generations;
mod guard;
mod headers;
mod language;
pub mod limits;
pub mod mirrored;
mod openapi;
pub mod routes;
