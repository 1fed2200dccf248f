//! One page whose socket is parked: what it was told last, what it sends, and when it is due.

use std::io;
use std::time::Duration;

use super::news::{End, Kept, News, Rules, Viewer};
use super::open::{Open, Ticks, Times, ticks};
use crate::ticket::event::REFRESH;
use crate::ticket::time::Timestamp;
use crate::websocket::frame::{self, Reader, Received};
use crate::websocket::stream::Stream;

/// Bytes that are read at once of what a page sent. Frames of a page have 131 bytes at most, so more than ten fit.
const READ_BYTES: usize = 2048;
/// How often a page is read in one turn. One that sends more has sent too many frames, or does not close.
const READS: usize = 8;

/// A page whose socket is parked. There are many of them, so each is one small block of memory.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) stream: Stream,
    reader: Reader,
    pub(super) viewer: Option<Box<Viewer>>,
    kept: Box<dyn Kept>,
    /// When the state that was sent last expires by itself.
    until: Timestamp,
    /// The `seq` and the mark of that state; the `seq` is 0 before any was sent.
    pub(super) seq: u32,
    mark: u8,
    /// When the page is pinged next.
    due: Ticks,
    /// How many frames the page may still send until the end of the minute.
    frames_left: u32,
    minute: Ticks,
    phase: Phase,
    looking: Looking,
    /// The `seq` of the state that was sent last when the ticket was begun to be read.
    looked_at: u32,
}

/// What a page is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It waits, and has answered its last ping.
    Waits,
    /// It waits, and is pinged once it is known that the person may go on.
    HasToBePinged,
    /// It waits, and has sent nothing since its last ping.
    IsPinged,
    /// Its watch has ended, and it has not closed the connection yet, which is given up at this time of the system.
    Closes(Ticks),
}

/// Whether the ticket is being read for a page, by a task of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looking {
    No,
    Yes,
    /// It is being read, and has to be read once more.
    Again,
}

impl Page {
    /// Parks a page. Somebody looks at its state already.
    pub(super) fn new(stream: Stream, viewer: Option<Viewer>, kept: Box<dyn Kept>, open: &Open) -> Self {
        Self {
            stream,
            reader: Reader::default(),
            viewer: viewer.map(Box::new),
            kept,
            until: Timestamp::from_millis(0),
            seq: 0,
            mark: 0,
            due: ticks(open.clock.steady() + open.rules.ping_every),
            frames_left: 0,
            minute: 0,
            phase: Phase::Waits,
            looking: Looking::Yes,
            looked_at: 0,
        }
    }

    /// Sends a state, unless it or a later one was sent. An error says why the page has to be closed: the state was the
    /// last one, or the page does not take it.
    pub(super) fn tell(&mut self, news: &News) -> Result<(), End> {
        if self.is_closing() || news.seq < self.seq {
            return Ok(());
        }
        self.until = news.until;
        if (self.seq, self.mark) == (news.seq, news.mark) {
            return Ok(());
        }
        (self.seq, self.mark) = (news.seq, news.mark);
        self.write(&frame::text(&news.text))?;
        if news.is_last { Err(End::Done) } else { Ok(()) }
    }

    /// Writes a frame. A page that does not take it at once reads too slowly: it comes back and is told the present
    /// state.
    fn write(&mut self, frame: &[u8]) -> Result<(), End> {
        self.stream.write_all(frame).map_err(|_| End::Gone)
    }

