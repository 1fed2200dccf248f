//! Tests of the clock: set both ways, suspended, and following another clock.

use super::*;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// Returns the moment that is this much earlier.
fn before(moment: Timestamp, by: Duration) -> Timestamp {
    Timestamp::from_millis(moment.as_millis() - millis(by))
}

#[test]
fn sec_68_the_wall_clock_is_followed_whichever_way_it_is_set() {
    for by in [MINUTE * 5, DAY] {
        let clock = Clock::manual(START);
        clock.set(START + by);
        assert_eq!(clock.now(), START + by);
        clock.set(before(START, by));
        assert_eq!(clock.now(), before(START, by));
        clock.suspend(by);
        assert_eq!(clock.now(), START);
    }
}

#[test]
fn sec_68_a_deadline_ends_on_time_however_the_clock_is_set() {
    for by in [MINUTE * 5, DAY] {
        let clock = Clock::manual(START);
        let deadline = clock.now() + MINUTE;
        clock.set(before(START, by));
        assert_eq!(deadline.left(clock.now()), MINUTE, "set back by {by:?}, it is as far off as before");
        clock.advance(MINUTE);
        assert!(deadline.is_over(clock.now()), "set back by {by:?}");

        let clock = Clock::manual(START);
        let deadline = clock.now() + MINUTE;
        clock.set(START + by);
        assert!(deadline.is_over(clock.now()), "set ahead by {by:?}");

        let clock = Clock::manual(START);
        let deadline = clock.now() + MINUTE;
        clock.suspend(by);
        clock.set(START);
        assert!(deadline.is_over(clock.now()), "suspended for {by:?}, and the clock set back after it");
    }
}

#[test]
fn rates_are_measured_by_what_nobody_can_set() {
    let clock = Clock::manual(START);
    clock.set(START + DAY);
    clock.set(before(START, DAY));
    clock.suspend(DAY);
    assert_eq!(clock.steady(), Duration::ZERO);
    clock.advance(MINUTE);
    assert_eq!(clock.steady(), MINUTE);
}

#[test]
fn whoever_follows_another_clock_heeds_its_own_no_more() {
    let clock = Clock::manual(START);
    assert_eq!(clock.agree_with(START + DAY), i64::try_from(DAY.as_millis()).expect("fits"));
    clock.set(before(START, DAY));
    assert_eq!(clock.now(), START + DAY, "what is set here moves nothing");
    clock.advance(MINUTE);
    assert_eq!(clock.now(), START + DAY + MINUTE);
    clock.suspend(MINUTE);
    assert_eq!(clock.now(), START + DAY + MINUTE * 2);
    clock.agree_with(START);
    assert_eq!(clock.now(), START, "what is set there is followed");
}

#[test]
fn a_step_and_a_suspend_are_noticed_once_and_a_drift_is_none() {
    let clock = Clock::manual(START);
    let mut known = clock.apart();
    let turns: [&dyn Fn(&Clock); 5] = [
        &|clock| clock.set(START + DAY),
        &|clock| clock.set(START),
        &|clock| clock.set(START + MINUTE * 5),
        &|clock| clock.suspend(DAY),
        &|clock| {
            clock.agree_with(START);
        },
    ];
    for turn in turns {
        turn(&clock);
        assert!(clock.wake_after_step(&mut known));
        clock.advance(MINUTE);
        assert!(!clock.wake_after_step(&mut known));
    }
    let drifted = clock.now() + Duration::from_millis(STEP_MILLIS / 2);
    clock.agree_with(drifted);
    assert!(!clock.wake_after_step(&mut known), "too little to be a step");
    clock.agree_with(drifted + Duration::from_millis(STEP_MILLIS / 2));
    assert!(clock.wake_after_step(&mut known), "but it adds up");
}

#[tokio::test]
async fn what_sleeps_is_woken_by_a_step_that_ends_it() {
    let ends: [&dyn Fn(&Clock); 3] = [&|clock| clock.set(START + DAY), &|clock| clock.suspend(MINUTE), &|clock| {
        clock.set(before(START, DAY));
        clock.advance(MINUTE);
    }];
    for end in ends {
        let clock = Clock::manual(START);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(START.seen_at_uptime(millis(MANUAL_UPTIME)) + MINUTE).await }
        });
        tokio::task::yield_now().await;
        end(&clock);
        sleeper.await.expect("it wakes");
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "what the clock says is held against the machine's own")]
async fn the_machine_has_all_three_clocks() {
    let clock = Clock::system();
    let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    assert!(clock.now().as_millis().abs_diff(millis(wall)) < 1_000);
    let (now, steady) = (clock.now(), clock.steady());
    clock.sleep_until(now + Duration::from_millis(20)).await;
    assert!(clock.now().since(now) >= Duration::from_millis(20));
    assert!(clock.steady() > steady);
    assert!(!clock.wake_after_step(&mut clock.apart()));
}
