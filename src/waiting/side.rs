//! The two sides of a ticket whose pages may watch it.

/// The browser or the phone, as the side of a ticket for which a page watches the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The browser, whose page shows the code.
    Browser,
    /// The phone, on which a person decides.
    Phone,
}

impl Side {
    /// Returns the other side.
    pub fn other(self) -> Self {
        match self {
            Self::Browser => Self::Phone,
            Self::Phone => Self::Browser,
        }
    }
}
