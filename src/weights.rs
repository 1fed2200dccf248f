//! Records who holds how much of a limited resource, so that the limit affects the one who fills it: when it
//! is reached, the holder with the most is evicted ([`Weights`], and [`Line`] for places in a queue).

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};

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
#[derive(Debug)]
pub struct Line<K, T> {
    holders: Weights<(), K>,
    by_age: BTreeMap<InLine<K>, T>,
    next: u64,
}

/// The key of an entry in a [`Line`]: its holder, and its number, which is larger for later entries.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct InLine<K>(K, u64);

impl<K, T> Default for Line<K, T> {
    fn default() -> Self {
        Self { holders: Weights::default(), by_age: BTreeMap::new(), next: 0 }
    }
}

impl<K: Copy + Hash + Ord, T> Line<K, T> {
    /// Returns the number of entries in the queue.
    pub fn waiting(&self) -> usize {
        self.by_age.len()
    }

    /// Adds an entry of this holder to the queue and returns its key. `value` is what is returned when the entry is
    /// evicted, for example to notify its owner.
    pub fn add(&mut self, holder: K, value: T) -> InLine<K> {
        self.next += 1;
        let one = InLine(holder, self.next);
        self.holders.add(&(), &holder, 1);
        self.by_age.insert(one, value);
        one
    }

    /// Removes an entry from the queue and returns its value; `None` if it is not in the queue any more.
    pub fn remove(&mut self, one: InLine<K>) -> Option<T> {
        let value = self.by_age.remove(&one)?;
        self.holders.remove(&(), &one.0, 1);
        Some(value)
    }

    /// Returns whether this entry is still in the queue.
    pub fn has(&self, one: InLine<K>) -> bool {
        self.by_age.contains_key(&one)
    }

    /// Evicts the oldest entry of the holder with the most entries, to make room for an entry of `newcomer`, and
    /// returns its value. Evicts nothing and returns `None` if that holder has at most one entry more than the
    /// newcomer, or if the queue is empty. Without a newcomer, the count to compare with is 0.
    pub fn end_one(&mut self, newcomer: Option<K>) -> Option<T> {
        let has = newcomer.map_or(0, |newcomer| self.holders.of(&(), &newcomer));
        let (&heaviest, most) = self.holders.heaviest(&())?;
        if most <= has + 1 {
            return None;
        }
        let oldest = self.by_age.range(InLine(heaviest, 0)..).next().map(|(one, _)| *one)?;
        self.remove(oldest)
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
}
