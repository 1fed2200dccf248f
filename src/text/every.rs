//! Checks every text of every language: that it is written in the script of its language, that nothing of English is left,
//! and that the names and numbers of the English text are in it.

use super::plural::grouped;
use super::samples::Samples;
use super::{Lang, NAME_MARKS, Texts, plain};

/// Words of Latin letters that stand in texts of other scripts: names, terms of protocols, and what is typed.
const TERMS: [&str; 101] = [
    "iPhone",
    "iPad",
    "cookie",
    "Vienna",
    "QR",
    "Code",
    "ID",
    "IP",
    "IPv",
    "PIN",
    "PC",
    "TV",
    "OS",
    "MB",
    "UTC",
    "App",
    "Web",
    "Cookie",
    "JavaScript",
    "WebSocket",
    "PNG",
    "JPEG",
    "WebP",
    "Tessera",
    "WeChat",
    "OpenID",
    "Connect",
    "PKCE",
    "RFC",
    "BCP",
    "PAR",
    "URI",
    "JWK",
    "RS",
    "Auth",
    "js",
    "Streamlit",
    "passport",
    "openidconnect",
    "UserInfo",
    "userinfo",
    "pairwise",
    "state",
    "code",
    "access",
    "token",
    "sns",
    "oauth",
    "https",
    "http",
    "com",
    "org",
    "app",
    "shop",
    "example",
    "name",
    "signed",
    "in",
    "port",
    "localhost",
    "fe",
    "host",
    "scheme",
    "auto",
    "light",
    "dark",
    "rrggbb",
    "system",
    "sans",
    "serif",
    "rounded",
    "mono",
    "Sec",
    "Host",
    "Key",
    "Version",
    "Content",
    "Length",
    "Authorization",
    "Bearer",
    "phone",
    "pressed",
    "fields",
    "scan",
    "approve",
    "account",
    "proof",
    "login",
    "off",
    "OIDC",
    "CLIENT",
    "SECRET",
    "GHJK",
    "BCDF",
    "Asia",
    "Shanghai",
    "Taipei",
    "Tokyo",
    "Seoul",
    "Europe",
    "Moscow",
];

/// Texts of Latin languages that are the same as in English, by their path.
const SAME: [&str; 26] = [
    "reports.to_app",
    "app_form.speaks_oidc",
    "app_form.speaks_wechat",
    "common.comma",
    "common.colon",
    "common.sentence_gap",
    "common.optional",
    "times.date_and_time",
    "apps.title",
    "apps.app",
    "apps.secret",
    "own_apps.apps",
    "activity.app",
    "own.passkeys",
    "passkeys.title",
    "passkeys.unnamed",
    "passkeys.name",
    "person.role_admin",
    "facts.field_name",
    "facts.site",
    "app_requests.site",
    "link.code",
    "logo.title",
    "people_links.of_invite",
    "own.administration",
    "groups.description",
];

/// The languages other than English.
fn translated() -> impl Iterator<Item = &'static Texts> {
    Lang::TRANSLATED.iter().filter(|lang| **lang != Lang::En).map(|lang| lang.texts())
}

fn listed(texts: &'static Texts, number: u64) -> Vec<(String, String)> {
    texts.list(Samples { number })
}

