//! Tests of what the room asks of the code that opened it, with pages on sockets of this machine.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::clock::Clock;
use crate::crowd::{Crowd, Ender, Kept};
use crate::crypto::random::random;
use crate::ticket::event::REFRESH;
use crate::ticket::ids::{ClaimKeyHash, TicketId, UserCode};
use crate::ticket::machine::{Asker, Goal, Ticket};
use crate::ticket::side::Side;
use crate::ticket::time::Lifetimes;
use crate::websocket::stream::Stream;

/// Renders the `seq` of a ticket, and sends what else it is called for to the test.
struct Fake(mpsc::Sender<Called>);

#[derive(Debug, PartialEq, Eq)]
enum Called {
    Read(Key),
    Renew(TicketId),
}

impl Caller for Fake {
    fn render(&self, ticket: &Ticket, _: Side, _: Option<bool>) -> Option<News> {
        Some(news(ticket))
    }

    fn read(&self, who: Who, _: Option<Viewer>) {
        self.0.send(Called::Read(who.key)).expect("the test goes on");
    }

    fn renew(&self, ticket: TicketId) {
        self.0.send(Called::Renew(ticket)).expect("the test goes on");
    }
}

/// What belongs to the page of nobody in particular.
fn kept() -> Kept {
    let crowd = Crowd::new(1, 1);
    let counted = crowd.wait(None, Ender::Cancel(CancellationToken::new())).expect("room");
    Kept::new(crowd.enter(None).expect("room").admitted(), counted)
}

fn news(ticket: &Ticket) -> News {
    News { seq: ticket.seq, mark: 0, text: ticket.seq.to_string(), until: ticket.expires_at, is_last: false }
}

fn opened() -> (Arc<Room>, mpsc::Receiver<Called>) {
    let (room, (call, called)) = (Room::new(None), mpsc::channel());
    room.open(Clock::system(), Box::new(Fake(call)), CancellationToken::new()).expect("descriptors");
    (room, called)
}

fn ticket() -> Ticket {
    let day = Duration::from_secs(24 * 3600);
    let lives = Lifetimes { code: day, renewal: day, decide: day, claim: day };
    let asker = Asker { browser: None, system: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    let (id, code, now) = (TicketId::from_random(random()), UserCode::from_number(1), Clock::system().now());
    Ticket::issue(id, ClaimKeyHash([1; 32]), code, asker, Goal::default(), now, &lives)
}

/// A page, with the socket by which it is parked.
fn page() -> (TcpStream, Stream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let page = TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
    page.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
    let (tcp, _) = listener.accept().expect("accepts");
    tcp.set_nonblocking(true).expect("a socket");
    (page, Stream::Plain(mio::net::TcpStream::from_std(tcp)))
}

/// Reads the next message of one digit.
fn told(page: &mut TcpStream) -> char {
    let mut frame = [0; 3];
    page.read_exact(&mut frame).expect("a frame");
    assert_eq!(frame[..2], [0x81, 1], "a text of one byte");
    char::from(frame[2])
}

fn at(ticket: &Ticket, seq: u32) -> Ticket {
    Ticket { seq, ..ticket.clone() }
}

#[test]
fn what_a_ticket_has_become_is_written_to_its_parked_pages_and_read_by_nobody() {
    let (room, called) = opened();
    let (first, (mut page, stream)) = (ticket(), page());
    let subscription = room.subscribe(first.id, Side::Browser);
    let who = subscription.who();
    assert!(subscription.park(stream, &[], (None, None, kept())));
    assert!(!room.answer(who.key, &news(&first)));
    room.tell(&at(&first, 2));
    room.tell(&at(&first, 2));
    room.tell(&at(&first, 3));
    assert_eq!([told(&mut page), told(&mut page), told(&mut page)], ['1', '2', '3']);
    assert!(called.try_recv().is_err());
    assert_eq!((room.watchers(), room.watched()), (1, vec![(first.id, Side::Browser, 3)]));
}

#[test]
fn what_is_announced_while_a_ticket_is_read_has_it_read_once_more() {
    let (room, called) = opened();
    let (first, (mut page, stream)) = (ticket(), page());
    let subscription = room.subscribe(first.id, Side::Browser);
    let who = subscription.who();
    assert!(subscription.park(stream, &[], (None, None, kept())));
    room.announce(first.id);
    assert!(called.try_recv().is_err(), "it is being read for the page that has just come");
    assert!(room.answer(who.key, &news(&first)), "it has to be read once more");
    assert!(!room.answer(who.key, &news(&at(&first, 2))));
    room.announce(first.id);
    room.announce(first.id);
    assert_eq!(called.try_recv(), Ok(Called::Read(who.key)));
    assert!(called.try_recv().is_err(), "there is one reading at a time");
    assert!(room.answer(who.key, &news(&at(&first, 3))));
    assert!(!room.answer(who.key, &news(&at(&first, 3))));
    assert_eq!([told(&mut page), told(&mut page), told(&mut page)], ['1', '2', '3']);
}

#[test]
fn a_page_is_not_left_with_a_state_that_changed_before_its_socket_was_parked() {
    let (room, _called) = opened();
    let first = ticket();
    let begins = || room.subscribe(first.id, Side::Browser).with(Some(first.clone()));
    let mut calm = begins();
    assert_eq!(calm.found().map(|ticket| ticket.seq), Some(1));
    let (mut page, stream) = page();
    let mut late = begins();
    // It takes what it found, and the announcement comes before it is parked.
    assert!(late.found().is_some());
    room.tell(&at(&first, 2));
    let key = late.who().key;
    assert!(late.park(stream, &[], (None, None, kept())));
    assert!(room.answer(key, &news(&first)), "it has to be read once more");
    assert!(!room.answer(key, &news(&at(&first, 2))));
    assert_eq!([told(&mut page), told(&mut page)], ['1', '2']);
    let mut outdated = begins();
    room.announce(first.id);
    assert!(outdated.found().is_none());
}

#[test]
fn a_page_asks_for_a_newer_code_before_and_after_it_is_parked() {
    let (room, called) = opened();
    let (first, (mut page, stream)) = (ticket(), page());
    let asks = [&[0x81, 0x80 | 7, 0, 0, 0, 0], REFRESH.as_bytes()].concat();
    assert_eq!(REFRESH.len(), 7);
    assert!(room.subscribe(first.id, Side::Browser).park(stream, &asks, (None, None, kept())));
    let next = || called.recv_timeout(Duration::from_secs(60));
    assert_eq!(next(), Ok(Called::Renew(first.id)));
    page.write_all(&asks).expect("sent");
    assert_eq!(next(), Ok(Called::Renew(first.id)));
}
