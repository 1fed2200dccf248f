//! What bodies with a picture hold while they come in, within a bound that turns against whoever fills it: a body holds
//! what has arrived of it and not what it claims, and where there is no room for more, the body gives way that has held
//! most for longest. Whoever sends slowly so keeps nothing from whoever sends.

use std::collections::HashMap;

use super::NotTaken;
use crate::ticket::ids::AccountId;
use crate::web::bounds::{UPLOAD_STEP, UPLOADED_BYTES};

/// What all bodies hold.
#[derive(Debug)]
pub(super) struct Bodies {
    /// Bytes that no body holds.
    left: usize,
    /// Those that still come in. One that gave way is none of them any more.
    coming: HashMap<AccountId, Coming>,
    /// Counts the steps by which bodies took more: by it is told how long ago a body went on.
    steps: usize,
}

/// A body that still comes in.
#[derive(Debug)]
struct Coming {
    arrived: Arrived,
    /// How many steps all bodies had taken when this one took its last.
    went_on: usize,
}

/// What has arrived of a body, in pieces of one size: none is moved for the next one to fit, and the memory that one body
/// gives back fits another.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    steps: Vec<Vec<u8>>,
    length: usize,
}

impl Bodies {
    /// No body, and room for many.
    pub fn new() -> Self {
        Self { left: UPLOADED_BYTES, coming: HashMap::new(), steps: 0 }
    }

    /// Bytes that are left for all.
    pub fn left(&self) -> usize {
        self.left
    }

    /// A body begins to come in; the account has no other.
    pub fn begin(&mut self, by: AccountId) {
        self.coming.insert(by, Coming { arrived: Arrived::default(), went_on: self.steps });
    }

    /// Keeps one more part of a body. Others give way for it where they have to.
    ///
    /// # Errors
    /// The body itself gives way, or did before.
    pub fn add(&mut self, by: AccountId, part: &[u8]) -> Result<(), NotTaken> {
        let arrived = &self.coming.get(&by).ok_or(NotTaken::Busy)?.arrived;
        let needs = (arrived.length + part.len()).next_multiple_of(UPLOAD_STEP) - arrived.held();
        while self.left < needs {
            let heaviest = self.heaviest(by);
            self.end(heaviest);
            if heaviest == by {
                return Err(NotTaken::Busy);
            }
        }
        self.left -= needs;
        self.steps += needs / UPLOAD_STEP;
        let coming = self.coming.get_mut(&by).ok_or(NotTaken::Busy)?;
        if needs > 0 {
            coming.went_on = self.steps;
        }
        coming.arrived.add(part);
        Ok(())
    }

    /// Which body has held most for longest: what it holds, times the steps that all bodies took since its own last one. A
    /// few bytes now and then are no step; and of bodies that come equally fast it is the largest.
    fn heaviest(&self, asks: AccountId) -> AccountId {
        let weight = |coming: &Coming| coming.arrived.held().saturating_mul(self.steps - coming.went_on + 1);
        // Where no other holds anything, nothing is won by what others give up.
        let heaviest = self.coming.iter().max_by_key(|(by, coming)| (weight(coming), **by == asks));
        heaviest.map_or(asks, |(by, _)| *by)
    }

    /// A body has arrived. What it holds is given back later ([`Bodies::give_back`]).
    ///
    /// # Errors
    /// It gave way.
    pub fn arrived(&mut self, by: AccountId) -> Result<Arrived, NotTaken> {
        self.coming.remove(&by).map(|coming| coming.arrived).ok_or(NotTaken::Busy)
    }

    /// A body does not come in any more, if it did. What it holds is left for others.
    pub fn end(&mut self, by: AccountId) {
        if let Some(coming) = self.coming.remove(&by) {
            self.left += coming.arrived.held();
        }
    }

    /// Bytes of a body that had arrived are left for others.
    pub fn give_back(&mut self, bytes: usize) {
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

    /// Bytes that are held for it.
    pub fn held(&self) -> usize {
        self.length.next_multiple_of(UPLOAD_STEP)
    }

    /// Its bytes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Its pieces, each to be given back by itself.
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

    /// So many accounts hold all there is, in equal parts.
    fn held_by(holders: usize) -> Bodies {
        let mut bodies = Bodies::new();
        for of in 0..holders {
            bodies.begin(account(of));
            bodies
                .add(account(of), &vec![0; (STEPS + of) / holders * UPLOAD_STEP - UPLOAD_STEP / 2])
                .expect("there is room");
        }
        assert_eq!(bodies.left(), 0);
        bodies
    }

    #[test]
    fn sec_67_however_many_hold_all_with_slow_bodies_the_largest_body_that_is_sent_comes_in() {
        for holders in [2, 3, 4, 16, 64, 200] {
            let (mut bodies, sends) = (held_by(holders), account(255));
            bodies.begin(sends);
            for at in 0..UPLOAD_BYTES / 1024 {
                bodies.add(sends, &[1; 1024]).unwrap_or_else(|why| panic!("{holders} hold all, at {at}: {why:?}"));
                // A byte now and then is no reason to stay.
                let _ = bodies.add(account(at % holders), &[0]);
            }
            assert_eq!(bodies.arrived(sends).expect("it never gave way").length(), UPLOAD_BYTES);
            assert!(bodies.left() <= STEPS / holders * UPLOAD_STEP, "no more gave way than had to");
        }
    }

    #[test]
    fn of_bodies_that_come_equally_fast_the_largest_gives_way_also_where_it_asks() {
        let mut bodies = held_by(2);
        let (first, second) = (account(0), account(1));
        bodies.add(first, &[0; 1000]).expect("it is held already");
        assert!(matches!(bodies.add(second, &vec![0; UPLOAD_STEP]), Ok(())), "the first held as much for longer");
        assert!(matches!(bodies.add(first, &[0]), Err(NotTaken::Busy)), "it gave way");
        assert_eq!(bodies.left(), UPLOADED_BYTES / 2 - UPLOAD_STEP);
        bodies.begin(first);
        bodies.add(first, &vec![0; bodies.left()]).expect("there is room");
        assert!(
            matches!(bodies.add(second, &vec![0; UPLOAD_STEP]), Err(NotTaken::Busy)),
            "it asks, and held more for longer"
        );
        bodies.end(first);
        bodies.end(first);
        assert_eq!(bodies.left(), UPLOADED_BYTES);
    }

    #[test]
    fn where_nobody_gives_way_whoever_asks_is_told_so() {
        let mut bodies = held_by(2);
        let given: usize = (0..2).map(|of| bodies.arrived(account(of)).expect("there").held()).sum();
        for of in [2, 3] {
            bodies.begin(account(of));
        }
        assert!(matches!(bodies.add(account(2), &[0]), Err(NotTaken::Busy)));
        bodies.give_back(given);
        bodies.add(account(3), &[0]).expect("it holds nothing and gave nothing up");
    }
}
