//! Every ticket is unpacked as it was packed, whatever its stage, options and times.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::*;
use crate::consent::scope::Scopes;
use crate::ticket::approval::{Approval, Epoch, Terms};
use crate::ticket::ids::{AppId, Attempt, Purpose};
use crate::ticket::ladder::{Answered, Owed};
use crate::ticket::machine::{self, Action, ScanCause, Scanner};
use crate::ticket::time::Lifetimes;

const LIVES: Lifetimes = Lifetimes {
    code: Duration::from_secs(60),
    renewal: Duration::from_secs(3600),
    decide: Duration::from_secs(120),
    claim: Duration::from_secs(30),
};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_123).seen_at_uptime(86_400_456);

fn waiting() -> Ticket {
    let asker = Asker {
        browser: Some("Firefox".into()),
        system: Some("Windows".into()),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let (id, key) = (TicketId::from_random([7; 16]), ClaimKeyHash([8; 32]));
    Ticket::issue(id, key, UserCode::draw(|| 11), asker, machine::Goal::default(), NOW, &LIVES)
}

fn app() -> Box<TicketApp> {
    Box::new(TicketApp {
        id: AppId::from_random([5; 8]),
        name: "Shop".into(),
        host: "shop.example".into(),
        scopes: Scopes::parse("openid profile"),
        purpose: Purpose::Device,
        request: None,
        framed_by: None,
        theme: Some("scheme=dark".into()),
        logo: None,
        is_scan_only: true,
        login_hint: None,
        ui_locales: Some("fr".into()),
        is_told_of_refusals: false,
        is_trial: false,
    })
}

/// Returns the uptimes of a ticket's times, which `==` does not compare.
fn uptimes(ticket: &Ticket) -> [Option<u64>; 4] {
    [ticket.issued_at, ticket.since, ticket.previous_until, ticket.expires_at].map(Timestamp::uptime_millis)
}

/// Packs a ticket, checks that it is unpacked as it was and that what is read without unpacking is right, and returns
/// whether it took no more than the record.
fn is_packed(ticket: &Ticket, names: &Names) -> bool {
    let kept = Kept::of(ticket.clone(), names);
    let unpacked = kept.ticket(names);
    assert_eq!((&unpacked, uptimes(&unpacked)), (ticket, uptimes(ticket)));
    assert_eq!((kept.id(), kept.address(), kept.user_code()), (ticket.id, ticket.asker.address, ticket.user_code));
    let (own, times) = (kept.typed(), [kept.issued_at(), kept.expires_at()]);
    assert_eq!((own.ticket, own.round, own.until), (ticket.id, ticket.round, ticket.expires_at));
    assert_eq!(own.until.uptime_millis(), ticket.expires_at.uptime_millis());
    assert_eq!(times, [ticket.issued_at, ticket.expires_at]);
    assert_eq!(
        times.map(Timestamp::uptime_millis),
        [ticket.issued_at, ticket.expires_at].map(Timestamp::uptime_millis)
    );
    assert_eq!(kept.may_give_way(), may_give_way(ticket));
    matches!(kept, Kept::Waiting(_))
}

#[test]
fn a_record_has_112_bytes_and_its_place_among_others_no_more() {
    assert_eq!(size_of::<Kept>(), 112);
    // A slab says of each entry whether it is there, and where the next free one is.
    assert_eq!(size_of::<Result<Kept, usize>>(), 112);
}

#[test]
fn a_ticket_that_waits_is_packed_with_every_combination_of_its_options() {
    let names = Names::new();
    let mut packed = 0;
    for options in 0..512_u32 {
        let has = |bit: u32| options & (1 << bit) != 0;
        let mut ticket = waiting();
        ticket.next = has(0).then(|| "/account".into());
        ticket.app = has(1).then(app);
        ticket.only_for = has(2).then(|| AccountId::from_random([3; 16]));
        ticket.browser_id = has(8).then_some(BrowserHash([5; 32]));
        if has(3) {
            ticket.asker.browser = None;
        }
        if has(4) {
            ticket.asker.system = None;
        }
        if has(5) {
            ticket.asker.address = IpAddr::V6("2001:db8::7".parse().expect("an address"));
        }
        ticket.notice = match (has(6), has(7)) {
            (false, _) => None,
            (true, false) => Some(Notice::OutdatedScan),
            (true, true) => Some(Notice::SecondAccount),
        };
        packed += u32::from(is_packed(&ticket, &names));
    }
    assert_eq!(packed, 512);
}

#[test]
fn a_ticket_of_any_other_stage_is_kept_whole() {
    let names = Names::new();
    let scanner = Scanner {
        account: AccountId::from_random([1; 16]),
        name: "Somebody".into(),
        cause: ScanCause::Opened,
        until: Some(NOW + Duration::from_secs(99)),
        picture: Some("/picture/x/96".into()),
    };
    let approval =
        Approval { at: NOW, terms: Terms { epoch: Epoch(3), ..Terms::default() }, answered: Answered::default() };
    for stage in [
        Stage::Scanned(scanner.clone(), Owed::default()),
        Stage::Approved(scanner.clone(), approval),
        Stage::Claimed(scanner.clone(), approval, Attempt::from_random([4; 16])),
        Stage::Denied(scanner.account),
        Stage::Cancelled,
    ] {
        for has_app in [false, true] {
            let ticket = Ticket { stage: stage.clone(), app: has_app.then(app), ..waiting() };
            assert!(!is_packed(&ticket, &names), "{stage:?}");
        }
    }
}

#[test]
fn a_ticket_whose_code_is_renewed_as_often_as_it_may_be_stays_packed() {
    let names = Names::new();
    for drift in [-3, 0, 2] {
        let mut ticket = waiting();
        for round in 1..=200_u64 {
            // The two clocks differ by more and more, as they do while the wall clock is adjusted.
            let wall = round * 17_003;
            let uptime = wall.saturating_add_signed(drift * i64::try_from(round).expect("few"));
            let at = Timestamp::from_millis(NOW.as_millis() + wall).seen_at_uptime(86_400_456 + uptime);
            let note = ticket.apply(&Action::Note(Notice::OutdatedScan), at, &LIVES);
            ticket = note.unwrap_or(ticket);
            let code = UserCode::from_number(round * 97_003_001);
            let refresh = Action::Refresh(ticket.claim_key, code);
            ticket = ticket.apply(&refresh, at, &LIVES).expect("it may be renewed");
            assert!(is_packed(&ticket, &names), "{ticket:?}");
        }
        assert!(ticket.round.0 > 90 && ticket.seq > 90, "{ticket:?}");
    }
}

/// What makes a ticket another one.
type Change = Box<dyn Fn(&mut Ticket)>;

#[test]
fn times_and_numbers_that_do_not_fit_are_kept_whole_and_lose_nothing() {
    let names = Names::new();
    let bare = Timestamp::from_millis(NOW.as_millis());
    let later = |wall: u64, uptime: u64| Timestamp::from_millis(NOW.as_millis() + wall).seen_at_uptime(uptime);
    let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
    let days = Duration::from_secs(40 * 24 * 3600);
    let ages = Duration::from_millis(1 << 48);
    let cases: [(&str, bool, Change); 16] = [
        (
            "no uptime",
            true,
            Box::new(move |it| {
                (it.issued_at, it.since, it.previous_until) = (bare, bare, bare);
                it.expires_at = bare + LIVES.code;
            }),
        ),
        ("an uptime of one time alone", false, Box::new(move |it| it.since = bare)),
        ("all but the first", false, Box::new(move |it| it.issued_at = bare)),
        ("a code of forty days", true, Box::new(move |it| it.expires_at = NOW + days)),
        ("a code of eighty days", false, Box::new(move |it| it.expires_at = NOW + days + days)),
        ("the last code of the other length", true, Box::new(move |it| it.previous_until = NOW + days)),
        ("the wall clock was set back", false, Box::new(|it| it.since = NOW.before(Duration::from_secs(1)))),
        (
            "it was set ahead by a little",
            true,
            Box::new(move |it| {
                it.since = later(50_000, 86_420_456);
                it.expires_at = it.since + LIVES.code;
            }),
        ),
        (
            "it was set ahead by more",
            false,
            Box::new(move |it| {
                it.since = later(90_000, 86_420_456);
                it.expires_at = it.since + LIVES.code;
            }),
        ),
        ("an end of its own", false, Box::new(move |it| it.expires_at = later(60_000, 86_460_457))),
        (
            "the year ten thousand",
            false,
            Box::new(move |it| {
                (it.issued_at, it.since) = (NOW + ages, NOW + ages);
                (it.previous_until, it.expires_at) = (NOW + ages, NOW + ages + LIVES.code);
            }),
        ),
        ("the largest seq", true, Box::new(|it| it.seq = u16::MAX.into())),
        ("a larger seq", false, Box::new(|it| it.seq = u32::from(u16::MAX) + 1)),
        ("the last round", true, Box::new(|it| it.round = Round(u8::MAX))),
        (
            "an address of IPv4 that is written as one of IPv6",
            false,
            Box::new(move |it| it.asker.address = mapped.into()),
        ),
        ("the last code", true, Box::new(|it| it.user_code = UserCode::draw(|| 19))),
    ];
    for (what, fits, change) in cases {
        let mut ticket = waiting();
        change(&mut ticket);
        assert_eq!(is_packed(&ticket, &names), fits, "{what}");
    }
}

#[test]
fn a_name_for_which_no_room_is_left_is_kept_with_its_ticket() {
    let names = Names::new();
    let packed = (0..100).filter(|of| {
        let mut ticket = waiting();
        ticket.asker.browser = Some(format!("browser {of}").into());
        is_packed(&ticket, &names)
    });
    assert_eq!(packed.count(), 63, "one of the 64 names is that of the system");
}

#[test]
fn times_of_any_distance_are_unpacked_as_they_were() {
    let names = Names::new();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |below: u64| {
        // Any sequence would do that does not repeat soon (xorshift).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut packed = 0;
    for _ in 0..20_000 {
        let span = 1 << draw(49);
        let mut time = || Timestamp::from_millis(draw(span)).seen_at_uptime(draw(span));
        let mut ticket = waiting();
        (ticket.issued_at, ticket.since, ticket.previous_until) = (time(), time(), time());
        ticket.expires_at = ticket.since + Duration::from_millis(draw(1 << 33));
        ticket.user_code = UserCode::from_number(draw(20_u64.pow(8)));
        packed += u32::from(is_packed(&ticket, &names));
    }
    assert!((100..19_900).contains(&packed), "{packed} of both kinds");
}
