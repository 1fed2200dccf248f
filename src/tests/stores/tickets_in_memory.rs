//! What a waiting login page takes of the ticket store's memory, by an allocator that counts. It counts for the whole
//! process: nextest gives each test a process of its own.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use peakmem_alloc::PeakMemAllocTrait as _;
use tessera::crypto::random::random;
use tessera::store::tickets::Tickets;
use tessera::ticket::ids::{ClaimKeyHash, Round, TicketId, UserCode};
use tessera::ticket::machine::{Action, Asker, Goal, Ticket};
use tessera::ticket::time::{Lifetimes, Timestamp};

use crate::ALLOCATOR;

const LIVES: Lifetimes = Lifetimes {
    code: Duration::from_secs(60),
    renewal: Duration::from_secs(300),
    decide: Duration::from_secs(120),
    claim: Duration::from_secs(30),
};
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000).seen_at_uptime(5_000);

/// Reads how many bytes are held. The allocator says only the most that were held at once, so each reading asks for more
/// than there ever was, and more than the one before.
struct Held {
    asked: usize,
    at_first: usize,
}

impl Held {
    fn start() -> Self {
        ALLOCATOR.reset_peak_memory();
        Self { asked: 0, at_first: 0 }
    }

    /// Does not count what is held now.
    fn leave_out(&mut self) {
        self.at_first += self.now();
    }

    fn now(&mut self) -> usize {
        self.asked += 64 << 20;
        drop(Vec::<u8>::with_capacity(self.asked));
        ALLOCATOR.get_peak_memory() - self.asked - self.at_first
    }
}

/// Returns a typed code that no page has. Among so many that are drawn, two would often be the same.
fn next_code() -> UserCode {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    UserCode::from_number(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Opens a login page as the server does, and returns its ticket's id.
async fn open(tickets: &Tickets, at: Timestamp) -> TicketId {
    let (id, code) = (TicketId::from_random(random()), next_code());
    assert!(tickets.reserve(code, id, Round(0), at, at + LIVES.code).await.expect("room"));
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let asker = Asker { browser: Some("Firefox".into()), system: Some("Windows".into()), address };
    let ticket = Ticket::issue(id, ClaimKeyHash(random()), code, asker, Goal::default(), at, &LIVES);
    tickets.add(ticket, at).await.expect("room");
    id
}

#[tokio::test]
async fn a_page_that_waits_takes_at_most_160_bytes_of_the_store_of_tickets() {
    let sizes = [2_000, 5_000, 7_200, 10_000, 14_300, 14_400, 20_000, 40_000, 100_000];
    let mut held = Held::start();
    let tickets = Tickets::memory(200_000);
    held.leave_out();
    let mut each = Vec::new();
    for size in sizes {
        while tickets.count() < size {
            open(&tickets, NOW).await;
        }
        each.push((size, held.now() / size));
    }
    // At some of these sizes the tables of ids and of codes were doubled just before, and are emptiest.
    assert!(each.iter().all(|(_, bytes)| *bytes <= 160), "{each:?}");
    tickets.sweep(NOW + Duration::from_secs(180));
    assert_eq!(tickets.count(), 0);
    let left = held.now();
    assert!(left < 64 * 1024, "{left} bytes are left of a flood");
}

#[tokio::test]
async fn a_page_that_renews_its_code_leaves_little_of_the_code_before() {
    let mut held = Held::start();
    let tickets = Tickets::memory(200_000);
    held.leave_out();
    let mut pages = Vec::new();
    for of in 0..10_000 {
        pages.push(open(&tickets, NOW + Duration::from_secs(of % 45)).await);
    }
    let beside = pages.capacity() * size_of::<TicketId>();
    let mut each = Vec::new();
    // As pages do, fifteen seconds before the end of each code, at times that are spread evenly. The server sweeps every
    // ten seconds.
    for second in 45..300 {
        let at = NOW + Duration::from_secs(second);
        for page in pages.iter().skip(usize::try_from(second % 45).expect("few")).step_by(45) {
            let ticket = tickets.get(*page).await.expect("answers").expect("it is there");
            let (code, round) = (next_code(), ticket.round.next().expect("few"));
            assert!(tickets.reserve(code, *page, round, at, at + LIVES.code).await.expect("room"));
            let refresh = Action::Refresh(ticket.claim_key, code);
            let step = |ticket: &Ticket| ticket.apply(&refresh, at, &LIVES).map(|after| (after, ()));
            tickets.change(*page, step).await.expect("it may be renewed");
        }
        if second.is_multiple_of(10) {
            tickets.sweep(at);
            each.push((held.now() - beside) / pages.len());
        }
    }
    // Beside the ticket there is the code before until it is swept, and the table of codes is doubled once more because of
    // the entries that were removed from it.
    assert!(each.iter().all(|bytes| *bytes <= 210), "{each:?}");
}
