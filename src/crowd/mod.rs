//! Counts the open connections of each network, and those among them that only wait for events. A network may
//! have a limited number of connections, and as many waiting ones. When the server's connection limit is
//! reached, the oldest waiting connection of the subscriber with most of them is closed.
//!
//! A connection begins as an [`Arrival`], which a free permit makes an [`Admitted`] one; each time that it waits, it is
//! [`Counted`] once more. Each of them is counted until it is dropped. There may be very many, so they are small.

mod ender;
mod kept;
mod network;

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Semaphore;

pub use self::ender::{Ender, Parking};
pub use self::kept::Kept;
pub use self::network::Network;
use crate::weights::{CompactMap, InLine, Line};

/// The open connections of one listener, counted per network (an IPv4 address or an IPv6 /64), and those among them
/// that only wait for events. Connections of trusted proxies have no network and are not counted, because one proxy
/// forwards for many people.
#[derive(Debug)]
pub struct Crowd {
    /// The connections that may still be opened, of all networks together.
    pub permits: Semaphore,
    /// The limit of one network: for its connections, and separately for its waiting connections.
    most: usize,
    open: Mutex<Open>,
}

/// The counts of the open connections. There may be very many networks, and nearly all of them have a connection or
/// two, so an entry of each is small.
#[derive(Debug, Default)]
struct Open {
    networks: CompactMap<Network, Connections>,
    /// The connections that only wait, by subscriber (an IPv4 address or an IPv6 /48), so that when the server is full,
    /// the oldest one of the subscriber with the most can be closed.
    waiting: Line<Network, Ender>,
}

/// The connections of one network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Connections {
    open: u32,
    /// Those among them that only wait for events, until their wait has ended.
    waiting: u32,
}

