//! The parked sockets of the pages that signed-in people keep open. Such a page does nothing but wait for the end of its
//! session, so its socket is parked, like that of a login page, in a [waiting room](crate::waiting) of its own.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::account::session::Sessions;
use crate::clock::Clock;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::Ticket;
use crate::ticket::side::Side;
use crate::waiting::{Caller, End, News, Room, Viewer, Who};

/// What a page is told when its watch has begun. When the session ends, the socket is closed, and the page asks why.
const WATCHED: &str = r#"{"signed_in":true}"#;
/// How long what a page is told holds: longer than any session.
const FOR_GOOD: Duration = Duration::from_secs(1000 * 24 * 3600);

/// Opens a waiting room for the pages of signed-in people, and starts the task that checks their sessions when an end is
/// announced on another instance. The room has them checked at each ping. When `stopping` is cancelled, all pages are told
/// to reconnect.
///
/// # Errors
/// The system has no descriptor or no thread left.
pub fn open(sessions: &Sessions, clock: &Clock, stopping: &CancellationToken) -> io::Result<Arc<Room>> {
    let room = Room::new(None);
    let pages = Pages { room: Arc::downgrade(&room), sessions: sessions.clone(), runtime: Handle::current() };
    room.open(clock.clone(), Box::new(pages), stopping.clone())?;
    tokio::spawn(sessions.clone().hear_sign_outs(stopping.clone()));
    Ok(room)
}

/// What the room calls for its pages.
struct Pages {
    /// The room, which has this; so this must not keep the room.
    room: Weak<Room>,
    sessions: Sessions,
    runtime: Handle,
}

impl Caller for Pages {
    fn render(&self, _: &Ticket, _: Side, _: Option<bool>) -> Option<News> {
        // Nothing is announced to this room.
        None
    }

    fn read(&self, who: Who, viewer: Option<Viewer>) {
        if let Some(room) = self.room.upgrade() {
            let sessions = self.sessions.clone();
            self.runtime.spawn(async move { tell(&room, who, viewer, &sessions).await });
        }
    }

    fn renew(&self, _: TicketId) {
        // These pages show no code.
    }
}

/// Tells a page that it is watched, or closes its socket if its session ended.
pub(super) async fn tell(room: &Room, who: Who, viewer: Option<Viewer>, sessions: &Sessions) {
    loop {
        let goes_on = match viewer {
            Some(viewer) => sessions.goes_on(viewer).await,
            None => Ok(false),
        };
        match goes_on {
            Ok(true) => {}
            Ok(false) => return room.end(who.key, End::Done),
            Err(_) => return room.end(who.key, End::Later),
        }
        let news = News { seq: 1, mark: 0, text: WATCHED.to_owned(), until: sessions.now() + FOR_GOOD, is_last: false };
        if !room.answer(who.key, &news) {
            return;
        }
    }
}
