//! One page whose socket is parked: what it was told last, what it sends, and when it is due.

use std::io;
use std::time::Duration;

use super::news::{Belongings, End, News, Viewing};
use super::times::{CLOSE_TIMEOUT, GIVE_WAY_TIMEOUT, Ticks, Times, ticks};
use crate::crowd::Kept;
use crate::measure::Watcher;
use crate::ticket::event::REFRESH;
use crate::ticket::time::Timestamp;
use crate::websocket::frame::{self, Reader, Received};
use crate::websocket::stream::Stream;

/// Largest number of WebSocket frames that a waiting page may send per minute, answers to pings apart; with one more,
/// its WebSocket is closed. A page asks for a newer QR code once or twice a minute, in a message of 125 bytes at most.
pub const FRAMES_PER_MINUTE: u8 = 10;
/// Interval of pings on a WebSocket. The WebSocket is closed if nothing arrived from the page between two pings.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// Bytes that are read at once of what a page sent. Frames of a page have 131 bytes at most, so more than ten fit.
const READ_BYTES: usize = 2048;
/// How often a page is read in one turn. One that sends more has sent too many frames, or does not close.
const READS: usize = 8;

/// A page whose socket is parked. There are many of them, so each takes little memory.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) stream: Stream,
    reader: Reader,
    pub(super) viewing: Option<Box<Viewing>>,
    gauge: Option<Watcher>,
    kept: Kept,
    /// When the state that was sent last expires by itself.
    until: Timestamp,
    /// The `seq` and the mark of that state; the `seq` is 0 before any was sent.
    pub(super) seq: u32,
    mark: u8,
    /// When the page is pinged next, or is given up while it closes.
    due: Ticks,
    /// How many frames the page may still send until the end of the minute.
    frames_left: u8,
    minute: Ticks,
    phase: Phase,
    /// The reading of the ticket for this page, while it goes on.
    reading: Option<Reading>,
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
    /// Its watch has ended, and it has not closed the connection yet, which is given up when it is due by the time of the
    /// system.
    Closes,
}

/// The reading of a ticket for a page, by a task of the [`Caller`](super::Caller).
#[derive(Debug)]
struct Reading {
    /// The `seq` of the state that the page was sent last when the reading began.
    since: u32,
    /// Whether the ticket has to be read once more after that.
    again: bool,
}

