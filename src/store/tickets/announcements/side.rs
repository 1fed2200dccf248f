//! The two sides of a ticket whose pages may watch it.

/// A side of a ticket whose pages may watch the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The browser, whose page shows the code.
    Browser,
    /// The phone, on which a person decides.
    Phone,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Phone => "phone",
        }
    }
}