/// Returns the samples of names that a text contains, each once.
fn names(text: &str) -> Vec<&str> {
    let mut names: Vec<_> =
        text.split('\u{2039}').skip(1).filter_map(|rest| rest.split_once('\u{203a}')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns a text without its names.
fn without_names(text: &str) -> String {
    let mut parts = plain(text).split('\u{2039}').map(str::to_owned).collect::<Vec<_>>();
    for part in parts.iter_mut().skip(1) {
        if let Some((_, rest)) = part.split_once('\u{203a}') {
            *part = rest.to_owned();
        }
    }
    parts.concat()
}

/// Collects what is wrong in all languages, so that one run tells all of it.
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong texts:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_text_has_the_names_and_the_numbers_of_the_english_one() {
    let mut wrong = Vec::new();
    for texts in translated() {
        for number in [5, 21] {
            for ((path, text), (_, english)) in listed(texts, number).into_iter().zip(listed(Lang::En.texts(), number))
            {
                let marked = |text: &str| text.matches(NAME_MARKS[0]).count() > 0;
                let has_number = |text: &str| text.contains(&number.to_string());
                if names(&text) != names(&english) || marked(&text) != marked(&english) {
                    wrong.push(format!("{} {path}: {text}", texts.tag));
                }
                if has_number(&english) && !has_number(&text) {
                    wrong.push(format!("{} {path} lacks {number}: {text}", texts.tag));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_text_is_in_the_script_of_its_language() {
    let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter) || letter == '\u{3005}';
    let is_kana = |letter: char| ('\u{3040}'..='\u{30ff}').contains(&letter);
    let is_hangul = |letter: char| ('\u{ac00}'..='\u{d7a3}').contains(&letter);
    let is_cyrillic = |letter: char| ('\u{400}'..='\u{4ff}').contains(&letter);
    let is_latin = |letter: char| letter.is_alphabetic() && letter < '\u{250}';
    // Characters that only one of the two ways of writing Chinese has.
    let only_traditional = "這們請認證碼掃設備帳號選擇點關閉開啟裝應說還將會來時間網頁鍵連結";
    let only_simplified = "这们请认证码扫设备账号选择点关闭开启装应说还将会来时间网页键连结";
    let mut wrong = Vec::new();
    for texts in translated() {
        for (path, text) in listed(texts, 5) {
            let said = without_names(&text);
            let others = |is_own: &dyn Fn(char) -> bool| {
                said.chars().any(|letter| letter.is_alphabetic() && !is_own(letter) && !is_latin(letter))
            };
            let is_wrong = match texts.tag {
                "zh-Hans" => {
                    others(&is_han)
                        || said
                            .contains(|letter| only_traditional.contains(letter) && !only_simplified.contains(letter))
                }
                "zh-Hant" => {
                    others(&is_han)
                        || said
                            .contains(|letter| only_simplified.contains(letter) && !only_traditional.contains(letter))
                }
                "ja" => others(&|letter| is_han(letter) || is_kana(letter)),
                "ko" => others(&is_hangul),
                "ru" => others(&is_cyrillic),
                _ => others(&|_| false),
            };
            if is_wrong {
                wrong.push(format!("{} {path}: {text}", texts.tag));
            }
        }
        let all: String = listed(texts, 5).into_iter().map(|(_, text)| without_names(&text)).collect();
        let share = |is_own: &dyn Fn(char) -> bool| {
            let letters = all.chars().filter(|letter| letter.is_alphabetic()).count();
            all.chars().filter(|letter| is_own(*letter)).count() * 100 / letters
        };
        let own = match texts.tag {
            "zh-Hans" | "zh-Hant" => share(&is_han),
            "ja" => share(&|letter| is_han(letter) || is_kana(letter)),
            "ko" => share(&is_hangul),
            "ru" => share(&is_cyrillic),
            _ => share(&is_latin),
        };
        assert!(own >= 80, "{}: {own} of 100 letters", texts.tag);
        if texts.tag == "ja" {
            assert!(share(&is_kana) >= 30, "Japanese has kana");
        }
    }
    none(&wrong);
}

#[test]
fn no_text_of_english_is_left_over() {
    let mut wrong = Vec::new();
    let has_other_script = |tag: &str| ["zh-Hans", "zh-Hant", "ja", "ko", "ru"].contains(&tag);
    for texts in translated() {
        for ((path, text), (_, english)) in listed(texts, 5).into_iter().zip(listed(Lang::En.texts(), 5)) {
            let said = without_names(&text);
            let is_left = if has_other_script(texts.tag) {
                let words = said.split(|letter: char| !letter.is_ascii_alphabetic());
                words.filter(|word| word.len() > 1).any(|word| !TERMS.contains(&word))
            } else {
                let words: Vec<_> = said.split(|letter: char| !letter.is_alphabetic()).collect();
                let is_english = ["the", "and", "your", "with", "this", "you", "not", "of"];
                words.iter().any(|word| is_english.contains(word))
                    || (text == english && said.contains(char::is_alphabetic) && !SAME.contains(&path.as_str()))
            };
            if is_left {
                wrong.push(format!("{} {path}: {text}", texts.tag));
            }
        }
    }
    none(&wrong);
}

#[test]
fn large_numbers_are_grouped_as_the_language_does() {
    for texts in translated() {
        let days = texts.times.days_ago(12_345);
        let separator = match texts.tag {
            "ru" | "fr" => "\u{a0}",
            "de" | "es" | "pt-BR" => ".",
            _ => ",",
        };
        let (plain, narrow) = (grouped(12_345, separator), grouped(12_345, "\u{202f}"));
        assert!(days.contains(&plain) || days.contains(&narrow), "{}: {days}", texts.tag);
    }
}
