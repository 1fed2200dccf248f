//! Dates and times in UTC: for people in their language, and for programs (RFC 3339).

use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::Texts;
use crate::ticket::time::Timestamp;

impl Texts {
    /// Returns the date of a moment, in UTC, as this language writes it.
    pub fn date(&self, moment: Timestamp) -> String {
        let day = calendar(moment).date();
        let (year, month) = (u64::from(day.year().unsigned_abs()), usize::from(day.month().unsigned_abs()));
        self.times.date(year, month, u64::from(day.day().unsigned_abs()))
    }

    /// Returns the date and the time of day of a moment, in UTC, as this language writes them.
    pub fn date_and_time(&self, moment: Timestamp) -> String {
        let time = calendar(moment).time();
        let (hour, minute) = (u64::from(time.hour().unsigned_abs()), u64::from(time.minute().unsigned_abs()));
        self.times.date_and_time(&self.date(moment), hour, minute)
    }
}

/// Returns a moment in the format of RFC 3339, in whole seconds, for programs and for comparison with log
/// lines.
pub fn rfc3339(moment: Timestamp) -> String {
    second(moment).to_string()
}

/// Returns the day and the time of day of a moment in UTC.
fn calendar(moment: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(second(moment))
}

/// Returns a moment in whole seconds; for a moment after the year 9999, the last second that a date can have.
fn second(moment: Timestamp) -> jiff::Timestamp {
    let second = i64::try_from(moment.as_millis() / 1000).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_date_is_said_as_people_say_it() {
        let texts = Lang::default().texts();
        let at = |seconds: u64| texts.date(Timestamp::from_millis(seconds * 1000));
        assert_eq!(at(0), "1 January 1970");
        assert_eq!(at(951_782_400), "29 February 2000");
        assert_eq!(at(951_868_800), "1 March 2000");
        assert_eq!(at(1_735_689_599), "31 December 2024");
        assert_eq!(at(1_800_000_000), "15 January 2027");
        let moment = Timestamp::from_millis(1_800_003_661_999);
        assert_eq!(rfc3339(moment), "2027-01-15T09:01:01Z");
        assert_eq!(texts.date_and_time(moment), "15 January 2027, 09:01 UTC");
    }
}
