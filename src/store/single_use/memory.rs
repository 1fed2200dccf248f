//! Single-use objects in memory: a map for each kind, with a limit on its bytes. Objects that are over are
//! removed, codes only after they were remembered for a while.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use strum::VariantArray as _;

use super::holder::{Holder, Who};
use super::object::{Kind, OnceName, Taken, cost};
use crate::store::Fault;
use crate::ticket::ids::AppId;
use crate::ticket::time::{Due, Timestamp};
use crate::weights::Weights;

/// The single-use objects of one process.
#[derive(Debug)]
pub struct OnceMemory {
    /// The most bytes for which all objects of one kind together may count.
    room: usize,
    by_kind: [Mutex<Objects>; Kind::VARIANTS.len()],
}

#[derive(Debug, Default)]
struct Objects {
    held: HashMap<[u8; 32], Held>,
    /// The objects in the order of the times at which they are removed.
    due: BTreeSet<(Due, [u8; 32])>,
    bytes: usize,
    /// The bytes of all objects of each holder.
    holders: Weights<(), Who>,
    /// The bytes of the objects of each holder for each app.
    apps: Weights<Who, Option<AppId>>,
    /// The objects of each holder, the oldest first.
    by_age: BTreeSet<(Holder, u64, [u8; 32])>,
    next: u64,
}

#[derive(Debug)]
struct Held {
    sealed: Vec<u8>,
    until: Timestamp,
    due: Timestamp,
    taken_at: Option<Timestamp>,
    holder: Holder,
    number: u64,
}

impl OnceMemory {
    pub(crate) fn new(room: usize) -> Self {
        Self { room, by_kind: std::array::from_fn(|_| Mutex::default()) }
    }

    fn objects(&self, kind: Kind) -> MutexGuard<'_, Objects> {
        // The next call of `forget` corrects the counts, so a panic elsewhere leaves nothing half done.
        self.by_kind[kind as usize].lock()
    }

    pub(crate) fn keep(
        &self,
        name: &OnceName,
        holder: Holder,
        sealed: Vec<u8>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let objects = &mut *self.objects(name.kind);
        objects.forget(now);
        if objects.held.contains_key(&name.hash) {
            return Ok(false);
        }
        let cost = cost(&sealed);
        if !name.kind.gives_way() && objects.holders.of(&(), &holder.who).saturating_add(cost) > self.room / 2 {
            return Err(Fault::Full);
        }
        while objects.bytes.saturating_add(cost) > self.room {
            if !name.kind.gives_way() || !objects.make_room() {
                return Err(Fault::Full);
            }
        }
        let (due, number) = (until + name.kind.remembered(), objects.next);
        objects.add(name.hash, Held { sealed, until, due, taken_at: None, holder, number });
        Ok(true)
    }

    pub(crate) fn read(&self, name: &OnceName, now: Timestamp, taken_within: Duration) -> Option<Vec<u8>> {
        let objects = self.objects(name.kind);
        let held = objects.held.get(&name.hash).filter(|held| !held.until.is_over(now))?;
        held.taken_at.is_none_or(|at| now.since(at) < taken_within).then(|| held.sealed.clone())
    }

    pub(crate) fn take(&self, name: &OnceName, now: Timestamp) -> Taken {
        let mut objects = self.objects(name.kind);
        let Some(held) = objects.held.get_mut(&name.hash) else { return Taken::Unknown };
        if held.taken_at.is_some() {
            return Taken::Again(held.sealed.clone());
        }
        if held.until.is_over(now) {
            return Taken::Expired;
        }
        held.taken_at = Some(now);
        Taken::First(held.sealed.clone())
    }

    pub(crate) fn sweep(&self, now: Timestamp) {
        for kind in Kind::VARIANTS {
            let mut objects = self.objects(*kind);
            objects.forget(now);
            if objects.held.capacity() > 64 && objects.held.len() * 4 < objects.held.capacity() {
                objects.held.shrink_to_fit();
            }
        }
    }
}

impl Objects {
    fn add(&mut self, hash: [u8; 32], held: Held) {
        let (holder, bytes) = (held.holder, cost(&held.sealed));
        self.next += 1;
        self.bytes += bytes;
        self.due.insert((Due(held.due), hash));
        self.holders.add(&(), &holder.who, bytes);
        self.apps.add(&holder.who, &holder.app, bytes);
        self.by_age.insert((holder, held.number, hash));
        self.held.insert(hash, held);
    }

    fn remove(&mut self, hash: [u8; 32]) {
        let Entry::Occupied(entry) = self.held.entry(hash) else { return };
        let held = entry.remove();
        let (holder, bytes) = (held.holder, cost(&held.sealed));
        self.bytes -= bytes;
        self.due.remove(&(Due(held.due), hash));
        self.holders.remove(&(), &holder.who, bytes);
        self.apps.remove(&holder.who, &holder.app, bytes);
        self.by_age.remove(&(holder, held.number, hash));
    }

    /// Removes the objects whose time of removal is reached.
    fn forget(&mut self, now: Timestamp) {
        while let Some((Due(due), hash)) = self.due.first().copied()
            && due.is_over(now)
        {
            self.remove(hash);
        }
    }

    /// Evicts one object of the holder with the most bytes: its oldest about the app for which it holds the
    /// most. Returns `false` if there is none.
    fn make_room(&mut self) -> bool {
        let Some((&who, _)) = self.holders.heaviest(&()) else { return false };
        let app = self.apps.heaviest(&who).and_then(|(app, _)| *app);
        let of = Holder { who, app };
        let oldest = self.by_age.range((of, 0, [0; 32])..).next().copied();
        match oldest {
            Some((holder, _, hash)) if holder == of => {
                self.remove(hash);
                true
            }
            _ => false,
        }
    }
}
