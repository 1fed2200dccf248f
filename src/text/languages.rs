//! The tables of the languages, one file and one folder each. They have the same shape as that of English.

pub(super) mod de;
pub(super) mod en;
pub(super) mod es;
pub(super) mod fr;
pub(super) mod ja;
pub(super) mod ko;
pub(super) mod pt_br;
pub(super) mod ru;
pub(super) mod zh_hans;
pub(super) mod zh_hant;
