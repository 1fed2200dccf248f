//! Records who holds how much of a limited resource, so that the limit affects the one who fills it: when it
//! is reached, the holder with the most is evicted ([`Weights`], and [`Line`] for places in a queue).

mod compact_map;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};

pub use self::compact_map::CompactMap;

/// Returns the address that identifies the subscriber who has this address: an IPv4 address itself, or an IPv6 address
/// with all bits after the first 48 set to zero, because one subscriber has up to a /48 (RFC 6177).
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))),
    }
}

/// How much of a limited resource each holder `K` has, as its weight; a holder is for example an account or a client
/// address. Holders are ranked within a group `G`; if one ranking is enough, the group is `()`.
#[derive(Debug)]
pub struct Weights<G, K> {
    held: HashMap<(G, K), Holding>,
    /// The heaviest holder of a group comes last; of two with equal weights, the one that has held something
    /// for longer comes last.
    ranked: BTreeMap<(G, usize, Reverse<u64>), K>,
    begun: u64,
}

#[derive(Clone, Copy, Debug)]
struct Holding {
    weight: usize,
    /// A number that increases with each new holder, so it is unique and tells who has held something for
    /// longer.
    since: u64,
}

impl<G, K> Default for Weights<G, K> {
    fn default() -> Self {
        Self { held: HashMap::new(), ranked: BTreeMap::new(), begun: 0 }
    }
}

impl<G: Clone + Eq + Hash + Ord, K: Clone + Eq + Hash> Weights<G, K> {
    /// Adds this weight to that of a holder in a group, which is added if it has none yet.
    pub fn add(&mut self, group: &G, holder: &K, weight: usize) {
        let name = (group.clone(), holder.clone());
        let before = self.held.get(&name).copied();
        let since = before.map_or(self.begun, |before| before.since);
        if let Some(before) = before {
            self.ranked.remove(&(group.clone(), before.weight, Reverse(since)));
        } else {
            self.begun += 1;
        }
        let weight = before.map_or(0, |before| before.weight).saturating_add(weight);
        self.ranked.insert((group.clone(), weight, Reverse(since)), holder.clone());
        self.held.insert(name, Holding { weight, since });
    }

    /// Subtracts this weight from that of a holder in a group. A holder with no weight left is removed; an unknown one
    /// is ignored.
    pub fn remove(&mut self, group: &G, holder: &K, weight: usize) {
        let name = (group.clone(), holder.clone());
        let Some(Holding { weight: before, since }) = self.held.remove(&name) else { return };
        self.ranked.remove(&(group.clone(), before, Reverse(since)));
        let weight = before.saturating_sub(weight);
        if weight > 0 {
            self.ranked.insert((group.clone(), weight, Reverse(since)), holder.clone());
            self.held.insert(name, Holding { weight, since });
        }
    }

    /// Returns the weight of this holder in a group; 0 if it holds nothing.
    pub fn of(&self, group: &G, holder: &K) -> usize {
        self.held.get(&(group.clone(), holder.clone())).map_or(0, |holding| holding.weight)
    }

    /// Returns the holder with the greatest weight in a group, and that weight; of several, the one that has held
    /// something for longest. `None` if the group is empty.
    pub fn heaviest(&self, group: &G) -> Option<(&K, usize)> {
        let least = (group.clone(), 0, Reverse(u64::MAX));
        let most = (group.clone(), usize::MAX, Reverse(0));
        self.ranked.range(least..=most).next_back().map(|((_, weight, _), holder)| (holder, *weight))
    }
}

/// A queue for a scarce resource, each entry of which belongs to a holder, for example to an account. [`Line::end_one`]
/// evicts an entry: the oldest one of the holder with the most entries.
///
/// There may be very many holders, and nearly all of them have one entry, so such a holder takes little memory.
#[derive(Debug)]
pub struct Line<K, T> {
    holders: CompactMap<K, Entries<T>>,
    /// The holders that have had several entries at once; no other is ever evicted. The one with the most entries comes
    /// last; of two with equally many, the one that has held something for longer.
    ranked: BTreeMap<(usize, Reverse<u64>), K>,
    length: usize,
    next: u64,
}

/// The entries of one holder, by their numbers.
#[derive(Debug)]
enum Entries<T> {
    /// The only entry that the holder has had so far.
    One(u64, T),
    /// The entries of a holder that has had several, and the number of its first one.
    Many(Box<(BTreeMap<u64, T>, u64)>),
}

/// The number of an entry in a [`Line`], which is larger for later entries. It is looked up together with the holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InLine(u64);

impl<K, T> Default for Line<K, T> {
    fn default() -> Self {
        Self { holders: CompactMap::default(), ranked: BTreeMap::new(), length: 0, next: 0 }
    }
}

impl<K: Copy + Hash + Eq, T> Line<K, T> {
    /// Returns the number of entries in the queue.
    pub fn waiting(&self) -> usize {
        self.length
    }

    /// Adds an entry of this holder to the queue and returns its number. `value` is what is returned when the entry is
    /// evicted, for example to notify its owner.
    pub fn add(&mut self, holder: K, value: T) -> InLine {
        self.next += 1;
        self.length += 1;
        let entries = match self.holders.remove(&holder) {
            None => Entries::One(self.next, value),
            Some(before) => {
                let (mut all, since) = match before {
                    Entries::One(first, before) => (BTreeMap::from([(first, before)]), first),
                    Entries::Many(many) => *many,
                };
                self.ranked.remove(&(all.len(), Reverse(since)));
                all.insert(self.next, value);
                self.ranked.insert((all.len(), Reverse(since)), holder);
                Entries::Many(Box::new((all, since)))
            }
        };
        self.holders.insert(holder, entries);
        InLine(self.next)
    }

