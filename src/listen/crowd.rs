//! Counts the open connections of each network, and those among them that only wait for events. A network may
//! have a limited number of connections, and as many waiting ones. When the server's connection limit is
//! reached, the oldest waiting connection of the subscriber with most of them is closed.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::network::Network;
use crate::waiting::{End, Handle};
use crate::web::client::{ClientAddress, TrustedProxies};
use crate::weights::{InLine, Line};

/// The open connections of one listener, counted per network (an IPv4 address or an IPv6 /64), and those among them
/// that only wait for events. Connections of trusted proxies are not counted.
#[derive(Debug)]
pub(crate) struct Crowd {
    /// The connections that may still be opened, of all networks together.
    pub(crate) permits: Semaphore,
    /// The limit of one network: for its connections, and separately for its waiting connections.
    most: usize,
    /// Trusted proxies, which are not counted as a network: one proxy forwards for many people.
    proxies: TrustedProxies,
    open: Mutex<Open>,
}

/// The counts of the open connections. There may be very many networks, and nearly all of them have a connection or
/// two, so an entry of each is small.
#[derive(Debug, Default)]
struct Open {
    networks: HashMap<Network, Connections>,
    /// The connections that only wait, by subscriber (an IPv4 address or an IPv6 /48), so that when the server is full,
    /// the oldest one of the subscriber with the most can be closed.
    waiting: Line<Network, Until>,
}

/// The connections of one network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Connections {
    open: u32,
    /// Those among them that only wait for events, until their wait has ended.
    waiting: u32,
}

/// How the wait of a connection is ended.
#[derive(Clone, Debug)]
pub enum Until {
    /// This is cancelled, and the task of the connection ends.
    Cancelled(CancellationToken),
    /// The room closes the socket of this page.
    Closed(Handle),
}

impl Until {
    /// Ends the wait to admit another connection.
    fn end(self) {
        match self {
            Self::Cancelled(token) => token.cancel(),
            Self::Closed(page) => page.end(End::Evicted),
        }
    }
}

impl Open {
    /// Changes the counts of a network, and forgets a network that has no connection any more.
    fn count<T>(&mut self, network: Network, change: impl FnOnce(&mut Connections) -> T) -> T {
        let connections = self.networks.entry(network).or_default();
        let changed = change(connections);
        if *connections == Connections::default() {
            self.networks.remove(&network);
        }
        changed
    }
}

/// Adds one to this count; `false`, and adds nothing, if it has reached `most`.
fn one_more(count: &mut u32, most: usize) -> bool {
    let is_below = usize::try_from(*count).is_ok_and(|count| count < most);
    *count += u32::from(is_below);
    is_below
}

impl Crowd {
    /// Makes the counts of a listener that may have `all` open connections, and `most` of one network.
    pub(crate) fn new(all: usize, most: usize, proxies: TrustedProxies) -> Arc<Self> {
        Arc::new(Self { permits: Semaphore::new(all), most, proxies, open: Mutex::default() })
    }

    /// Returns the network that connections from this address are counted under (the IPv4 address itself, or the IPv6
    /// /64), or `None` for a trusted proxy.
    pub(crate) fn network(&self, client: ClientAddress) -> Option<Network> {
        (!self.proxies.trusts(client.0)).then(|| Network::of(client))
    }

    /// Counts one more connection of this network, until the returned value is dropped. `None` if the network
    /// is at its limit. Connections without a network, which come from a trusted proxy, are not counted.
    pub(crate) fn enter(self: &Arc<Self>, network: Option<Network>) -> Option<Arrival> {
        let is_let_in = |network| self.open.lock().count(network, |it| one_more(&mut it.open, self.most));
        network.is_none_or(is_let_in).then(|| Arrival { network, crowd: Arc::clone(self) })
    }

    /// Counts one more connection on which this client only waits for events, until the returned value is dropped, and
    /// queues it for [`Crowd::end_one`], which ends the wait by `until`. `None` if the client's network is at its
    /// limit. A client whose address is a trusted proxy's is neither counted nor queued.
    pub(crate) fn wait(self: &Arc<Self>, client: ClientAddress, until: Until) -> Option<Counted> {
        let place = match self.network(client) {
            None => None,
            Some(network) => {
                let mut open = self.open.lock();
                if !open.count(network, |it| one_more(&mut it.waiting, self.most)) {
                    return None;
                }
                Some((network, open.waiting.add(network.of_subscriber(), until)))
            }
        };
        Some(Counted { crowd: Arc::clone(self), place })
    }

    /// Ends the oldest waiting connection of the subscriber (an IPv4 address or an IPv6 /48) with the most, to admit a
    /// connection of `network`, and returns `true`. Ends none and returns `false` if that subscriber has at most one
    /// more than the subscriber of the new connection.
    pub(crate) fn end_one(&self, network: Option<Network>) -> bool {
        let ended = self.open.lock().waiting.end_one(network.map(Network::of_subscriber));
        // Without the lock, which the end of the wait takes too.
        ended.map(Until::end).is_some()
    }
}

