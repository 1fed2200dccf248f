//! The methods of [`Records`](super::Records), by subject. Each names the query and whether it reads or writes.

mod accounts;
mod acts;
mod ends;
mod grants;
mod keys;
mod pictures;
mod profiles;
