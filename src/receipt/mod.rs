//! Receipts: each approval of a sign-in leaves one signed line, which its owner may keep. The lines of an account are a
//! chain: each has a number, and the hash of the line before, so that one that is missing or altered shows.
//!
//! | file | what |
//! |---|---|
//! | [`mod@line`] | what the lines say: a receipt, a checkpoint, a head |
//! | [`approved`] | what a receipt says of an approved ticket |
//! | [`keys`] | the keys that sign the lines |
//! | [`public_keys`] | their public halves, with which the lines are checked |
//! | [`receipts`] | stores, prunes and exports the lines of accounts |
//! | [`remembered`] | compares the chain with the head that a phone remembers |
//! | [`mod@file`] | the file of an export, and how it is read |
//! | [`verifier`] | finds what is wrong in the lines of a file |
//!
//! **When a receipt is stored.** A ticket may be in another store than the records (Redis), so that no transaction spans
//! both. The receipt is stored right after the approval, so that an approval has one even if nothing comes of it. If the
//! records do not answer then, the approval stands, because its person cannot do anything about that; but nothing is opened
//! with it: the claim stores the receipt first if it is missing, and fails if that is not possible. The claim needs the
//! records anyway, to learn whether the approval still counts and to store what it opens, so this keeps nobody out who would
//! get in otherwise. Hence no session and no token comes of an approval without a receipt.

pub mod approved;
pub mod file;
pub mod keys;
pub mod line;
pub mod public_keys;
pub mod receipts;
pub mod remembered;
pub mod verifier;

pub use self::receipts::{Kept, Receipts};
