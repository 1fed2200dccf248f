//! What an app may ask for ([`scope`]) and what a person lets it know ([`field`]). Pure, like the ticket.

pub mod field;
pub mod scope;
