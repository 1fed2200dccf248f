//! The table `[login.verification]` of the configuration file: how much an approval asks of the phone.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::super::parse;
use super::super::wrong_setting::WrongSetting;
use crate::ticket::ladder::Rung;

/// The table `[login.verification]`: the rung of each fact about a sign-in by scan. The highest that applies counts.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Verification {
    /// A browser that the account made known, in the phone's country.
    pub known_browser: Rung,
    /// A browser that the account did not make known.
    pub new_browser: Rung,
    /// A browser that the account did not make known, in the same network as the phone, if that is lower than `new_browser`;
    /// without it, as `new_browser`.
    pub same_network: Option<Rung>,
    /// A known browser in another country than the phone.
    pub other_country: Rung,
    /// A new browser in another country than the phone.
    pub new_browser_other_country: Rung,
    /// A new browser in a network or country of the marked ones.
    pub marked_network: Rung,
    /// A new browser whose code was typed and not scanned.
    pub typed_code: Rung,
    /// A browser whose older code was scanned after it had been replaced.
    pub outdated_code: Rung,
    /// A browser whose code a second account scanned.
    pub second_account: Rung,
    /// The account of an administrator.
    pub administrators: Rung,
    /// An account whose owner reported a request within the last day.
    pub reported_account: Rung,
    /// A browser that another person reported within the last hour, or whose network was in the report.
    pub reported_browser: Rung,
    /// Networks that are marked.
    #[serde(deserialize_with = "parse::networks")]
    pub marked_networks: Vec<IpNet>,
    /// Countries that are marked, by their codes of two letters (ISO 3166-1).
    pub marked_countries: Vec<String>,
    /// Networks from which no sign-in is approved.
    #[serde(deserialize_with = "parse::networks")]
    pub blocked_networks: Vec<IpNet>,
    /// Countries from which no sign-in is approved.
    pub blocked_countries: Vec<String>,
}

impl Default for Verification {
    fn default() -> Self {
        Self {
            known_browser: Rung::Tap,
            new_browser: Rung::Number,
            same_network: None,
            other_country: Rung::Number,
            new_browser_other_country: Rung::Type,
            marked_network: Rung::Type,
            typed_code: Rung::Type,
            outdated_code: Rung::Type,
            second_account: Rung::Type,
            administrators: Rung::Passkey,
            reported_account: Rung::Passkey,
            reported_browser: Rung::Type,
            marked_networks: Vec::new(),
            marked_countries: Vec::new(),
            blocked_networks: Vec::new(),
            blocked_countries: Vec::new(),
        }
    }
}

impl Verification {
    /// Returns the settings in which every approval is a tap, whatever is known of the browser.
    pub fn taps() -> Self {
        Self {
            known_browser: Rung::Tap,
            new_browser: Rung::Tap,
            same_network: None,
            other_country: Rung::Tap,
            new_browser_other_country: Rung::Tap,
            marked_network: Rung::Tap,
            typed_code: Rung::Tap,
            outdated_code: Rung::Tap,
            second_account: Rung::Tap,
            administrators: Rung::Tap,
            reported_account: Rung::Tap,
            reported_browser: Rung::Tap,
            ..Self::default()
        }
    }

    /// Returns the rung of a browser that the account did not make known, in the same network as the phone: never a higher one
    /// than elsewhere, and a lower one only where the operator says so.
    pub fn near_browser(&self) -> Rung {
        self.same_network.map_or(self.new_browser, |near| near.min(self.new_browser))
    }

    /// Returns whether an address, or its country if that is known, is a marked one.
    pub fn marks(&self, address: IpAddr, country: Option<&str>) -> bool {
        is_in(address, country, &self.marked_networks, &self.marked_countries)
    }

    /// Returns whether an address, or its country if that is known, is a blocked one.
    pub fn blocks(&self, address: IpAddr, country: Option<&str>) -> bool {
        is_in(address, country, &self.blocked_networks, &self.blocked_countries)
    }

    /// Checks the countries. `has_places` tells whether there is a database that knows them.
    pub(super) fn check(&self, has_places: bool) -> Result<(), WrongSetting> {
        for (key, countries) in
            [("marked_countries", &self.marked_countries), ("blocked_countries", &self.blocked_countries)]
        {
            let wrong = |what: &dyn fmt::Display| Err(WrongSetting::new(&format!("login.verification.{key}"), what));
            if let Some(other) = countries.iter().find(|code| !is_country(code)) {
                return wrong(&format_args!("has {other:?}; a country is a code of two capital letters, such as AT"));
            }
            if !countries.is_empty() && !has_places {
                return wrong(&"needs login.place_database, which tells the country of an address");
            }
        }
        Ok(())
    }
}

fn is_in(address: IpAddr, country: Option<&str>, networks: &[IpNet], countries: &[String]) -> bool {
    networks.iter().any(|network| network.contains(&address))
        || country.is_some_and(|country| countries.iter().any(|code| code == country))
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase())
}
