//! Japanese: dates, numbers and spans of time.

use crate::text::plural::grouped;
use crate::text::table::times::Times;

pub(super) const TIMES: Times = Times {
    just_now: "たった今",
    seconds_ago: |seconds| format!("{}前", counted(seconds, "秒")),
    minutes_ago: |minutes| format!("{}前", counted(minutes, "分")),
    hours_ago: |hours| format!("{}前", counted(hours, "時間")),
    days_ago: |days| format!("{}前", counted(days, "日")),
    date: |year, month, day| format!("{year}/{month:02}/{day:02}"),
    date_and_time: |date, hour, minute| format!("{date} {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its counter in Japanese, which has one form for all numbers: "24時間".
pub(super) fn counted(number: u64, counter: &str) -> String {
    format!("{}{counter}", grouped(number, ","))
}
