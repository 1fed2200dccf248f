//! Tests and the bench ask for a state until it is there. Whoever waits longer than this for it waits for something
//! that hangs: no machine is that slow.

#![expect(clippy::disallowed_methods, reason = "what is asked is real, and takes the machine's own time")]
#![allow(clippy::allow_attributes, dead_code, reason = "each kind of test uses its part of it")]

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

/// The longest that anything may take.
pub const HANG: Duration = Duration::from_secs(300);
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(10);

/// What comes in the end, whenever that is.
pub async fn eventually<T>(what: &str, comes: impl Future<Output = T>) -> T {
    let Ok(come) = timeout(HANG, comes).await else { panic!("{what}: still waiting after {HANG:?}") };
    come
}

/// Asks until it holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let all = async {
        while !holds().await {
            sleep(PAUSE).await;
        }
    };
    eventually(what, all).await;
}

/// The same where nothing else is to go on in this thread.
pub fn until_blocking(what: &str, holds: impl FnMut() -> bool) {
    assert!(holds_in_the_end(holds), "{what}: still waiting after {HANG:?}");
}

/// Whether it holds in the end.
pub fn holds_in_the_end(mut holds: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if begun.elapsed() >= HANG {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}
