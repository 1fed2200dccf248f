//! Where a ticket is kept: the number of its shard, and its index there.

/// The number of shards into which the tickets are divided, each with a lock. A lock is held for one lookup and
/// one change; with this many, two cores seldom need the same one.
pub(super) const SHARDS: u8 = 64;

/// The place of a ticket: its index in its shard, counted through all shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    /// The number of bits that a place has at most. They are enough for 500 million tickets, five times what may be
    /// configured.
    pub(super) const BITS: u32 = 29;

    /// Makes the place with this index in the shard with this number.
    pub(super) fn new(shard: u8, index: usize) -> Self {
        let index = u32::try_from(index).ok().filter(|index| *index < (1 << Self::BITS) / u32::from(SHARDS));
        Self(index.expect("a shard has fewer than 2^23 tickets") * u32::from(SHARDS) + u32::from(shard))
    }

    /// Makes a place again from the number that [`number`](Self::number) returned.
    pub(super) fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Returns the place as a number of [`BITS`](Self::BITS) bits.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    /// Returns the number of the shard.
    pub(super) fn shard(self) -> usize {
        usize::try_from(self.0 % u32::from(SHARDS)).expect("it is small")
    }

    /// Returns the index in the shard.
    pub(super) fn index(self) -> usize {
        usize::try_from(self.0 / u32::from(SHARDS)).expect("a pointer has 32 bits")
    }
}
