//! Environment variables `TESSERA_<TABLE>__<KEY>`, and the types of their values.

use std::env;

use toml::Value;

/// A parsed environment variable that sets a value of the configuration: its name begins with `TESSERA_`.
pub(super) struct Variable {
    /// The name in capital letters, for messages.
    pub name: String,
    /// The parts of the name in lower case: a table, a key, and more keys if there are more parts. It has at
    /// least one part.
    pub path: Vec<String>,
    /// The value of the variable; `None` if it is not UTF-8.
    pub value: Option<Value>,
}

/// Returns the environment variables of this process whose names begin with `TESSERA_`, with their values
/// parsed.
pub(super) fn of_this_process() -> impl Iterator<Item = Variable> {
    env::vars_os().filter_map(|(name, text)| variable(&name.to_string_lossy(), text.to_str()))
}

/// Parses an environment variable, whose text is `None` if it is not UTF-8. Returns `None` if its name does not begin
/// with `TESSERA_` or has an empty part.
pub(super) fn variable(name: &str, text: Option<&str>) -> Option<Variable> {
    let name = name.trim().to_ascii_uppercase();
    let path: Vec<_> = name.strip_prefix("TESSERA_")?.split("__").map(str::to_ascii_lowercase).collect();
    let is_whole = path.iter().all(|part| !part.is_empty());
    is_whole.then(|| Variable { path, value: text.map(value), name })
}

/// Returns the name that was probably meant if a variable's name has only one underscore after the name of one of these
/// tables, where there must be two. `None` for any other name.
pub(super) fn meant(name: &str, tables: &[&str]) -> Option<String> {
    let rest = name.strip_prefix("TESSERA_")?;
    tables.iter().find_map(|table| {
        let table = table.to_uppercase();
        let key = rest.strip_prefix(&table)?.strip_prefix('_')?;
        Some(format!("TESSERA_{table}__{key}"))
    })
}

/// Parses the value of a variable: `true`, `false` and numbers as such, text in double quotes as a TOML
/// string, text in brackets as a list, and any other text as a string.
fn value(text: &str) -> Value {
    let text = text.trim();
    match text {
        "true" => return Value::Boolean(true),
        "false" => return Value::Boolean(false),
        _ => {}
    }
    if text.starts_with('"')
        && let Ok(quoted) = text.parse::<Value>()
    {
        return quoted;
    }
    if let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        // Strings in a list need no quotes unless they contain a comma.
        return text.parse().unwrap_or_else(|_| match inside.trim() {
            "" => Value::Array(Vec::new()),
            inside => Value::Array(inside.split(',').map(value).collect()),
        });
    }
    if let Ok(whole) = text.parse() {
        return Value::Integer(whole);
    }
    match text.parse() {
        // Without a point this is a word that Rust parses as a number, such as `inf`.
        Ok(number) if text.contains('.') => Value::Float(number),
        _ => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_variable_is_a_truth_value_a_number_a_list_or_a_string() {
        let words = |words: &[&str]| Value::from(words.to_vec());
        for (text, is) in [
            ("true", Value::from(true)),
            (" false ", Value::from(false)),
            ("\"true\"", Value::from("true")),
            ("trueish", Value::from("trueish")),
            ("60", Value::from(60)),
            (" -2", Value::from(-2)),
            ("1.5", Value::from(1.5)),
            ("127.0.0.1:3000", Value::from("127.0.0.1:3000")),
            ("1e3", Value::from("1e3")),
            ("inf", Value::from("inf")),
            ("", Value::from("")),
            (" My site ", Value::from("My site")),
            ("\" My \\\"site\\\" \"", Value::from(" My \"site\" ")),
            ("\"unfinished", Value::from("\"unfinished")),
            ("'quoted'", Value::from("'quoted'")),
            ("tessera=debug,info", Value::from("tessera=debug,info")),
            ("redis://a,b", Value::from("redis://a,b")),
            ("[\"127.0.0.1/32\"]", words(&["127.0.0.1/32"])),
            ("[\"a\", \"b,c\"]", words(&["a", "b,c"])),
            ("[10.0.0.0/8, ::1/128]", words(&["10.0.0.0/8", "::1/128"])),
            ("[ES256]", words(&["ES256"])),
            ("[1, true]", Value::from(vec![Value::from(1), Value::from(true)])),
            ("[ ]", words(&[])),
            ("[unfinished", Value::from("[unfinished")),
            ("{a=1}", Value::from("{a=1}")),
        ] {
            assert_eq!(value(text), is, "{text}");
        }
    }

    #[test]
    fn a_name_is_a_table_and_a_key_in_letters_of_either_case() {
        let path = |name: &str| variable(name, Some("")).map(|variable| variable.path.join("."));
        assert_eq!(path("TESSERA_SERVER__PUBLIC_URL").as_deref(), Some("server.public_url"));
        assert_eq!(path("tessera_log__level").as_deref(), Some("log.level"));
        assert_eq!(path("TESSERA_SERVER_ADDR").as_deref(), Some("server_addr"));
        for name in ["SERVER__ADDR", "TESSERA_", "TESSERA_SERVER__", "TESSERA___ADDR", "PATH"] {
            assert_eq!(path(name), None, "{name}");
        }
    }
}
