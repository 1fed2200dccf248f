//! Writes a row of a table as CSV (RFC 4180) in which a spreadsheet finds no formula.

/// The separators that a spreadsheet may split a line at, instead of the comma. Which one it takes depends on the country
/// that it is set to, and quotation marks before a separator then do not protect the cell.
const SEPARATORS: [char; 8] = [';', '|', '\t', '\r', '\n', '\u{b}', '\u{c}', '\u{2028}'];
/// The characters with which a formula begins (OWASP: "CSV injection").
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Returns these texts as a row, each in quotation marks, with the end of the line.
pub fn row<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = texts.into_iter().map(|text| format!("\"{}\"", guarded(text))).collect();
    format!("{}\r\n", cells.join(","))
}

/// Returns a text as it stands within quotation marks, with an apostrophe before each character that would begin a formula:
/// at the beginning of the text, and behind each separator in it. Quotation marks and spaces do not change that, because a
/// spreadsheet may drop them.
fn guarded(text: &str) -> String {
    let (mut guarded, mut is_first) = (String::with_capacity(text.len()), true);
    for letter in text.chars() {
        if is_first && FORMULA.contains(&letter) {
            guarded.push('\'');
        }
        is_first = SEPARATORS.contains(&letter) || is_first && (letter == '"' || letter.is_whitespace());
        guarded.push(letter);
        if letter == '"' {
            guarded.push('"');
        }
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula_wherever_a_spreadsheet_splits_the_line() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
            ("＝1", "'＝1"),
            (" \"=1\"", " \"\"'=1\"\""),
            ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
            ("x|@A1", "x|'@A1"),
            ("x\t-1\r\n+1", "x\t'-1\r'\n'+1"),
            ("x; \"=1\"", "x; \"\"'=1\"\""),
            ("x\u{2028}=1", "x\u{2028}'=1"),
        ] {
            assert_eq!(guarded(text), expected, "{text:?}");
        }
        for harmless in ["", "Alice", "a-b=c+d@e", "a, -b", "x;y|z", "O'Neil"] {
            assert_eq!(guarded(harmless), harmless);
        }
    }

    #[test]
    fn a_row_is_read_back_as_it_was_written() {
        let texts = ["3", "", "a \"b\", c", "line\nbreak"];
        let row = row(texts);
        assert_eq!(row, "\"3\",\"\",\"a \"\"b\"\", c\",\"line\nbreak\"\r\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
        let read = reader.records().next().expect("a row").expect("CSV");
        assert_eq!(read, csv::StringRecord::from(texts.to_vec()));
    }
}
