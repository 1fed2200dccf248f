//! What ends the wait of a connection.

use std::fmt;
use std::sync::{Arc, Weak};

use tokio_util::sync::CancellationToken;

/// Where sockets wait outside the runtime, each with a number.
pub struct Parking(Box<dyn Fn(usize, bool) + Send + Sync>);

impl Parking {
    /// Makes the name of a place whose sockets `close` closes. `close` is called as long as the place is there, with the
    /// number of a socket, which may be closed already, and whether the connection gives way to another one: then its page
    /// connects again a little later, and else at once.
    pub fn new<T: Send + Sync + 'static>(
        place: &Weak<T>,
        close: impl Fn(&T, usize, bool) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let place = Weak::clone(place);
        Arc::new(Self(Box::new(move |number, gives_way| {
            if let Some(place) = place.upgrade() {
                close(&place, number, gives_way);
            }
        })))
    }
}

impl fmt::Debug for Parking {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Parking").finish_non_exhaustive()
    }
}

/// Ends the wait of one connection, which it does not keep. There is one for each connection that waits, so it is small.
#[derive(Debug)]
pub enum Ender {
    /// This is cancelled, and the task of the connection ends.
    Cancel(CancellationToken),
    /// The socket with this number is closed.
    Close(Arc<Parking>, usize),
}

impl Ender {
    /// Ends the wait. The page connects again at once.
    pub fn end(&self) {
        self.close(false);
    }

    /// Ends the wait, because the connection has to give way to another one. The page connects again a little later.
    pub fn give_way(&self) {
        self.close(true);
    }

    fn close(&self, gives_way: bool) {
        match self {
            Self::Cancel(token) => token.cancel(),
            Self::Close(parking, number) => (parking.0)(*number, gives_way),
        }
    }
}
