//! For whom a one-time object is kept, and who therefore gives way where there is no room for another.

use std::fmt;
use std::net::IpAddr;

use crate::ticket::ids::{AccountId, AppId};
use crate::weights::subscriber;

/// For whom something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Whoever asks from this network, which one subscriber has to itself. [`Holder::at`] makes it.
    Network(IpAddr),
    /// Whoever is signed in as this account.
    Account(AccountId),
    /// This app, which proved who it is.
    App(AppId),
}

/// Who counts for what is kept: somebody, and among what is theirs, an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// For whom it is kept.
    pub who: Who,
    /// The app that it is about; of a logout request there may be none.
    pub app: Option<AppId>,
}

impl Holder {
    /// Somebody at this address whom nobody knows.
    pub fn at(address: IpAddr, app: Option<AppId>) -> Self {
        Self { who: Who::Network(subscriber(address)), app }
    }

    /// Somebody who is signed in.
    pub fn account(account: AccountId, app: AppId) -> Self {
        Self { who: Who::Account(account), app: Some(app) }
    }

    /// An app that proved who it is.
    pub fn app(app: AppId) -> Self {
        Self { who: Who::App(app), app: Some(app) }
    }
}

/// A word for it in Redis.
impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => write!(out, "network/{network}"),
            Self::Account(account) => write!(out, "account/{account}"),
            Self::App(app) => write!(out, "app/{app}"),
        }
    }
}
