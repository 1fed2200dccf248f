//! Which tickets wait for the phones of an account, and how often a browser asked. Both are single-use objects, so they hold
//! on all instances that share a store.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::hash::Keyed;
use crate::store::Fault;
use crate::store::single_use::{Holder, Kind, Once, OnceName, Who};
use crate::ticket::ids::{AccountId, BrowserHash, TicketId};
use crate::ticket::time::Timestamp;

/// The largest number of times that one browser asks the phones of one account within an hour.
pub const ASKS_AN_HOUR: u8 = 3;
/// The time after which an ask does not count any more.
const HOUR: Duration = Duration::from_secs(3600);
/// The largest number of tickets that wait for the phones of one account.
const WAITING: u8 = 5;

/// What became of an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The ticket waits for the phones from now on.
    Now,
    /// It waits already, so nothing is sent again.
    Before,
    /// The browser asked too often, or too many tickets wait for the account.
    TooOften,
}

/// Keeps which tickets wait for the phones of accounts; cheap to clone.
#[derive(Clone, Debug)]
pub struct Asks {
    once: Once,
    /// Makes the secrets by which the objects are named, so that access to the store is not enough to make one.
    keyed: Keyed,
}

impl Asks {
    /// Makes the service over this store.
    pub fn new(once: &Once, secret: &[u8; 32]) -> Self {
        Self { once: once.clone(), keyed: Keyed::new(secret, "asks of known browsers") }
    }

    /// Has a ticket of this browser wait for the phones of an account until `until`.
    pub async fn ask(
        &self,
        account: AccountId,
        browser: BrowserHash,
        ticket: TicketId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Asked, Fault> {
        if self.is_asked(account, ticket, now).await? {
            return Ok(Asked::Before);
        }
        // Where no place is free, the ask does not count.
        if self.waiting(account, now).await?.len() >= usize::from(WAITING) || !self.count(account, browser, now).await?
        {
            return Ok(Asked::TooOften);
        }
        for slot in 0..WAITING {
            if self.keep(&self.slot(account, slot), account, ticket.as_bytes(), now, until).await? {
                // A button that was pressed twice at the same moment is one ask.
                let is_first = self.keep(&self.mark(account, ticket), account, &[], now, until).await?;
                return Ok(if is_first { Asked::Now } else { Asked::Before });
            }
        }
        Ok(Asked::TooOften)
    }

    /// Returns whether this ticket waits for the phones of this account.
    pub async fn is_asked(&self, account: AccountId, ticket: TicketId, now: Timestamp) -> Result<bool, Fault> {
        Ok(self.once.read(&self.mark(account, ticket), now).await?.is_some())
    }

    /// Returns what names an account in the form of this ticket. It cannot be guessed, and is another one for each ticket.
    pub fn handle(&self, account: AccountId, ticket: TicketId) -> String {
        URL_SAFE_NO_PAD.encode(self.keyed.of(&[b"handle", account.as_bytes(), ticket.as_bytes()]))
    }

    /// Returns the tickets that were asked for and may wait for the phones of this account.
    pub async fn waiting(&self, account: AccountId, now: Timestamp) -> Result<Vec<TicketId>, Fault> {
        let mut tickets = Vec::new();
        for slot in 0..WAITING {
            let ticket = self.once.read(&self.slot(account, slot), now).await?;
            let ticket = ticket.and_then(|bytes| bytes.try_into().ok()).map(TicketId::from_bytes);
            // A button that was pressed twice at the same moment may have taken two places.
            tickets.extend(ticket.filter(|ticket| !tickets.contains(ticket)));
        }
        Ok(tickets)
    }

    /// Counts an ask of a browser for an account and returns `true`; `false` if it asked too often.
    async fn count(&self, account: AccountId, browser: BrowserHash, now: Timestamp) -> Result<bool, Fault> {
        for number in 0..ASKS_AN_HOUR {
            let secret = self.keyed.of(&[b"count", account.as_bytes(), &browser.0, &[number]]);
            let name = OnceName::of(Kind::AskCount, &[&secret]);
            if self.keep(&name, account, &[], now, now + HOUR).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn keep(
        &self,
        name: &OnceName,
        account: AccountId,
        value: &[u8],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, Fault> {
        let holder = Holder { who: Who::Account(account), app: None };
        self.once.keep(name, holder, value.to_vec(), now, until).await
    }

    fn slot(&self, account: AccountId, slot: u8) -> OnceName {
        OnceName::of(Kind::Ask, &[&self.keyed.of(&[b"slot", account.as_bytes(), &[slot]])])
    }

    fn mark(&self, account: AccountId, ticket: TicketId) -> OnceName {
        OnceName::of(Kind::Ask, &[&self.keyed.of(&[b"mark", account.as_bytes(), ticket.as_bytes()])])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn now() -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000)
    }

    fn ticket(number: u8) -> TicketId {
        TicketId::from_random([number; 16])
    }

    #[tokio::test]
    async fn a_ticket_waits_for_one_account_until_its_end_and_a_second_press_changes_nothing() {
        let asks = Asks::new(&Once::memory(100), &[1; 32]);
        let (alice, bob, browser) =
            (AccountId::from_random([1; 16]), AccountId::from_random([2; 16]), BrowserHash([3; 32]));
        let ask =
            async |number| asks.ask(alice, browser, ticket(number), now(), now() + MINUTE).await.expect("answers");
        assert_eq!([ask(1).await, ask(1).await, ask(2).await], [Asked::Now, Asked::Before, Asked::Now]);
        assert_eq!(asks.waiting(alice, now()).await.expect("answers"), [ticket(1), ticket(2)]);
        assert_eq!(asks.waiting(bob, now()).await.expect("answers"), []);
        assert!(asks.is_asked(alice, ticket(1), now()).await.expect("answers"));
        assert!(!asks.is_asked(bob, ticket(1), now()).await.expect("answers"));
        assert_eq!(asks.waiting(alice, now() + MINUTE).await.expect("answers"), []);
    }

    #[tokio::test]
    async fn a_browser_asks_an_account_three_times_an_hour() {
        let asks = Asks::new(&Once::memory(100), &[1; 32]);
        let (alice, browser, other) = (AccountId::from_random([1; 16]), BrowserHash([3; 32]), BrowserHash([4; 32]));
        let ask = async |browser, number, after: Duration| {
            let now = now() + after;
            asks.ask(alice, browser, ticket(number), now, now + MINUTE).await.expect("answers")
        };
        for number in 1..=3 {
            assert_eq!(ask(browser, number, MINUTE * number.into()).await, Asked::Now);
        }
        assert_eq!(ask(browser, 4, MINUTE * 4).await, Asked::TooOften);
        assert_eq!(ask(other, 4, MINUTE * 4).await, Asked::Now, "each browser is counted by itself");
        assert_eq!(ask(browser, 5, HOUR).await, Asked::TooOften);
        assert_eq!(ask(browser, 5, HOUR + MINUTE).await, Asked::Now);
    }
}
