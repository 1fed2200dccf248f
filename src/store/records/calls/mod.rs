//! The methods of [`Records`](super::Records), by subject. Each calls a query of `queries` as one that reads
//! or writes.

mod accounts;
mod acts;
mod ends;
mod grants;
mod keys;
mod pictures;
mod profiles;
