//! Rate limit for log lines about refusals and faults. A client that is refused decides how often it is, and a flood that
//! wrote a line for each refusal would cost more than its requests do and bury every other line. So would a store that
//! does not answer, while twenty thousand pages wait.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata};
use tracing_subscriber::layer::{Context, Filter};

use crate::clock::Clock;

/// Largest number of log lines about one kind of refusal ([`Refusals`] says what a kind is) that are written within
/// [`SPAN`]. Further ones are counted, and one line at the end of that time tells how many there were.
const WRITTEN: u64 = 20;
const SPAN: Duration = Duration::from_secs(1);
/// The name of the field that tells what failed, when it was not the client.
const FAULT: &str = "fault";

/// Log filter that limits the lines about each kind of refusal and lets all other lines pass. A refusal is an event
/// with a field `code`. Its kind is the place in the source that logs it, the code, and the value of its field `rule`
/// if it has one; so the number of kinds is fixed by the program. Faults are limited in the same way: events with a field
/// `fault`, whose kind is the place in the source alone, because the text of a fault may be any.
#[derive(Clone, Debug)]
pub(crate) struct Refusals {
    clock: Clock,
    counts: Arc<Mutex<HashMap<Kind, Count>>>,
}

type Kind = (Identifier, String, String);

#[derive(Debug)]
struct Count {
    /// Time of the first counted line, on the monotonic clock.
    since: Duration,
    lines: u64,
    /// Whether a task will tell how many lines were not written, and begin anew.
    is_told: bool,
}

impl Refusals {
    /// Makes a filter that has counted nothing yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, counts: Arc::default() }
    }

    /// Counts a log line about this kind of refusal, and returns whether it is written. The first line that is not
    /// written starts a task, which tells after [`SPAN`] in one line how many were left out.
    fn lets_pass(&self, kind: Kind, message: String) -> bool {
        let now = self.clock.steady();
        let (code, rule) = (kind.1.clone(), kind.2.clone());
        {
            let mut counts = self.counts.lock();
            let count = counts.entry(kind.clone()).or_insert(Count { since: now, lines: 0, is_told: false });
            if !count.is_told && now.saturating_sub(count.since) >= SPAN {
                (count.since, count.lines) = (now, 0);
            }
            count.lines += 1;
            if count.lines <= WRITTEN {
                return true;
            }
            if count.is_told || Handle::try_current().is_err() {
                return false;
            }
            count.is_told = true;
        }
        let (refusals, due) = (self.clone(), self.clock.now() + SPAN);
        tokio::spawn(async move {
            refusals.clock.sleep_until(due).await;
            let left_out = refusals.begin_anew(&kind);
            // The field is not called `code`, so that this line is never left out. That of faults is written wherever their
            // lines are.
            if code == FAULT {
                tracing::error!(left_out, "more lines like this were not written: {message}");
            } else {
                tracing::info!(refusal = code, rule, left_out, "more lines like this were not written: {message}");
            }
        });
        false
    }

    /// Resets the count of this kind of refusal, and returns how many of the counted lines were not written.
    fn begin_anew(&self, kind: &Kind) -> u64 {
        let count = self.counts.lock().remove(kind);
        count.map_or(0, |count| count.lines.saturating_sub(WRITTEN))
    }
}

impl<S> Filter<S> for Refusals {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        let about = event.metadata();
        let has = |name| about.fields().field(name).is_some();
        if !has("code") && !has(FAULT) {
            return true;
        }
        let mut fields = RefusalFields::default();
        event.record(&mut fields);
        if has(FAULT) {
            (fields.code, fields.rule) = (FAULT.to_owned(), String::new());
        }
        self.lets_pass((about.callsite(), fields.code, fields.rule), fields.message)
    }
}

/// The fields `code` and `rule` of an event, which identify the kind of a refusal, and the event's message.
#[derive(Default)]
struct RefusalFields {
    code: String,
    rule: String,
    message: String,
}

impl Visit for RefusalFields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "code" => self.code = format!("{value:?}"),
            "rule" => self.rule = format!("{value:?}"),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "code" => value.clone_into(&mut self.code),
            "rule" => value.clone_into(&mut self.rule),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing::subscriber::DefaultGuard;
    use tracing_subscriber::Layer as _;
    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::ticket::time::Timestamp;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    impl Lines {
        fn with(&self, text: &str) -> usize {
            let bytes = self.0.lock();
            String::from_utf8_lossy(&bytes).lines().filter(|line| line.contains(text)).count()
        }
    }

    /// Limits the lines of this thread until the guard is dropped, and collects those that are written.
    fn limited() -> (Lines, Clock, DefaultGuard) {
        let (lines, clock) = (Lines::default(), Clock::manual(Timestamp::from_millis(1_800_000_000_000)));
        let written = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(lines.clone());
        let written = written.with_filter(Refusals::new(clock.clone()));
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(written));
        (lines, clock, guard)
    }

    #[tokio::test]
    async fn sec_14_a_flood_of_refusals_writes_a_few_lines_and_their_number() {
        let (lines, clock, _guard) = limited();
        let floods = ["cross_site", "wrong_credentials", "too_many_waiting"];
        for second in 1..=2 {
            for code in floods {
                for _ in 0..1_000 {
                    tracing::info!(code, "a request was refused");
                }
                assert_eq!(lines.with(&format!("code=\"{code}\"")), second * 20);
            }
            tracing::info!(code = "busy", "a sign-in was refused");
            for of in 0..100 {
                tracing::info!(of, "signed in");
            }
            assert_eq!((lines.with("busy"), lines.with("signed in")), (second, second * 100), "no other line is lost");
            // The task that writes the summary must be asleep before the clock advances.
            tokio::task::yield_now().await;
            clock.advance(SPAN);
            for code in floods {
                while lines.with(&format!("refusal=\"{code}\" rule=\"\" left_out=980")) < second {
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    #[tokio::test]
    async fn sec_14_a_store_that_fails_for_everybody_writes_a_few_lines_and_their_number() {
        let (lines, clock, _guard) = limited();
        for of in 0..1_000 {
            tracing::error!(fault = format!("no answer from {of}"), "the store failed");
            tracing::warn!(fault = format!("no answer from {of}"), "a watch ended");
        }
        assert_eq!((lines.with("the store failed"), lines.with("a watch ended")), (20, 20));
        tokio::task::yield_now().await;
        clock.advance(SPAN);
        while lines.with("left_out=980") < 2 {
            tokio::task::yield_now().await;
        }
        tracing::error!(fault = "no answer yet", "the store failed");
        assert_eq!(lines.with("no answer yet"), 1);
    }

    #[test]
    fn those_that_are_few_are_all_written_however_long_it_goes_on() {
        let (lines, clock, _guard) = limited();
        for _ in 0..10 {
            for _ in 0..20 {
                tracing::info!(code = "expired", "a step was refused");
            }
            clock.advance(SPAN);
        }
        assert_eq!(lines.with("a step was refused"), 200);
    }
}
