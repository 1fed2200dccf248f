//! Chooses the language of a request by the reader's language tags in their order of preference, as in
//! `Accept-Language` (RFC 9110 §12.5.4), with the lookup of RFC 4647 §3.4.

use super::Lang;

/// Largest number of entries of a list of languages that are read; further ones are ignored.
const MOST: usize = 32;

/// Returns the best of the offered languages for a list of language tags with weights, as in `Accept-Language`.
/// `None` if the list names no offered language.
pub fn of_list(list: &str, offered: &[Lang]) -> Option<Lang> {
    let offered = offered.iter().flat_map(|lang| lang.ranges().iter().map(|range| (*range, *lang)));
    lookup(list, &offered.collect::<Vec<_>>())
}

/// Returns the value of the offered tag that the list prefers; `None` if it accepts none of them. The last part of a
/// tag that is not offered is removed, repeatedly: `zh-Hant-HK` is answered by `zh-Hant`, and then by `zh`. The caller
/// must give the offered tags in lower case.
fn lookup<T: Copy>(list: &str, offered: &[(&str, T)]) -> Option<T> {
    let mut wanted: Vec<(u16, String)> = list.split(',').take(MOST).filter_map(weighted).collect();
    // The sort is stable: of two tags with the same weight, the first is preferred.
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

/// Removes the last part of a language tag, together with a single letter before it, which only introduces that part.
/// What remains may be empty.
fn shorter(tag: &str) -> &str {
    let Some((rest, _)) = tag.rsplit_once('-') else { return "" };
    match rest.rsplit_once('-') {
        Some((before, introduces)) if introduces.len() == 1 => before,
        None if rest.len() == 1 => "",
        _ => rest,
    }
}

/// Parses an entry of a list of languages: its weight in thousandths, and its tag in lower case. `None` for an
/// entry that is not well-formed, and for `*`, which only asks for the default.
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

/// Parses a weight of RFC 9110 §12.4.2, from 0 to 1 with at most three decimals, into thousandths. `None` if it
/// is anything else.
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

    /// Languages as a server may offer them, for tests: pairs of a tag and the language that it matches.
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
        assert_eq!(of_list("en-GB", Lang::TRANSLATED), Some(Lang::En));
        assert_eq!(of_list("ar-XA, ar", Lang::TRANSLATED), None);
        assert_eq!(of_list("ar-XA", Lang::WITH_TEST_LANGUAGE), Some(Lang::Mirrored));
    }
}
