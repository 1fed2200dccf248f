//! The parked sockets of the pages that signed-in people keep open. Such a page does nothing but wait for the end of its
//! session, so its socket is parked, like that of a login page, in a [waiting room](crate::waiting) of its own.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::account::session::Sessions;
use crate::clock::Clock;
use crate::store::records::Records;
use crate::waiting::{Calls, End, Look, News, Room, Rules};
use crate::web::bounds::{CLOSE_TIMEOUT, GIVE_WAY_TIMEOUT, PING_EVERY, SOCKET_FRAMES_PER_MINUTE};

const RULES: Rules = Rules {
    ping_every: PING_EVERY,
    frames_per_minute: SOCKET_FRAMES_PER_MINUTE,
    close_timeout: CLOSE_TIMEOUT,
    give_way_timeout: GIVE_WAY_TIMEOUT,
};

/// What a page is told when its watch has begun. When the session ends, the socket is closed, and the page asks why.
const WATCHED: &str = r#"{"signed_in":true}"#;
/// How long what a page is told holds: longer than any session.
const FOR_GOOD: Duration = Duration::from_secs(1000 * 24 * 3600);

/// Opens a waiting room for the pages of signed-in people, and starts the tasks that check their sessions: when an end is
/// announced on another instance, and at each ping. When `stopping` is cancelled, all pages are told to reconnect.
///
/// # Errors
/// The system has no descriptor or no thread left.
pub fn open(
    sessions: &Sessions,
    records: &Records,
    clock: &Clock,
    stopping: &CancellationToken,
) -> io::Result<Arc<Room>> {
    let room = Room::new(None);
    // Nothing is announced to this room, so nothing is rendered.
    let Calls { mut looks, .. } = room.open(clock.clone(), RULES, Box::new(|_, _, _| None), stopping.clone())?;
    let (weak, records, clock) = (Arc::downgrade(&room), records.clone(), clock.clone());
    tokio::spawn(async move {
        while let Some(look) = looks.recv().await
            && let Some(room) = weak.upgrade()
        {
            let (records, clock) = (records.clone(), clock.clone());
            tokio::spawn(async move { answer(&room, look, &records, &clock).await });
        }
    });
    tokio::spawn(sessions.clone().hear_sign_outs(stopping.clone()));
    Ok(room)
}

/// Tells a page that it is watched, or closes its socket if its session ended.
async fn answer(room: &Room, Look { who, viewer, .. }: Look, records: &Records, clock: &Clock) {
    loop {
        let now = clock.now();
        let goes_on = match viewer {
            Some(viewer) => records.is_signed_in(viewer.account, viewer.epoch, viewer.session, now).await,
            None => Ok(false),
        };
        match goes_on {
            Ok(true) => {}
            Ok(false) => return room.end(who.key, End::Done),
            Err(_) => return room.end(who.key, End::Later),
        }
        let news = News { seq: 1, mark: 0, text: WATCHED.to_owned(), until: now + FOR_GOOD, is_last: false };
        if !room.answer(who.key, &news) {
            return;
        }
    }
}
