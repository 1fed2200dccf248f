//! A map for very many entries that are small.

use std::hash::{BuildHasher as _, Hash, RandomState};

use hashbrown::HashTable;

/// The number of entries for which a map keeps memory although fewer than a quarter of it is used.
const SPARE: usize = 16;

/// A map for very many entries that are small. The entries lie in one vector without gaps, which grows by an eighth, and
/// a table has their places; a [`HashMap`](std::collections::HashMap) doubles its memory, of which up to nine sixteenths
/// are then unused.
#[derive(Debug)]
pub struct CompactMap<K, V> {
    entries: Vec<(K, V)>,
    /// The places of all entries, which are their indices, by the hash of their key.
    places: HashTable<u32>,
    hasher: RandomState,
}

impl<K, V> Default for CompactMap<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: HashTable::new(), hasher: RandomState::new() }
    }
}

impl<K: Hash + Eq, V> CompactMap<K, V> {
    /// Returns the value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).map(|place| &self.entries[place].1)
    }

    /// Returns the value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).map(|place| &mut self.entries[place].1)
    }

    /// Returns the value of a key, to be changed. A key that has none gets the default one.
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = self.place(&key).unwrap_or_else(|| self.add(key, V::default()));
        &mut self.entries[place].1
    }

    /// Sets the value of a key.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Some(place) => self.entries[place].1 = value,
            None => _ = self.add(key, value),
        }
    }

    /// Removes a key and returns its value, and gives memory back if little of it is used.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let Self { entries, places, hasher } = self;
        let found = places.find_entry(hasher.hash_one(key), |at| entries[index(*at)].0 == *key).ok()?;
        let (place, _) = found.remove();
        let (_, value) = entries.swap_remove(index(place));
        let used = entries.len();
        if let Some((moved, _)) = entries.get(index(place))
            && let Some(at) = places.find_mut(hasher.hash_one(moved), |at| index(*at) == used)
        {
            *at = place;
        }
        if entries.capacity() > 4 * used + SPARE {
            entries.shrink_to(2 * used);
            places.shrink_to(2 * used, |at| hasher.hash_one(&entries[index(*at)].0));
        }
        Some(value)
    }

    /// Adds a key that is not there, and returns its index.
    fn add(&mut self, key: K, value: V) -> usize {
        let Self { entries, places, hasher } = self;
        let place = entries.len();
        if place == entries.capacity() {
            entries.reserve_exact(place / 8 + 4);
        }
        let number = u32::try_from(place).expect("there are fewer than 2^32 entries");
        places.insert_unique(hasher.hash_one(&key), number, |at| hasher.hash_one(&entries[index(*at)].0));
        entries.push((key, value));
        place
    }

    fn place(&self, key: &K) -> Option<usize> {
        self.places.find(self.hasher.hash_one(key), |at| self.entries[index(*at)].0 == *key).copied().map(index)
    }
}

/// Returns a place as an index.
fn index(place: u32) -> usize {
    usize::try_from(place).expect("a pointer has 32 bits")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_compact_map_answers_as_a_map_does_and_gives_memory_back() {
        let (mut map, mut other) = (CompactMap::default(), HashMap::new());
        // Keys come and go in an order without pattern: a multiple of a prime number below a power of two.
        let key = |step: u32| step.wrapping_mul(2_654_435_761) >> 19;
        for step in 0..40_000_u32 {
            match step % 4 {
                0 => _ = (map.insert(key(step), step), other.insert(key(step), step)),
                1 => *map.get_or_default(key(step)) = *other.entry(key(step)).and_modify(|it| *it += 1).or_insert(7),
                2 => assert_eq!(map.remove(&key(step / 2)), other.remove(&key(step / 2))),
                _ => assert_eq!(map.get_mut(&key(step)).copied(), other.get(&key(step)).copied()),
            }
        }
        assert!(other.len() > 1_000 && other.iter().all(|(key, value)| map.get(key) == Some(value)));
        assert_eq!(map.entries.len(), other.len());
        assert!(map.entries.capacity() <= 4 * other.len() + SPARE);
        for key in other.into_keys() {
            assert!(map.remove(&key).is_some() && map.remove(&key).is_none());
        }
        assert!(map.places.is_empty() && map.entries.capacity() <= SPARE, "{}", map.entries.capacity());
    }
}
