//! What every store of one-time objects promises.

use std::time::Duration;

use tokio::task::JoinSet;

use super::now;
use crate::store::once::{Kept, Once, OnceName, REMEMBERED, Taken};

const LIFE: Duration = Duration::from_secs(60);

async fn kept(once: &Once, name: OnceName, value: &[u8]) -> Kept {
    once.keep(name, value.to_vec(), now(), now() + LIFE).await.expect("answers")
}

async fn taken(once: &Once, name: OnceName, after: Duration) -> Taken {
    once.take(name, now() + after).await.expect("answers")
}

pub(super) async fn what_is_kept_is_taken_once_and_then_known_as_taken(once: Once) {
    let name = OnceName::of(&[b"a", b"b"]);
    assert_ne!(name, OnceName::of(&[b"ab", b""]), "no two lists of parts read alike");
    let value = [0_u8, 1, 2, 255];
    assert_eq!(taken(&once, name, Duration::ZERO).await, Taken::Unknown);
    assert_eq!(kept(&once, name, &value).await, Kept::Yes);
    assert_eq!(kept(&once, name, b"another").await, Kept::Before);
    assert_eq!(once.read(name, now()).await.expect("answers").as_deref(), Some(&value[..]), "reading takes nothing");
    assert_eq!(taken(&once, name, Duration::ZERO).await, Taken::First(value.to_vec()));
    assert_eq!(taken(&once, name, Duration::ZERO).await, Taken::Again(value.to_vec()));
    assert_eq!(once.read(name, now()).await.expect("answers"), None);
    assert_eq!(kept(&once, name, b"another").await, Kept::Before, "and its name is not given again");
    let late = (LIFE + REMEMBERED).saturating_sub(Duration::from_secs(1));
    assert_eq!(taken(&once, name, late).await, Taken::Again(value.to_vec()), "remembered beyond its end");
}

pub(super) async fn what_is_not_taken_in_time_is_over(once: Once) {
    let name = OnceName::of(&[b"late"]);
    kept(&once, name, b"value").await;
    assert_eq!(once.read(name, now() + LIFE).await.expect("answers"), None);
    assert_eq!(taken(&once, name, LIFE).await, Taken::Expired);
    let just = LIFE.saturating_sub(Duration::from_millis(1));
    assert_eq!(taken(&once, name, just).await, Taken::First(b"value".to_vec()), "the clock of who asks counts");
}

pub(super) async fn of_many_takers_at_once_one_is_first(once: Once) {
    const ROUNDS: u16 = 200;
    for round in 0..ROUNDS {
        let name = OnceName::of(&[b"race", &round.to_be_bytes()]);
        kept(&once, name, b"value").await;
        let mut racers = JoinSet::new();
        for _ in 0..16 {
            let once = once.clone();
            racers.spawn(async move { taken(&once, name, Duration::ZERO).await });
        }
        let all = racers.join_all().await;
        assert_eq!(all.iter().filter(|taken| matches!(taken, Taken::First(_))).count(), 1, "round {round}");
        assert_eq!(all.iter().filter(|taken| matches!(taken, Taken::Again(_))).count(), 15, "round {round}");
    }
}
