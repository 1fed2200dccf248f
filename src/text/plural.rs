//! The plural form of a noun beside a whole number (the plural rules of CLDR), and the grouping of digits.
//! The table of a language calls the rule of that language.

/// The grammatical form that a noun has beside a number (a plural category of CLDR). Each language uses only some of
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plural {
    /// The form for one: English "hour", Russian "час".
    One,
    /// The form for few: Russian "часа".
    Few,
    /// The form for many: Russian "часов".
    Many,
    /// The form for all others: English "hours". It is the only form in Chinese, Japanese and Korean.
    Other,
}

/// Returns the form of a noun beside this number in English, German and Spanish: one form for 1, and one for
/// all other numbers. Spanish has a third form for whole millions, which no text here needs.
pub fn one_or_other(number: u64) -> Plural {
    if number == 1 { Plural::One } else { Plural::Other }
}

/// Returns the form of a noun beside this number in French and Brazilian Portuguese, where 0 has the form of 1.
pub fn up_to_one_or_other(number: u64) -> Plural {
    if number < 2 { Plural::One } else { Plural::Other }
}

/// Returns the form of a noun beside this number in Russian: the last digit decides, except from 11 to 14.
pub fn slavic(number: u64) -> Plural {
    match (number % 10, number % 100) {
        (_, 11..=14) => Plural::Many,
        (1, _) => Plural::One,
        (2..=4, _) => Plural::Few,
        _ => Plural::Many,
    }
}

/// Returns a number with `separator` between groups of three digits, also below 10,000.
pub fn grouped(number: u64, separator: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_gives_the_form_of_cldr() {
        let forms = |rule: fn(u64) -> Plural, numbers: &[u64], form: Plural| {
            for number in numbers {
                assert_eq!(rule(*number), form, "{number}");
            }
        };
        forms(one_or_other, &[1], Plural::One);
        forms(one_or_other, &[0, 2, 11, 21, 101], Plural::Other);
        forms(up_to_one_or_other, &[0, 1], Plural::One);
        forms(up_to_one_or_other, &[2, 21], Plural::Other);
        forms(slavic, &[1, 21, 101, 1001], Plural::One);
        forms(slavic, &[2, 4, 22, 104], Plural::Few);
        forms(slavic, &[0, 5, 11, 12, 14, 20, 111, 112, 1000], Plural::Many);
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(grouped(0, ","), "0");
        assert_eq!(grouped(999, ","), "999");
        assert_eq!(grouped(1000, ","), "1,000");
        assert_eq!(grouped(1_234_567, "\u{202f}"), "1\u{202f}234\u{202f}567");
    }
}
