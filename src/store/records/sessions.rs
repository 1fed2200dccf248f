//! The sessions of signed-in browsers and phones, as they are stored.

use std::net::IpAddr;
use std::time::Duration;

use strum::IntoStaticStr;

use super::activity::{ActivityKind, NewActivity};
use super::browsers::BrowserUse;
use crate::crypto::hash::sha256;
use crate::ticket::approval::{Epoch, Stay};
use crate::ticket::ids::{AccountId, SessionTokenHash};
use crate::ticket::ladder::Rung;
use crate::ticket::time::Timestamp;

/// How long a session stays stored after its end. A browser may repeat the request that opened the session with its
/// approved ticket, for less than this time; so the repetition does not open the session again.
pub const ENDED_SESSION_KEPT: Duration = Duration::from_secs(600);

/// Largest number of accounts that are signed in side by side on one device. What a device remembers of its accounts, it
/// remembers of as many.
pub const SIDE_BY_SIDE: usize = 5;

/// The way in which a session was opened: by a password, a passkey or a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum OpenedBy {
    /// A password, typed in the browser or on the phone that has the session.
    Password,
    /// A passkey that cannot leave its device.
    Passkey,
    /// A passkey that a password manager synchronises between devices.
    #[strum(serialize = "synced passkey")]
    SyncedPasskey,
    /// An approved scan: the browser showed a ticket, and a signed-in phone scanned and approved it.
    Scan,
}

impl OpenedBy {
    /// Returns how a session is opened by a passkey that is synchronised between devices, or of one device.
    pub fn passkey(is_synced: bool) -> Self {
        if is_synced { Self::SyncedPasskey } else { Self::Passkey }
    }

    /// Returns the word for the way in which a session was opened, for people's own data.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns the word for it in lines of activity, which do not tell passkeys apart.
    pub fn activity_word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey | Self::SyncedPasskey => "passkey",
            Self::Scan => "scan",
        }
    }

    /// Returns the word and the number by which it is stored. An earlier version of the server knows only the words
    /// `password` and `scan`, so a passkey has the first of them, and the number tells it from a password: 1 for a
    /// passkey of one device, 2 for a synchronised one, otherwise 0.
    pub(in crate::store) fn stored(self) -> (&'static str, i64) {
        match self {
            Self::Password => ("password", 0),
            Self::Passkey => ("password", 1),
            Self::SyncedPasskey => ("password", 2),
            Self::Scan => ("scan", 0),
        }
    }

    /// Reads what [`Self::stored`] returns; `None` if it is nothing of that.
    pub(in crate::store) fn of_stored(word: &str, by_passkey: i64) -> Option<Self> {
        [Self::Password, Self::Passkey, Self::SyncedPasskey, Self::Scan]
            .into_iter()
            .find(|known| known.stored() == (word, by_passkey))
    }
}

/// The session of a signed-in browser or phone, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of its token.
    pub token_hash: SessionTokenHash,
    /// The account that is signed in.
    pub account: AccountId,
    /// The way in which the session was opened.
    pub opened_by: OpenedBy,
    /// The time at which it was opened.
    pub created_at: Timestamp,
    /// The time of its last use, to the minute.
    pub last_seen_at: Timestamp,
    /// The absolute end of the session.
    pub ends_at: Timestamp,
    /// The hash of the path on this site to which the sign-in led; `None` if it is not known any more.
    pub led_to: Option<LedTo>,
    /// The session in which the scan that opened this session was approved; `None` if a password opened it, or
    /// if the approval was by a phone app's token.
    pub approved_in: Option<SessionTokenHash>,
    /// What is known of the browser or phone that has the session.
    pub device: DeviceFacts,
    /// The last time that the owner proved themselves in this session by their password or a passkey; `None` if they did not.
    pub proven_at: Option<Timestamp>,
    /// Whether a one-time link opened the session.
    pub by_link: bool,
    /// What the approval of a scan asked of the phone; [`Rung::Tap`] for a session that was opened otherwise.
    pub rung: Rung,
    /// For how long the phone chose that the browser stays signed in.
    pub stay: Stay,
}

impl SessionRow {
    /// Returns this session, which is not stored yet, as it is where its person chose to stay signed in so long. It ends no
    /// later than before.
    #[must_use]
    pub fn staying(self, stay: Stay) -> Self {
        let ends_at = self.created_at + stay.longest(self.ends_at.since(self.created_at));
        Self { ends_at, stay, ..self }
    }