impl Page {
    /// Parks a page, whose ticket is being read already; `again` says whether it has to be read once more after that.
    pub(super) fn new(stream: Stream, (viewing, gauge, kept): Belongings, times: &Times, again: bool) -> Self {
        Self {
            stream,
            reader: Reader::default(),
            viewing: viewing.map(Box::new),
            gauge,
            kept,
            until: Timestamp::from_millis(0),
            seq: 0,
            mark: 0,
            due: times.steady + ticks(PING_EVERY),
            frames_left: 0,
            minute: 0,
            phase: Phase::Waits,
            reading: Some(Reading { since: 0, again }),
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

    /// Writes a frame. A page that does not take it at once is closed: it comes back and is told the present state.
    fn write(&mut self, frame: &[u8]) -> Result<(), End> {
        self.stream.write_all(frame).map_err(|_| End::Gone)
    }

    /// Reads what the page sent after `early`, and returns whether it asks for a newer code. An error says why it has to
    /// be closed. A page that sends much delays nobody, because it is closed.
    pub(super) fn hear(&mut self, early: &[u8], times: &Times) -> Result<bool, End> {
        let mut asks = self.take(early, times)?;
        let mut bytes = [0; READ_BYTES];
        for _ in 0..READS {
            match self.stream.read(&mut bytes) {
                Ok(count @ 1..) => asks |= self.take(&bytes[..count], times)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(asks),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return Err(End::Gone),
            }
        }
        Err(if self.is_closing() { End::Gone } else { End::Policy })
    }

    /// Takes bytes that the page sent, and returns whether they ask for a newer code.
    fn take(&mut self, bytes: &[u8], times: &Times) -> Result<bool, End> {
        let (mut frames, mut asks) = (Vec::new(), false);
        let read = self.reader.read(bytes, |frame| frames.push(frame));
        for frame in frames {
            match (self.phase, frame) {
                (Phase::Closes, Received::Close(_)) => return Err(End::Gone),
                (Phase::Closes, _) => {}
                (Phase::IsPinged, Received::Pong) => self.phase = Phase::Waits,
                (_, frame) => {
                    self.phase = Phase::Waits;
                    self.count(times.steady)?;
                    match frame {
                        Received::Ping(payload) => self.write(&frame::pong(&payload))?,
                        Received::Close(code) => return Err(End::Closing(code)),
                        Received::Text(text) => asks |= text == REFRESH,
                        Received::Binary | Received::Part | Received::Pong => {}
                    }
                }
            }
        }
        match read {
            Err(violation) if !self.is_closing() => Err(End::Wrong(violation.code())),
            // What follows a violation is passed over (RFC 6455 §7.1.7), whatever it is.
            _ => Ok(asks),
        }
    }

    /// Counts one more frame of the page; an error if it sent too many in this minute, which its first frame begins.
    fn count(&mut self, steady: Ticks) -> Result<(), End> {
        if self.minute <= steady {
            (self.minute, self.frames_left) = (steady + ticks(Duration::from_secs(60)), FRAMES_PER_MINUTE);
        }
        self.frames_left = self.frames_left.checked_sub(1).ok_or(End::Policy)?;
        Ok(())
    }

    /// Returns whether the page has to be attended to.
    pub(super) fn is_due(&self, times: &Times) -> bool {
        match self.phase {
            Phase::Closes => self.due <= times.system,
            _ => self.due <= times.steady || (self.reading.is_none() && self.has_expired(times.now)),
        }
    }

    fn is_closing(&self) -> bool {
        self.phase == Phase::Closes
    }

    fn has_expired(&self, now: Timestamp) -> bool {
        self.seq > 0 && self.until.is_over(now)
    }

    /// Pings the page if it is due for that, and returns whether its ticket has to be read: because it expired, or
    /// because the person may have been signed out since the last ping. An error says why the page has to be closed,
    /// such as that it has not answered the last ping.
    pub(super) fn attend(&mut self, times: &Times) -> Result<bool, End> {
        if self.is_closing() {
            return if self.due <= times.system { Err(End::Gone) } else { Ok(false) };
        }
        let has_expired = self.has_expired(times.now);
        if self.due > times.steady {
            return Ok(has_expired);
        }
        if self.phase != Phase::Waits {
            return Err(End::Gone);
        }
        self.due = times.steady + ticks(PING_EVERY);
        self.phase = Phase::HasToBePinged;
        if self.viewing.is_some() {
            return Ok(true);
        }
        self.ping()?;
        Ok(has_expired)
    }

    fn ping(&mut self) -> Result<(), End> {
        self.phase = Phase::IsPinged;
        self.write(&frame::ping())
    }

    /// Notes that the ticket has to be read, and returns `true`. If it is being read already, notes that it has to be read
    /// once more, and returns `false`.
    pub(super) fn begin_reading(&mut self) -> bool {
        let begins = self.reading.is_none();
        let reading = self.reading.get_or_insert(Reading { since: self.seq, again: false });
        reading.again = !begins;
        begins
    }

    /// Sends the state that was read, and notes that the reading has ended, which sends the ping that waited for it.
    /// Returns `true` if the ticket has to be read once more. An error says why the page has to be closed, such as that the
    /// store has lost the state that the page was sent: the page comes back and is told the state that the store has.
    pub(super) fn end_reading(&mut self, news: &News) -> Result<bool, End> {
        let Some(Reading { since, again }) = self.reading.take() else { return Ok(false) };
        if !self.is_closing() && news.seq < self.seq && self.seq == since {
            return Err(End::Later);
        }
        self.tell(news)?;
        if again {
            self.begin_reading();
        } else if self.phase == Phase::HasToBePinged {
            self.ping()?;
        }
        Ok(again)
    }

    /// Sends the close frame and gives back what belongs to the watch. Returns `false` if there is nothing to wait for:
    /// the page has closed too, or is lost.
    pub(super) fn close(&mut self, end: End, times: &Times) -> bool {
        if self.is_closing() {
            return !matches!(end, End::Gone);
        }
        let patience = if matches!(end, End::Evicted) { GIVE_WAY_TIMEOUT } else { CLOSE_TIMEOUT };
        (self.phase, self.due) = (Phase::Closes, times.system + ticks(patience));
        (self.viewing, self.gauge) = (None, None);
        self.kept.leave();
        let is_sent = end.close().is_some_and(|(code, reason)| self.write(&frame::close(code, reason)).is_ok());
        is_sent && !matches!(end, End::Closing(_))
    }
}
