//! Calendar dates (UTC): for people as their language writes them, and for programs (RFC 3339).

use super::Texts;
use crate::ticket::time::Timestamp;

impl Texts {
    /// The date of a moment.
    pub fn date(&self, moment: Timestamp) -> String {
        let (year, month, day) = civil(moment.as_millis() / 86_400_000);
        self.times.date(year, month + 1, day)
    }

    /// The date of a moment, and the time of the day.
    pub fn date_and_time(&self, moment: Timestamp) -> String {
        let (hour, minute, _) = clock(moment);
        self.times.date_and_time(&self.date(moment), hour, minute)
    }
}

/// A moment as programs read it, and as it is compared with a log.
pub fn rfc3339(moment: Timestamp) -> String {
    let (year, month, day) = civil(moment.as_millis() / 86_400_000);
    let (hour, minute, second) = clock(moment);
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1)
}

/// Hour, minute and second of the day.
fn clock(moment: Timestamp) -> (u64, u64, u64) {
    let seconds = moment.as_millis() / 1000 % 86_400;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The year, the month from 0 and the day of a number of days after 1970-01-01. Years are counted from March here, so that
/// the leap day is the last one of its year.
fn civil(days: u64) -> (u64, usize, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = usize::try_from((from_march + 2) % 12).unwrap_or(0);
    (era * 400 + year + u64::from(month < 2), month, day)
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
