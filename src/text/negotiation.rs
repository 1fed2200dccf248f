//! Chooses the language of a request from the language tags that its reader prefers, in the format of
//! `Accept-Language` (RFC 9110 §12.5.4), by lookup (RFC 4647 §3.4).

use super::Lang;

/// The number of tags of a list that are read.
const MOST: usize = 32;

/// Returns the language for a list of weighted tags as in `Accept-Language`; `None` if none of them is
/// offered.
pub fn of_list(list: &str, offered: &[Lang]) -> Option<Lang> {
    let offered = offered.iter().flat_map(|lang| lang.ranges().iter().map(|range| (*range, *lang)));
    lookup(list, &offered.collect::<Vec<_>>())
}

/// Returns the value of the first wanted tag that is offered. A tag that is not offered is shortened part by
/// part: `zh-Hant-HK` matches `zh-Hant`, and then `zh`. Offered tags are in lower case.
fn lookup<T: Copy>(list: &str, offered: &[(&str, T)]) -> Option<T> {
    let mut wanted: Vec<(u16, String)> = list.split(',').take(MOST).filter_map(weighted).collect();
    // The sort is stable: of two tags with the same weight the first is preferred.
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let is_refused = |tag: &str| wanted.iter().any(|(weight, range)| *weight == 0 && range == tag);
    for (_, range) in wanted.iter().filter(|(weight, _)| *weight > 0) {
        let mut tag = range.as_str();
        while !tag.is_empty() {
            if let Some((_, value)) = offered.iter().find(|(offer, _)| *offer == tag && !is_refused(tag)) {
                return Some(*value);
            }
            tag = shorter(tag);
        }
    }
    None
}

/// Returns the tag without its last part, and without a single letter before that, which only introduces the
/// part.
fn shorter(tag: &str) -> &str {
    let Some((rest, _)) = tag.rsplit_once('-') else { return "" };
    match rest.rsplit_once('-') {
        Some((before, introduces)) if introduces.len() == 1 => before,
        None if rest.len() == 1 => "",
        _ => rest,
    }
}

/// Parses an entry of the list into its weight in thousandths and its tag in lower case. `None` if it is
/// malformed, or if it is `*`, which only asks for the default.
fn weighted(entry: &str) -> Option<(u16, String)> {
    let (tag, weight) = match entry.split_once(';') {
        Some((tag, parameter)) => {
            let (name, weight) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then_some(())?;
            (tag, thousandths(weight.trim())?)
        }
        None => (entry, 1000),
    };
    let tag = tag.trim();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.split('-').all(is_part).then(|| (weight, tag.to_ascii_lowercase()))
}

/// Parses a weight (RFC 9110 §12.4.2), which is from 0 to 1 with at most three decimals.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let is_number = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Languages as a server may offer them, with the tags that each is the answer to.
    const OFFERED: [(&str, &str); 12] = [
        ("en", "English"),
        ("zh", "Simplified"),
        ("zh-hans", "Simplified"),
        ("zh-cn", "Simplified"),
        ("zh-hant", "Traditional"),
        ("zh-tw", "Traditional"),
        ("zh-hk", "Traditional"),
        ("ja", "Japanese"),
        ("ru", "Russian"),
        ("de", "German"),
        ("fr", "French"),
        ("pt", "Portuguese"),
    ];

    #[test]
    fn accept_language_is_answered_by_lookup() {
        for (list, expected) in [
            ("", None),
            ("*", None),
            ("en", Some("English")),
            ("en-US,en;q=0.9", Some("English")),
            ("de-AT", Some("German")),
            ("DE-at", Some("German")),
            ("de-1996-u-co-phonebk", Some("German")),
            ("de-x-klingon", Some("German")),
            ("zh-CN,zh;q=0.9,en;q=0.8", Some("Simplified")),
            ("zh-TW,zh;q=0.9", Some("Traditional")),
            ("zh-Hant-HK", Some("Traditional")),
            ("zh-Hans-SG, zh-Hant;q=0.9", Some("Simplified")),
            ("it, ja;q=0.5, ru;q=0.7", Some("Russian")),
            ("ja;q=0.5, ru;q=0.5", Some("Japanese")),
            ("fr;q=0, de;q=0.1", Some("German")),
            ("fr-CH, fr;q=0", None),
            ("it", None),
            ("*;q=0.5, ja;q=0.1", Some("Japanese")),
            ("fr;q=1.5, de;q=0.9999, ja;q=one, ru", Some("Russian")),
            ("pt-BR ; q=0.3 , en ;Q=0.2", Some("Portuguese")),
            ("französisch, de_AT, en;level=1, ,;q=1, ru;q=0.001", Some("Russian")),
            ("i-klingon, x-private, de;q=0.2", Some("German")),
        ] {
            assert_eq!(lookup(list, &OFFERED), expected, "{list}");
        }
        let long = format!("{},ru", "it,".repeat(MOST));
        assert_eq!(lookup(&long, &OFFERED), None);
    }

    #[test]
    fn every_server_offers_english_and_none_the_test_language() {
        assert_eq!(of_list("en-GB", &Lang::ALL), Some(Lang::En));
        assert_eq!(of_list("ar-XA, ar", &Lang::ALL), None);
        assert_eq!(of_list("ar-XA", &[Lang::En, Lang::Mirrored]), Some(Lang::Mirrored));
    }
}