/// One open connection; it is counted until it is dropped, unless it comes from a trusted proxy.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) network: Option<Network>,
    pub(crate) crowd: Arc<Crowd>,
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if let Some(network) = self.network {
            self.crowd.open.lock().count(network, |it| it.open -= 1);
        }
    }
}

/// One connection that only waits for events; it is counted until this is dropped.
#[derive(Debug)]
pub struct Counted {
    crowd: Arc<Crowd>,
    /// The network, and the place of the connection among those that may be ended to admit another one.
    place: Option<(Network, InLine)>,
}

impl Counted {
    fn gives_way(&self) -> bool {
        let is_in_line =
            |(network, one): (Network, _)| self.crowd.open.lock().waiting.has(&network.of_subscriber(), one);
        self.place.is_some_and(|place| !is_in_line(place))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some((network, one)) = self.place {
            let mut open = self.crowd.open.lock();
            open.count(network, |it| it.waiting -= 1);
            open.waiting.remove(&network.of_subscriber(), one);
        }
    }
}

/// What a task holds while its connection only waits for events.
#[derive(Debug)]
pub struct Waits {
    /// What counts the connection.
    pub(super) counted: Counted,
    /// Cancelled when the wait has to end.
    pub(super) until: CancellationToken,
}

impl Waits {
    /// Waits until this connection has to end: because the server stops, or because [`Crowd::end_one`] ended the wait
    /// to admit another connection.
    pub async fn ended(&self) {
        self.until.cancelled().await;
    }

    /// Returns whether [`Crowd::end_one`] chose this connection to admit another one, so that it has to close at once.
    pub fn gives_way(&self) -> bool {
        self.counted.gives_way()
    }

    /// Adds `Connection: close` to the answer on this connection if it was chosen to admit another connection, so that
    /// it closes after the answer. Otherwise returns the answer unchanged.
    pub fn last(&self, mut answer: Response) -> Response {
        if self.gives_way() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> ClientAddress {
        ClientAddress(text.parse().expect("an address"))
    }

    fn crowd() -> Arc<Crowd> {
        Crowd::new(9, 3, TrustedProxies::new(&["10.0.0.0/8".parse().expect("a network")]))
    }

    fn waits(crowd: &Arc<Crowd>, address: &str) -> Option<Counted> {
        crowd.wait(at(address), Until::Cancelled(CancellationToken::new()))
    }

    #[test]
    fn a_network_has_so_many_connections_and_so_many_that_wait() {
        let crowd = crowd();
        for (one, same, other) in
            [("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")]
        {
            let network = |text| crowd.network(at(text));
            let connected: Vec<_> = (0..4).map(|_| crowd.enter(network(one))).collect();
            let waiting: Vec<_> = (0..4).map(|_| waits(&crowd, one)).collect();
            assert_eq!(connected.iter().flatten().count(), 3);
            assert_eq!(waiting.iter().flatten().count(), 3);
            assert!(crowd.enter(network(same)).is_none() && waits(&crowd, same).is_none());
            assert!(crowd.enter(network(other)).is_some() && waits(&crowd, other).is_some());
            drop((connected, waiting));
            assert!(crowd.enter(network(same)).is_some() && waits(&crowd, same).is_some());
        }
        let proxied: Vec<_> = (0..9).filter_map(|_| waits(&crowd, "10.0.0.1")).collect();
        assert_eq!(proxied.len(), 9, "who is behind a proxy that does not say so is nobody in particular");
        assert!(!crowd.end_one(None), "and gives way to nobody");
    }

    #[test]
    fn the_network_with_most_gives_up_its_oldest() {
        let crowd = crowd();
        let others = ["192.0.2.1", "192.0.2.2"].map(|one| waits(&crowd, one).expect("room"));
        let greedy: Vec<_> = (0..3).map(|_| waits(&crowd, "198.51.100.1").expect("room")).collect();
        let newcomer = crowd.network(at("203.0.113.1"));
        assert!(!crowd.end_one(crowd.network(at("198.51.100.1"))), "it does not make room for itself");
        assert!(crowd.end_one(newcomer));
        assert_eq!([0, 1, 2].map(|of| greedy[of].gives_way()), [true, false, false]);
        assert!(crowd.end_one(None));
        assert!(!crowd.end_one(newcomer) && !crowd.end_one(None), "all have one");
        assert!(!others.iter().any(Counted::gives_way));
    }

    #[test]
    fn many_networks_of_one_subscriber_give_way_as_one() {
        let crowd = crowd();
        let other = [waits(&crowd, "192.0.2.1"), waits(&crowd, "192.0.2.1")].map(|one| one.expect("room"));
        // Each network of this subscriber has fewer than the other subscriber has.
        let greedy: Vec<_> =
            (0..4).map(|of| waits(&crowd, &format!("2001:db8:bad:{of:x}::1")).expect("room")).collect();
        assert!(!crowd.end_one(crowd.network(at("2001:db8:bad:5::1"))), "a network of its own gets it nothing");
        assert!(crowd.end_one(crowd.network(at("2001:db8:900d:1::1"))));
        assert_eq!([0, 1, 2, 3].map(|of| greedy[of].gives_way()), [true, false, false, false]);
        assert!(!other.iter().any(Counted::gives_way));
    }
}
