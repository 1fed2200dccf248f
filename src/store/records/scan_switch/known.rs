//! What one instance knows of the switch of the server. It asks the records again after a second. While they do not answer,
//! what it read last counts for five seconds, and then the switch is taken as off.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::settings::Scanning;
use crate::ticket::time::Timestamp;

/// How long the switch is used after it was read, before the records are asked again.
pub const SWITCH_FRESH: Duration = Duration::from_secs(1);
/// How old the state may be at most that is used while the records do not answer.
pub const SWITCH_OLDEST: Duration = Duration::from_secs(5);

/// The state of the switch that one instance has read from the records; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct KnownSwitch(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    known: Mutex<Known>,
    /// Held by the task that asks the records, so that one asks and the others wait for the answer.
    asking: tokio::sync::Mutex<()>,
}

/// The switch as the records had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchState {
    /// Whether it is on.
    pub state: Scanning,
    /// When it was turned to this state; `None` if it never was.
    pub since: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The state that was read last, and when the records were asked for it.
    read: Option<(SwitchState, Timestamp)>,
    /// When the records answered last, or were found not to.
    asked: Option<Timestamp>,
    /// How often this instance turned the switch, or tried to.
    turns: u64,
}

/// What an instance knows of the switch without asking the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Remembered {
    /// This state; `None` if the records did not answer just now, and what was read last is too old.
    State(Option<SwitchState>),
    /// Nothing: the records are to be asked.
    Nothing,
}

impl KnownSwitch {
    /// Returns what is known at this time.
    pub(in crate::store) fn remembered(&self, now: Timestamp) -> Remembered {
        let Known { read, asked, .. } = *self.0.known.lock();
        // A moment that lies after `now` is one of a clock that was set back, and tells no age.
        let is_within = |at: Timestamp, span| at <= now && now.since(at) < span;
        match (read, asked) {
            (Some((state, at)), _) if is_within(at, SWITCH_FRESH) => Remembered::State(Some(state)),
            (read, Some(asked)) if is_within(asked, SWITCH_FRESH) => {
                Remembered::State(read.filter(|(_, at)| is_within(*at, SWITCH_OLDEST)).map(|(state, _)| state))
            }
            _ => Remembered::Nothing,
        }
    }

    /// Waits until no other task asks the records. The guard is held while they are asked.
    pub(in crate::store) async fn alone(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.asking.lock().await
    }

    /// Returns how often this instance turned the switch, which is passed to [`keep`](Self::keep) after the records answered.
    pub(in crate::store) fn turns(&self) -> u64 {
        self.0.known.lock().turns
    }

    /// Keeps the answer of the records, which were asked at the time `asked` and answered now; `None` if they did not answer.
    /// Its age counts from when they were asked, and they are asked again a second after they answered: records that take
    /// long are not asked by one page after the other. Returns whether the state differs from the one that was read before.
    /// Does nothing if this instance turned the switch since then.
    pub(in crate::store) fn keep(&self, read: Option<SwitchState>, turns: u64, [asked, now]: [Timestamp; 2]) -> bool {
        let mut known = self.0.known.lock();
        if known.turns != turns {
            return false;
        }
        let before = known.read.map(|(state, _)| state.state);
        known.asked = Some(now);
        if let Some(state) = read {
            known.read = Some((state, asked));
        }
        read.is_some_and(|read| before.is_some_and(|before| before != read.state))
    }

    /// Forgets everything, because this instance turned the switch or tried to.
    pub(in crate::store) fn forget(&self) {
        let mut known = self.0.known.lock();
        *known = Known { turns: known.turns + 1, ..Known::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn is(state: Scanning) -> SwitchState {
        SwitchState { state, since: None }
    }

    const ON: SwitchState = is(Scanning::On);
    const OFF: SwitchState = is(Scanning::Off);

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + millis)
    }

    #[test]
    fn sec_73_a_state_counts_for_a_second_and_for_five_while_the_records_do_not_answer() {
        let known = KnownSwitch::default();
        let state = |millis| known.remembered(at(millis));
        assert_eq!(state(0), Remembered::Nothing, "it is not assumed to be on");
        known.keep(Some(ON), known.turns(), [at(0); 2]);
        assert_eq!(state(999), Remembered::State(Some(ON)));
        assert_eq!(state(1000), Remembered::Nothing);
        known.keep(None, known.turns(), [at(4000); 2]);
        assert_eq!(state(4500), Remembered::State(Some(ON)), "the records did not answer just now");
        known.keep(None, known.turns(), [at(4999); 2]);
        assert_eq!(state(5000), Remembered::State(None), "and what was read is too old");
        known.keep(None, known.turns(), [at(9000); 2]);
        assert_eq!(state(9100), Remembered::State(None));
    }

    #[test]
    fn sec_73_records_that_answer_late_are_not_asked_again_at_once() {
        let known = KnownSwitch::default();
        known.keep(Some(ON), known.turns(), [at(0), at(3000)]);
        assert_eq!(known.remembered(at(3500)), Remembered::State(Some(ON)));
        assert_eq!(known.remembered(at(4000)), Remembered::Nothing, "they are asked again");
        known.keep(Some(ON), known.turns(), [at(4000), at(9500)]);
        assert_eq!(known.remembered(at(9600)), Remembered::State(None), "an answer that took longer is too old");
    }

    #[test]
    fn sec_73_a_clock_that_is_set_back_makes_no_state_last_longer() {
        let known = KnownSwitch::default();
        known.keep(Some(ON), known.turns(), [at(60_000); 2]);
        assert_eq!(known.remembered(at(0)), Remembered::Nothing);
    }

    #[test]
    fn sec_73_what_was_asked_for_before_a_turn_is_not_kept_after_it() {
        let known = KnownSwitch::default();
        let before = known.turns();
        known.forget();
        known.keep(Some(ON), before, [at(0); 2]);
        assert_eq!(known.remembered(at(0)), Remembered::Nothing);
        assert!(!known.keep(Some(ON), known.turns(), [at(0); 2]), "the first answer is no change");
        assert!(known.keep(Some(OFF), known.turns(), [at(1); 2]));
        assert!(!known.keep(Some(OFF), known.turns(), [at(2); 2]));
    }
}