    /// Removes an entry of this holder from the queue and returns its value; `None` if it is not in the queue any more.
    pub fn remove(&mut self, holder: &K, one: InLine) -> Option<T> {
        let value = match self.holders.get_mut(holder)? {
            Entries::One(number, _) if *number != one.0 => return None,
            Entries::One(..) => None,
            Entries::Many(many) => {
                let (all, since) = &mut **many;
                let value = all.remove(&one.0)?;
                let holder = self.ranked.remove(&(all.len() + 1, Reverse(*since)))?;
                if all.is_empty() {
                    self.holders.remove(&holder);
                } else {
                    self.ranked.insert((all.len(), Reverse(*since)), holder);
                }
                Some(value)
            }
        };
        self.length -= 1;
        value.or_else(|| match self.holders.remove(holder) {
            Some(Entries::One(_, only)) => Some(only),
            _ => None,
        })
    }

    /// Returns whether this entry of this holder is still in the queue.
    pub fn has(&self, holder: &K, one: InLine) -> bool {
        match self.holders.get(holder) {
            None => false,
            Some(Entries::One(number, _)) => *number == one.0,
            Some(Entries::Many(many)) => many.0.contains_key(&one.0),
        }
    }

    /// Evicts the oldest entry of the holder with the most entries, to make room for an entry of `newcomer`, and
    /// returns its value. Evicts nothing and returns `None` if that holder has at most one entry more than the
    /// newcomer, or if the queue is empty. Without a newcomer, the count to compare with is 0.
    pub fn end_one(&mut self, newcomer: Option<K>) -> Option<T> {
        let has = newcomer.and_then(|newcomer| self.holders.get(&newcomer)).map_or(0, Entries::len);
        let (&(most, _), &heaviest) = self.ranked.last_key_value()?;
        let oldest = self.holders.get(&heaviest).filter(|_| most > has + 1)?.oldest()?;
        self.remove(&heaviest, oldest)
    }
}

impl<T> Entries<T> {
    fn len(&self) -> usize {
        match self {
            Self::One(..) => 1,
            Self::Many(many) => many.0.len(),
        }
    }

    fn oldest(&self) -> Option<InLine> {
        match self {
            Self::One(number, _) => Some(InLine(*number)),
            Self::Many(many) => many.0.keys().next().map(|number| InLine(*number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_of_a_group_is_found_whatever_comes_and_goes() {
        let mut weights = Weights::default();
        assert_eq!(weights.heaviest(&1), None);
        for (group, holder, weight) in [(1, "a", 3), (1, "b", 5), (2, "c", 9), (1, "a", 4)] {
            weights.add(&group, &holder, weight);
        }
        assert_eq!(weights.heaviest(&1), Some((&"a", 7)));
        assert_eq!((weights.of(&1, &"b"), weights.of(&2, &"b")), (5, 0), "each group counts for itself");
        weights.remove(&1, &"a", 6);
        assert_eq!(weights.heaviest(&1), Some((&"b", 5)));
        weights.remove(&1, &"b", 5);
        weights.remove(&1, &"a", 100);
        weights.remove(&1, &"nobody", 1);
        assert_eq!(weights.heaviest(&1), None, "who has nothing is forgotten");
        assert_eq!(weights.heaviest(&2), Some((&"c", 9)));
    }

    #[test]
    fn of_equals_the_one_that_has_held_for_longer_is_named() {
        let mut weights = Weights::default();
        for holder in ["a", "b", "c"] {
            weights.add(&(), &holder, 2);
        }
        assert_eq!(weights.heaviest(&()), Some((&"a", 2)));
        weights.remove(&(), &"a", 2);
        weights.add(&(), &"a", 2);
        assert_eq!(weights.heaviest(&()), Some((&"b", 2)), "whoever begins anew is the youngest");
    }

    #[test]
    fn the_oldest_entry_of_the_holder_with_the_most_is_evicted() {
        let mut line = Line::default();
        assert_eq!(line.end_one(None), None, "nothing is in the queue");
        let first = line.add("a", 1);
        assert_eq!(line.end_one(None), None, "a holder of one entry keeps it");
        let [second, _] = [2, 3].map(|value| line.add("b", value));
        let third = line.add("a", 4);
        assert_eq!(line.waiting(), 4);
        assert_eq!(line.end_one(Some("a")), None, "the newcomer has as many");
        assert_eq!(line.end_one(Some("c")), Some(1), "of two with equally many, the one that has held for longer");
        assert!(!line.has(&"a", first) && line.has(&"a", third));
        assert_eq!(line.remove(&"a", first), None, "an entry that was evicted is gone");
        assert_eq!(line.remove(&"b", third), None, "an entry belongs to its holder");
        assert_eq!(line.end_one(None), Some(2));
        assert_eq!((line.end_one(None), line.waiting()), (None, 2));
        assert_eq!((line.remove(&"b", second), line.remove(&"a", third), line.waiting()), (None, Some(4), 1));
    }

    #[test]
    fn a_holder_that_has_given_everything_back_begins_anew() {
        let mut line = Line::default();
        for _ in 0..2 {
            let entries = [1, 2, 3].map(|value| line.add("a", value));
            let other = [4, 5].map(|value| line.add("b", value));
            assert_eq!(entries.map(|entry| line.remove(&"a", entry)), [1, 2, 3].map(Some));
            assert_eq!(entries.map(|entry| line.has(&"a", entry)), [false; 3]);
            let again = line.add("a", 6);
            assert_eq!(line.end_one(Some("a")), None, "it has one entry, and the other holder has one more");
            assert_eq!(line.remove(&"a", again), Some(6));
            assert_eq!(other.map(|entry| line.remove(&"b", entry)), [4, 5].map(Some));
            assert_eq!((line.waiting(), line.end_one(None)), (0, None));
        }
    }
}
