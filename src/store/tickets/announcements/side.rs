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
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Phone => "phone",
        }
    }
}
