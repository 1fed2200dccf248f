//! Russian: dates, numbers and spans of time.

use crate::text::plural::{Plural, grouped, slavic};
use crate::text::table::times::Times;

const MONTHS: [&str; 12] =
    ["янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."];

pub(super) const TIMES: Times = Times {
    just_now: "только что",
    seconds_ago: |seconds| format!("{} назад", counted(seconds, "секунду", "секунды", "секунд")),
    minutes_ago: |minutes| format!("{} назад", counted(minutes, "минуту", "минуты", "минут")),
    hours_ago: |hours| format!("{} назад", counted(hours, "час", "часа", "часов")),
    days_ago: |days| format!("{} назад", counted(days, "день", "дня", "дней")),
    date: |year, month, day| format!("{day} {} {year}\u{a0}г.", MONTHS[month - 1]),
    date_and_time: |date, hour, minute| format!("{date}, {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its noun in Russian, in the form for one, few or many: "1 час", "2 часа", "5 часов". The caller
/// gives the forms in the case of the sentence.
pub(super) fn counted(number: u64, one: &str, few: &str, many: &str) -> String {
    let noun = match slavic(number) {
        Plural::One => one,
        Plural::Few => few,
        Plural::Many | Plural::Other => many,
    };
    format!("{} {noun}", number_of(number))
}

/// Returns a number with no-break spaces between groups of three digits.
pub(super) fn number_of(number: u64) -> String {
    grouped(number, "\u{a0}")
}

/// Returns the time after "не дольше", which takes the genitive: "1 часа", "24 часов".
pub(super) fn no_longer_than(hours: u64) -> String {
    counted(hours, "часа", "часов", "часов")
}
