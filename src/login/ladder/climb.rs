//! From the facts about a scan to a rung, with the reasons for it.

use crate::settings::Verification;
use crate::ticket::ladder::{Reason, Reasons, Rung};

/// The facts about a scan that decide how much its approval asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// Whether the account made the browser known that asks. What the browser knows that shows the code to somebody does not
    /// count: a relayed code comes from another one.
    pub is_known: bool,
    /// The countries of the browser and of the phone.
    pub countries: Countries,
    /// Whether the browser is in the network of the phone.
    pub is_same_network: bool,
    /// Whether the operator marked the network or the country of the browser.
    pub is_marked: bool,
    /// Whether the operator blocked the network or the country of the browser.
    pub is_blocked: bool,
    /// Whether the code was typed and not scanned.
    pub is_typed: bool,
    /// Whether no code was scanned, because the browser asked the phone.
    pub is_asked: bool,
    /// Whether an older code of the page was scanned before.
    pub is_outdated: bool,
    /// Whether a second account scanned the code.
    pub has_second_account: bool,
    /// The least rung that the app asks for.
    pub app: Rung,
    /// The least rung that the owner of the account asks for.
    pub account: Rung,
    /// Whether the account is an administrator's.
    pub is_administrator: bool,
    /// Whether the owner of the account reported a request within the last day.
    pub is_reported: bool,
    /// Whether the owner of the account reported the browser or its network within the last hour.
    pub refuses_browser: bool,
    /// Whether somebody else did. That asks for more and refuses nothing: otherwise one person could keep all others of
    /// their network out.
    pub is_browser_reported: bool,
}

/// Whether browser and phone are in the same country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Countries {
    /// They are.
    Same,
    /// They are not.
    Different,
    /// The country of at least one of them is not known, which is no reason for anything.
    #[default]
    Unknown,
}

