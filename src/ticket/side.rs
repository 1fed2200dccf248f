//! The two sides of a ticket.

/// The browser or the phone, as the side of a ticket for which a page watches the ticket. Its name as a text is
/// `browser` or `phone`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Side {
    /// The browser, whose page shows the code.
    Browser,
    /// The phone, on which a person decides.
    Phone,
}

impl Side {
    /// The two sides.
    pub const BOTH: [Self; 2] = [Self::Browser, Self::Phone];

    /// Returns the other side.
    #[must_use]
    pub fn other(self) -> Self {
        if self == Self::Browser { Self::Phone } else { Self::Browser }
    }
}
