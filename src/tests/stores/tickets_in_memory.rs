//! What a waiting login page takes of the ticket store's memory, by an allocator that counts. It counts for the whole
//! process: nextest gives each test a process of its own.

use std::net::{IpAddr, Ipv4Addr};
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

/// Returns how many bytes more are held than at the last reset, which the allocator does not say: only the most that were
/// held at once. So more is asked for than ever was.
fn held() -> usize {
    const MORE: usize = 1 << 30;
    drop(Vec::<u8>::with_capacity(MORE));
    ALLOCATOR.get_peak_memory() - MORE
}

fn drawn() -> UserCode {
    UserCode::draw(|| random::<1>()[0])
}

/// Opens a login page as the server does, and returns its ticket's id.
async fn open(tickets: &Tickets, at: Timestamp) -> TicketId {
    let (id, code) = (TicketId::from_random(random()), drawn());
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
    ALLOCATOR.reset_peak_memory();
    let tickets = Tickets::memory(200_000);
    let empty = held();
    let mut each = Vec::new();
    for size in sizes {
        while tickets.count() < size {
            open(&tickets, NOW).await;
        }
        each.push((size, (held() - empty) / size));
    }
    let at = |wanted: usize| each.iter().find(|(size, _)| *size == wanted).map(|(_, bytes)| *bytes);
    assert!(at(10_000).expect("it is measured") <= 160, "{each:?}");
    // The tables of ids and of codes are emptiest after they were doubled, and the shards do not all double at once.
    assert!(each.iter().all(|(_, bytes)| *bytes <= 170), "{each:?}");
    tickets.sweep(NOW + Duration::from_secs(180));
    assert_eq!(tickets.count(), 0);
    let left = held() - empty;
    assert!(left < 64 * 1024, "{left} bytes are left of a flood");
}

#[tokio::test]
async fn a_page_that_renews_its_code_leaves_little_of_the_code_before() {
    ALLOCATOR.reset_peak_memory();
    let tickets = Tickets::memory(200_000);
    let empty = held();
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
            let (code, round) = (drawn(), ticket.round.next().expect("few"));
            assert!(tickets.reserve(code, *page, round, at, at + LIVES.code).await.expect("room"));
            let refresh = Action::Refresh(ticket.claim_key, code);
            let step = |ticket: &Ticket| ticket.apply(&refresh, at, &LIVES).map(|after| (after, ()));
            tickets.change(*page, step).await.expect("it may be renewed");
        }
        if second.is_multiple_of(10) {
            tickets.sweep(at);
            each.push((held() - empty - beside) / pages.len());
        }
    }
    assert!(each.iter().all(|bytes| *bytes <= 200), "{each:?}");
}
