//! Limits the memory of request bodies with a picture. A body counts with the bytes that have arrived, not
//! with its claimed length. If the memory is full, a part of an incoming body waits for bodies that have
//! arrived and are being decoded. If there are none of those, the body with the largest product of size and
//! time without progress is evicted: slow senders must never block fast ones, and fast ones share the freed
//! memory in turns.

use std::collections::HashMap;
use std::time::Duration;

use super::NotTaken;
use crate::ticket::ids::AccountId;
use crate::web::bounds::{UPLOAD_STEP, UPLOADED_BYTES};

/// Time without progress after which an incoming body can be evicted even while other bodies are being decoded, which
/// will free their memory soon. So no sender waits for a slow one.
const SLOW: Duration = Duration::from_secs(1);
/// Unit of the time without progress in the ranking for eviction: a body that made no progress for one unit counts as
/// twice its size, for two units as three times, and so on. A sender of two megabits a second sends one [`UPLOAD_STEP`]
/// in this time.
const SILENCE: Duration = Duration::from_millis(250);

/// All request bodies with a picture that are in memory: those that are still incoming, with their bytes, and the
/// memory of those that are being decoded. Together they hold at most [`UPLOADED_BYTES`].
#[derive(Debug)]
pub(crate) struct Bodies {
    /// Number of bytes of the memory that no body holds.
    left: usize,
    /// Number of bytes of bodies that have arrived; they are freed once their pictures are decoded.
    arrived: usize,
    /// The bodies that are still incoming. A body that was evicted is removed.
    coming: HashMap<AccountId, Coming>,
    /// How many bodies have begun to wait so far.
    waited: u64,
}

/// A request body with a picture that is still incoming.
#[derive(Debug)]
struct Coming {
    arrived: Arrived,
    /// Time at which the body last took more memory, on the monotonic clock.
    went_on: Duration,
    /// Its number in the waiting queue if it waits for memory; the lowest number is served first.
    waits: Option<u64>,
}

/// What [`Bodies::add`] did with a part of a body: it stored it, or the caller must add it again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// The part was stored.
    Kept,
    /// The part must be added again once a body that has arrived frees its memory.
    Later,
}

/// The bytes of a body that have arrived, in pieces of [`UPLOAD_STEP`], so that no piece is moved when the
/// next one is added, and memory that one body frees fits another.
#[derive(Debug, Default)]
pub(crate) struct Arrived {
    steps: Vec<Vec<u8>>,
    length: usize,
}

impl Bodies {
    /// Makes a `Bodies` without any body, so that all memory is free.
    pub fn new() -> Self {
        Self { left: UPLOADED_BYTES, arrived: 0, coming: HashMap::new(), waited: 0 }
    }

    /// Returns how many bytes of memory are still free for bodies.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Begins a new incoming body of an account. An earlier one of the account must have ended; this is not checked,
    /// and an earlier one would be replaced without its memory being freed.
    pub fn begin(&mut self, by: AccountId, now: Duration) {
        self.coming.insert(by, Coming { arrived: Arrived::default(), went_on: now, waits: None });
    }

    /// Stores one more part of the body of `by` if there is memory for it. If there is none, but bodies that are being
    /// decoded will free some, or if another body waits for that memory already, it returns [`Room::Later`]; otherwise
    /// it evicts incoming bodies, which may include this one.
    ///
    /// # Errors
    /// `Busy`, if this body is evicted now or was evicted before.
    pub fn add(&mut self, by: AccountId, part: &[u8], now: Duration) -> Result<Room, NotTaken> {
        let coming = self.coming.get(&by).ok_or(NotTaken::Busy)?;
        let needs = (coming.arrived.length + part.len()).next_multiple_of(UPLOAD_STEP) - coming.arrived.held();
        let is_its_turn = coming.waits.is_some_and(|number| self.first_that_waits() == Some(number));
        while needs > 0 && self.left < needs {
            let (heaviest, silent) = self.heaviest(by, now);
            if self.arrived > 0 && silent < SLOW {
                return Ok(self.later(by));
            }
            self.end(heaviest);
            if heaviest == by {
                return Err(NotTaken::Busy);
            }
        }
        // Free memory is given out in turns, otherwise the fastest sender would take all of it.
        if needs > 0 && self.arrived > 0 && self.first_that_waits().is_some() && !is_its_turn {
            return Ok(self.later(by));
        }
        self.left -= needs;
        let coming = self.coming.get_mut(&by).ok_or(NotTaken::Busy)?;
        if needs > 0 {
            (coming.went_on, coming.waits) = (now, None);
        }
        coming.arrived.add(part);
        Ok(Room::Kept)
    }

    /// Returns the smallest queue number of the bodies that wait for memory, which is the number of the next one;
    /// `None` if none waits.
    fn first_that_waits(&self) -> Option<u64> {
        self.coming.values().filter_map(|coming| coming.waits).min()
    }

