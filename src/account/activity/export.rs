//! Writes lines of activity as CSV and as JSON Lines, in pages that are read while they are sent.

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use serde_json::{Value, json};
use strum::{EnumString, IntoStaticStr};

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
const FIELDS: [&str; 14] = [
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
    })
}

/// Returns a line of an export in this format, with its end.
fn written(activity: &Activity, format: Format) -> String {
    let value = described(activity);
    match format {
        Format::JsonL => format!("{value}\n"),
        Format::Csv => {
            let field = |name: &&str| match &value[*name] {
                Value::Null => String::new(),
                Value::String(text) => cell(text),
                other => other.to_string(),
            };
            let fields: Vec<String> = FIELDS.iter().map(field).collect();
            format!("{}\r\n", fields.join(","))
        }
    }
}

/// Returns a text as a cell of CSV, in quotation marks. A text that a spreadsheet would take for a formula gets an
/// apostrophe before it (OWASP: "CSV injection"): names are chosen by anyone.
fn cell(text: &str) -> String {
    let begins_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if begins_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Where an export is: the filter of the lines that are still to be read, and how many may be.
struct Rest {
    filter: ActivityFilter,
    left: u32,
}

/// Reads the next page of an export. Returns its text, and what is left after it; `None` if nothing is left to read.
async fn next_page(
    records: &Records,
    rest: Rest,
    format: Format,
    reader: Reader,
) -> Result<Option<(String, Rest)>, Fault> {
    let most = rest.left.min(PAGE);
    if most == 0 {
        return Ok(None);
    }
    let lines = records.activity(rest.filter.clone(), most).await?;
    let Some(last) = lines.last().map(|line| line.seq) else { return Ok(None) };
    let count = u32::try_from(lines.len()).unwrap_or(most);
    let text: String = lines.into_iter().map(|line| written(&reader.sees(line), format)).collect();
    let left = if count < most { 0 } else { rest.left - count };
    Ok(Some((text, Rest { filter: ActivityFilter { before: Some(last), ..rest.filter }, left })))
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
    let head = match format {
        Format::Csv => format!("{}\r\n", FIELDS.join(",")),
        Format::JsonL => String::new(),
    };
    let first = next_page(&records, Rest { filter, left: most }, format, reader).await?;
    let (text, rest) = first.map_or((head.clone(), None), |(text, rest)| (head + &text, Some(rest)));
    let pages = try_unfold((Some(text), rest), move |(ready, rest)| {
        let records = records.clone();
        async move {
            if let Some(text) = ready {
                return Ok::<_, Fault>(Some((Bytes::from(text), (None, rest))));
            }
            let Some(rest) = rest else { return Ok(None) };
            let page = next_page(&records, rest, format, reader).await?;
            Ok(page.map(|(text, rest)| (Bytes::from(text), (None, Some(rest)))))
        }
    });
    let (kind, file) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"activity.csv\""),
        Format::JsonL => ("application/jsonl; charset=utf-8", "attachment; filename=\"activity.jsonl\""),
    };
    let headers = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// Reads at most `most` lines that the filter selects, the newest first, as JSON values.
pub async fn all(records: &Records, filter: ActivityFilter, reader: Reader, most: u32) -> Result<Vec<Value>, Fault> {
    let (mut found, mut filter) = (Vec::new(), filter);
    while u32::try_from(found.len()).is_ok_and(|count| count < most) {
        let wanted = PAGE.min(most - u32::try_from(found.len()).unwrap_or(most));
        let lines = records.activity(filter.clone(), wanted).await?;
        let Some(last) = lines.last() else { break };
        filter.before = Some(last.seq);
        let is_last = lines.len() < wanted as usize;
        found.extend(lines.into_iter().map(|line| described(&reader.sees(line))));
        if is_last {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::records::activity::{ActivityKind, NewActivity};
    use crate::ticket::ids::AccountId;
    use crate::ticket::time::Timestamp;

    fn line(name: &str, detail: &str) -> NewActivity {
        let account = AccountId::from_random([7; 16]);
        let line = NewActivity::of(ActivityKind::Changed, account, name, Timestamp::from_millis(1_800_000_000_000));
        NewActivity { detail: detail.to_owned(), ..line }
    }

    #[test]
    fn no_cell_is_a_formula_and_quotation_marks_stay_within() {
        for formula in ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(cell(formula), format!("\"'{formula}\""));
        }
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        let activity = Activity { seq: 3, line: line("=cmd|' /C calc'!A0", "a,b") };
        let csv = written(&activity, Format::Csv);
        assert!(csv.contains(",\"'=cmd|' /C calc'!A0\",") && csv.ends_with(",\"a,b\"\r\n"), "{csv}");
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
        let records = Records::sqlite(&folder.path().join("records.db")).await.expect("opens");
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
