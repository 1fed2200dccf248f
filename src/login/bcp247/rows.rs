//! The rows of the report about security, from the settings alone.

use super::measure::{Measure, Status, Text};
use crate::settings::{Limits, Settings, Verification};
use crate::ticket::ladder::Rung;

/// The longest session of a scan, in hours, that counts as short-lived: the default.
const SHORT_HOURS: u64 = 24;
/// How many times its default a limit may be and still count as one.
const MUCH: u64 = 10;

/// Returns what a server with these settings does about each measure of RFC 10027 §6.1, in the order of the sections.
pub fn measures(settings: &Settings) -> [Measure; 17] {
    [
        proximity(settings),
        always("6.1.2", |texts| texts.bcp247.short_lived, |texts| texts.bcp247.short_lived_does),
        always("6.1.3", |texts| texts.bcp247.one_time, |texts| texts.bcp247.one_time_does),
        always("6.1.4", |texts| texts.bcp247.unique, |texts| texts.bcp247.unique_does),
        always("6.1.5", |texts| texts.bcp247.filtering, |texts| texts.bcp247.filtering_does),
        always("6.1.6", |texts| texts.bcp247.remediate, |texts| texts.bcp247.remediate_does),
        trusted_devices(&settings.login.verification),
        trusted_networks(&settings.login.verification),
        always("6.1.9", |texts| texts.bcp247.limited_scopes, |texts| texts.bcp247.limited_scopes_does),
        short_tokens(settings.account.scan_max_hours),
        rate_limits(&settings.limits),
        // Nothing binds the access tokens of apps to a key, and no setting does.
        Measure {
            status: Status::Partly,
            ..always("6.1.12", |texts| texts.bcp247.constrained, |texts| texts.bcp247.constrained_does)
        },
        always("6.1.13", |texts| texts.bcp247.education, |texts| texts.bcp247.education_does),
        always("6.1.14", |texts| texts.bcp247.experience, |texts| texts.bcp247.experience_does),
        always("6.1.15", |texts| texts.bcp247.authenticated, |texts| texts.bcp247.authenticated_does),
        verification(&settings.login.verification),
        binding(settings.login.name_first),
    ]
}

fn always(section: &'static str, title: Text, says: Text) -> Measure {
    Measure { section, status: Status::On, title, says, setting: None }
}

fn proximity(settings: &Settings) -> Measure {
    let (status, says): (_, Text) = if settings.passkey_host().is_ok() {
        (Status::On, |texts| texts.bcp247.proximity_does)
    } else {
        (Status::Partly, |texts| texts.bcp247.proximity_lacks)
    };
    let setting = Some("server.public_url = \"https://…\", with a host name");
    Measure { section: "6.1.1", status, title: |texts| texts.bcp247.proximity, says, setting }
}

fn trusted_devices(policy: &Verification) -> Measure {
    let (status, says): (_, Text) = if policy.new_browser <= policy.known_browser {
        (Status::Off, |texts| texts.bcp247.trusted_devices_lacks)
    } else if policy.near_browser() <= policy.known_browser {
        (Status::Partly, |texts| texts.bcp247.trusted_devices_partly)
    } else {
        (Status::On, |texts| texts.bcp247.trusted_devices_does)
    };
    let setting = Some("login.verification.new_browser and same_network, higher than known_browser");
    Measure { section: "6.1.7", status, title: |texts| texts.bcp247.trusted_devices, says, setting }
}

fn trusted_networks(policy: &Verification) -> Measure {
    let blocks = !policy.blocked_networks.is_empty() || !policy.blocked_countries.is_empty();
    let marks = !policy.marked_networks.is_empty() || !policy.marked_countries.is_empty();
    let (status, says): (_, Text) = if blocks {
        (Status::On, |texts| texts.bcp247.trusted_networks_does)
    } else if marks && policy.marked_network > policy.new_browser {
        (Status::Partly, |texts| texts.bcp247.trusted_networks_partly)
    } else {
        (Status::Off, |texts| texts.bcp247.trusted_networks_lacks)
    };
    let setting = Some("login.verification.blocked_networks or blocked_countries");
    Measure { section: "6.1.8", status, title: |texts| texts.bcp247.trusted_networks, says, setting }
}

