//! Korean: dates, numbers and spans of time.

use crate::text::plural::grouped;
use crate::text::table::times::Times;

pub(super) const TIMES: Times = Times {
    just_now: "방금 전",
    seconds_ago: |seconds| format!("{} 전", counted(seconds, "초")),
    minutes_ago: |minutes| format!("{} 전", counted(minutes, "분")),
    hours_ago: |hours| format!("{} 전", counted(hours, "시간")),
    days_ago: |days| format!("{} 전", counted(days, "일")),
    date: |year, month, day| format!("{year}년 {month}월 {day}일"),
    date_and_time: |date, hour, minute| format!("{date} {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its counter in Korean, which have one form for all numbers: "24시간".
pub(super) fn counted(number: u64, counter: &str) -> String {
    format!("{}{counter}", grouped(number, ","))
}
