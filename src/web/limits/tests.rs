//! Tests that a flood of keys affects only its neighbours.

use std::net::Ipv6Addr;

use super::buckets::BUCKETS;
use super::*;
use crate::ticket::time::Timestamp;

fn limits() -> (Limits, Clock) {
    let clock = Clock::manual(Timestamp::from_millis(1_800_000_000_000));
    let settings = settings::Limits { attempts_per_minute: 2, logins_per_minute: 2, ..settings::Limits::default() };
    (Limits::new(&settings, &clock), clock)
}

fn at(text: &str) -> ClientAddress {
    ClientAddress(text.parse().expect("an address"))
}

/// Returns one /64 of one of 65,536 subscribers.
fn site(of: u16) -> ClientAddress {
    ClientAddress(Ipv6Addr::new(0x2001, 0xbad, of, 0, 0, 0, 0, 1).into())
}

/// Returns a /64 of `2001:db8:bad::/48`, which has 65,536 of them.
fn subnet(of: u16) -> ClientAddress {
    ClientAddress(Ipv6Addr::new(0x2001, 0xdb8, 0xbad, of, 0, 0, 0, 1).into())
}

fn device(byte: u8) -> DeviceId {
    DeviceId([byte; 16])
}

#[tokio::test]
async fn sec_14_a_flood_from_one_site_turns_nobody_away_who_is_elsewhere() {
    let (limits, clock) = limits();
    let (known, known_elsewhere) = (at("198.51.100.1"), at("2001:db8:900d:1::1"));
    for known in [known, known_elsewhere] {
        limits.new_sign_in(known).expect("the first of two");
    }
    // Each of them has used one of two, so no bucket is full again, as in a flood of `GET /setup`.
    let let_in = (0..=u16::MAX).filter(|of| limits.new_sign_in(subnet(*of)).is_ok()).count();
    assert_eq!(let_in, 128, "all networks of one site have 64 times as much as one of them");
    for of in 0..=u16::MAX {
        let _ = limits.new_sign_in(site(of));
    }

    let of_net = (0..=255).filter(|host| limits.new_sign_in(at(&format!("192.0.5.{host}"))).is_ok()).count();
    assert_eq!(of_net, 256, "no address of IPv4 shares with its neighbours because of a flood over IPv6");
    for address in ["192.0.2.1", "192.0.2.2", "203.0.113.200", "2001:db8:1::1", "2001:db8:1:1::1", "2001:db9::1"] {
        limits.new_sign_in(at(address)).unwrap_or_else(|_| panic!("{address} did nothing"));
    }
    for known in [known, known_elsewhere] {
        limits.new_sign_in(known).expect("its own bucket");
        limits.new_sign_in(known).expect_err("and only that");
    }
    clock.advance(Duration::from_secs(61));
    let of_site = |part: u16| (0..256).filter(|of| limits.new_sign_in(subnet(256 * part + of)).is_ok()).count();
    assert_eq!(
        [of_site(0), of_site(0), of_site(1)],
        [16, 0, 16],
        "each /56 has eight times as much as one of its networks"
    );
    let more = (0..=u16::MAX).filter(|of| limits.new_sign_in(subnet(*of)).is_ok()).count();
    assert_eq!(more, 128 - 32, "and the site has no more than before");
}

#[tokio::test]
async fn sec_14_whoever_shares_a_bucket_shares_it_with_neighbours() {
    let (limits, _) = limits();
    for of in 0..=u16::MAX {
        let [high, low] = of.to_be_bytes();
        let _ = limits.new_sign_in(at(&format!("10.9.{high}.{low}")));
        let _ = limits.new_sign_in(at(&format!("2001:bad:{high:x}:{low:x}::1")));
    }
    // A whole /24 has eight times as much as one address, and the next /24 has its own.
    let of_net =
        |net: u8| (0..=255).filter(|host| limits.new_sign_in(at(&format!("192.0.{net}.{host}"))).is_ok()).count();
    assert_eq!([of_net(2), of_net(3), of_net(2)], [16, 16, 0]);
    let of_site = |site: u16| {
        let lets = |of: u16| limits.new_sign_in(at(&format!("2001:db8:{site:x}:{of:x}::1"))).is_ok();
        (0..256).filter(|of| lets(*of)).count()
    };
    assert_eq!([of_site(1), of_site(2), of_site(1)], [16, 16, 0], "a /56");
}

#[tokio::test]
async fn sec_14_names_that_nobody_has_take_no_bucket_from_those_that_somebody_has() {
    let (limits, _) = limits();
    let from = |of: usize| {
        let of = u32::try_from(of).expect("few").to_be_bytes();
        ClientAddress([10, of[1], of[2], of[3]].into())
    };
    for of in 0..BUCKETS + 1_000 {
        let _ = limits.password(Guesser::Stranger(from(of), &format!("nobody-{of}")));
    }
    for name in ["alice", "bob", "carol"] {
        limits.password(Guesser::Stranger(at("192.0.2.1"), name)).unwrap_or_else(|_| panic!("{name} is somebody"));
    }
}

#[tokio::test]
async fn sec_14_every_kind_of_key_goes_on_beyond_the_number_of_buckets() {
    let (limits, _) = limits();
    let bytes = |of: usize| u128::try_from(of).expect("few").to_be_bytes();
    let over = BUCKETS + 100;
    let polls = (0..over).filter(|of| limits.poll(TicketId::from_random(bytes(*of))).is_ok()).count();
    let decisions = (0..over).filter(|of| limits.decision(AccountId::from_random(bytes(*of))).is_ok()).count();
    let typed = (0..over).filter(|of| limits.typed_code(AccountId::from_random(bytes(*of))).is_ok()).count();
    let account = AccountId::from_random([1; 16]);
    assert_eq!([polls, decisions, typed], [over; 3]);
    limits.password(Guesser::Known(account, device(1))).expect("another kind");
}

#[tokio::test]
async fn sec_14_strangers_take_nothing_from_the_devices_of_an_account() {
    let (limits, _) = limits();
    let account = AccountId::from_random([7; 16]);
    let stranger = |of: u16| Guesser::Stranger(site(of), "alice");
    let guesses = (0..200).filter(|of| limits.password(stranger(*of)).is_ok()).count();
    assert_eq!(guesses, 60, "thirty times as many as one of them has");
    for one in [device(1), device(2)] {
        for _ in 0..2 {
            limits.password(Guesser::Known(account, one)).expect("a bucket of its own");
        }
        limits.password(Guesser::Known(account, one)).expect_err("with as much as anybody has");
    }
    let known = (3..=255).filter(|byte| limits.password(Guesser::Known(account, device(*byte))).is_ok()).count();
    assert_eq!(known, 56, "all devices together have a bound as well");
}

#[tokio::test]
async fn an_account_that_is_not_made_takes_nothing_from_its_address_and_its_subscriber() {
    let (limits, _) = limits();
    let most = settings::Limits::default().sign_ups_per_hour;
    for from in [at("192.0.2.1"), at("2001:db8:1::1")] {
        for _ in 0..2 * most {
            limits.new_account(from).expect("the one before was not made");
            limits.no_account(from);
        }
        for _ in 0..most {
            limits.new_account(from).expect("as many as an address may make");
        }
        limits.new_account(from).expect_err("no more");
        limits.no_account(from);
        limits.new_account(from).expect("the one that was not made");
        limits.new_account(from).expect_err("and only that");
    }
    // All networks of a subscriber together have 64 times as many.
    for of in 0..u16::try_from(100 * most).expect("few") {
        limits.new_account(subnet(of)).expect("the ones before were not made");
        limits.no_account(subnet(of));
    }
}
