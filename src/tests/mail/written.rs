//! Each mail in each language, as it is written. The browser tests take pictures of the files that this leaves.

use std::fs;
use std::path::Path;

use strum::VariantArray as _;
use tessera::look::LIGHT;
use tessera::mail::{About, as_html, as_plain_text, words};
use tessera::store::records::mails::{MailFacts, MailKind};
use tessera::text::Lang;
use tessera::ticket::time::Timestamp;

/// What is between the elements of HTML, without the names in it.
fn outside_of_names(html: &str) -> String {
    let body = html.split("<h1").nth(1).unwrap_or_default();
    let parts = body.split("<bdi translate=\"no\">");
    let parts =
        parts.enumerate().map(|(at, part)| if at == 0 { part } else { part.split_once("</bdi>").expect("an end").1 });
    let text = parts.collect::<String>();
    text.split('<').map(|part| part.split_once('>').map_or("", |(_, words)| words)).collect()
}

#[test]
fn each_mail_has_one_link_loads_nothing_and_is_all_in_its_language() {
    let folder = Path::new("target/mails");
    fs::create_dir_all(folder).expect("a folder");
    let at = Timestamp::from_millis(1_800_000_000_000);
    let facts = MailFacts {
        made_by: Some("Mia Müller".to_owned()),
        browser: Some("Firefox".to_owned()),
        system: Some("Windows".to_owned()),
        place: Some("Vienna, Austria".to_owned()),
        passkey: Some("iCloud Keychain".to_owned()),
    };
    for lang in Lang::WITH_TEST_LANGUAGE {
        let texts = lang.texts();
        for kind in MailKind::VARIANTS {
            let facts = if *kind == MailKind::RecoverOneself { MailFacts::default() } else { facts.clone() };
            let about = About {
                kind: *kind,
                username: "alice",
                facts: &facts,
                at,
                link: Some(("/welcome/1JuDq0yAKDkNTrv5rJ0wpZ-h2dBFvQ3N6y5b0iYt9Xk", at)),
                site: "Example",
                origin: "https://login.example.com",
            };
            let words = words(texts, &about);
            let (html, text) = (as_html(texts, &words, &LIGHT), as_plain_text(&words));
            assert_eq!((html.matches("href=").count(), text.matches("https://").count()), (1, 1), "{html}{text}");
            for loads in ["src=", "url(", "<img", "<link", "<script", "<style", "http-equiv"] {
                assert!(!html.contains(loads), "{loads}: {html}");
            }
            assert!(html.len() < 8 * 1024 && text.lines().count() < 20, "{html}{text}");
            if texts.is_right_to_left {
                let said = outside_of_names(&html).replace("UTC", "");
                assert!(!said.contains(|letter: char| letter.is_ascii_alphabetic()), "{said}");
            }
            let name = format!("{}-{}", kind.word(), texts.tag);
            // In one step, because browser tests may read it meanwhile.
            for (kind, content) in [("html", html), ("txt", text)] {
                let begun = folder.join(format!("{name}.{kind}.{}", std::process::id()));
                fs::write(&begun, content).expect("written");
                fs::rename(begun, folder.join(format!("{name}.{kind}"))).expect("written");
            }
        }
    }
}
