//! User agents as browsers of November 2026 send them.

use super::*;

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64)";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K)";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)";
const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X)";
const CHROME: &str = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0";
const WEBKIT: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

fn shown(agent: &Agent) -> String {
    let name = |name: &Option<Box<str>>| name.as_deref().unwrap_or("?").to_owned();
    let phone = if agent.is_phone { ", a phone" } else { "" };
    format!("{} on {}{phone}", name(&agent.browser), name(&agent.system))
}

#[test]
fn browsers_are_named_as_people_name_them() {
    let firefox = "Gecko/20100101 Firefox/145.0";
    for (agent, is) in [
        (format!("{WINDOWS} {CHROME} Safari/537.36"), "Chrome on Windows"),
        (format!("{MAC} {CHROME} Safari/537.36"), "Chrome on macOS"),
        (format!("{LINUX} {CHROME} Safari/537.36"), "Chrome on Linux"),
        (format!("{LINUX} {CHROME} Safari/537.36").replace("Chrome/", "HeadlessChrome/"), "Chrome on Linux"),
        (format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36"), "Chrome on ChromeOS"),
        (format!("{ANDROID} {CHROME} Mobile Safari/537.36"), "Chrome on Android, a phone"),
        (format!("{IPHONE} {WEBKIT} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1"), "Chrome on iPhone, a phone"),
        (format!("{WINDOWS} {CHROME} Safari/537.36 Edg/142.0.0.0"), "Edge on Windows"),
        (format!("{WINDOWS} {CHROME} Safari/537.36 Edge/18.19045"), "Edge on Windows"),
        (format!("{ANDROID} {CHROME} Mobile Safari/537.36 EdgA/142.0.0.0"), "Edge on Android, a phone"),
        (
            format!("{IPHONE} {WEBKIT} Version/18.0 EdgiOS/142.0.3595.66 Mobile/15E148 Safari/604.1"),
            "Edge on iPhone, a phone",
        ),
        (WINDOWS.replace(')', &format!("; rv:145.0) {firefox}")), "Firefox on Windows"),
        (format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) {firefox}"), "Firefox on macOS"),
        (format!("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) {firefox}"), "Firefox on Linux"),
        (
            "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0".to_owned(),
            "Firefox on Android, a phone",
        ),
        (format!("{IPHONE} {WEBKIT} FxiOS/145.0 Mobile/15E148 Safari/604.1"), "Firefox on iPhone, a phone"),
        (format!("{MAC} {WEBKIT} Version/26.1 Safari/605.1.15"), "Safari on macOS"),
        (format!("{IPHONE} {WEBKIT} Version/26.1 Mobile/15E148 Safari/604.1"), "Safari on iPhone, a phone"),
        (format!("{IPAD} {WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1"), "Safari on iPad, a phone"),
        (format!("{WINDOWS} {CHROME} Safari/537.36 OPR/124.0.0.0"), "Opera on Windows"),
        (format!("{ANDROID} {CHROME} Mobile Safari/537.36 OPR/92.0.0.0"), "Opera on Android, a phone"),
        (format!("{IPHONE} {WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1 OPT/6.2.0"), "Opera on iPhone, a phone"),
        (
            "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16".to_owned(),
            "Opera on Android, a phone",
        ),
        (
            format!("{ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36"),
            "Samsung Internet on Android, a phone",
        ),
        (
            format!("{} {CHROME} Mobile Safari/537.36 XWEB/1300473 MMWEBSDK/20250503 MicroMessenger/8.0.61.2860(0x28003D34) WeChat/arm64 Weixin NetType/WIFI", ANDROID.replace("; K", "; 23049RAD8C Build/AQ3A; wv")),
            "WeChat on Android, a phone",
        ),
        (
            format!("{IPHONE} {WEBKIT} Mobile/15E148 MicroMessenger/8.0.64(0x1800402b) NetType/WIFI Language/zh_CN"),
            "WeChat on iPhone, a phone",
        ),
        (
            format!("{WINDOWS} {CHROME} Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat"),
            "WeChat on Windows",
        ),
        (format!("{ANDROID} {CHROME} Mobile DuckDuckGo/5 Safari/537.36"), "DuckDuckGo on Android, a phone"),
        (format!("{MAC} {WEBKIT} Version/18.6 Safari/605.1.15 Ddg/18.6"), "DuckDuckGo on macOS"),
        (format!("{WINDOWS} {CHROME} Safari/537.36 Vivaldi/7.6.3797.63"), "Vivaldi on Windows"),
        (format!("{WINDOWS} {CHROME} YaBrowser/25.10.0.0 Safari/537.36"), "Yandex Browser on Windows"),
        (
            "Mozilla/5.0 (Linux; U; Android 13; en-US; RMX3630) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/123.0.6312.80 UCBrowser/13.9.5.1330 Mobile Safari/537.36".to_owned(),
            "UC Browser on Android, a phone",
        ),
        (
            format!("{IPHONE} {WEBKIT} GSA/393.0.824470318 Mobile/15E148 Safari/604.1"),
            "Google Search App on iPhone, a phone",
        ),
        (
            format!("{} AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36", ANDROID.replace("; K", "; Pixel 9 Build/BP3A; wv")),
            "Webview on Android, a phone",
        ),
        (format!("{IPHONE} {WEBKIT} Mobile/15E148 [FBAN/FBIOS;FBAV/530.0]"), "Webview on iPhone, a phone"),
        ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko".to_owned(), "Internet Explorer on Windows"),
        // None of these is a browser that is known.
        ("curl/8.14.1".to_owned(), "? on ?"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)".to_owned(), "? on ?"),
        (
            format!("{ANDROID} {CHROME} Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
            "? on ?",
        ),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)".to_owned(), "? on ?"),
        ("Dalvik/2.1.0 (Linux; U; Android 15; Pixel 8)".to_owned(), "? on Android, a phone"),
        ("MyShop/3.1 CFNetwork/1568.100.1 Darwin/24.0.0".to_owned(), "? on ?"),
        ("-".to_owned(), "? on ?"),
        (String::new(), "? on ?"),
        ("<script>alert(1)</script>".to_owned(), "? on ?"),
        (format!("{} Firefox/145.0 (Windows)", "x".repeat(2000)), "? on ?"),
    ] {
        let headers = HeaderMap::from_iter([(axum::http::header::USER_AGENT, agent.parse().expect("a header"))]);
        assert_eq!(shown(&Agent::of(&headers)), is, "{agent}");
    }
    assert_eq!(shown(&Agent::of(&HeaderMap::new())), "? on ?");
}

#[test]
fn client_hints_are_believed_before_the_user_agent() {
    let agent = format!("{LINUX} {CHROME} Safari/537.36");
    for (brands, platform, mobile, is) in [
        (
            "\"Chromium\";v=\"142\", \"Google Chrome\";v=\"142\", \"Not_A Brand\";v=\"99\"",
            "\"Windows\"",
            "?0",
            "Chrome on Windows",
        ),
        (
            "\"Not;A=Brand\";v=\"8\", \"Microsoft Edge\";v=\"142\", \"Chromium\";v=\"142\"",
            "\"macOS\"",
            "?0",
            "Edge on macOS",
        ),
        ("\"Chromium\";v=\"142\", \"Brave\";v=\"142\", \"Not_A Brand\";v=\"99\"", "\"Linux\"", "?0", "Chrome on Linux"),
        ("\"Chromium\";v=\"140\", \"Vivaldi\";v=\"7.6\"", "\"Chrome OS\"", "?0", "Vivaldi on ChromeOS"),
        (
            "\"Samsung Internet\";v=\"29.0\", \"Chromium\";v=\"136\"",
            "\"Android\"",
            "?1",
            "Samsung Internet on Android, a phone",
        ),
        ("\"Chromium\";v=\"142\", \"Google Chrome\";v=\"142\"", "\"Android\"", "?0", "Chrome on Android"),
        // Unknown names are ignored.
        ("\"Nowhere\";v=\"1\"", "\"Unknown\"", "?0", "Chrome on Linux"),
        ("Microsoft Edge", "<img src=x>", "", "Chrome on Linux"),
    ] {
        let read = Agent::read(&agent, Some(brands), Some(platform), Some(mobile));
        assert_eq!(shown(&read), is, "{brands} {platform} {mobile}");
    }
}
