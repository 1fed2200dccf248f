//! The way of a ticket, from the page with the code to the session, in the browser and on the phone.

pub mod api;
mod ask;
mod confirm;
mod drill;
pub mod ladder;
mod name_first;
mod opened;
mod phone_keys;
mod place;
mod races;
pub mod receipts;
mod scanner;
mod shown;
mod steps;
mod switch;
pub mod transfer;
mod turns;
