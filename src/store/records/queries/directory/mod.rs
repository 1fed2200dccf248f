//! The queries by which administrators find, add and change accounts and groups.

pub(in crate::store) mod acts;
pub(in crate::store) mod adding;
pub(in crate::store) mod list;
