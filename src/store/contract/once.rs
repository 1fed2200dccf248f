//! The contract of the stores of single-use objects, and tests of single backends.

use std::net::Ipv6Addr;
use std::time::Duration;

use strum::VariantArray as _;
use tokio::task::JoinSet;

use super::{ONCE, now, once_in_redis};
use crate::store::Fault;
use crate::store::single_use::{
    BYTES_BESIDE, BYTES_EACH, ENDED_CODE_KEPT, Holder, Kind, Once, OnceName, REPEATED_WITHIN, Taken,
};
use crate::ticket::ids::{AccountId, AppId};

const LIFE: Duration = Duration::from_secs(60);

fn code(parts: &[&[u8]]) -> OnceName {
    OnceName::of(Kind::Code, parts)
}

async fn kept(once: &Once, name: &OnceName, value: &[u8]) -> bool {
    once.keep(name, stranger(0), value.to_vec(), now(), now() + LIFE).await.expect("answers")
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
    for (after, is_answered) in [(0, true), (REPEATED_WITHIN.as_secs() - 1, true), (REPEATED_WITHIN.as_secs(), false)] {
        let again = now() + Duration::from_secs(after);
        let repeated = [once.read_again(&name, again).await, once.take_or_repeat(&name, again).await];
        let expected = is_answered.then(|| value.to_vec());
        assert!(
            repeated.iter().all(|answer| answer.as_ref().is_ok_and(|answer| *answer == expected)),
            "{after} s later"
        );
    }
    assert!(!kept(&once, &name, b"another").await, "and its name is not given again");
    let late = (LIFE + ENDED_CODE_KEPT).saturating_sub(Duration::from_secs(1));
    assert_eq!(taken(&once, &name, late).await, Taken::Again(value.to_vec()), "remembered beyond its end");
}

pub(super) async fn what_is_not_taken_in_time_is_over(once: Once) {
    let name = code(&[b"late"]);
    kept(&once, &name, b"value").await;
    assert_eq!(once.read(&name, now() + LIFE).await.expect("answers"), None);
    assert_eq!(once.read_again(&name, now() + LIFE).await.expect("answers"), None);
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

/// Returns an unknown client with an address of its own for each number.
fn stranger(of: usize) -> Holder {
    let of = u32::try_from(of).expect("few").to_be_bytes();
    Holder::at([10, of[1], of[2], of[3]].into(), Some(app(1)))
}

fn app(byte: u8) -> AppId {
    AppId::from_random([byte; 8])
}

/// Keeps objects of one kind, one after the other.
struct Keeping<'a> {
    once: &'a Once,
    kind: Kind,
    number: u32,
}

impl<'a> Keeping<'a> {
    fn new(once: &'a Once, kind: Kind) -> Self {
        Self { once, kind, number: 0 }
    }

    /// Keeps an object of this size, a millisecond after the one before.
    async fn one(&mut self, holder: Holder, bytes: usize) -> Result<OnceName, Fault> {
        self.number += 1;
        let name = OnceName::of(self.kind, &[&self.number.to_be_bytes()]);
        let now = now() + Duration::from_millis(self.number.into());
        assert!(self.once.keep(&name, holder, vec![7; bytes], now, now + LIFE).await?, "a new name");
        Ok(name)
    }

    /// Keeps twice as many objects as the kind has room for.
    async fn flood(&mut self, holders: impl Fn(usize) -> Holder, bytes: usize) {
        for of in 0..2 * ONCE * BYTES_EACH / (bytes + BYTES_BESIDE) {
            self.one(holders(of), bytes).await.expect("whoever holds most gives way");
        }
    }

    async fn is_there(&self, name: &OnceName) -> bool {
        let now = now() + Duration::from_millis(self.number.into());
        self.once.read(name, now).await.expect("answers").is_some()
    }
}

pub(super) async fn a_few_who_fill_a_kind_lose_their_own_and_no_other(once: Once) {
    for kind in [Kind::Request, Kind::Logout, Kind::Pushed, Kind::Code] {
        let mut keeping = Keeping::new(&once, kind);
        let early = keeping.one(stranger(1_000_000), 600).await.expect("room");
        // Three addresses, as in the attack, each with objects as large as an app may ask for.
        let first = keeping.one(stranger(0), 6_000).await.expect("room");
        keeping.flood(|of| stranger(of % 3), 6_000).await;
        let late = keeping.one(stranger(1_000_001), 600).await.expect("room is made");
        assert!(keeping.is_there(&early).await && keeping.is_there(&late).await, "{kind:?}");
        assert!(!keeping.is_there(&first).await, "{kind:?}: the oldest of theirs gave way");
        assert!(matches!(once.take(&first, now()).await, Ok(Taken::Unknown)), "{kind:?}: it is not there");
    }
}

pub(super) async fn many_networks_of_one_subscriber_are_one(once: Once) {
    let mut keeping = Keeping::new(&once, Kind::Request);
    let subscriber = |of: usize| {
        let of = u16::try_from(of).expect("few");
        Holder::at(Ipv6Addr::new(0x2001, 0xdb8, 0xbad, of, 0, 0, 0, 1).into(), Some(app(1)))
    };
    let other = Holder::at("2001:db8:900d::1".parse().expect("an address"), Some(app(1)));
    let early = keeping.one(other, 3_000).await.expect("room");
    // Each of them holds less than the client that did nothing.
    keeping.flood(subscriber, 1_000).await;
    assert!(keeping.is_there(&early).await);
}

