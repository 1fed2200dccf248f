//! Bounds the lines about one account in an hour. Anyone can type wrong passwords for a name, and owners can repeat what
//! they do as fast as a program sends it, so without a bound they could fill the table of activity.
//!
//! Security is told in full: a sign-in, an approval, the end of a session, a change of the password, the address, the role
//! or the groups, a one-time link and whatever another person does always get their line. What makes them has limits of its
//! own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::ticket::ids::{AccountId, AppId};
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;

/// Time in which lines of one kind about one account are counted together. It begins with the first of them.
pub const WINDOW: Duration = Duration::from_secs(3600);
/// Largest number of lines of one kind about one account in a [`WINDOW`], where the kind is bounded: more than once a
/// minute for an hour, which nobody does by hand. Lines about an app are counted for each app by itself.
pub const PER_KIND: u32 = 60;
/// Largest number of lines about wrong passwords for one account from one network in a [`WINDOW`].
pub const GUESSES_PER_NETWORK: u32 = 5;
/// Largest number of lines about wrong passwords for one account from all networks together in a [`WINDOW`].
pub const GUESSES_PER_ACCOUNT: u32 = 50;
/// The detail of the line about another e-mail address. That line is not bounded, because the address matters and each
/// change of it takes the password; other lines about changes are.
pub const EMAIL_CHANGED: &str = "e-mail address";
/// The detail of the line that says that the e-mail address was proven.
pub const EMAIL_PROVEN: &str = "e-mail address proven";

/// How many lines are stored in a [`WINDOW`].
#[derive(Clone, Copy, Debug)]
struct Bound {
    in_all: u32,
    per_network: u32,
}

impl Bound {
    /// Returns the bound that a line counts for, or `None` if it is stored in any case.
    fn of(line: &NewActivity) -> Option<Self> {
        match line.actor {
            ActivityActor::Owner | ActivityActor::App => {}
            ActivityActor::Person { .. } | ActivityActor::CommandLine | ActivityActor::Server => return None,
        }
        match line.kind {
            ActivityKind::SignInRefused => Some(Self { in_all: GUESSES_PER_ACCOUNT, per_network: GUESSES_PER_NETWORK }),
            ActivityKind::Changed if line.detail == EMAIL_CHANGED => None,
            ActivityKind::Changed
            | ActivityKind::Proved
            | ActivityKind::Denied
            | ActivityKind::AppSignedIn
            | ActivityKind::AppRefused
            | ActivityKind::AppWithdrawn
            | ActivityKind::DataDownloaded => Some(Self { in_all: PER_KIND, per_network: PER_KIND }),
            ActivityKind::SignedIn
            | ActivityKind::SignedOut
            | ActivityKind::Approved
            | ActivityKind::DeviceEnded
            | ActivityKind::DeviceNew
            | ActivityKind::SignedOutEverywhere
            | ActivityKind::LinkMade
            | ActivityKind::LinkOpened
            | ActivityKind::LinkRefused
            | ActivityKind::LinkUsed
            | ActivityKind::LinkWithdrawn
            | ActivityKind::Added
            | ActivityKind::PasswordChanged
            | ActivityKind::PasskeyAdded
            | ActivityKind::PasskeyRenamed
            | ActivityKind::PasskeyRemoved
            | ActivityKind::PasskeyWentBack
            | ActivityKind::RoleChanged
            | ActivityKind::GroupsChanged
            | ActivityKind::Disabled
            | ActivityKind::Enabled
            | ActivityKind::DeletionAsked
            | ActivityKind::DeletionCancelled
            | ActivityKind::Deleted
            | ActivityKind::AppRequested
            | ActivityKind::AppRequestDecided
            | ActivityKind::MailRefused
            | ActivityKind::AppHandedOver => None,
        }
    }
}

/// What is counted together: the lines of one kind about one account and, if they are about an app, about that app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Subject {
    account: AccountId,
    kind: ActivityKind,
    app: Option<AppId>,
}

