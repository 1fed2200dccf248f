//! The time zones that a person can choose: the names of the IANA time zone database.

use jiff::tz;

/// The parts before the first slash in the names that are offered. Names with other parts, such as `Etc/GMT+5`, are
/// accepted and not offered.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// Returns the name of a time zone in the spelling of the database, for a name in any letter case; `None` if the database
/// does not have it.
pub fn known(typed: &str) -> Option<String> {
    tz::db().available().map(|name| name.to_string()).find(|name| name.eq_ignore_ascii_case(typed))
}

/// Returns the names that are offered, sorted.
pub fn offered() -> Vec<String> {
    let is_offered =
        |name: &String| name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region)) || name == "UTC";
    let mut names: Vec<String> = tz::db().available().map(|name| name.to_string()).filter(is_offered).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_those_of_the_database_in_any_letter_case() {
        assert_eq!(known("europe/VIENNA").as_deref(), Some("Europe/Vienna"));
        assert_eq!(known("utc").as_deref(), Some("UTC"));
        for not in ["", "Vienna", "Europe/", "Mars/Base", "../etc/passwd"] {
            assert_eq!(known(not), None, "{not}");
        }
        let offered = offered();
        assert!(offered.len() > 300 && offered.is_sorted(), "{}", offered.len());
        assert!(offered.iter().any(|name| name == "Asia/Shanghai") && !offered.iter().any(|name| name == "Etc/GMT+5"));
    }
}
