//! Writes lines of activity as CSV and as JSON Lines, in pages that are read while they are sent.

use std::future::ready;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream::{once, try_unfold};
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

use super::cells;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::activity::{Activity, ActivityActor, ActivityFilter};
use crate::text::rfc3339;

/// Largest number of lines of one export. Older lines are had by choosing an earlier last day.
pub const MOST: u32 = 100_000;
/// Number of lines that are read from the records at once.
const PAGE: u32 = 500;

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// Comma-separated values (RFC 4180), with a line of names first.
    Csv,
    /// One JSON object in each line.
    JsonL,
}

/// Whose eyes an export is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The owner of the account. They do not learn from where an administrator acted.
    Owner,
    /// An administrator, or an operator on the command line.
    Administrator,
}

impl Reader {
    /// Removes from a line what this reader may not know.
    pub fn sees(self, mut activity: Activity) -> Activity {
        let is_by_another = matches!(activity.line.actor, ActivityActor::Person { .. });
        if self == Self::Owner && is_by_another {
            (activity.line.address, activity.line.browser, activity.line.system) = (None, None, None);
        }
        activity
    }
}

/// The names of the fields of a line, in the order of the columns.
const FIELDS: [&str; 15] = [
    "seq",
    "at",
    "kind",
    "account_id",
    "account_name",
    "actor",
    "actor_id",
    "actor_name",
    "app_id",
    "app_name",
    "address",
    "browser",
    "system",
    "detail",
    "receipt",
];

/// Returns a line as JSON, as exports and the command line show it.
pub fn described(activity: &Activity) -> Value {
    let line = &activity.line;
    let (actor_id, actor_name) = match &line.actor {
        ActivityActor::Person { account, name } => (Some(account.to_string()), Some(name)),
        _ => (None, None),
    };
    let (app_id, app_name) = line.app.as_ref().map(|(id, name)| (id.to_string(), name)).unzip();
    json!({
        "seq": activity.seq,
        "at": rfc3339(line.at),
        "kind": line.kind.word(),
        "account_id": line.account.map(|id| id.to_string()),
        "account_name": line.account_name,
        "actor": line.actor.word(),
        "actor_id": actor_id,
        "actor_name": actor_name,
        "app_id": app_id,
        "app_name": app_name,
        "address": line.address.map(|address| address.to_string()),
        "browser": line.browser,
        "system": line.system,
        "detail": line.detail,
        "receipt": line.receipt,
    })
}

/// Returns a line of an export in this format, with its end.
fn written(activity: &Activity, format: Format) -> String {
    let value = described(activity);
    match format {
        Format::JsonL => format!("{value}\n"),
        Format::Csv => {
            let fields = FIELDS.map(|name| match &value[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            cells::row(fields.iter().map(String::as_str))
        }
    }
}

/// Lines of activity that are read page by page, the newest first.
#[derive(Debug)]
pub struct Pages {
    records: Records,
    /// Selects the lines that are still to be read.
    filter: ActivityFilter,
    reader: Reader,
    /// The number of lines that may still be read.
    left: u32,
}

impl Pages {
    /// Begins before the first of at most `most` lines that the filter selects, for this reader.
    pub fn new(records: Records, filter: ActivityFilter, reader: Reader, most: u32) -> Self {
        Self { records, filter, reader, left: most }
    }

    /// Reads the next page. It is empty if nothing is left.
    pub async fn next(&mut self) -> Result<Vec<Activity>, Fault> {
        let most = self.left.min(PAGE);
        if most == 0 {
            return Ok(Vec::new());
        }
        let lines = self.records.activity(self.filter.clone(), most).await?;
        let count = u32::try_from(lines.len()).unwrap_or(most);
        self.left = if count < most { 0 } else { self.left - count };
        self.filter.before = lines.last().map(|line| line.seq);
        Ok(lines.into_iter().map(|line| self.reader.sees(line)).collect())
    }
}

/// Returns an export of at most [`MOST`] lines that the filter selects, the newest first, as a file to save. The first
/// page is read before the answer begins, so that a failure of the records is told; a later failure breaks the answer
/// off, so that no one takes it for whole.
pub async fn export(
    records: Records,
    filter: ActivityFilter,
    format: Format,
    reader: Reader,
    most: u32,
) -> Result<Response, Fault> {
    let text = move |lines: &[Activity]| lines.iter().map(|line| written(line, format)).collect::<String>();
    let mut pages = Pages::new(records, filter, reader, most);
    let head = match format {
        Format::Csv => cells::row(FIELDS),
        Format::JsonL => String::new(),
    };
    let first = head + &text(&pages.next().await?);
    let rest = try_unfold(pages, move |mut pages| async move {
        let lines = pages.next().await?;
        Ok((!lines.is_empty()).then(|| (text(&lines), pages)))
    });
    let (kind, file) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"activity.csv\""),
        Format::JsonL => ("application/jsonl; charset=utf-8", "attachment; filename=\"activity.jsonl\""),
    };
    let headers = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(once(ready(Ok::<_, Fault>(first))).chain(rest))).into_response())
}

