//! What counts a connection whose socket waits outside the runtime.

use super::{Admitted, Counted, Network};
use crate::weights::InLine;

/// What counts a connection whose socket waits outside the runtime: as open, and until its wait ends as waiting. There are
/// many of them, so each takes little memory.
#[derive(Debug)]
pub struct Kept {
    admitted: Admitted,
    place: Option<(Network, InLine)>,
}

impl Kept {
    /// Joins what counts a connection as open and as waiting. Both are of the same crowd.
    pub fn new(admitted: Admitted, counted: Counted) -> Self {
        Self { admitted, place: counted.into_place() }
    }

    /// Does not count the connection as waiting any more. It may stay open until its peer closes it.
    pub fn leave(&mut self) {
        if let Some(place) = self.place.take() {
            self.admitted.crowd().leave(place);
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.leave();
    }
}
