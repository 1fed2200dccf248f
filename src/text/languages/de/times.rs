//! German: dates, numbers and spans of time.

use crate::text::plural::{Plural, grouped, one_or_other};
use crate::text::table::times::Times;

pub(super) const TIMES: Times = Times {
    just_now: "gerade eben",
    seconds_ago: |seconds| format!("vor {}", counted(seconds, "Sekunde", "Sekunden")),
    minutes_ago: |minutes| format!("vor {}", counted(minutes, "Minute", "Minuten")),
    hours_ago: |hours| format!("vor {}", counted(hours, "Stunde", "Stunden")),
    // "Vor" takes the dative.
    days_ago: |days| format!("vor {}", counted(days, "Tag", "Tagen")),
    date: |year, month, day| format!("{day:02}.{month:02}.{year}"),
    date_and_time: |date, hour, minute| format!("{date}, {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its noun in German, which the caller inflects: "1 Stunde", "24 Stunden".
pub(super) fn counted(number: u64, one: &str, others: &str) -> String {
    let noun = if one_or_other(number) == Plural::One { one } else { others };
    format!("{} {noun}", number_text(number))
}

/// Returns a number as German writes it: "1.200".
pub(super) fn number_text(number: u64) -> String {
    grouped(number, ".")
}