/// Reads at most `most` lines that the filter selects, the newest first, as JSON values.
pub async fn all(records: &Records, filter: ActivityFilter, reader: Reader, most: u32) -> Result<Vec<Value>, Fault> {
    let (mut found, mut pages) = (Vec::new(), Pages::new(records.clone(), filter, reader, most));
    loop {
        let lines = pages.next().await?;
        if lines.is_empty() {
            return Ok(found);
        }
        found.extend(lines.iter().map(described));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::records::activity::{ActivityKind, NewActivity};
    use crate::store::records::passkeys::WaysIn;
    use crate::ticket::ids::AccountId;
    use crate::ticket::time::Timestamp;

    fn line(name: &str, detail: &str) -> NewActivity {
        let account = AccountId::from_random([7; 16]);
        let line = NewActivity::of(ActivityKind::Changed, account, name, Timestamp::from_millis(1_800_000_000_000));
        NewActivity { detail: detail.to_owned(), ..line }
    }

    #[test]
    fn a_line_of_csv_has_a_guarded_cell_for_each_field_and_json_has_the_texts_as_they_are() {
        let activity = Activity { seq: 3, line: line("=cmd|' /C calc'!A0", "a,b") };
        let csv = written(&activity, Format::Csv);
        assert!(csv.starts_with("\"3\",\"2027-01-15T08:00:00Z\",\"changed\","), "{csv}");
        assert!(csv.contains(",\"'=cmd|' /C calc'!A0\",") && csv.ends_with(",\"a,b\",\"\"\r\n"), "{csv}");
        assert_eq!(csv.matches(',').count() - 1, FIELDS.len() - 1, "a comma in a cell parts nothing: {csv}");
        let json: Value = serde_json::from_str(&written(&activity, Format::JsonL)).expect("JSON");
        assert_eq!(json["account_name"], "=cmd|' /C calc'!A0", "programs get it as it is");
    }

    #[test]
    fn an_owner_does_not_learn_from_where_an_administrator_acted() {
        let by = ActivityActor::Person { account: AccountId::from_random([8; 16]), name: "Grace".to_owned() };
        let address = Some([192, 0, 2, 1].into());
        let line = NewActivity { actor: by, address, ..line("Alice", "") };
        let activity = Activity { seq: 1, line };
        assert_eq!(Reader::Owner.sees(activity.clone()).line.address, None);
        assert_eq!(Reader::Administrator.sees(activity).line.address, address);
    }

    #[tokio::test]
    async fn an_export_reads_page_by_page_up_to_its_bound_and_nothing_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = Records::sqlite(&folder.path().join("records.db"), WaysIn::BOTH).await.expect("opens");
        for at in 0..1_203 {
            records.add_activity(line("Alice", &at.to_string())).await.expect("stored");
        }
        for (most, count) in [(MOST, 1_203), (1_000, 1_000), (700, 700), (7, 7), (0, 0)] {
            let filter = ActivityFilter::default();
            let exported = export(records.clone(), filter.clone(), Format::JsonL, Reader::Owner, most).await;
            let body = axum::body::to_bytes(exported.expect("answers").into_body(), usize::MAX).await.expect("whole");
            let text = String::from_utf8(body.to_vec()).expect("text");
            let details: Vec<String> = text
                .lines()
                .map(|line| {
                    serde_json::from_str::<Value>(line).expect("JSON")["detail"].as_str().expect("text").to_owned()
                })
                .collect();
            let expected: Vec<String> = (1_203 - count..1_203).rev().map(|at| at.to_string()).collect();
            assert_eq!(details, expected, "at most {most}");
            assert_eq!(all(&records, filter, Reader::Owner, most).await.expect("answers").len(), count);
        }
        records.close().await;
    }
}
