//! The same in WeChat's dialect, whose words for what is withheld are nothing and nought.

use reqwest::Method;
use serde_json::json;

use super::{account, tells_everything};
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, query, said};
use crate::wechat::{connect, forum};

/// A visitor signs in by a scan and ticks this; what the site gets for it.
async fn signs_in(server: &Server, site: &Site, phone: &Browser, words: &[&str]) -> (String, String) {
    let browser = Browser::desktop(server);
    let begun = browser.get(&connect(site, &[])).await;
    let shown = Shown::read(&browser.get(begun.location()).await.body);
    let code = phone.scan(&shown).await;
    let mut form = vec![("code", code.as_str()), ("fields[]", "")];
    form.extend(words.iter().map(|word| ("fields[]", *word)));
    phone.post("/api/approve", &form).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let code = said(browser.get(begun.location()).await.location(), "code");
    let params =
        [("appid", site.id.as_str()), ("secret", &site.secret), ("code", &code), ("grant_type", "authorization_code")];
    let path = format!("/sns/oauth2/access_token?{}", query(&params));
    let tokens = Answer::of(site.backend.send(Method::GET, &path, &[], None).await);
    (tokens.text("access_token"), tokens.text("openid"))
}

async fn userinfo(site: &Site, (token, openid): &(String, String), lang: &str) -> Answer {
    let params = [("access_token", token.as_str()), ("openid", openid), ("lang", lang)];
    let path = format!("/sns/userinfo?{}", query(&params));
    Answer::of(site.backend.send(Method::GET, &path, &[], None).await)
}

#[tokio::test]
async fn that_platforms_sites_learn_what_is_ticked_and_nothing_of_the_rest() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    tells_everything(&phone).await;
    let picture = account(&server, "alice").await.profile.picture.expect("uploaded");
    let picture = format!("{}/picture/{picture}/0", server.origin);
    for (words, expected) in [
        (&["name", "picture", "gender", "place"][..], json!(["Alice", 2, "Styria", "Graz", "Austria", picture])),
        (&["name", "language"], json!(["Alice", 0, "", "", "", ""])),
        (&["picture"], json!(["", 0, "", "", "", picture])),
        (&["gender"], json!(["", 2, "", "", "", ""])),
        (&["place"], json!(["", 0, "Styria", "Graz", "Austria", ""])),
        (&[], json!(["", 0, "", "", "", ""])),
    ] {
        let tokens = signs_in(&server, &site, &phone, words).await;
        for lang in ["zh_CN", "zh_TW", "en", ""] {
            let info = userinfo(&site, &tokens, lang).await.json;
            let told = ["nickname", "sex", "province", "city", "country", "headimgurl"].map(|key| info[key].clone());
            assert_eq!(json!(told), expected, "{words:?}, {lang}");
        }
    }
    // A client asks for the size that it wants by the last part of the address.
    let base = picture.strip_prefix(&server.origin).and_then(|path| path.strip_suffix('0')).expect("ours");
    for (size, status) in [("0", 200), ("46", 200), ("64", 200), ("96", 200), ("132", 200), ("640", 404)] {
        assert_eq!(site.backend.get(&format!("{base}{size}")).await.status.as_u16(), status, "{size}");
    }
    let tokens = signs_in(&server, &site, &phone, &["gender", "place"]).await;
    for (gender, sex) in [("male", 1), ("female", 2), ("other", 0), ("", 0)] {
        super::tells(&phone, &[("display_name", "Alice"), ("gender", gender), ("city", "Linz")]).await;
        let info = userinfo(&site, &tokens, "en").await.json;
        assert_eq!(
            (&info["sex"], &info["city"], &info["country"]),
            (&json!(sex), &json!("Linz"), &json!("")),
            "{gender}"
        );
    }
}