/// The lines about one subject since its window began.
#[derive(Debug)]
struct Window {
    began_at: Timestamp,
    /// The display name of the account when the window began.
    account_name: String,
    /// The name of the app when the window began.
    app_name: String,
    lines: u32,
    /// The number of lines from each network. There are never more networks in it than lines.
    networks: HashMap<Option<IpAddr>, u32>,
    /// The number of lines that were not stored.
    more: u64,
}

impl Window {
    fn since(line: &NewActivity) -> Self {
        Self {
            began_at: line.at,
            account_name: line.account_name.clone(),
            app_name: line.app.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            lines: 0,
            networks: HashMap::new(),
            more: 0,
        }
    }

    /// Counts a line, and returns whether it is to be stored.
    fn admits(&mut self, line: &NewActivity, bound: Bound) -> bool {
        let network = line.address.map(|address| ClientAddress(address).network());
        let of_network = self.networks.get(&network).copied().unwrap_or_default();
        if self.lines >= bound.in_all || of_network >= bound.per_network {
            self.more += 1;
            return false;
        }
        self.networks.insert(network, of_network + 1);
        self.lines += 1;
        true
    }
}

/// The lines of the last hour that are bounded, by what is counted together. Only accounts that exist are counted, and each
/// entry has a stored line, so there are never more entries than lines of an hour.
#[derive(Debug, Default)]
pub struct Budget(HashMap<Subject, Window>);

impl Budget {
    /// Counts a line that is about to be stored, and returns whether it may be.
    pub fn admits(&mut self, line: &NewActivity) -> bool {
        let (Some(bound), Some(account)) = (Bound::of(line), line.account) else { return true };
        let subject = Subject { account, kind: line.kind, app: line.app.as_ref().map(|(id, _)| *id) };
        self.0.entry(subject).or_insert_with(|| Window::since(line)).admits(line, bound)
    }

    /// Removes the windows that began this long ago or earlier, and returns a line for each of them in which something was
    /// not stored: how many more there were.
    pub fn close(&mut self, now: Timestamp, age: Duration) -> Vec<NewActivity> {
        self.0
            .extract_if(|_, window| now.since(window.began_at) >= age)
            .filter(|(_, window)| window.more > 0)
            .map(|(subject, window)| NewActivity {
                actor: ActivityActor::Server,
                app: subject.app.map(|id| (id, window.app_name)),
                detail: format!("{} more", window.more),
                ..NewActivity::of(subject.kind, subject.account, &window.account_name, now)
            })
            .collect()
    }
}

