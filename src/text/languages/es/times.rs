//! Spanish: dates, numbers and spans of time.

use crate::text::plural::{Plural, grouped, one_or_other};
use crate::text::table::times::Times;

const MONTHS: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"];

pub(super) const TIMES: Times = Times {
    just_now: "hace un momento",
    seconds_ago: |seconds| format!("hace {}", counted(seconds, "segundo", "segundos")),
    minutes_ago: |minutes| format!("hace {}", counted(minutes, "minuto", "minutos")),
    hours_ago: |hours| format!("hace {}", counted(hours, "hora", "horas")),
    days_ago: |days| format!("hace {}", counted(days, "día", "días")),
    date: |year, month, day| format!("{day} {} {year}", MONTHS[month - 1]),
    date_and_time: |date, hour, minute| format!("{date}, {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its noun in Spanish, in the singular or plural: "1 hora", "24 horas".
pub(super) fn counted(number: u64, one: &str, others: &str) -> String {
    let noun = if one_or_other(number) == Plural::One { one } else { others };
    format!("{} {noun}", number_of(number))
}

/// Returns a number as it is written in Spanish, which groups the digits from 10.000 on: "1234", "12.345".
pub(super) fn number_of(number: u64) -> String {
    if number < 10_000 { number.to_string() } else { grouped(number, ".") }
}
