//! Bounds the lines about wrong passwords. Anyone can type wrong passwords for a name, so without a bound they could
//! fill the table of activity.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;

/// Time in which the lines about one account are counted together. It begins with the first wrong password.
pub const WINDOW: Duration = Duration::from_secs(3600);
/// Largest number of lines about one account from one network in a [`WINDOW`].
pub const PER_NETWORK: u32 = 5;
/// Largest number of lines about one account from all networks together in a [`WINDOW`].
pub const PER_ACCOUNT: u32 = 50;

/// The wrong passwords of one account since its window began.
#[derive(Debug)]
struct Window {
    began_at: Timestamp,
    account_name: String,
    lines: u32,
    /// The number of lines from each network. At most [`PER_ACCOUNT`] networks are in it.
    networks: HashMap<Option<IpAddr>, u32>,
    /// The number of wrong passwords that got no line.
    more: u64,
}

/// The wrong passwords of the last hour, by account. Only accounts that exist are counted, so there are never more
/// entries than accounts.
#[derive(Debug, Default)]
pub struct Guesses(HashMap<AccountId, Window>);

/// A window that is over, in which there were more wrong passwords than lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// The account.
    pub account: AccountId,
    /// Its display name when the window began.
    pub account_name: String,
    /// The number of wrong passwords that got no line.
    pub count: u64,
}

impl Guesses {
    /// Counts a wrong password for an account from this address, and returns whether it gets a line of its own.
    pub fn count(&mut self, account: AccountId, name: &str, from: Option<IpAddr>, now: Timestamp) -> bool {
        let fresh =
            || Window { began_at: now, account_name: name.to_owned(), lines: 0, networks: HashMap::new(), more: 0 };
        let window = self.0.entry(account).or_insert_with(fresh);
        let network = from.map(|address| ClientAddress(address).network());
        let of_network = window.networks.get(&network).copied().unwrap_or_default();
        if window.lines >= PER_ACCOUNT || of_network >= PER_NETWORK {
            window.more += 1;
            return false;
        }
        window.networks.insert(network, of_network + 1);
        window.lines += 1;
        true
    }

    /// Removes the windows that are over at `now`, or all of them without a time, and returns those in which there were
    /// more wrong passwords than lines.
    pub fn take_over(&mut self, now: Option<Timestamp>) -> Vec<More> {
        let is_over = |window: &Window| now.is_none_or(|now| now.since(window.began_at) >= WINDOW);
        self.0
            .extract_if(|_, window| is_over(window))
            .filter(|(_, window)| window.more > 0)
            .map(|(account, window)| More { account, account_name: window.account_name, count: window.more })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn wrong_passwords_get_a_few_lines_of_a_network_and_one_that_says_how_many_more() {
        let (mut guesses, alice) = (Guesses::default(), AccountId::from_random([1; 16]));
        let at = |text: &str| Some(text.parse().expect("an address"));
        let lines = |guesses: &mut Guesses, from| (0..20).filter(|_| guesses.count(alice, "Alice", from, NOW)).count();
        assert_eq!(lines(&mut guesses, at("192.0.2.1")), 5);
        assert_eq!(lines(&mut guesses, at("2001:db8::1")), 5);
        assert_eq!(lines(&mut guesses, at("2001:db8::2")), 0, "it is the same network");
        assert_eq!(guesses.take_over(Some(NOW)), []);
        let more = More { account: alice, account_name: "Alice".to_owned(), count: 50 };
        assert_eq!(guesses.take_over(Some(NOW + WINDOW)), [more]);
        assert_eq!(guesses.take_over(None), [], "it is told once");
        assert_eq!(lines(&mut guesses, at("192.0.2.1")), 5, "in the next hour");
    }

    #[test]
    fn many_networks_together_get_no_more_lines_than_an_account_may_have() {
        let (mut guesses, alice) = (Guesses::default(), AccountId::from_random([1; 16]));
        let from = |at: u32| Some(IpAddr::from(at.to_be_bytes()));
        let lines = (0..10_000).filter(|at| guesses.count(alice, "Alice", from(*at), NOW)).count();
        assert_eq!(lines, 50);
        assert_eq!(guesses.0[&alice].networks.len(), 50, "and no more is remembered");
        assert_eq!(guesses.take_over(None)[0].count, 9_950);
    }
}
