//! Checks the forms of nouns beside numbers, and of dates, in each language, with the numbers that change them.

use super::Lang;
use crate::ticket::time::Timestamp;

const NUMBERS: [u64; 14] = [0, 1, 2, 3, 4, 5, 11, 12, 14, 21, 22, 100, 101, 111];

/// Checks how long ago something was, in minutes, for each of [`NUMBERS`]: a text before the number, and after it the noun of
/// each number, where a noun that is left out is as before.
fn minutes(lang: Lang, before: &str, nouns: [&str; 14]) {
    for (number, noun) in NUMBERS.into_iter().zip(nouns) {
        assert_eq!(lang.texts().times.minutes_ago(number), format!("{before}{number}{noun}"), "{lang:?}");
    }
}

#[test]
fn a_noun_has_the_form_that_its_number_asks_for() {
    // 0, 1, 2, 3, 4, 5, 11, 12, 14, 21, 22, 100, 101, 111.
    let one_or_other = |one, other| {
        let mut nouns = [other; 14];
        nouns[1] = one;
        nouns
    };
    minutes(Lang::En, "", one_or_other(" minute ago", " minutes ago"));
    minutes(Lang::De, "vor ", one_or_other(" Minute", " Minuten"));
    minutes(Lang::Es, "hace ", one_or_other(" minuto", " minutos"));
    // 0 has the form of 1.
    let up_to_one = |one, other| {
        let mut nouns = one_or_other(one, other);
        nouns[0] = one;
        nouns
    };
    minutes(Lang::Fr, "il y a ", up_to_one("\u{a0}minute", "\u{a0}minutes"));
    minutes(Lang::PtBr, "h\u{e1} ", up_to_one(" minuto", " minutos"));
    // The last digit decides, except from 11 to 14.
    let (one, few, many) = (" минуту назад", " минуты назад", " минут назад");
    minutes(Lang::Ru, "", [many, one, few, few, few, many, many, many, many, one, few, many, one, many]);
    for (lang, noun) in [(Lang::ZhHans, "分钟前"), (Lang::ZhHant, " 分鐘前"), (Lang::Ja, "分前"), (Lang::Ko, "분 전")]
    {
        minutes(lang, "", [noun; 14]);
    }
    // The case depends on the sentence: the dative, the genitive.
    assert_eq!(Lang::De.texts().times.days_ago(2), "vor 2 Tagen");
    assert!(Lang::Ru.texts().facts.effect_hours(1).contains("1 часа"), "{}", Lang::Ru.texts().facts.effect_hours(1));
    assert!(Lang::Ru.texts().facts.effect_hours(24).contains("24 часов"));
}

#[test]
fn people_are_counted_in_each_language() {
    for (lang, expected) in [
        (Lang::En, ["0 people", "1 person", "2 people", "5 people", "21 people"]),
        (Lang::De, ["0 Personen", "1 Person", "2 Personen", "5 Personen", "21 Personen"]),
        (Lang::Es, ["0 personas", "1 persona", "2 personas", "5 personas", "21 personas"]),
        (
            Lang::Fr,
            [
                "0\u{a0}utilisateur",
                "1\u{a0}utilisateur",
                "2\u{a0}utilisateurs",
                "5\u{a0}utilisateurs",
                "21\u{a0}utilisateurs",
            ],
        ),
        (Lang::PtBr, ["0 pessoa", "1 pessoa", "2 pessoas", "5 pessoas", "21 pessoas"]),
    ] {
        assert_eq!([0, 1, 2, 5, 21].map(|number| lang.texts().people.count(number)), expected, "{lang:?}");
    }
    let russian = [0, 1, 2, 5, 11, 21, 22, 111].map(|number| Lang::Ru.texts().people.count(number));
    let noun = |at: usize| russian[at].split_once(' ').expect("a noun").1;
    assert_eq!([noun(3), noun(4), noun(7)], [noun(0); 3], "many");
    assert_eq!((noun(5), noun(6)), (noun(1), noun(2)), "one and few");
    assert!(noun(0) != noun(2), "{russian:?}");
}

#[test]
fn a_date_is_written_as_in_its_language() {
    // 1 January 1970, and 15 January 2027 at 15:05.
    let (first, later) = (Timestamp::from_millis(0), Timestamp::from_millis(1_800_025_500_000));
    for (lang, begin, date, time) in [
        (Lang::En, "1 January 1970", "15 January 2027", ", 15:05 UTC"),
        (Lang::ZhHans, "1970年1月1日", "2027年1月15日", " 15:05 UTC"),
        (Lang::ZhHant, "1970年1月1日", "2027年1月15日", " 下午3:05 UTC"),
        (Lang::Ja, "1970/01/01", "2027/01/15", " 15:05 UTC"),
        (Lang::Ru, "1 янв. 1970\u{a0}г.", "15 янв. 2027\u{a0}г.", ", 15:05 UTC"),
        (Lang::Ko, "1970년 1월 1일", "2027년 1월 15일", " 15:05 UTC"),
        (Lang::De, "01.01.1970", "15.01.2027", ", 15:05 UTC"),
        (Lang::Fr, "1er\u{a0}janv. 1970", "15\u{a0}janv. 2027", ", 15:05 UTC"),
        (Lang::Es, "1 ene 1970", "15 ene 2027", ", 15:05 UTC"),
        (Lang::PtBr, "1º de jan. de 1970", "15 de jan. de 2027", ", 15:05 UTC"),
    ] {
        let texts = lang.texts();
        assert_eq!([texts.date(first), texts.date(later)], [begin, date], "{lang:?}");
        assert_eq!(texts.date_and_time(later), format!("{date}{time}"), "{lang:?}");
    }
}