/// Returns the rung that follows from these facts, and the reasons for it. The highest rung counts that a fact asks for;
/// each fact that asks for more than the tap is a reason.
pub fn climb(facts: &Facts, policy: &Verification) -> (Rung, Reasons) {
    let is_new = !facts.is_known;
    let is_elsewhere = facts.countries == Countries::Different;
    let first = match facts {
        Facts { is_known: true, .. } => policy.known_browser,
        Facts { is_same_network: true, .. } => policy.near_browser(),
        _ => policy.new_browser,
    };
    let elsewhere = if is_new { policy.new_browser_other_country } else { policy.other_country };
    let asked = [
        (true, first, Reason::NewBrowser),
        (is_elsewhere, elsewhere, Reason::OtherCountry),
        (is_new && facts.is_marked, policy.marked_network, Reason::MarkedNetwork),
        (is_new && facts.is_typed, policy.typed_code, Reason::TypedCode),
        // Without a scan nothing shows that the person is in front of the browser, so no setting makes it a tap.
        (facts.is_asked, Rung::Number, Reason::Asked),
        (facts.is_outdated, policy.outdated_code, Reason::OutdatedCode),
        (facts.has_second_account, policy.second_account, Reason::SecondAccount),
        (true, facts.app, Reason::App),
        (true, facts.account, Reason::Account),
        (facts.is_administrator, policy.administrators, Reason::Administrator),
        (facts.is_reported, policy.reported_account, Reason::Reported),
        (facts.is_browser_reported, policy.reported_browser, Reason::ReportedBrowser),
        (facts.refuses_browser, Rung::Refuse, Reason::RefusedBrowser),
        (facts.is_blocked, Rung::Refuse, Reason::BlockedNetwork),
    ];
    let raising = asked.into_iter().filter(|(holds, rung, _)| *holds && *rung > Rung::Tap);
    raising.fold((Rung::Tap, Reasons::NONE), |(highest, reasons), (_, rung, reason)| {
        // An operator may ask for more than a tap of known browsers, too: that is a rule of theirs, and no news of the browser.
        let reason = if reason == Reason::NewBrowser && facts.is_known { Reason::EveryBrowser } else { reason };
        (highest.max(rung), reasons.and(reason))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The defaults of the design, as a table: what is known of the browser and the phone, and the rung.
    #[test]
    fn sec_10_the_rung_of_each_fact_alone_is_that_of_the_table() {
        let (known, new) = (Facts { is_known: true, ..Facts::default() }, Facts::default());
        let elsewhere = |facts| Facts { countries: Countries::Different, ..facts };
        let one = |reason: Reason| Reasons::of(&[reason]);
        let fresh = |reason| Reasons::of(&[Reason::NewBrowser, reason]);
        let table = [
            (known, Rung::Tap, Reasons::NONE),
            (new, Rung::Number, one(Reason::NewBrowser)),
            (elsewhere(known), Rung::Number, one(Reason::OtherCountry)),
            (elsewhere(new), Rung::Type, fresh(Reason::OtherCountry)),
            (Facts { is_marked: true, ..known }, Rung::Tap, Reasons::NONE),
            (Facts { is_marked: true, ..new }, Rung::Type, fresh(Reason::MarkedNetwork)),
            (Facts { is_typed: true, ..known }, Rung::Tap, Reasons::NONE),
            (Facts { is_typed: true, ..new }, Rung::Type, fresh(Reason::TypedCode)),
            (Facts { is_asked: true, ..known }, Rung::Number, one(Reason::Asked)),
            (Facts { is_asked: true, is_same_network: true, ..known }, Rung::Number, one(Reason::Asked)),
            (Facts { is_outdated: true, ..known }, Rung::Type, one(Reason::OutdatedCode)),
            (Facts { has_second_account: true, ..known }, Rung::Type, one(Reason::SecondAccount)),
            (Facts { app: Rung::Type, ..known }, Rung::Type, one(Reason::App)),
            (Facts { account: Rung::Passkey, ..known }, Rung::Passkey, one(Reason::Account)),
            (Facts { is_administrator: true, ..known }, Rung::Passkey, one(Reason::Administrator)),
            (Facts { is_reported: true, ..known }, Rung::Passkey, one(Reason::Reported)),
            (Facts { is_browser_reported: true, ..known }, Rung::Type, one(Reason::ReportedBrowser)),
            (Facts { refuses_browser: true, ..known }, Rung::Refuse, one(Reason::RefusedBrowser)),
            (Facts { is_blocked: true, ..known }, Rung::Refuse, one(Reason::BlockedNetwork)),
            (Facts { is_same_network: true, ..new }, Rung::Number, one(Reason::NewBrowser)),
            (Facts { is_same_network: true, ..known }, Rung::Tap, Reasons::NONE),
        ];
        for (facts, rung, reasons) in table {
            assert_eq!(climb(&facts, &Verification::default()), (rung, reasons), "{facts:?}");
        }
    }

    /// The facts that ask for more, each as a change of the others.
    const EACH: [fn(Facts) -> Facts; 12] = [
        |facts| Facts { is_marked: true, ..facts },
        |facts| Facts { is_typed: true, ..facts },
        |facts| Facts { is_asked: true, ..facts },
        |facts| Facts { is_outdated: true, ..facts },
        |facts| Facts { has_second_account: true, ..facts },
        |facts| Facts { app: Rung::Type, ..facts },
        |facts| Facts { account: Rung::Passkey, ..facts },
        |facts| Facts { is_administrator: true, ..facts },
        |facts| Facts { is_reported: true, ..facts },
        |facts| Facts { is_browser_reported: true, ..facts },
        |facts| Facts { refuses_browser: true, ..facts },
        |facts| Facts { is_blocked: true, ..facts },
    ];

    /// Every combination of all facts: the rung is the highest that one of them asks for alone, and no fact takes a reason away.
    /// Only that the browser is known or near lowers something.
    #[test]
    fn sec_10_of_every_combination_of_facts_the_highest_rung_counts() {
        let policy = Verification::default();
        for countries in [Countries::Same, Countries::Different, Countries::Unknown] {
            for (is_known, is_same_network) in [(false, false), (false, true), (true, false), (true, true)] {
                let base = Facts { is_known, countries, is_same_network, ..Facts::default() };
                for number in 0..1_u32 << EACH.len() {
                    let set =
                        || EACH.iter().enumerate().filter(|(bit, _)| number & (1 << bit) != 0).map(|(_, set)| set);
                    let facts = set().fold(base, |facts, set| set(facts));
                    let (rung, reasons) = climb(&facts, &policy);
                    let (highest, all) = set()
                        .map(|set| climb(&set(base), &policy))
                        .fold(climb(&base, &policy), |(highest, all), (rung, reasons)| {
                            (highest.max(rung), reasons.iter().fold(all, Reasons::and))
                        });
                    assert_eq!((rung, reasons), (highest, all), "{facts:?}");
                    assert_eq!(reasons.is_empty(), rung == Rung::Tap, "{facts:?}");
                    assert!(
                        is_known || rung >= Rung::Number,
                        "nobody made the browser of a relayed code known: {facts:?}"
                    );
                    for lower in [Facts { is_known: true, ..facts }, Facts { is_same_network: true, ..facts }] {
                        assert!(climb(&lower, &policy).0 <= rung, "{facts:?}");
                    }
                    let abroad = Facts { countries: Countries::Different, ..facts };
                    assert!(climb(&abroad, &policy).0 >= rung, "{facts:?}");
                }
            }
        }
    }

    #[test]
    fn the_same_network_lowers_to_a_tap_only_where_the_operator_says_so() {
        let policy = Verification { same_network: Some(Rung::Tap), ..Verification::default() };
        let near = Facts { is_same_network: true, ..Facts::default() };
        assert_eq!(climb(&near, &policy), (Rung::Tap, Reasons::NONE));
        assert_eq!(climb(&Facts { is_typed: true, ..near }, &policy).0, Rung::Type, "nothing else");
        assert_eq!(climb(&Facts { is_asked: true, ..near }, &policy).0, Rung::Number);
        let higher = Verification { same_network: Some(Rung::Passkey), ..Verification::default() };
        assert_eq!(climb(&near, &higher).0, Rung::Number, "and raises nothing");
        let strict = Verification { known_browser: Rung::Number, ..Verification::default() };
        let known = Facts { is_known: true, ..Facts::default() };
        assert_eq!(climb(&known, &strict), (Rung::Number, Reasons::of(&[Reason::EveryBrowser])));
    }
}
