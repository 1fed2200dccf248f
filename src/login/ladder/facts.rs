//! Collects the facts about a scan, and draws what its approval owes.

use std::net::IpAddr;

use super::climb::{Countries, Facts, climb};
use crate::account::passkey::Passkeys;
use crate::account::session::SignedIn;
use crate::crypto::random::random;
use crate::places::Places;
use crate::settings::Verification;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::browsers::Standing;
use crate::ticket::event::Notice;
use crate::ticket::ids::{AccountId, Purpose};
use crate::ticket::ladder::{AskingSide, Asks, HasPasskey, Owed, Reason, Reasons, Rung, Way};
use crate::ticket::machine::{ScanCause, Stage, Ticket};
use crate::ticket::time::Timestamp;
use crate::web::client::{ClientAddress, TrustedProxies};

/// How a phone scans a code.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    /// What caused the scan.
    pub cause: ScanCause,
    /// How the phone got the code.
    pub by: ScanBy,
    /// The address of the phone.
    pub phone: ClientAddress,
}

/// How a phone got the code that it scans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanBy {
    /// By its camera.
    Camera,
    /// By its person, who typed it.
    Typing,
    /// By this server, because a browser asked the phone.
    Asking,
}

/// Decides how much approvals ask of the phone.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// The settings of the operator.
    policy: Verification,
    /// Tells the countries of addresses.
    places: Places,
    /// Tells whether two addresses are in the same network.
    proxies: TrustedProxies,
    /// What is known of accounts, browsers and apps.
    records: Records,
    /// Whether this site can have passkeys.
    has_passkeys: bool,
}

impl Ladder {
    /// Makes the service with the settings of the operator. `passkeys` tells whether this site can have passkeys.
    pub fn new(
        policy: &Verification,
        places: &Places,
        proxies: &TrustedProxies,
        records: &Records,
        passkeys: &Passkeys,
    ) -> Self {
        let has_passkeys = passkeys.offer().unavailable.is_none();
        let (places, proxies, records) = (places.clone(), proxies.clone(), records.clone());
        Self { policy: policy.clone(), places, proxies, records, has_passkeys }
    }

    /// Returns what the approval of this ticket owes if this person scans it now in this way. The scan of a ticket that does
    /// not wait changes nothing; should it ever, there is no approval.
    ///
    /// # Errors
    /// If the records do not answer: nothing is taken for granted then.
    pub(in crate::login) async fn owed(
        &self,
        ticket: &Ticket,
        who: &SignedIn,
        scan: Scan,
        now: Timestamp,
    ) -> Result<Owed, Fault> {
        match &ticket.stage {
            Stage::Waiting => {}
            // Whoever had no passkey may have added one.
            Stage::Scanned(owner, owed) if owner.account == who.account.id && owed.asks == Asks::MissingPasskey => {
                let standing = self.standing(ticket, owner.account, now).await?;
                return Ok(self.draw(ticket, owed.rung, owed.reasons.without(Reason::NoPasskey), standing));
            }
            _ => return Ok(Owed::draw(Rung::Refuse, Reasons::NONE, Way::Refused, || 0)),
        }
        let browser = ClientAddress(ticket.asker.address);
        // A program asks from where it runs, which may be one address for everybody, and not from where its person is.
        let is_there = ticket.purpose() != Purpose::Program;
        let standing = self.standing(ticket, who.account.id, now).await?;
        let countries = [browser, scan.phone].map(|client| self.places.country_of(client.0));
        let facts = Facts {
            is_known: standing.is_known,
            countries: match &countries {
                [Some(one), Some(other)] if is_there && one == other => Countries::Same,
                [Some(_), Some(_)] if is_there => Countries::Different,
                _ => Countries::Unknown,
            },
            is_same_network: is_there && self.proxies.nearness(browser, scan.phone).is_same_network() == Some(true),
            is_marked: self.policy.marks(browser.0, countries[0].as_deref()),
            is_blocked: self.policy.blocks(browser.0, countries[0].as_deref()),
            is_typed: scan.by == ScanBy::Typing,
            is_asked: scan.by == ScanBy::Asking,
            is_outdated: ticket.notice == Some(Notice::OutdatedScan),
            has_second_account: false,
            app: self.asked_by_app(ticket).await?,
            account: if standing.asks_passkey { Rung::Passkey } else { Rung::Tap },
            is_administrator: who.account.is_admin(),
            is_reported: standing.is_reported,
            refuses_browser: standing.refuses_browser,
            is_browser_reported: standing.is_browser_reported,
        };
        let (rung, reasons) = climb(&facts, &self.policy);
        // What is only of this code is over next time.
        let next_time = Facts { is_known: true, is_outdated: false, is_typed: false, ..facts };
        // A browser that asked is known, and asks for more than a tap as often as it asks.
        let offers_remembering = rung > Rung::Tap && climb(&next_time, &self.policy).0 == Rung::Tap;
        let owed = self.draw(ticket, rung, reasons, standing);
        Ok(Owed { offers_remembering: offers_remembering && owed.is_approvable(), ..owed })
    }

    /// Returns what is owed from now on, because a second account scanned a code that is owed for already; `None` if that is
    /// not more than before.
    ///
    /// # Errors
    /// If the records do not answer.
    pub(in crate::login) async fn raised(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Owed>, Fault> {
        let Stage::Scanned(owner, owed) = &ticket.stage else { return Ok(None) };
        if self.policy.second_account <= owed.rung {
            return Ok(None);
        }
        let standing = self.standing(ticket, owner.account, now).await?;
        let reasons = owed.reasons.and(Reason::SecondAccount);
        let offers_remembering = owed.offers_remembering;
        let owed = self.draw(ticket, self.policy.second_account, reasons, standing);
        Ok(Some(Owed { offers_remembering: offers_remembering && owed.is_approvable(), ..owed }))
    }

    async fn standing(&self, ticket: &Ticket, account: AccountId, now: Timestamp) -> Result<Standing, Fault> {
        self.records.standing(account, ticket.browser_id, self.network_of(ticket), now).await
    }

    /// Returns the network by which reports count against a ticket: that of a browser. `None` for a device or a program, and
    /// behind a proxy whose own address was all that is known: others who have nothing to do with the report would share it.
    fn network_of(&self, ticket: &Ticket) -> Option<IpAddr> {
        let asker = ClientAddress(ticket.asker.address);
        let is_browser = matches!(ticket.purpose(), Purpose::Session | Purpose::Frame);
        (is_browser && !self.proxies.trusts(asker.0)).then(|| asker.network())
    }

    async fn asked_by_app(&self, ticket: &Ticket) -> Result<Rung, Fault> {
        let Some(asked) = &ticket.app else { return Ok(Rung::Tap) };
        Ok(self.records.cached_app(asked.id).await?.map_or(Rung::Tap, |app| app.options.approval))
    }

    fn draw(&self, ticket: &Ticket, rung: Rung, reasons: Reasons, standing: Standing) -> Owed {
        let side = match ticket.purpose() {
            Purpose::Session | Purpose::Frame | Purpose::Transfer => AskingSide::Page,
            Purpose::Device => AskingSide::Code,
            Purpose::Program => AskingSide::Picture,
        };
        let passkey = match (self.has_passkeys, standing.has_passkey) {
            (false, _) => HasPasskey::NowhereHere,
            (true, true) => HasPasskey::Yes,
            (true, false) => HasPasskey::No,
        };
        Owed::draw(rung, reasons, rung.way(side, passkey), || random::<1>()[0])
    }
}
