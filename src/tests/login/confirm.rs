//! What the phone shows of a request before its owner decides.

use std::time::Duration;
use tessera::store::records::app_options::Switch;

use reqwest::Method;
use tessera::text::{Lang, Texts};

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::wechat;

/// The text between two marks, without the markup in it.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    text.replace("&#x27;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Each term of the list of facts, with all that is said of it.
fn facts(html: &str) -> Vec<(String, String)> {
    let list = html.split("<dl class=\"facts\">").nth(1).and_then(|rest| rest.split("</dl>").next());
    let list = list.unwrap_or_else(|| panic!("no facts: {html}"));
    let terms = list.split("<dt>").skip(1).map(|term| term.split_once("</dt>").expect("its end"));
    terms.map(|(term, said)| (plain(term), plain(said).trim().to_owned())).collect()
}

async fn asked(phone: &Browser, shown: &Shown, texts: &Texts) -> String {
    let code = phone.scan(shown).await;
    let headers = [("accept", "text/html"), ("accept-language", texts.tag), ("sec-fetch-site", "none")];
    phone.send(Method::GET, &format!("/s/{code}"), &headers, None).await.body
}

/// The page of a phone that was asked says this, and leaves Deny first and with the focus.
fn holds(texts: &Texts, html: &str, host: &str, expected: &[(&str, &str)]) {
    assert!(html.contains(&format!("<html lang=\"{}\"", texts.tag)), "{html}");
    let heading = html.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next()).expect("a heading");
    assert_eq!(plain(heading), tessera::text::plain(&texts.confirm.question(host)));
    let known = facts(html);
    let known: Vec<(&str, &str)> = known.iter().map(|(term, said)| (term.as_str(), said.as_str())).collect();
    assert_eq!(known, expected);
    assert!(plain(html).contains(texts.confirm.warning), "{html}");
    let buttons: Vec<String> = html
        .split("<button")
        .skip(1)
        .map(|rest| rest.split("</button>").next().unwrap_or_default().to_owned())
        .collect();
    let [deny, approve] = &buttons[..] else { panic!("two buttons: {html}") };
    assert!(deny.ends_with(&format!(">{}", texts.common.deny)) && deny.contains("autofocus"), "{deny}");
    assert!(approve.ends_with(&format!(">{}", texts.common.approve)) && !approve.contains("autofocus"), "{approve}");
}

#[tokio::test]
async fn sec_08_the_confirm_page_says_who_asks_for_what_of_every_kind_of_request() {
    for lang in Lang::TRANSLATED.iter().copied() {
        let texts = lang.texts();
        let server = Server::start().await;
        let phone = Browser::signed_in(&server, "Alice").await;
        let desktop = Browser::new(&server, DESKTOP, "198.51.100.7");
        let own = desktop.host().to_owned();
        let network = format!("198.51.100.7 · {}", texts.facts.other_network);
        let ago = texts.ago(Duration::from_secs(12));
        let device = tessera::text::plain(&texts.device(Some("Chrome"), Some("Windows")));

        let shown = desktop.show_code().await;
        server.pass(12);
        let expected = [
            (texts.facts.site, "Tessera"),
            (texts.facts.device, &*device),
            (texts.facts.address, &*network),
            (texts.facts.age, &*ago),
            (texts.facts.account, "Alice"),
            (texts.facts.effect, &*texts.facts.effect_hours(24)),
        ];
        holds(texts, &asked(&phone, &shown, texts).await, &own, &expected);

        // Of an app its own name and the host that it is registered with, whatever the request says.
        let site = Site::register(&server).await;
        let (_, shown) = site.shows(&desktop, &[("scope", "openid")]).await;
        server.pass(12);
        let html = asked(&phone, &shown, texts).await;
        let learns = facts(&html).iter().find(|(term, _)| term == texts.facts.learns).expect("told").1.clone();
        assert!(!learns.is_empty());
        let effect = tessera::text::plain(&texts.facts.effect_here(&own, 24));
        let expected = [
            (texts.facts.site, "S Shop"),
            expected[1],
            expected[2],
            expected[3],
            expected[4],
            (texts.facts.learns, &*learns),
            (texts.facts.effect, &*effect),
        ];
        holds(texts, &html, "shop.example", &expected);

        let device = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
        let begun = device.calls("/oauth/device", &[("scope", "openid")]).await;
        server.pass(12);
        let typed = begun.text("user_code");
        let html = asked(&phone, &Shown { ticket: String::new(), typed: typed.clone() }, texts).await;
        let known = facts(&html);
        assert!(known.contains(&(texts.facts.code.to_owned(), typed)), "{known:?}");
        assert!(known.contains(&(texts.facts.device.to_owned(), texts.facts.device_unknown.to_owned())), "{known:?}");
        assert!(known.iter().all(|(term, _)| term != texts.facts.effect), "no session opens here: {known:?}");
        assert!(
            plain(&html).contains(&tessera::text::plain(&texts.confirm.question("Shop 2"))),
            "it signs in to the app: {html}"
        );

        let forum = wechat::forum(&server).await;
        let path = desktop.get(&wechat::connect(&forum, &[])).await.location().to_owned();
        let shown = Shown::read(&desktop.get(&path).await.body);
        server.pass(12);
        let known = facts(&asked(&phone, &shown, texts).await);
        for term in [texts.facts.site, texts.facts.device, texts.facts.address, texts.facts.account, texts.facts.learns]
        {
            assert!(known.iter().any(|(known, said)| known == term && !said.is_empty()), "{term}: {known:?}");
        }
    }
}

#[tokio::test]
async fn sec_08_what_an_app_is_called_is_text_on_the_confirm_page() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for name in ["</dd><script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "' autofocus onfocus='alert(3)"] {
        let site = Site::register_with(&server, |app| app.name = name.to_owned()).await;
        let (_, shown) = site.shows(&Browser::desktop(&server), &[]).await;
        let html = asked(&phone, &shown, Lang::default().texts()).await;
        assert!(facts(&html)[0].1.ends_with(name), "{html}");
        let mut tags = html.split('<').map(|part| part.split('>').next().unwrap_or_default());
        assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "{html}");
        assert!(tags.all(|tag| !tag.contains(" onfocus")), "{html}");
    }
}