    fn later(&mut self, by: AccountId) -> Room {
        if let Some(coming) = self.coming.get_mut(&by)
            && coming.waits.is_none()
        {
            self.waited += 1;
            coming.waits = Some(self.waited);
        }
        Room::Later
    }

    /// Returns the account whose incoming body is to be evicted, and how long that body has taken no more memory. It is
    /// the body with the largest size, multiplied as [`SILENCE`] says. The body of `asks` and those that wait for
    /// memory count as bodies with progress; of equals, that of `asks` is chosen.
    fn heaviest(&self, asks: AccountId, now: Duration) -> (AccountId, Duration) {
        let silent = |by: AccountId, coming: &Coming| {
            let goes_on = coming.waits.is_some() || by == asks;
            if goes_on { Duration::ZERO } else { now.saturating_sub(coming.went_on) }
        };
        let weight = |by: AccountId, coming: &Coming| {
            let times = 1 + silent(by, coming).as_millis() / SILENCE.as_millis();
            coming.arrived.held().saturating_mul(usize::try_from(times).unwrap_or(usize::MAX))
        };
        // On a tie it is the asking body: where no other body holds anything, evicting others would free nothing.
        let heaviest = self.coming.iter().max_by_key(|(by, coming)| (weight(**by, coming), **by == asks));
        heaviest.map_or((asks, Duration::ZERO), |(by, coming)| (*by, silent(*by, coming)))
    }

    /// Removes a body that has arrived completely from the incoming ones and returns its bytes. Their memory counts as
    /// held until the caller calls [`Bodies::give_back`].
    ///
    /// # Errors
    /// `Busy`, if the body was evicted.
    pub fn arrived(&mut self, by: AccountId) -> Result<Arrived, NotTaken> {
        let Coming { arrived, .. } = self.coming.remove(&by).ok_or(NotTaken::Busy)?;
        self.arrived += arrived.held();
        Ok(arrived)
    }

    /// Removes the incoming body of an account and frees its memory; does nothing if there is none.
    pub fn end(&mut self, by: AccountId) {
        if let Some(coming) = self.coming.remove(&by) {
            self.left += coming.arrived.held();
        }
    }

    /// Frees the memory of a body that [`Bodies::arrived`] returned: so many bytes as its [`Arrived::held`].
    pub fn give_back(&mut self, bytes: usize) {
        self.arrived -= bytes;
        self.left += bytes;
    }
}

impl Arrived {
    fn add(&mut self, mut part: &[u8]) {
        self.length += part.len();
        while !part.is_empty() {
            if self.steps.last().is_none_or(|last| last.len() == UPLOAD_STEP) {
                self.steps.push(Vec::with_capacity(UPLOAD_STEP));
            }
            let Some(last) = self.steps.last_mut() else { return };
            let (fits, later) = part.split_at(part.len().min(UPLOAD_STEP - last.len()));
            last.extend_from_slice(fits);
            part = later;
        }
    }

    /// Returns how many bytes of memory the pieces hold: the length of the body, rounded up to a multiple of
    /// [`UPLOAD_STEP`].
    pub fn held(&self) -> usize {
        self.length.next_multiple_of(UPLOAD_STEP)
    }

