//! French: dates, numbers and spans of time.

use crate::text::plural::{Plural, grouped, up_to_one_or_other};
use crate::text::table::times::Times;

const MONTHS: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

/// The narrow no-break space that stands between groups of three digits.
pub(super) const BETWEEN_DIGITS: &str = "\u{202f}";

pub(super) const TIMES: Times = Times {
    just_now: "à l’instant",
    seconds_ago: |seconds| format!("il y a {}", counted(seconds, "seconde", "secondes")),
    minutes_ago: |minutes| format!("il y a {}", counted(minutes, "minute", "minutes")),
    hours_ago: |hours| format!("il y a {}", counted(hours, "heure", "heures")),
    days_ago: |days| format!("il y a {}", counted(days, "jour", "jours")),
    date: |year, month, day| match day {
        1 => format!("1er\u{a0}{} {year}", MONTHS[month - 1]),
        _ => format!("{day}\u{a0}{} {year}", MONTHS[month - 1]),
    },
    date_and_time: |date, hour, minute| format!("{date}, {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its noun in French, in the singular (also for 0) or plural: "1 heure", "24 heures".
pub(super) fn counted(number: u64, one: &str, others: &str) -> String {
    let noun = if up_to_one_or_other(number) == Plural::One { one } else { others };
    format!("{}\u{a0}{noun}", grouped(number, BETWEEN_DIGITS))
}