    /// Returns the lines of activity of an account with the display name `name` about the sign-in that opened this session.
    pub(in crate::store) fn opening_lines(&self, name: &str, new: NewPlaces) -> Vec<NewActivity> {
        let DeviceFacts { browser, system, address, .. } = &self.device;
        let line = |kind, detail: &str| NewActivity {
            address: *address,
            browser: browser.clone(),
            system: system.clone(),
            detail: detail.to_owned(),
            ..NewActivity::of(kind, self.account, name, self.created_at)
        };
        let signed_in = line(ActivityKind::SignedIn, self.opened_by.activity_word());
        new.word().map(|what| line(ActivityKind::DeviceNew, what)).into_iter().chain([signed_in]).collect()
    }
}

/// What is known of the browser or phone that has a session, for the list of devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFacts {
    /// The name of the browser, for example "Firefox"; `None` if it does not say.
    pub browser: Option<String>,
    /// The operating system, for example "Windows"; `None` if the browser does not say.
    pub system: Option<String>,
    /// The client address from which the session was opened; `None` for a session of an earlier version.
    pub address: Option<IpAddr>,
    /// The name that its owner gave the device; `None` if they gave none.
    pub name: Option<String>,
    /// Since when its owner is told that the device or its network is new to the account; `None` if they are not.
    pub unusual_at: Option<Timestamp>,
}

/// Who ended a session before its time, other than the browser or phone that had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The owner of the account, in this session.
    Owner(SessionTokenHash),
    /// An administrator.
    Administrator,
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEnd {
    /// The session as it was.
    pub session: SessionRow,
    /// Who ended it; `None` if its time was over or its own browser or phone signed out.
    pub by: Option<EndedBy>,
    /// What is known of the device in which its owner ended it.
    pub device: DeviceFacts,
}

/// An order to end one session of an account.
#[derive(Clone, Copy, Debug)]
pub struct SessionEnding {
    /// The session that is to end.
    pub session: SessionTokenHash,
    /// Its account. A session of another account does not end.
    pub account: AccountId,
    /// Who gives the order.
    pub by: EndedBy,
    /// What ends beside the session.
    pub reach: Reach,
    /// The session that goes on in any case, although it may have been approved in the one that is to end.
    pub kept: Option<SessionTokenHash>,
}

/// What ends together with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The session and what apps got by it, except what outlasts a session.
    Session,
    /// The same and all else that apps got by it, and all that was approved in it, and in what was approved in it.
    WhatItSignedIn,
}

/// How long a device or a network is known to an account after the last sign-in there.
pub const PLACE_KNOWN: Duration = Duration::from_secs(90 * 24 * 3600);
/// The largest number of sign-ins from new devices and networks that a page tells of: whoever signs in more often than
/// that fills no page of the owner.
pub const UNUSUAL_TOLD: u16 = 5;

/// The device and the network of a sign-in, as they are stored: keyed hashes, which do not reveal the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPlaces {
    /// The device.
    pub device: String,
    /// The network.
    pub network: String,
}

/// A session that is to be opened.
#[derive(Clone, Debug)]
pub struct SessionOpening {
    /// The session. Whether its device is unusual is found out when it is stored.
    pub session: SessionRow,
    /// The epoch of the account in which the sign-in was proven or approved.
    pub epoch: Epoch,
    /// The device and the network of the sign-in.
    pub places: SeenPlaces,
    /// The browser of a sign-in by scan, if it has an id.
    pub browser: Option<BrowserUse>,
}

/// Which of the device and the network of a sign-in are new to its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewPlaces {
    /// Neither, or the account has not signed in anywhere else.
    Neither,
    /// The device.
    Device,
    /// The network.
    Network,
    /// The device and the network.
    Both,
}

impl NewPlaces {
    /// Returns the words for what is new, in lines of activity; `None` if nothing is.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Neither => None,
            Self::Device => Some("new device"),
            Self::Network => Some("new network"),
            Self::Both => Some("new device and network"),
        }
    }

    /// Returns what these words say is new; `None` for any other words.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Device, Self::Network, Self::Both].into_iter().find(|new| new.word() == Some(word))
    }
}

/// The SHA-256 hash of the path on this site to which a sign-in led. It tells for which authorization request
/// of an app a person signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedTo(pub [u8; 32]);

impl LedTo {
    /// Computes the SHA-256 hash of this path.
    pub fn of(path: &str) -> Self {
        Self(sha256(&[path.as_bytes()]))
    }
}
