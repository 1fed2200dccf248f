//! The methods of [`Records`](super::Records), by subject. Each of them runs a query of `records::queries` on
//! the database that is in use, as one that reads or one that writes.

mod accounts;
mod apps;
mod devices;
mod directory;
mod early_ends;
mod grants;
mod keys;
mod links;
mod own;
mod passkeys;
mod people;
mod profiles;
mod requests;
