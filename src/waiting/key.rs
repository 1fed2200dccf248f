//! The name of a watcher in the room.

/// Names one watcher of the room: its shard, its place there, and a number that no other watcher had at that place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) shard: u8,
    pub(super) index: u32,
    pub(super) born: u32,
}
