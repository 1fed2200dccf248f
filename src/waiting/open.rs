//! What sockets are parked with.

use mio::Registry;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::news::{Call, Render, Rules};
use crate::clock::Clock;

/// What sockets are parked with.
pub(super) struct Open {
    pub(super) clock: Clock,
    pub(super) rules: Rules,
    pub(super) render: Render,
    /// Where sockets are registered, so that the thread that listens hears them.
    pub(super) registry: Registry,
    /// Takes the calls for what the room cannot do itself.
    pub(super) calls: mpsc::UnboundedSender<Call>,
    /// Cancelled when all pages have to reconnect, because this instance stops.
    pub(super) stopping: CancellationToken,
}
