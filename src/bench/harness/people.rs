//! People who have a page open at one server, whichever server it is: they arrive, wait, and some of them are
//! told.

use std::net::Ipv4Addr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::interval;

use super::http::Connection;
use super::peers::confirmation::Confirmation;
use super::peers::{socketio, ws};
use super::server::Server;
use super::socket::{Socket, is_state};
use super::taps::{Approval, LANES, Tapped, WaitingPage, tapped};
use super::visit::{Page, Phone, Site, between};
use crate::Failure;

/// The number of people who arrive in one [`TICK`], which is 1,000 a second if the machine lets them in.
const ARRIVALS: u32 = 10;
const TICK: Duration = Duration::from_millis(10);
/// The number of people who arrive at the same moment at most; a slow machine lets the others wait.
const AT_ONCE: usize = 100;

/// A server that pages wait at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The server under test.
    Tessera,
    /// The floor by hand.
    Bare,
    /// The library `ws` for Node.
    Ws,
    /// socket.io for Node.
    SocketIo,
}

impl Kind {
    /// Starts such a server.
    pub fn start(self) -> Result<Server, Failure> {
        match self {
            Self::Tessera => Server::tessera(),
            Self::Bare => Server::bare(),
            Self::Ws => ws::start(),
            Self::SocketIo => socketio::start(),
        }
    }
}

/// The people at one server.
pub struct People<'a> {
    kind: Kind,
    server: &'a Server,
    counts: Arc<Counts>,
    listening: JoinSet<()>,
}

/// The counts of all pages.
#[derive(Default)]
struct Counts {
    /// Page connections that the server has not closed.
    idle: AtomicU32,
    /// Open watches.
    watching: AtomicU32,
}

impl<'a> People<'a> {
    /// Begins with no people at this server.
    pub fn at(kind: Kind, server: &'a Server) -> Self {
        Self { kind, server, counts: Arc::default(), listening: JoinSet::new() }
    }

    /// Returns the number of page connections that the server has not closed.
    pub fn idle(&self) -> u32 {
        self.counts.idle.load(Ordering::Relaxed)
    }

    /// Returns the number of pages that watch.
    pub fn watching(&self) -> u32 {
        self.counts.watching.load(Ordering::Relaxed)
    }

    /// Lets people arrive at a fixed rate, or as quickly as the machine lets them in. Each opens a page and
    /// watches.
    pub async fn arrive(&mut self, pages: Range<u32>) -> Result<Vec<Arc<WaitingPage>>, Failure> {
        let (mut opening, places) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
        let mut tick = interval(TICK);
        for page in pages {
            if page.is_multiple_of(ARRIVALS) {
                tick.tick().await;
            }
            let place = Arc::clone(&places).acquire_owned().await?;
            let (kind, site, counts) = (self.kind, self.server.site.clone(), Arc::clone(&self.counts));
            opening.spawn(async move {
                let opened = open(kind, site, page, counts).await;
                drop(place);
                opened
            });
        }
        let mut waiting = Vec::new();
        while let Some(opened) = opening.join_next().await {
            let (page, socket) = opened??;
            waiting.push(Arc::clone(&page));
            let (kind, counts) = (self.kind, Arc::clone(&self.counts));
            self.listening.spawn(async move {
                counts.watching.fetch_add(1, Ordering::Relaxed);
                match kind {
                    Kind::SocketIo => socketio::listen(socket, &page).await,
                    _ => listen(socket, &page).await,
                }
                counts.watching.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(waiting)
    }

    /// Closes all pages.
    pub async fn leave(mut self) {
        self.listening.shutdown().await;
    }

    /// Taps for these pages, `rate` of them a second. At a server that has scans, all are scanned before.
    pub async fn tap(&self, pages: &[Arc<WaitingPage>], rate: u32) -> Result<Tapped, Failure> {
        let site = &self.server.site;
        if matches!(self.kind, Kind::Ws | Kind::SocketIo) {
            return tapped(Confirmation::lanes(LANES, site).await?, pages, rate).await;
        }
        tapped(scanned(pages, site).await?, pages, rate).await
    }
}

/// Scans these pages with several phones, which approve them next.
pub async fn scanned(pages: &[Arc<WaitingPage>], site: &Site) -> Result<Vec<Approval>, Failure> {
    let persons = (0..LANES).map(Phone::of).collect::<Result<Vec<_>, _>>()?;
    let mut lanes = Approval::lanes(&persons, site).await?;
    for (at, page) in pages.iter().enumerate() {
        lanes[at % LANES].scan(&page.code()).await?;
    }
    Ok(lanes)
}

/// Returns the address of a person. Each has its own, so that the server's limits work as for real people.
pub fn address(person: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + person)
}

async fn open(kind: Kind, site: Site, person: u32, counts: Arc<Counts>) -> Result<(Arc<WaitingPage>, Socket), Failure> {
    let (from, room) = (address(person), format!("page-{person}"));
    let socket = match kind {
        Kind::Ws => ws::open(&site, from, &room).await?,
        Kind::SocketIo => socketio::open(&site, from, &room).await?,
        Kind::Tessera | Kind::Bare => return open_page(site, from, counts).await,
    };
    Ok((WaitingPage::at(room), socket))
}

async fn open_page(site: Site, from: Ipv4Addr, counts: Arc<Counts>) -> Result<(Arc<WaitingPage>, Socket), Failure> {
    let mut connection = Connection::open(site.at, from).await?;
    let page = Page::open(&mut connection, &site, from).await?;
    let socket = page.watch().await?;
    // A browser keeps the page's own connection open for its next request, which never comes here.
    counts.idle.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        connection.closed().await;
        counts.idle.fetch_sub(1, Ordering::Relaxed);
    });
    Ok((WaitingPage::at(page.code()), socket))
}

/// Listens until the watch ends. Notes newer codes, and when the page was told of its approval.
pub async fn listen(mut socket: Socket, page: &WaitingPage) {
    while hear(&mut socket, page).await.is_some() {}
}

/// Reads one event and returns whether it was a newer code; `None` once the watch has ended.
pub async fn hear(socket: &mut Socket, page: &WaitingPage) -> Option<bool> {
    let text = socket.next().await.ok().flatten()?;
    if is_state(&text, "approved") {
        page.hears();
    }
    let code = between(&text, "\"user_code\":\"", "\"");
    if let Some(code) = code {
        page.shows(code);
    }
    Some(code.is_some())
}
