//! What the records are asked, by subject.

mod accounts;
mod acts;
mod ends;
mod grants;
mod keys;
mod pictures;
mod profiles;
