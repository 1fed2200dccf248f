//! The two sides of a ticket that may watch it.

/// The side of a ticket that watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The page that shows the code.
    Browser,
    /// The device that decides.
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
