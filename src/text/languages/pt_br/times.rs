//! Portuguese: dates, numbers and spans of time.

use crate::text::plural::{Plural, grouped, up_to_one_or_other};
use crate::text::table::times::Times;

const MONTHS: [&str; 12] =
    ["jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."];

/// The full stop that stands between groups of three digits.
pub(super) const BETWEEN_DIGITS: &str = ".";

pub(super) const TIMES: Times = Times {
    just_now: "agora mesmo",
    seconds_ago: |seconds| format!("há {}", counted(seconds, "segundo", "segundos")),
    minutes_ago: |minutes| format!("há {}", counted(minutes, "minuto", "minutos")),
    hours_ago: |hours| format!("há {}", counted(hours, "hora", "horas")),
    days_ago: |days| format!("há {}", counted(days, "dia", "dias")),
    date: |year, month, day| match day {
        1 => format!("1º de {} de {year}", MONTHS[month - 1]),
        _ => format!("{day} de {} de {year}", MONTHS[month - 1]),
    },
    date_and_time: |date, hour, minute| format!("{date}, {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its noun in Portuguese, in the singular (also for 0) or plural: "1 hora", "24 horas".
pub(super) fn counted(number: u64, one: &str, others: &str) -> String {
    let noun = if up_to_one_or_other(number) == Plural::One { one } else { others };
    format!("{} {noun}", grouped(number, BETWEEN_DIGITS))
}
