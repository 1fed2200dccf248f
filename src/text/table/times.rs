//! The texts for dates, numbers and lengths of time.

texts! {
    /// The texts for dates, numbers and lengths of time. Months are counted from 1, and hours from 0 to 23.
    Times in times {
        just_now;
        seconds_ago(seconds: u64),
        minutes_ago(minutes: u64),
        hours_ago(hours: u64),
        days_ago(days: u64),
        date(year: u64, month: usize, day: u64),
        date_and_time(date: &str, hour: u64, minute: u64),
    }
}
