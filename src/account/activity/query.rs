//! Reads the query of a page or an export with lines of activity as a filter.

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Deserialize;

use crate::store::records::activity::{ActivityFilter, ActivityKind};
use crate::ticket::time::Timestamp;

/// Length of a day. The days of a filter are those of UTC, as all times on the pages are.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The query of a page with lines of activity, as it was sent. An empty field selects nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ActivityQuery {
    /// The user name or the id of the person whom the lines are about. Only pages for administrators have it.
    pub person: String,
    /// The id of the app that the lines are about.
    pub app: String,
    /// The word for the kind of the lines.
    pub kind: String,
    /// The first day of the lines, such as `2027-01-15`.
    pub from: String,
    /// The last day of the lines.
    pub until: String,
    /// The number of a line; only older lines are shown.
    pub before: Option<u64>,
    /// The format of an export: `csv` or `jsonl`.
    pub format: String,
}

/// What of a query cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongQuery {
    /// The kind is none of the words.
    Kind,
    /// A day is not a date, or the first one is after the last one.
    Day,
    /// The app is not the id of one.
    App,
}

impl ActivityQuery {
    /// Returns the filter that the query describes, without the person, whom the caller has to look up.
    pub fn filter(&self) -> Result<ActivityFilter, WrongQuery> {
        let kind = chosen(&self.kind).map(|word| word.parse::<ActivityKind>().map_err(|_| WrongQuery::Kind));
        let app = chosen(&self.app).map(|id| id.parse().map_err(|_| WrongQuery::App));
        let [from, until] = [&self.from, &self.until].map(|day| chosen(day).map(begin_of).transpose());
        let (from, until) = (from?, until?.map(|day| day + DAY));
        if from.zip(until).is_some_and(|(from, until)| from.as_millis() >= until.as_millis()) {
            return Err(WrongQuery::Day);
        }
        Ok(ActivityFilter {
            account: None,
            app: app.transpose()?,
            kind: kind.transpose()?,
            from,
            until,
            before: self.before,
        })
    }

    /// Returns whether the query selects some lines out of all.
    pub fn is_narrow(&self) -> bool {
        [&self.person, &self.app, &self.kind, &self.from, &self.until].iter().any(|field| chosen(field).is_some())
    }

    /// Returns the path with the same selection as its query, and these pairs behind it, whose values need no escape.
    pub fn link(&self, path: &str, beside: &[(&str, String)]) -> String {
        let own = [
            ("person", &self.person),
            ("app", &self.app),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let escaped =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let own = own.into_iter().filter_map(|(name, value)| Some((name, escaped(chosen(value)?))));
        let pairs = own.chain(beside.iter().cloned());
        let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

/// Returns the trimmed text of a field; `None` if it is empty.
fn chosen(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Returns the first moment of a day in UTC.
fn begin_of(day: &str) -> Result<Timestamp, WrongQuery> {
    let date: Date = day.parse().map_err(|_| WrongQuery::Day)?;
    let begin = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_err(|_| WrongQuery::Day)?;
    u64::try_from(begin.as_millisecond()).map(Timestamp::from_millis).map_err(|_| WrongQuery::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_a_filter_of_whole_days_and_kept_in_links() {
        let query = ActivityQuery {
            person: "a&b".to_owned(),
            kind: "signed_in".to_owned(),
            from: "2027-01-15".to_owned(),
            until: " 2027-01-15 ".to_owned(),
            ..ActivityQuery::default()
        };
        let filter = query.filter().expect("right");
        let [from, until] = [filter.from, filter.until].map(|at| at.expect("a time").as_millis());
        assert_eq!((filter.kind, from % 86_400_000, until - from), (Some(ActivityKind::SignedIn), 0, 86_400_000));
        let link = query.link("/admin/activity", &[("before", "7".to_owned())]);
        assert_eq!(
            link,
            "/admin/activity?person=a%26b&kind=signed%5Fin&from=2027%2D01%2D15&until=2027%2D01%2D15&before=7"
        );
        assert!(query.is_narrow() && !ActivityQuery::default().is_narrow());
    }

    #[test]
    fn what_cannot_be_read_in_a_query_is_said() {
        let wrong = |change: &dyn Fn(&mut ActivityQuery)| {
            let mut query = ActivityQuery::default();
            change(&mut query);
            query.filter().expect_err("not right")
        };
        assert_eq!(wrong(&|query| query.kind = "danced".to_owned()), WrongQuery::Kind);
        assert_eq!(wrong(&|query| query.app = "x".to_owned()), WrongQuery::App);
        for day in ["yesterday", "2027-02-30", "1960-01-01"] {
            assert_eq!(wrong(&|query| query.from = day.to_owned()), WrongQuery::Day, "{day}");
        }
        let backwards = |query: &mut ActivityQuery| {
            (query.from, query.until) = ("2027-01-16".to_owned(), "2027-01-15".to_owned());
        };
        assert_eq!(wrong(&backwards), WrongQuery::Day);
    }
}