pub(super) async fn an_app_that_fills_a_network_leaves_other_apps_theirs(once: Once) {
    let mut keeping = Keeping::new(&once, Kind::Request);
    // All clients are behind one proxy that does not forward their addresses.
    let of = |byte| Holder::at([192, 0, 2, 1].into(), Some(app(byte)));
    let other = keeping.one(of(2), 3_000).await.expect("room");
    keeping.flood(|_| of(1), 3_000).await;
    assert!(keeping.is_there(&other).await);
    let another = keeping.one(Holder { app: None, ..of(2) }, 3_000).await.expect("room is made");
    assert!(keeping.is_there(&other).await && keeping.is_there(&another).await);
}

pub(super) async fn an_account_that_asks_for_code_after_code_loses_its_own(once: Once) {
    let mut keeping = Keeping::new(&once, Kind::Code);
    let account = |byte: u8| Holder::account(AccountId::from_random([byte; 16]), app(1));
    let other = keeping.one(account(2), 800).await.expect("room");
    keeping.flood(|_| account(1), 800).await;
    assert!(keeping.is_there(&other).await);
}

pub(super) async fn a_proof_is_never_forgotten_and_no_app_keeps_another_from_proving_itself(once: Once) {
    let mut keeping = Keeping::new(&once, Kind::Proof);
    let first = keeping.one(Holder::app(app(1)), 0).await.expect("room");
    let mut refused = 0;
    for _ in 0..ONCE * BYTES_EACH / BYTES_BESIDE {
        match keeping.one(Holder::app(app(1)), 0).await {
            Ok(_) => {}
            Err(Fault::Full) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 0 && keeping.is_there(&first).await, "it could be shown again");
    keeping.one(Holder::app(app(2)), 0).await.expect("room");
}

pub(super) async fn what_is_over_makes_room_and_each_kind_has_its_own(once: Once) {
    let mut keeping = Keeping::new(&once, Kind::Request);
    keeping.flood(stranger, 3_000).await;
    for kind in Kind::VARIANTS.iter().copied().filter(|kind| *kind != Kind::Request) {
        let name = OnceName::of(kind, &[b"beside"]);
        let kept = once.keep(&name, stranger(1), vec![7; 3_000], now(), now() + LIFE).await;
        assert!(kept.expect("a flood of requests keeps nothing else out"), "{kind:?}");
    }
    let later = now() + Duration::from_millis(keeping.number.into()) + LIFE;
    let mut names = Vec::new();
    // One holder fills all the room, while objects that are over are removed a few at a time.
    for of in 0..ONCE * BYTES_EACH / (3_100 + BYTES_BESIDE) {
        let name = OnceName::of(Kind::Request, &[b"later", &of.to_be_bytes()]);
        assert!(once.keep(&name, stranger(0), vec![7; 3_000], later, later + LIFE).await.expect("room"));
        names.push(name);
    }
    for name in names {
        assert!(once.read(&name, later).await.expect("answers").is_some(), "nothing had to give way");
    }
}

#[tokio::test]
async fn a_code_is_remembered_beyond_its_end_and_keeps_its_room_for_as_long() {
    let once = Once::memory(10);
    let each = 10 * BYTES_EACH / 4 - BYTES_BESIDE;
    let keep = async |at: u8, after: Duration| {
        let now = now() + after;
        once.keep(&code(&[&[at]]), stranger(at.into()), vec![7; each - 100], now, now + LIFE).await.expect("room")
    };
    for at in 0..4 {
        assert!(keep(at, Duration::ZERO).await);
    }
    let known = async |at: u8| taken(&once, &code(&[&[at]]), LIFE).await != Taken::Unknown;
    assert!(keep(4, LIFE).await);
    assert!(!known(0).await && known(1).await, "the oldest of equals gave way");
    assert!(keep(5, LIFE + ENDED_CODE_KEPT).await, "those of before are over");
    assert!(!known(1).await && known(4).await);
    once.sweep(now() + LIFE + LIFE + ENDED_CODE_KEPT + ENDED_CODE_KEPT);
    assert!(!known(5).await);
}

#[tokio::test]
async fn what_redis_forgets_by_itself_is_struck_off_the_books() {
    let (once, redis) = once_in_redis();
    let mut keeping = Keeping::new(&once, Kind::Logout);
    keeping.flood(|of| stranger(of % 3), 60_000).await;
    // Like a Redis that evicts keys by itself: one book after the other is deleted.
    for book in ["apps/network/10.0.0.1", "holders", "lines", "ends"] {
        redis.cli(&["DEL", &format!("tessera:once-books:{{logout}}:{book}")]);
        keeping.flood(|of| stranger(of % 3), 60_000).await;
        let last = keeping.one(stranger(9), 600).await.expect("room");
        assert!(keeping.is_there(&last).await, "{book}");
    }
    let listed = redis.cli(&["KEYS", "tessera:once-books:*"]);
    for book in listed.lines() {
        let left: i64 = redis.cli(&["PTTL", book]).trim().parse().expect("a number");
        assert!(left > 0, "{book} is kept for ever");
    }
}

#[tokio::test]
async fn whoever_reads_redis_learns_nothing_and_whoever_writes_to_it_makes_nothing_that_opens() {
    let (once, redis) = once_in_redis();
    let (name, other) = (code(&[b"secret"]), code(&[b"other"]));
    for name in [&name, &other] {
        assert!(kept(&once, name, b"https://shop.example/?code=abc").await);
    }
    let listed = redis.cli(&["KEYS", "tessera:once:{code}:*"]);
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
