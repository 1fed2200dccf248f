//! What every store of one-time objects promises, and what each kind of store promises beside.

use std::time::Duration;

use tokio::task::JoinSet;

use super::{now, once_in_redis};
use crate::store::Fault;
use crate::store::once::{BYTES_EACH, Kind, Once, OnceName, REMEMBERED, Taken};

const LIFE: Duration = Duration::from_secs(60);

fn code(parts: &[&[u8]]) -> OnceName {
    OnceName::of(Kind::Code, parts)
}

async fn kept(once: &Once, name: &OnceName, value: &[u8]) -> bool {
    once.keep(name, value.to_vec(), now(), now() + LIFE).await.expect("answers")
}

async fn taken(once: &Once, name: &OnceName, after: Duration) -> Taken {
    once.take(name, now() + after).await.expect("answers")
}

pub(super) async fn what_is_kept_is_taken_once_and_then_known_as_taken(once: Once) {
    let name = code(&[b"a", b"b"]);
    let value = [0_u8, 1, 2, 255];
    assert_eq!(taken(&once, &name, Duration::ZERO).await, Taken::Unknown);
    assert!(kept(&once, &name, &value).await);
    assert!(!kept(&once, &name, b"another").await);
    assert_eq!(once.read(&name, now()).await.expect("answers").as_deref(), Some(&value[..]), "reading takes nothing");
    for other in [code(&[b"ab", b""]), OnceName::of(Kind::Request, &[b"a", b"b"])] {
        assert_eq!(taken(&once, &other, Duration::ZERO).await, Taken::Unknown, "no two names read alike");
    }
    assert_eq!(taken(&once, &name, Duration::ZERO).await, Taken::First(value.to_vec()));
    assert_eq!(taken(&once, &name, Duration::ZERO).await, Taken::Again(value.to_vec()));
    assert_eq!(once.read(&name, now()).await.expect("answers"), None);
    assert!(!kept(&once, &name, b"another").await, "and its name is not given again");
    let late = (LIFE + REMEMBERED).saturating_sub(Duration::from_secs(1));
    assert_eq!(taken(&once, &name, late).await, Taken::Again(value.to_vec()), "remembered beyond its end");
}

pub(super) async fn what_is_not_taken_in_time_is_over(once: Once) {
    let name = code(&[b"late"]);
    kept(&once, &name, b"value").await;
    assert_eq!(once.read(&name, now() + LIFE).await.expect("answers"), None);
    assert_eq!(taken(&once, &name, LIFE).await, Taken::Expired);
    let just = LIFE.saturating_sub(Duration::from_millis(1));
    assert_eq!(taken(&once, &name, just).await, Taken::First(b"value".to_vec()), "the clock of who asks counts");
}

pub(super) async fn of_many_takers_at_once_one_is_first(once: Once) {
    const ROUNDS: u16 = 200;
    for round in 0..ROUNDS {
        let name = code(&[b"race", &round.to_be_bytes()]);
        kept(&once, &name, b"value").await;
        let mut racers = JoinSet::new();
        for _ in 0..16 {
            let (once, name) = (once.clone(), name.clone());
            racers.spawn(async move { taken(&once, &name, Duration::ZERO).await });
        }
        let all = racers.join_all().await;
        assert_eq!(all.iter().filter(|taken| matches!(taken, Taken::First(_))).count(), 1, "round {round}");
        assert_eq!(all.iter().filter(|taken| matches!(taken, Taken::Again(_))).count(), 15, "round {round}");
    }
}

#[tokio::test]
async fn in_memory_each_kind_has_room_of_its_own_and_what_is_over_makes_room() {
    let once = Once::memory(10);
    let keep = async |kind, at: u8, bytes: usize, after: Duration| {
        let now = now() + after;
        once.keep(&OnceName::of(kind, &[&[at]]), vec![7; bytes], now, now + LIFE).await
    };
    for at in 0..10 {
        assert!(keep(Kind::Request, at, 10, Duration::ZERO).await.expect("room"));
    }
    assert!(matches!(keep(Kind::Request, 10, 10, Duration::ZERO).await, Err(Fault::Full)));
    assert!(!keep(Kind::Request, 9, 10, Duration::ZERO).await.expect("it is there"));
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Request) {
        assert!(keep(kind, 0, 10, Duration::ZERO).await.expect("a flood of requests keeps nothing else out"));
    }
    assert!(keep(Kind::Request, 10, 10, LIFE).await.expect("what is over makes room"));
    // A code is remembered beyond its end, and keeps its place for as long.
    for at in 1..10 {
        assert!(keep(Kind::Code, at, 10, Duration::ZERO).await.expect("room"));
    }
    assert!(matches!(keep(Kind::Code, 10, 10, LIFE).await, Err(Fault::Full)));
    assert!(keep(Kind::Code, 10, 10, LIFE + REMEMBERED).await.expect("room"));

    // Few large ones are as much as many small ones.
    let large = 10 * BYTES_EACH / 4;
    for at in 0..3 {
        assert!(keep(Kind::Pushed, at + 1, large, LIFE).await.expect("room"));
    }
    assert!(matches!(keep(Kind::Pushed, 5, large, LIFE).await, Err(Fault::Full)));
    assert!(keep(Kind::Pushed, 6, 10, LIFE).await.expect("room for a small one"));
    once.sweep(now() + LIFE + LIFE);
    assert!(keep(Kind::Pushed, 5, large, LIFE + LIFE).await.expect("room again"));
}

#[tokio::test]
async fn whoever_reads_redis_learns_nothing_and_whoever_writes_to_it_makes_nothing_that_opens() {
    let (once, redis) = once_in_redis();
    let (name, other) = (code(&[b"secret"]), code(&[b"other"]));
    for name in [&name, &other] {
        assert!(kept(&once, name, b"https://shop.example/?code=abc").await);
    }
    let listed = redis.cli(&["KEYS", "tessera:once:code:*"]);
    let keys: Vec<&str> = listed.lines().collect();
    assert_eq!(keys.len(), 2, "a kind is part of the name: {listed}");
    for key in &keys {
        let all = redis.cli(&["HGETALL", key]);
        assert!(!all.contains("shop.example") && !all.contains("abc"), "{all}");
    }
    redis.cli(&[
        "EVAL",
        "redis.call('HSET', KEYS[1], 'value', redis.call('HGET', KEYS[2], 'value'))",
        "2",
        keys[0],
        keys[1],
    ]);
    let read = [once.read(&name, now()).await, once.read(&other, now()).await];
    assert_eq!(read.iter().filter(|read| matches!(read, Err(Fault::Unreadable(_)))).count(), 1, "{read:?}");
}