fn short_tokens(scan_max_hours: u64) -> Measure {
    let (status, says): (_, Text) = if scan_max_hours <= SHORT_HOURS {
        (Status::On, |texts| texts.bcp247.short_tokens_does)
    } else {
        (Status::Partly, |texts| texts.bcp247.short_tokens_lacks)
    };
    let setting = Some("account.scan_max_hours, 24 or less");
    Measure { section: "6.1.10", status, title: |texts| texts.bcp247.short_tokens, says, setting }
}

fn rate_limits(limits: &Limits) -> Measure {
    let usual = Limits::default();
    let of = |limits: &Limits| [limits.logins_per_minute, limits.attempts_per_minute, limits.decisions_per_minute];
    let hold = of(limits).into_iter().zip(of(&usual)).all(|(limit, usual)| limit <= usual * MUCH);
    let (status, says): (_, Text) = if hold {
        (Status::On, |texts| texts.bcp247.rate_limits_does)
    } else {
        (Status::Partly, |texts| texts.bcp247.rate_limits_lacks)
    };
    let setting = Some("limits.logins_per_minute, attempts_per_minute and decisions_per_minute");
    Measure { section: "6.1.11", status, title: |texts| texts.bcp247.rate_limits, says, setting }
}

fn verification(policy: &Verification) -> Measure {
    let others = [
        policy.known_browser,
        policy.other_country,
        policy.new_browser_other_country,
        policy.typed_code,
        policy.outdated_code,
        policy.second_account,
        policy.reported_browser,
    ];
    let verifies = |rung: Rung| matches!(rung, Rung::Number | Rung::Type);
    let (status, says): (_, Text) = match (policy.new_browser, policy.near_browser()) {
        // A fresh passkey proves who approves, and not which screen they look at.
        (Rung::Passkey, _) => (Status::Partly, |texts| texts.bcp247.verification_passkey),
        (_, Rung::Number | Rung::Type | Rung::Refuse) => (Status::On, |texts| texts.bcp247.verification_does),
        (new, _) if verifies(new) || others.into_iter().any(verifies) => {
            (Status::Partly, |texts| texts.bcp247.verification_partly)
        }
        _ => (Status::Off, |texts| texts.bcp247.verification_lacks),
    };
    let setting = Some("login.verification.new_browser and same_network = \"number\" or \"type\"");
    Measure { section: "6.1.16", status, title: |texts| texts.bcp247.verification, says, setting }
}

fn binding(is_name_first: bool) -> Measure {
    let (status, says): (_, Text) = if is_name_first {
        (Status::On, |texts| texts.bcp247.binding_does)
    } else {
        (Status::Partly, |texts| texts.bcp247.binding_lacks)
    };
    let setting = Some("login.name_first = true");
    Measure { section: "6.1.17", status, title: |texts| texts.bcp247.binding, says, setting }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::bcp247::count_on;
    use crate::text::Lang;

    #[test]
    fn sec_74_the_report_has_every_section_once_and_fourteen_are_on_by_default() {
        let measures = measures(&Settings::defaults());
        let sections: Vec<_> = (1..=17).map(|number| format!("6.1.{number}")).collect();
        assert_eq!(measures.map(|measure| measure.section.to_owned()).to_vec(), sections);
        assert_eq!(count_on(&measures), 14);
        let others = measures.iter().filter(|measure| measure.status != Status::On);
        let others: Vec<_> = others.map(|measure| (measure.section, measure.status)).collect();
        assert_eq!(others, [("6.1.8", Status::Off), ("6.1.12", Status::Partly), ("6.1.17", Status::Partly)]);
        for measure in &measures {
            let texts = Lang::En.texts();
            assert!(!(measure.title)(texts).is_empty() && (measure.says)(texts).ends_with('.'), "{}", measure.section);
        }
    }

    #[test]
    fn sec_74_a_passkey_of_the_phone_does_not_count_as_a_check_of_the_request() {
        let of = |new_browser, same_network| {
            verification(&Verification { new_browser, same_network, ..Verification::default() }).status
        };
        assert_eq!(of(Rung::Passkey, None), Status::Partly);
        assert_eq!(of(Rung::Passkey, Some(Rung::Number)), Status::Partly, "elsewhere it is the passkey alone");
        assert_eq!(of(Rung::Number, Some(Rung::Tap)), Status::Partly);
        assert_eq!(of(Rung::Type, None), Status::On);
        assert_eq!(verification(&Verification::taps()).status, Status::Off);
    }
}