impl Open {
    /// Changes the counts of a network, and forgets a network that has no connection any more.
    fn count<T>(&mut self, network: Network, change: impl FnOnce(&mut Connections) -> T) -> T {
        let connections = self.networks.get_or_default(network);
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
    pub fn new(all: usize, most: usize) -> Arc<Self> {
        Arc::new(Self { permits: Semaphore::new(all), most, open: Mutex::default() })
    }

    /// Counts one more connection of this network, until the returned value is dropped. `None` if the network
    /// is at its limit. Connections without a network, which come from a trusted proxy, are not counted.
    pub fn enter(self: &Arc<Self>, network: Option<Network>) -> Option<Arrival> {
        let is_let_in = |network| self.open.lock().count(network, |it| one_more(&mut it.open, self.most));
        network.is_none_or(is_let_in).then(|| Arrival { network, crowd: Arc::clone(self) })
    }

    /// Counts one more connection on which a client of this network only waits for events, until the returned value is
    /// dropped, and queues it for [`Crowd::choose_one`], which returns `ender`. `None` if the network is at its limit. A
    /// client without a network, whose address is a trusted proxy's, is neither counted nor queued.
    pub fn wait(self: &Arc<Self>, network: Option<Network>, ender: Ender) -> Option<Counted> {
        let place = match network {
            None => None,
            Some(network) => {
                let mut open = self.open.lock();
                if !open.count(network, |it| one_more(&mut it.waiting, self.most)) {
                    return None;
                }
                Some((network, open.waiting.add(network.of_subscriber(), ender)))
            }
        };
        Some(Counted { crowd: Arc::clone(self), place })
    }

    /// Does not count a connection as waiting any more.
    fn leave(&self, (network, one): (Network, InLine)) {
        let mut open = self.open.lock();
        open.count(network, |it| it.waiting -= 1);
        open.waiting.remove(&network.of_subscriber(), one);
    }

    /// Chooses the oldest waiting connection of the subscriber (an IPv4 address or an IPv6 /48) with the most, which has
    /// to give way to a connection of `network`, and returns what ends it. Returns `None` if that subscriber has at most
    /// one more than the subscriber of the new connection.
    #[must_use = "the connection goes on until the caller ends it"]
    pub fn choose_one(&self, network: Option<Network>) -> Option<Ender> {
        self.open.lock().waiting.end_one(network.map(Network::of_subscriber))
    }
}

/// One connection that was accepted; it is counted until it is dropped, unless it comes from a trusted proxy.
#[derive(Debug)]
pub struct Arrival {
    /// The network of its peer; `None` for a trusted proxy.
    pub network: Option<Network>,
    /// What counts it.
    pub crowd: Arc<Crowd>,
}

impl Arrival {
    /// Returns the connection, for which a permit was [taken](Semaphore) and forgotten.
    pub fn admitted(self) -> Admitted {
        Admitted(self)
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if let Some(network) = self.network {
            self.crowd.open.lock().count(network, |it| it.open -= 1);
        }
    }
}

/// One open connection that has a permit, which is given back when this is dropped.
#[derive(Debug)]
pub struct Admitted(Arrival);

impl Admitted {
    /// Returns what counts the connection.
    pub fn crowd(&self) -> &Arc<Crowd> {
        &self.0.crowd
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.0.crowd.permits.add_permits(1);
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
    /// Returns whether [`Crowd::choose_one`] chose this connection.
    pub fn gives_way(&self) -> bool {
        let is_in_line =
            |(network, one): (Network, _)| self.crowd.open.lock().waiting.has(&network.of_subscriber(), one);
        self.place.is_some_and(|place| !is_in_line(place))
    }

    /// Returns the place, which the caller has to [leave](Crowd::leave).
    fn into_place(mut self) -> Option<(Network, InLine)> {
        self.place.take()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.crowd.leave(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn at(text: &str) -> Network {
        Network::of(text.parse().expect("an address"))
    }

    fn ender() -> Ender {
        Ender::Cancel(CancellationToken::new())
    }

    fn crowd() -> Arc<Crowd> {
        Crowd::new(9, 3)
    }

    fn waits(crowd: &Arc<Crowd>, address: &str) -> Option<Counted> {
        crowd.wait(Some(at(address)), ender())
    }

    #[test]
    fn a_network_has_so_many_connections_and_so_many_that_wait() {
        let crowd = crowd();
        for (one, same, other) in
            [("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")]
        {
            let connected: Vec<_> = (0..4).map(|_| crowd.enter(Some(at(one)))).collect();
            let waiting: Vec<_> = (0..4).map(|_| waits(&crowd, one)).collect();
            assert_eq!(connected.iter().flatten().count(), 3);
            assert_eq!(waiting.iter().flatten().count(), 3);
            assert!(crowd.enter(Some(at(same))).is_none() && waits(&crowd, same).is_none());
            assert!(crowd.enter(Some(at(other))).is_some() && waits(&crowd, other).is_some());
            drop((connected, waiting));
            assert!(crowd.enter(Some(at(same))).is_some() && waits(&crowd, same).is_some());
        }
        let proxied: Vec<_> = (0..9).filter_map(|_| crowd.wait(None, ender())).collect();
        assert_eq!(proxied.len(), 9, "who is behind a proxy that does not say so is nobody in particular");
        assert!(crowd.choose_one(None).is_none(), "and gives way to nobody");
    }

    #[test]
    fn the_network_with_most_gives_up_its_oldest() {
        let crowd = crowd();
        let others = ["192.0.2.1", "192.0.2.2"].map(|one| waits(&crowd, one).expect("room"));
        let greedy: Vec<_> = (0..3).map(|_| waits(&crowd, "198.51.100.1").expect("room")).collect();
        let newcomer = Some(at("203.0.113.1"));
        assert!(crowd.choose_one(Some(at("198.51.100.1"))).is_none(), "it does not make room for itself");
        assert!(crowd.choose_one(newcomer).is_some());
        assert_eq!([0, 1, 2].map(|of| greedy[of].gives_way()), [true, false, false]);
        assert!(crowd.choose_one(None).is_some());
        assert!(crowd.choose_one(newcomer).is_none() && crowd.choose_one(None).is_none(), "all have one");
        assert!(!others.iter().any(Counted::gives_way));
    }

    #[test]
    fn many_networks_of_one_subscriber_give_way_as_one() {
        let crowd = crowd();
        let other = [waits(&crowd, "192.0.2.1"), waits(&crowd, "192.0.2.1")].map(|one| one.expect("room"));
        // Each network of this subscriber has fewer than the other subscriber has.
        let greedy: Vec<_> =
            (0..4).map(|of| waits(&crowd, &format!("2001:db8:bad:{of:x}::1")).expect("room")).collect();
        assert!(crowd.choose_one(Some(at("2001:db8:bad:5::1"))).is_none(), "a network of its own gets it nothing");
        assert!(crowd.choose_one(Some(at("2001:db8:900d:1::1"))).is_some());
        assert_eq!([0, 1, 2, 3].map(|of| greedy[of].gives_way()), [true, false, false, false]);
        assert!(!other.iter().any(Counted::gives_way));
    }
}
