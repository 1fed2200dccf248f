//! The pauses of a page that has lost its connection: exponential backoff with full jitter. After a crash many
//! pages come back at once; if each came back at a fixed pace, a server that answers late would get more to do
//! than it can, and would answer none of them in time. A page that is refused by a rate limit is told how long to
//! wait.

use std::time::Duration;

/// The longest pause of a page before it first tries to reconnect, in seconds; before each further try it is
/// twice as long, up to [`MOST`].
const FIRST_MOST: f64 = 0.5;
/// The longest pause before any try to reconnect, in seconds.
const MOST: f64 = 8.0;

/// Returns the pause of a page before it tries to reconnect again, after this many tries that failed in a row.
/// `random` is a random number from 0 to 1, which the caller draws anew for each pause.
pub fn pause(failed: u32, random: f64) -> Duration {
    let most = (FIRST_MOST * f64::from(2_u32.saturating_pow(failed))).min(MOST);
    Duration::from_secs_f64(most * random.clamp(0.0, 1.0))
}

/// Returns how long a page that was refused by a rate limit waits before it asks again: as many seconds as `said`, the
/// value of `Retry-After`, and at least one, also without such a value. `None` if it may not ask any more by then,
/// because only the time `left` is left for that.
pub fn pause_after_limit(said: Option<&str>, left: Duration) -> Option<Duration> {
    let seconds = said.and_then(|said| said.trim().parse().ok()).unwrap_or(1_u32).max(1);
    let pause = Duration::from_secs(seconds.into());
    (pause < left).then_some(pause)
}

/// Returns whether the pauses begin anew after a connection that lasted this long before it was lost. After a shorter
/// one they go on growing: a server that accepts connections and drops them again needs the pauses as much as one that
/// does not answer.
pub fn begins_anew(lasted: Duration) -> bool {
    lasted.as_secs_f64() >= MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_random_below_it() {
        let longest: Vec<f64> = (0..7).map(|failed| pause(failed, 1.0).as_secs_f64()).collect();
        assert_eq!(longest, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]);
        assert_eq!((pause(3, 0.25), pause(3, 0.0)), (Duration::from_secs(1), Duration::ZERO));
        assert_eq!(pause(u32::MAX, 1.0), Duration::from_secs(8));
        assert!(begins_anew(Duration::from_secs(8)) && !begins_anew(Duration::from_millis(7_999)));
    }

    #[test]
    fn after_a_limit_a_page_waits_as_long_as_it_is_told_if_there_is_time_for_that() {
        let waits = |said, left| pause_after_limit(said, Duration::from_secs(left)).map(|pause| pause.as_secs());
        for (said, seconds) in [(Some("7"), 7), (Some(" 2 "), 2), (Some("0"), 1), (Some("soon"), 1), (None, 1)] {
            assert_eq!(waits(said, 30), Some(seconds), "{said:?}");
        }
        assert_eq!((waits(Some("29"), 30), waits(Some("30"), 30)), (Some(29), None));
        assert_eq!((waits(None, 1), waits(Some("4294967295"), 30)), (None, None));
    }
}
