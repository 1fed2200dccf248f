//! One parked page: what it was told last, what it sends, and when it is due.

use std::io;
use std::time::Duration;

use super::end::End;
use super::frame::{self, Reader, Received};
use super::news::{Held, Kept, News, Rules, Viewer};
use super::stream::Stream;
use super::times::Tick;
use crate::ticket::event::REFRESH;
use crate::ticket::time::Timestamp;

/// Bytes that are read at once of what a page sent.
const READ_BYTES: usize = 2048;

/// A page whose socket is parked. There are many of them, so each is one small block of memory.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) stream: Stream,
    reader: Reader,
    /// The `seq` and the mark of the state that was sent last.
    told: Option<(u32, u8)>,
    /// When that state expires by itself; `None` while the page is looked at for that.
    until: Option<Timestamp>,
    ping_at: Timestamp,
    /// The tick at which the page is due.
    pub(super) tick: Tick,
    /// How many frames the page may still send in the minute that began at `minute`, in seconds of the steady clock.
    frames_left: u32,
    minute: u64,
    /// Whether the last ping was not answered yet.
    is_silent: bool,
    /// Whether its state is being looked at, and whether it has to be looked at once more after that.
    is_looked_at: bool,
    looks_again: bool,
    pub(super) viewer: Option<Box<Viewer>>,
    pub(super) kept: Box<dyn Kept>,
}

/// What a page needs next, once it is due.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    /// A ping that is sent only if the person may go on watching.
    pub(super) ping: bool,
    /// A look at its state.
    pub(super) look: bool,
}

impl Page {
    /// Parks a page. Its state is being looked at already.
    pub(super) fn new(
        stream: Stream,
        viewer: Option<Box<Viewer>>,
        kept: Box<dyn Kept>,
        now: Timestamp,
        rules: &Rules,
    ) -> Self {
        Self {
            stream,
            reader: Reader::default(),
            told: None,
            until: None,
            ping_at: now + rules.ping_every,
            tick: Tick::MAX,
            frames_left: 0,
            minute: 0,
            is_silent: false,
            is_looked_at: true,
            looks_again: false,
            viewer,
            kept,
        }
    }

    /// Returns the `seq` of the state that was sent last; 0 if none was sent.
    pub(super) fn seq(&self) -> u32 {
        self.told.map_or(0, |(seq, _)| seq)
    }

    /// Returns whether a state with this `seq` is newer than the one that was sent last.
    pub(super) fn is_behind(&self, seq: u32) -> bool {
        self.told.is_none_or(|(told, _)| told < seq)
    }

    /// Sends a state, unless it or a later one was sent. An error says why the page has to be closed: the state was the
    /// last one, or the page does not take it.
    pub(super) fn tell(&mut self, news: &News) -> Result<(), End> {
        let state = (news.seq, news.mark);
        if self.told.is_some_and(|told| news.seq < told.0) {
            return Ok(());
        }
        self.until = Some(news.until);
        if self.told == Some(state) {
            return Ok(());
        }
        self.told = Some(state);
        self.write(&frame::text(&news.text))?;
        if news.is_last { Err(End::Done) } else { Ok(()) }
    }

    /// Writes a frame. A page that does not take it at once reads too slowly: it comes back and is told the present
    /// state.
    fn write(&mut self, frame: &[u8]) -> Result<(), End> {
        self.stream.write_all(frame).map_err(|_| End::Gone)
    }

    /// Sends a ping.
    pub(super) fn ping(&mut self) -> Result<(), End> {
        self.write(&frame::ping())
    }

    /// Reads what the page sent. Returns whether it asks for a newer code; an error says why it has to be closed. A page
    /// that sends much delays nobody, because it is closed after a few frames.
    pub(super) fn hear(&mut self, early: &[u8], steady: Duration, rules: &Rules) -> (bool, Result<(), End>) {
        let mut asks = false;
        let heard = self.hear_all(early, steady, rules, &mut asks);
        (asks, heard)
    }