    /// Reads what the page sent after `early`, and sets `asks` if it asks for a newer code. An error says why it has to
    /// be closed. A page that sends much delays nobody, because it is closed.
    pub(super) fn hear(&mut self, early: &[u8], open: &Open, asks: &mut bool) -> Result<(), End> {
        self.take(early, open, asks)?;
        let mut bytes = [0; READ_BYTES];
        for _ in 0..READS {
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(End::Gone),
                Ok(count) => self.take(&bytes[..count], open, asks)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Gone),
            }
        }
        Err(if self.is_closing() { End::Gone } else { End::Policy })
    }

    fn take(&mut self, bytes: &[u8], open: &Open, asks: &mut bool) -> Result<(), End> {
        let mut frames = Vec::new();
        let read = self.reader.read(bytes, |frame| frames.push(frame));
        for frame in frames {
            match (self.phase, frame) {
                (Phase::Closes(_), Received::Close(_)) => return Err(End::Gone),
                (Phase::Closes(_), _) => {}
                (Phase::IsPinged, Received::Pong) => self.phase = Phase::Waits,
                (_, frame) => {
                    self.phase = Phase::Waits;
                    self.count(open.clock.steady(), &open.rules)?;
                    match frame {
                        Received::Ping(payload) => self.write(&frame::pong(&payload))?,
                        Received::Close(code) => return Err(End::Closing(code)),
                        Received::Text(text) => *asks |= text == REFRESH,
                        Received::Binary | Received::Part | Received::Pong => {}
                    }
                }
            }
        }
        match read {
            Err(violation) if !self.is_closing() => Err(End::Wrong(violation.code())),
            // What follows a violation is passed over (RFC 6455 §7.1.7), whatever it is.
            _ => Ok(()),
        }
    }

    /// Counts one more frame of the page; an error if it sent too many in this minute, which its first frame begins.
    fn count(&mut self, steady: Duration, rules: &Rules) -> Result<(), End> {
        if self.minute <= ticks(steady) {
            self.minute = ticks(steady + Duration::from_secs(60));
            self.frames_left = rules.frames_per_minute;
        }
        self.frames_left = self.frames_left.checked_sub(1).ok_or(End::Policy)?;
        Ok(())
    }

    /// Returns whether the page has to be attended to.
    pub(super) fn is_due(&self, times: &Times) -> bool {
        match self.phase {
            Phase::Closes(until) => until <= times.system,
            _ => self.due <= times.steady || (self.looking == Looking::No && self.has_expired(times.now)),
        }
    }

    fn is_closing(&self) -> bool {
        matches!(self.phase, Phase::Closes(_))
    }

    fn has_expired(&self, now: Timestamp) -> bool {
        self.seq > 0 && self.until.is_over(now)
    }

    /// Pings the page if it is due for that, and returns whether its state has to be looked at: because it expired, or
    /// because the person may have been signed out since the last ping. An error says why the page has to be closed,
    /// such as that it has not answered the last ping.
    pub(super) fn attend(&mut self, times: &Times, open: &Open) -> Result<bool, End> {
        if let Phase::Closes(until) = self.phase {
            return if until <= times.system { Err(End::Gone) } else { Ok(false) };
        }
        let has_expired = self.has_expired(times.now);
        if self.due > times.steady {
            return Ok(has_expired);
        }
        if self.phase != Phase::Waits {
            return Err(End::Gone);
        }
        self.due = times.steady + ticks(open.rules.ping_every);
        self.phase = Phase::HasToBePinged;
        if self.viewer.is_some() {
            return Ok(true);
        }
        self.ping()?;
        Ok(has_expired)
    }

    fn ping(&mut self) -> Result<(), End> {
        self.phase = Phase::IsPinged;
        self.write(&frame::ping())
    }

    /// Notes that somebody has to look at the state; returns `false` if nobody new has to.
    pub(super) fn begin_look(&mut self) -> bool {
        let begins = self.looking == Looking::No;
        if begins {
            self.looked_at = self.seq;
        }
        self.looking = if begins { Looking::Yes } else { Looking::Again };
        begins
    }

    /// Sends the state that was read, and notes that the look has ended, which sends the ping that waited for it.
    /// Returns `true` if the look has to be repeated. An error says why the page has to be closed, such as that the
    /// store has lost the state that the page was sent: the page comes back and is told the state that the store has.
    pub(super) fn end_look(&mut self, news: &News) -> Result<bool, End> {
        if !self.is_closing() && news.seq < self.seq && self.seq == self.looked_at {
            return Err(End::Later);
        }
        self.tell(news)?;
        let repeats = self.looking == Looking::Again;
        self.looked_at = self.seq;
        self.looking = if repeats { Looking::Yes } else { Looking::No };
        if !repeats && self.phase == Phase::HasToBePinged {
            self.ping()?;
        }
        Ok(repeats)
    }

    /// Sends the close frame and gives back what belongs to the watch. Returns `false` if there is nothing to wait for:
    /// the page has closed too, or is lost.
    pub(super) fn close(&mut self, end: End, open: &Open) -> bool {
        if self.is_closing() {
            return !matches!(end, End::Gone);
        }
        let patience = if matches!(end, End::Evicted) { open.rules.give_way_timeout } else { open.rules.close_timeout };
        self.phase = Phase::Closes(open.times().system + ticks(patience));
        self.kept.leave();
        let is_sent = end.close().is_some_and(|(code, reason)| self.write(&frame::close(code, reason)).is_ok());
        is_sent && !matches!(end, End::Closing(_))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.stream.finish();
    }
}