/// Returns the number in a line that [`Budget::close`] made; `None` for any other line.
pub fn more(line: &NewActivity) -> Option<u64> {
    let count = line.detail.strip_suffix(" more").filter(|_| line.actor == ActivityActor::Server)?;
    count.parse().ok()
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn line(kind: ActivityKind, from: &str) -> NewActivity {
        let address = Some(from.parse().expect("an address"));
        NewActivity { address, ..NewActivity::of(kind, AccountId::from_random([1; 16]), "Alice", NOW) }
    }

    fn stored(budget: &mut Budget, line: &NewActivity, times: usize) -> usize {
        (0..times).filter(|_| budget.admits(line)).count()
    }

    fn told(lines: &[NewActivity]) -> Vec<(ActivityKind, Option<u64>)> {
        lines.iter().map(|line| (line.kind, more(line))).collect()
    }

    #[test]
    fn wrong_passwords_get_a_few_lines_of_a_network_and_one_that_says_how_many_more() {
        let (mut budget, kind) = (Budget::default(), ActivityKind::SignInRefused);
        assert_eq!(stored(&mut budget, &line(kind, "192.0.2.1"), 20), 5);
        assert_eq!(stored(&mut budget, &line(kind, "2001:db8::1"), 20), 5);
        assert_eq!(stored(&mut budget, &line(kind, "2001:db8::2"), 20), 0, "it is the same network");
        assert_eq!(budget.close(NOW, WINDOW), []);
        let over = budget.close(NOW + WINDOW, WINDOW);
        assert_eq!(told(&over), [(kind, Some(50))]);
        assert_eq!((&*over[0].account_name, &over[0].actor), ("Alice", &ActivityActor::Server));
        assert_eq!(budget.close(NOW + WINDOW, Duration::ZERO), [], "it is told once");
        assert_eq!(stored(&mut budget, &line(kind, "192.0.2.1"), 20), 5, "in the next hour");
    }

    #[test]
    fn many_networks_together_get_no_more_lines_than_an_account_may_have() {
        let mut budget = Budget::default();
        let from = |at: u32| Some(IpAddr::from(at.to_be_bytes()));
        let guess = line(ActivityKind::SignInRefused, "192.0.2.1");
        let guesses = (0..10_000).map(|at| NewActivity { address: from(at), ..guess.clone() });
        assert_eq!(guesses.filter(|line| budget.admits(line)).count(), 50);
        assert!(budget.0.values().all(|window| window.networks.len() == 50), "and no more is remembered");
        assert_eq!(told(&budget.close(NOW, Duration::ZERO)), [(ActivityKind::SignInRefused, Some(9_950))]);
    }

    #[test]
    fn sec_14_what_an_owner_repeats_gets_sixty_lines_an_hour_of_each_kind_and_of_each_app() {
        let mut budget = Budget::default();
        for kind in [ActivityKind::Changed, ActivityKind::Proved, ActivityKind::DataDownloaded] {
            assert_eq!(stored(&mut budget, &line(kind, "192.0.2.1"), 100), 60);
            assert_eq!(stored(&mut budget, &line(kind, "192.0.2.2"), 100), 0, "from wherever it comes");
        }
        let bob = AccountId::from_random([2; 16]);
        let of_bob = NewActivity { account: Some(bob), ..line(ActivityKind::Changed, "192.0.2.1") };
        assert_eq!(stored(&mut budget, &of_bob, 10), 10, "another account has its own");
        let [shop, bank] = [1, 2].map(|of| AppId::from_random([of; 8]));
        for app in [shop, bank] {
            let app = Some((app, "Shop".to_owned()));
            let line = NewActivity { app, ..line(ActivityKind::AppSignedIn, "192.0.2.1") };
            assert_eq!(stored(&mut budget, &line, 61), 60);
        }
        let over = budget.close(NOW + WINDOW, WINDOW);
        assert_eq!((over.len(), budget.0.len()), (5, 0));
        let apps: Vec<_> = over.iter().filter_map(|line| line.app.clone()).collect();
        assert!(apps.contains(&(shop, "Shop".to_owned())) && apps.contains(&(bank, "Shop".to_owned())), "{apps:?}");
        for line in over {
            let count = if line.kind == ActivityKind::AppSignedIn { 1 } else { 140 };
            assert_eq!(more(&line), Some(count), "{line:?}");
        }
    }

    #[test]
    fn sec_14_security_and_the_acts_of_others_get_every_line() {
        let mut budget = Budget::default();
        let bounded = [
            ActivityKind::SignInRefused,
            ActivityKind::Changed,
            ActivityKind::Proved,
            ActivityKind::Denied,
            ActivityKind::AppSignedIn,
            ActivityKind::AppRefused,
            ActivityKind::AppWithdrawn,
            ActivityKind::DataDownloaded,
        ];
        for kind in ActivityKind::VARIANTS.iter().filter(|kind| !bounded.contains(kind)) {
            assert_eq!(stored(&mut budget, &line(*kind, "192.0.2.1"), 1_000), 1_000, "{kind:?}");
        }
        let address = NewActivity { detail: EMAIL_CHANGED.to_owned(), ..line(ActivityKind::Changed, "192.0.2.1") };
        assert_eq!(stored(&mut budget, &address, 1_000), 1_000);
        let grace = ActivityActor::Person { account: AccountId::from_random([3; 16]), name: "Grace".to_owned() };
        for actor in [grace, ActivityActor::CommandLine, ActivityActor::Server] {
            let line = NewActivity { actor, ..line(ActivityKind::Changed, "192.0.2.1") };
            assert_eq!(stored(&mut budget, &line, 1_000), 1_000);
        }
        assert_eq!((budget.0.len(), budget.close(NOW, Duration::ZERO)), (0, vec![]));
    }
}