    fn hear_all(&mut self, early: &[u8], steady: Duration, rules: &Rules, asks: &mut bool) -> Result<(), End> {
        self.hear_bytes(early, steady, rules, asks)?;
        let mut bytes = [0; READ_BYTES];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(End::Gone),
                Ok(count) => self.hear_bytes(&bytes[..count], steady, rules, asks)?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Gone),
            }
        }
    }

    fn hear_bytes(&mut self, bytes: &[u8], steady: Duration, rules: &Rules, asks: &mut bool) -> Result<(), End> {
        let mut frames = Vec::new();
        let read = self.reader.read(bytes, |frame| frames.push(frame));
        for frame in frames {
            let was_pinged = std::mem::take(&mut self.is_silent);
            let is_answer = was_pinged && frame == Received::Pong;
            if !is_answer && !self.may_send(steady, rules) {
                return Err(End::Policy);
            }
            match frame {
                Received::Ping(payload) => self.write(&frame::pong(&payload))?,
                Received::Close(code) => return Err(End::Closing(code)),
                Received::Text(text) if text == REFRESH => *asks = true,
                Received::Text(_) | Received::Binary | Received::Part | Received::Pong => {}
            }
        }
        read.map_err(|violation| End::Wrong(violation.code()))
    }

    /// Counts one more frame of the page; returns `false` if it sent too many in this minute.
    fn may_send(&mut self, steady: Duration, rules: &Rules) -> bool {
        // The first frame begins the first minute.
        if self.minute == 0 || steady.as_secs() >= self.minute + 60 {
            self.minute = steady.as_secs().max(1);
            self.frames_left = rules.frames_per_minute;
        }
        let may = self.frames_left > 0;
        self.frames_left = self.frames_left.saturating_sub(1);
        may
    }

    /// Returns what the page needs now; [`End::Gone`] if it has not answered the last ping when the next one is due.
    pub(super) fn due(&mut self, now: Timestamp, rules: &Rules) -> Result<Needs, End> {
        let mut needs = Needs::default();
        if self.ping_at.is_over(now) {
            if std::mem::replace(&mut self.is_silent, true) {
                return Err(End::Gone);
            }
            self.ping_at = now + rules.ping_every;
            if self.viewer.is_some() {
                needs.ping = true;
            } else {
                self.ping()?;
            }
        }
        if self.until.is_some_and(|until| until.is_over(now)) {
            self.until = None;
            needs.look = true;
        }
        Ok(needs)
    }

    /// Returns the time until the page is due.
    pub(super) fn left(&self, now: Timestamp) -> Duration {
        let ping = self.ping_at.left(now);
        self.until.map_or(ping, |until| until.left(now).min(ping))
    }

    /// Notes that the state is to be looked at; returns `false` if it is being looked at, so that it will be once more.
    pub(super) fn begin_look(&mut self) -> bool {
        let begins = !std::mem::replace(&mut self.is_looked_at, true);
        self.looks_again = !begins;
        begins
    }

    /// Notes that a look has ended; returns `true` if it has to be repeated.
    pub(super) fn end_look(&mut self) -> bool {
        self.is_looked_at = std::mem::take(&mut self.looks_again);
        self.is_looked_at
    }

    /// Ends the watch of the page: sends the close frame, and returns what is held until the page has closed too. `None`
    /// if there is nothing to wait for.
    pub(super) fn close(self, end: End) -> Option<Closing> {
        let held = self.kept.leave();
        Closing::begin(self.stream, self.reader, end, held)
    }
}

/// A connection whose watch has ended, until the peer has closed it too (RFC 6455 §7.1.1) or a time is over.
#[derive(Debug)]
pub(super) struct Closing {
    stream: Stream,
    reader: Reader,
    /// What counts the connection.
    _held: Box<dyn Held>,
}

impl Closing {
    /// Sends the close frame; `None` if there is nothing to wait for.
    pub(super) fn begin(mut stream: Stream, reader: Reader, end: End, held: Box<dyn Held>) -> Option<Self> {
        let frame = end.frame()?;
        let is_sent = stream.write_all(&frame).is_ok();
        let closing = Self { stream, reader, _held: held };
        (is_sent && !matches!(end, End::Closing(_))).then_some(closing)
    }

    /// Reads what the peer still sends; returns whether it has closed.
    pub(super) fn hears_the_end(&mut self) -> bool {
        let mut bytes = [0; READ_BYTES];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return true,
                Ok(count) => {
                    let mut is_closed = false;
                    let read = self.reader.read(&bytes[..count], |frame| is_closed |= matches!(frame, Received::Close(_)));
                    if is_closed || read.is_err() {
                        return true;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return true,
            }
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.stream.finish();
    }
}
