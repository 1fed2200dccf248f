//! Tests of what only the store in memory does: it moves tickets, and frees the memory of a flood.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::*;
use crate::crypto::random::random;
use crate::ticket::ids::ClaimKeyHash;
use crate::ticket::machine::{Action, Asker, Goal};
use crate::ticket::time::Lifetimes;

const LIVES: Lifetimes = Lifetimes {
    code: Duration::from_secs(60),
    renewal: Duration::from_secs(3600),
    decide: Duration::from_secs(120),
    claim: Duration::from_secs(30),
};
const KEY: ClaimKeyHash = ClaimKeyHash([1; 32]);
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000).seen_at_uptime(5_000);

/// Returns a typed code that no ticket has. Among so many that are drawn, two would sometimes be the same.
fn next_code() -> UserCode {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    UserCode::from_number(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Reserves a typed code and adds a ticket with it, as the login page does.
fn open(memory: &Memory, at: Timestamp) -> Ticket {
    open_in_shard(memory, random::<1>()[0] % SHARDS, at)
}

fn open_in_shard(memory: &Memory, shard: u8, at: Timestamp) -> Ticket {
    let [_, rest @ ..] = random::<16>();
    let mut bytes = [shard; 16];
    bytes[1..].copy_from_slice(&rest);
    let (id, code) = (TicketId::from_random(bytes), next_code());
    assert!(memory.reserve(code, id, Round(0), at, at + LIVES.code).expect("room"));
    let asker = Asker { browser: Some("Edge".into()), system: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    let ticket = Ticket::issue(id, KEY, code, asker, Goal::default(), at, &LIVES);
    memory.add(ticket.clone(), at).expect("room");
    ticket
}

/// Renews the code of a ticket.
fn renew(memory: &Memory, ticket: &Ticket, at: Timestamp) -> Ticket {
    let (code, round) = (next_code(), ticket.round.next().expect("few"));
    assert!(memory.reserve(code, ticket.id, round, at, at + LIVES.code).expect("room"));
    let step = |ticket: &Ticket| ticket.apply(&Action::Refresh(KEY, code), at, &LIVES).map(|after| (after, ()));
    memory.change(ticket.id, step).expect("it may be renewed").0
}

#[test]
fn a_renewal_that_others_always_come_before_ends_with_an_error_and_keeps_no_code() {
    let memory = Memory::new(10);
    let ticket = open(&memory, NOW);
    let (tries, codes) = (Cell::new(0_u32), RefCell::new(Vec::new()));
    let renewed = memory.renew(ticket.id, NOW, |before| {
        tries.set(tries.get() + 1);
        assert!(tries.get() < 1_000, "it goes on without end");
        // The ticket is changed after it was read and before it is replaced.
        let step = |ticket: &Ticket| Ok((Ticket { seq: ticket.seq + 1, ..ticket.clone() }, ()));
        memory.change(ticket.id, step).expect("it is there");
        codes.borrow_mut().push(next_code());
        let user_code = *codes.borrow().last().expect("one");
        Ok(Ticket { seq: before.seq + 1, user_code, ..before.clone() })
    });
    assert!(matches!(renewed, Err(ChangeError::Fault(Fault::Contended))), "{renewed:?}");
    assert_eq!(tries.get(), u32::from(TRIES));
    assert!(codes.into_inner().into_iter().all(|code| memory.find(code, NOW).is_none()));
    assert_eq!(memory.find(ticket.user_code, NOW), Some((ticket.id, ticket.round)));
}

fn capacities(memory: &Memory) -> usize {
    memory.shards.iter().map(|shard| shard.lock().capacity()).sum()
}

#[test]
fn after_a_flood_its_memory_is_freed_and_what_stays_is_found_by_id_and_typed_code() {
    let memory = Memory::new(100_000);
    let mut stay = Vec::new();
    for of in 0..20_000_u32 {
        let ticket = open(&memory, NOW + Duration::from_millis(u64::from(of / 10)));
        if of.is_multiple_of(100) {
            stay.push(ticket);
        }
    }
    let grown = capacities(&memory);
    assert!((20_000..23_000).contains(&grown), "{grown}");
    let mut earlier = Vec::new();
    for of in [40, 80, 120, 160] {
        let at = NOW + Duration::from_secs(of);
        earlier = stay.iter().map(|ticket| (ticket.user_code, ticket.id, ticket.round)).collect();
        stay = stay.iter().map(|ticket| renew(&memory, ticket, at)).collect();
        memory.sweep(at);
    }
    assert_eq!(memory.count(), 20_000);
    let at = NOW + Duration::from_secs(201);
    stay = stay.iter().map(|ticket| renew(&memory, ticket, at)).collect();
    memory.sweep(at);
    assert_eq!((memory.count(), memory.typed.lock().count()), (200, 400));
    assert!(capacities(&memory) <= 64 * 64, "{}", capacities(&memory));
    for ticket in &stay {
        assert_eq!(memory.get(ticket.id).as_ref(), Some(ticket));
        assert_eq!(memory.find(ticket.user_code, at), Some((ticket.id, ticket.round)));
    }
    for (code, id, round) in earlier {
        assert_eq!((memory.find(code, at), round), (None, Round(3)), "{id}");
    }
    // They move and are renewed once more, and then end in their turn.
    for ticket in &stay {
        renew(&memory, ticket, at + LIVES.code / 2);
    }
    memory.sweep(at + Duration::from_secs(209));
    assert_eq!(memory.count(), 200);
    memory.sweep(at + Duration::from_secs(210));
    assert_eq!((memory.count(), memory.typed.lock().count()), (0, 0));
}

#[test]
fn a_place_that_another_ticket_got_is_not_looked_at_when_the_first_one_would_have_ended() {
    let memory = Memory::new(64);
    let mut last = NOW;
    for of in 0..10_000_u64 {
        last = NOW + Duration::from_millis(of);
        open(&memory, last);
    }
    let queued: usize = memory.shards.iter().map(|shard| shard.lock().queued()).sum();
    assert_eq!((memory.count(), queued, memory.typed.lock().count()), (64, 64, 64));
    memory.sweep(last + Duration::from_secs(181));
    assert_eq!((memory.count(), memory.typed.lock().count()), (0, 0));
}

#[test]
fn a_typed_code_is_found_while_its_ticket_moves_and_gets_another_code() {
    let memory = Memory::new(100_000);
    let watched = Mutex::new(None::<Ticket>);
    let (finds, misses) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let round = |of: u32| {
        let found_before = finds.load(Ordering::Relaxed);
        let start = NOW + Duration::from_secs(400) * of;
        for _ in 0..100 {
            open_in_shard(&memory, 7, start);
        }
        let at = start + Duration::from_secs(100);
        let ticket = open_in_shard(&memory, 7, at);
        *watched.lock() = Some(ticket.clone());
        let before = memory.with_typed(ticket.user_code, |typed, _| typed.place(ticket.user_code));
        // The flood ends at once and frees its memory.
        memory.sweep(start + Duration::from_secs(180));
        let after = memory.with_typed(ticket.user_code, |typed, _| typed.place(ticket.user_code));
        assert!(before.is_some() && after.is_some() && before != after);
        for code in [next_code(), ticket.user_code] {
            let step = |ticket: &Ticket| Ok((Ticket { user_code: code, ..ticket.clone() }, ()));
            memory.change(ticket.id, step).expect("it is there");
        }
        // Each round is looked at, however busy the machine is.
        while finds.load(Ordering::Relaxed) == found_before {
            thread::yield_now();
        }
        *watched.lock() = None;
    };
    thread::scope(|threads| {
        let changing = threads.spawn(|| (0..200).for_each(round));
        while !changing.is_finished() {
            let Some(ticket) = watched.lock().clone() else {
                thread::yield_now();
                continue;
            };
            let found = memory.find(ticket.user_code, ticket.issued_at);
            if watched.lock().as_ref() == Some(&ticket) {
                if found != Some((ticket.id, ticket.round)) {
                    misses.lock().push(found);
                }
                finds.fetch_add(1, Ordering::Relaxed);
            }
        }
        changing.join().expect("no panic");
    });
    assert!(misses.lock().is_empty(), "{:?}", misses.lock());
    assert!(finds.into_inner() >= 200);
    assert_eq!(memory.count(), 1);
}
