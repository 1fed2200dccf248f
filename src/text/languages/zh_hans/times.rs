//! Simplified Chinese: dates, numbers and spans of time.

use crate::text::plural::grouped;
use crate::text::table::times::Times;

pub(super) const TIMES: Times = Times {
    just_now: "刚刚",
    seconds_ago: |seconds| format!("{}秒前", grouped(seconds, ",")),
    minutes_ago: |minutes| format!("{}分钟前", grouped(minutes, ",")),
    hours_ago: |hours| format!("{}小时前", grouped(hours, ",")),
    days_ago: |days| format!("{}天前", grouped(days, ",")),
    date: |year, month, day| format!("{year}年{month}月{day}日"),
    date_and_time: |date, hour, minute| format!("{date} {hour:02}:{minute:02} UTC"),
};

/// Returns a number and its measure word or noun in Chinese, which have one form for all numbers: "24 小时".
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}", grouped(number, ","))
}
