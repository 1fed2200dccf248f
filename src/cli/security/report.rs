//! `tessera report bcp247`: says what the server does about each measure of RFC 10027 §6.1, as it is configured.

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::{Value, json};

use super::super::common::{How, say};
use crate::cause::caused;
use crate::login::bcp247::{Measure, count_on, measures};
use crate::settings::Scanning;
use crate::text::Lang;

/// The subcommands of `tessera report`.
#[derive(Subcommand)]
pub enum Report {
    /// The measures of BCP 247 (RFC 10027 §6.1): which are on, partly on, and off.
    Bcp247 {
        #[command(flatten)]
        how: How,
    },
}

/// Runs a subcommand of `tessera report`; the error is the line to print.
pub async fn run(command: Report) -> Result<(), String> {
    let Report::Bcp247 { how } = command;
    let json = how.json;
    how.on
        .run(async |settings, records| {
            let switch = records.scan_switch().await.map_err(|fault| caused(&fault))?;
            let scan = if settings.login.scan.is_on() { switch.state } else { Scanning::Off };
            let measures = measures(settings);
            say(&if json { as_json(scan, &measures).to_string() } else { as_markdown(scan, &measures) });
            Ok(())
        })
        .await
}

fn as_json(scan: Scanning, measures: &[Measure]) -> Value {
    let texts = Lang::En.texts();
    let rows = measures.iter().map(|measure| {
        json!({
            "section": measure.section,
            "title": (measure.title)(texts),
            "status": measure.status.word(),
            "always": measure.is_always(),
            "does": (measure.says)(texts),
            "setting": measure.setting,
        })
    });
    json!({ "scan": scan.word(), "on": count_on(measures), "measures": rows.collect::<Value>() })
}

fn as_markdown(scan: Scanning, measures: &[Measure]) -> String {
    let texts = Lang::En.texts();
    let (on, all) = (count_on(measures), measures.len());
    let mut out = format!(
        "# Measures of BCP 247 (RFC 10027 §6.1)\n\nSigning in by scanning is {}. {on} of {all} measures are on.\n\n\
         | § | measure | status | what this server does | setting |\n|---|---|---|---|---|\n",
        scan.word()
    );
    for measure in measures {
        let (title, says) = ((measure.title)(texts), (measure.says)(texts));
        let status = if measure.is_always() { "on (always)" } else { measure.status.word() };
        let setting = measure.setting.map(|setting| format!("`{setting}`")).unwrap_or_default();
        let _ = writeln!(out, "| {} | {title} | {status} | {says} | {setting} |", measure.section);
    }
    out.push_str(
        "\nNone of them stops a person who approves a code that somebody else shows them live: no sign-in by a scanned \
         code does.",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn sec_74_markdown_and_json_say_the_same_of_each_measure() {
        let measures = measures(&Settings::defaults());
        let (markdown, json) = (as_markdown(Scanning::Off, &measures), as_json(Scanning::Off, &measures));
        assert!(markdown.contains("Signing in by scanning is off. 14 of 17 measures are on."), "{markdown}");
        assert_eq!((&json["scan"], &json["on"]), (&json!("off"), &json!(14)));
        let rows = json["measures"].as_array().expect("rows");
        assert_eq!(rows.len(), 17);
        for row in rows {
            let word = if row["always"] == true { "on (always)" } else { row["status"].as_str().expect("a word") };
            let begins =
                format!("| {} | {} | {word} | ", row["section"].as_str().unwrap(), row["title"].as_str().unwrap());
            assert!(markdown.contains(&begins), "{begins} in {markdown}");
        }
    }
}
