//! English: dates, numbers and spans of time.

use crate::text::plural::{Plural, grouped, one_or_other};
use crate::text::table::times::Times;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const TIMES: Times = Times {
    just_now: "just now",
    seconds_ago: |seconds| format!("{} ago", counted(seconds, "second", "seconds")),
    minutes_ago: |minutes| format!("{} ago", counted(minutes, "minute", "minutes")),
    hours_ago: |hours| format!("{} ago", counted(hours, "hour", "hours")),
    days_ago: |days| format!("{} ago", counted(days, "day", "days")),
    date: |year, month, day| format!("{day} {} {year}", MONTHS[month - 1]),
    date_and_time: |date, hour, minute| format!("{date}, {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its noun in English, in the singular or plural: "1 hour", "24 hours".
pub(super) fn counted(number: u64, one: &str, others: &str) -> String {
    let noun = if one_or_other(number) == Plural::One { one } else { others };
    format!("{} {noun}", grouped(number, ","))
}
