//! Traditional Chinese: dates, numbers and spans of time.

use crate::text::plural::grouped;
use crate::text::table::times::Times;

pub(super) const TIMES: Times = Times {
    just_now: "剛剛",
    seconds_ago: |seconds| format!("{}前", counted(seconds, "秒")),
    minutes_ago: |minutes| format!("{}前", counted(minutes, "分鐘")),
    hours_ago: |hours| format!("{}前", counted(hours, "小時")),
    days_ago: |days| format!("{}前", counted(days, "天")),
    date: |year, month, day| format!("{year}年{month}月{day}日"),
    date_and_time: |date, hour, minute| {
        let half = if hour < 12 { "上午" } else { "下午" };
        let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
        format!("{date} {half}{hour}:{minute:02} UTC")
    },
};

/// Returns a number and the word that counts in Chinese, which has one form: "24 小時".
pub(super) fn counted(number: u64, word: &str) -> String {
    format!("{} {word}", grouped(number, ","))
}
