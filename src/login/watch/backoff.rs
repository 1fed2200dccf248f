//! The pauses of a page that has lost its connection: exponential backoff with full jitter. After a crash many
//! pages come back at once; if each came back at a fixed pace, a server that answers late would get more to do
//! than it can, and would answer none of them in time.

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
}