    /// Returns the number of bytes of the body that have arrived.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Returns the pieces of the body in their order, so that the caller can free each of them alone.
    pub fn into_steps(self) -> Vec<Vec<u8>> {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::bounds::UPLOAD_BYTES;

    const STEPS: usize = UPLOADED_BYTES / UPLOAD_STEP;

    fn account(of: usize) -> AccountId {
        AccountId::from_random([u8::try_from(of).expect("few"); 16])
    }

    /// Makes a [`Bodies`] in which this many accounts hold all memory in nearly equal parts with incoming bodies, which
    /// have made no progress after the time `since`.
    fn held_by(holders: usize, since: Duration) -> Bodies {
        let mut bodies = Bodies::new();
        for of in 0..holders {
            bodies.begin(account(of), since);
            let bytes = (STEPS + of) / holders * UPLOAD_STEP - UPLOAD_STEP / 2;
            assert!(matches!(bodies.add(account(of), &vec![0; bytes], since), Ok(Room::Kept)));
        }
        assert_eq!(bodies.left(), 0);
        bodies
    }

    #[test]
    fn sec_67_however_many_hold_all_with_slow_bodies_the_largest_body_that_is_sent_comes_in() {
        for holders in [2, 3, 4, 16, 64, 200] {
            let mut now = Duration::ZERO;
            let (mut bodies, sends) = (held_by(holders, now), account(255));
            // The more accounts hold the memory, the longer each of them must have been silent to be evicted first.
            now += SILENCE * u32::try_from(2 * holders).expect("few");
            bodies.begin(sends, now);
            for at in 0..UPLOAD_BYTES / 1024 {
                // The sender sends two megabits a second; the others send a byte now and then, which must not protect
                // them.
                now += Duration::from_millis(4);
                let kept = bodies.add(sends, &[1; 1024], now);
                assert!(matches!(kept, Ok(Room::Kept)), "{holders} hold all, at {at}: {kept:?}");
                let _ = bodies.add(account(at % holders), &[0], now);
            }
            assert_eq!(bodies.arrived(sends).expect("it never gave way").length(), UPLOAD_BYTES);
            assert!(bodies.left() <= STEPS / holders * UPLOAD_STEP, "no more gave way than had to");
        }
    }

    #[test]
    fn of_bodies_that_come_equally_fast_the_largest_gives_way_also_where_it_asks() {
        let (first, second, now) = (account(0), account(1), Duration::ZERO);
        let mut bodies = held_by(2, now);
        assert!(matches!(bodies.add(first, &[0; 1000], now), Ok(Room::Kept)), "it is held already");
        assert!(matches!(bodies.add(second, &vec![0; UPLOAD_STEP], now), Err(NotTaken::Busy)), "both hold the same");
        assert!(matches!(bodies.add(second, &[0], now), Err(NotTaken::Busy)), "it gave way");
        bodies.begin(second, now);
        assert!(matches!(bodies.add(second, &vec![0; bodies.left()], now), Ok(Room::Kept)));
        let later = now + SILENCE;
        assert!(matches!(bodies.add(first, &vec![0; UPLOAD_STEP], later), Ok(Room::Kept)), "the second was silent");
        bodies.end(first);
        bodies.end(second);
        assert_eq!(bodies.left(), UPLOADED_BYTES);
    }

    #[test]
    fn what_comes_waits_for_bodies_that_have_arrived_and_nobody_gives_way_meanwhile() {
        let now = Duration::ZERO;
        let mut bodies = held_by(2, now);
        let given = bodies.arrived(account(0)).expect("there").held();
        for of in [2, 3] {
            bodies.begin(account(of), now);
        }
        for by in [account(1), account(2), account(3), account(1)] {
            assert!(matches!(bodies.add(by, &vec![0; UPLOAD_STEP], now), Ok(Room::Later)));
        }
        // A body that waits is not silent, however long it waits.
        let now = now + 100 * SILENCE;
        bodies.give_back(given);
        assert!(matches!(bodies.add(account(2), &vec![0; given - UPLOAD_STEP], now), Ok(Room::Kept)));
        assert!(matches!(bodies.add(account(3), &vec![0; UPLOAD_STEP], now), Ok(Room::Kept)), "nothing of it was lost");
        assert!(matches!(bodies.add(account(3), &[0], now), Ok(Room::Kept)), "nothing is given back soon");
        assert!(matches!(bodies.add(account(1), &[0], now), Err(NotTaken::Busy)), "so the largest gave way");
    }

    #[test]
    fn what_is_given_back_is_given_out_in_turns() {
        let now = Duration::ZERO;
        let mut bodies = held_by(2, now);
        let given: usize = (0..2).map(|of| bodies.arrived(account(of)).expect("there").held()).sum();
        let step = |bodies: &mut Bodies, of: usize| bodies.add(account(of), &vec![0; UPLOAD_STEP], now).expect("stays");
        for of in [2, 3, 4] {
            bodies.begin(account(of), now);
            assert_eq!(step(&mut bodies, of), Room::Later);
        }
        bodies.give_back(4 * UPLOAD_STEP);
        let mut kept = Vec::new();
        for of in [4, 3, 2, 4, 3, 4, 2] {
            if step(&mut bodies, of) == Room::Kept {
                kept.push(of);
            }
        }
        assert_eq!(kept, [2, 3, 4, 2], "whoever asks more often gets no more");
        // A body that has ended is not waited for.
        assert_eq!([step(&mut bodies, 4), step(&mut bodies, 3)], [Room::Later; 2]);
        bodies.end(account(4));
        assert_eq!(step(&mut bodies, 3), Room::Kept);
        bodies.give_back(given - 4 * UPLOAD_STEP);
        assert_eq!([step(&mut bodies, 2), step(&mut bodies, 3)], [Room::Kept; 2]);
    }

    #[test]
    fn sec_67_slow_bodies_give_way_also_while_others_are_decoded() {
        let now = Duration::ZERO;
        let mut bodies = held_by(3, now);
        bodies.arrived(account(0)).expect("there");
        bodies.begin(account(3), now + SLOW);
        let kept = bodies.add(account(3), &vec![0; UPLOAD_STEP], now + SLOW);
        assert!(matches!(kept, Ok(Room::Kept)), "{kept:?}");
        assert_eq!(bodies.coming.len(), 2, "one of the slow ones gave way");
    }
}
