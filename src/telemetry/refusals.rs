//! Lines about refusals, at most so many a second of one kind. Whoever is refused chooses how often, and a flood that wrote
//! a line for each refusal would cost more by its lines than by what it asks, and bury every other line.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata};
use tracing_subscriber::layer::{Context, Filter};

/// Lines of one kind that are written within [`SPAN`]; those beyond are counted, and their number is written at its end.
const WRITTEN: u64 = 20;
const SPAN: Duration = Duration::from_secs(1);

/// Lets lines pass that are about no refusal, and of each kind of refusal a few. A refusal is an event with a `code`; its kind
/// is that code and the place that writes it, and there are as many as the program has.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals(Arc<Mutex<HashMap<(Identifier, String), Count>>>);

#[derive(Debug)]
struct Count {
    since: Instant,
    lines: u64,
}

impl Refusals {
    /// Whether this line is written. Of those that are not, the first has the number of all of them written later.
    fn lets_pass(&self, kind: (Identifier, String), message: String, now: Instant) -> bool {
        let code = kind.1.clone();
        let lines = {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(kind.clone()).or_insert(Count { since: now, lines: 0 });
            if count.lines <= WRITTEN && now.saturating_duration_since(count.since) >= SPAN {
                *count = Count { since: now, lines: 0 };
            }
            count.lines += 1;
            count.lines
        };
        if lines <= WRITTEN {
            return true;
        }
        if lines == WRITTEN + 1
            && let Ok(runtime) = Handle::try_current()
        {
            let refusals = self.clone();
            runtime.spawn(async move {
                tokio::time::sleep(SPAN).await;
                let left_out = refusals.begin_anew(&kind);
                // Its field has another name, so that this line is never left out.
                tracing::info!(refusal = code, left_out, "more lines like this were not written: {message}");
            });
        }
        false
    }

    /// Counts from nought again; says how many lines were not written.
    fn begin_anew(&self, kind: &(Identifier, String)) -> u64 {
        let count = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(kind);
        count.map_or(0, |count| count.lines.saturating_sub(WRITTEN))
    }
}

impl<S> Filter<S> for Refusals {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        let about = event.metadata();
        if about.fields().field("code").is_none() {
            return true;
        }
        let mut said = Said::default();
        event.record(&mut said);
        self.lets_pass((about.callsite(), said.code), said.message, Instant::now())
    }
}

/// What an event says.
#[derive(Default)]
struct Said {
    code: String,
    message: String,
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "code" => self.code = format!("{value:?}"),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "code" {
            value.clone_into(&mut self.code);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing_subscriber::Layer as _;
    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").extend(bytes);
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
            let bytes = self.0.lock().expect("not poisoned");
            String::from_utf8_lossy(&bytes).lines().filter(|line| line.contains(text)).count()
        }
    }

    #[tokio::test]
    async fn sec_14_a_flood_of_refusals_writes_a_few_lines_and_their_number() {
        let lines = Lines::default();
        let written = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(lines.clone())
            .with_filter(Refusals::default());
        let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(written));
        let floods = ["cross_site", "wrong_credentials", "too_many_waiting"];
        for code in floods {
            for _ in 0..10_000 {
                tracing::info!(code, "a request was refused");
            }
        }
        tracing::info!(code = "busy", "a sign-in was refused");
        for of in 0..100 {
            tracing::info!(of, "signed in");
        }
        for code in floods {
            // Beyond a second more of them are written; on a slow machine the flood takes a few.
            let told = lines.with(code);
            assert!((20..1_000).contains(&told), "{code}: {told} of 10,000");
        }
        assert_eq!((lines.with("busy"), lines.with("signed in")), (1, 100), "no other line is lost");
        for code in floods {
            let summary = format!("refusal=\"{code}\"");
            while lines.with(&summary) == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        assert!(lines.with("left_out=") >= 3);
    }

    #[test]
    fn each_kind_has_its_own_lines_and_gets_them_back() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let place = tracing::info_span!("a place").metadata().expect("enabled").callsite();
            let writes = |code: &str, at| {
                let all = 0..30;
                let lets = |_: &i32| refusals.lets_pass((place.clone(), code.to_owned()), String::new(), at);
                all.filter(lets).count()
            };
            assert_eq!([writes("a", now), writes("a", now), writes("b", now)], [20, 0, 20]);
            assert_eq!(refusals.begin_anew(&(place.clone(), "a".to_owned())), 40);
            assert_eq!([writes("a", now), writes("b", now)], [20, 0]);
        });
        // Those that stay within their number are counted anew by the next that comes later.
        let place = (tracing::callsite::Identifier::clone(&identifier()), "slow".to_owned());
        for second in 0..3 {
            let at = now + SPAN * second;
            assert!((0..20).all(|_| refusals.lets_pass(place.clone(), String::new(), at)), "{second}");
        }
    }

    fn identifier() -> Identifier {
        let span = tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            tracing::info_span!("another place").metadata().map(Metadata::callsite)
        });
        span.expect("enabled")
    }
}
