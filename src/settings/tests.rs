//! Tests of reading and checking the configuration.

use super::*;

fn read(toml: &str) -> Result<Settings, WrongSetting> {
    Settings::read(Sources::text(toml)?)
}

fn lines(toml: &str) -> Vec<String> {
    let wrong = read(toml).expect_err(toml).to_string();
    wrong.lines().map(str::to_owned).collect()
}

#[test]
fn without_any_file_it_serves_localhost_3000() {
    let settings = Settings::defaults();
    assert_eq!(&*settings.public_url, "http://localhost:3000");
    assert_eq!(settings.login.code_seconds, 60);
    assert!(settings.phone.is_none());
}

#[test]
fn the_file_in_the_repository_holds_the_defaults() {
    let file = read(include_str!("../../Leptos.toml")).expect("Leptos.toml is right");
    assert_eq!(format!("{file:?}"), format!("{:?}", Settings::defaults()));
}

#[test]
fn a_wrong_key_or_value_is_named_in_one_line() {
    for (toml, named) in [
        ("[server]\nadress = '1'", "server.adress"),
        ("[serve]\naddr = '1'", "serve"),
        ("[server]\naddr = 'nowhere'", "server.addr"),
        ("[server]\npublic_url = 'ftp://a'", "server.public_url"),
        ("[server]\npublic_url = 'https://a/b'", "server.public_url"),
        ("[server]\ntls_cert = 'a.pem'", "server.tls_cert"),
        ("[login]\ncode_seconds = 0", "login.code_seconds"),
        ("[login]\ncode_seconds = 61", "login.code_seconds"),
        ("[look]\nname = ''", "look.name"),
        ("[login]\nsite_name = 'Shop'", "login.site_name: this key is look.name now"),
        ("[look]\nlogo = '/nowhere/logo.svg'", "look.logo: /nowhere/logo.svg: No such file"),
        ("[look]\nlogo = 'Cargo.toml'", "look.logo: Cargo.toml: is neither an SVG nor a PNG"),
        ("[look]\naccent = 'red'", "look.accent: \"red\" is not a colour, such as #0b6455"),
        (
            "[look]\naccent = '#ffcc00'",
            "look.accent: is #ffcc00: it has a contrast of 1.4:1 with the background #fbfaf7",
        ),
        (
            "[look]\naccent_dark = '#0b6455'",
            "look.accent_dark: is #0b6455: it has a contrast of 2.6:1 with the background",
        ),
        ("[look]\nbackground = '#808080'", "look.background: the texts have a contrast of"),
        ("[look]\nbackground = '#a8c8a0'", "look.background: the default accent cannot be read on it, so look.accent"),
        ("[oauth]\napp_file = 'apps.toml'", "oauth.app_file"),
        ("[limits]\ntickets = 0", "limits.tickets"),
        ("[limits]\nconnections = 15", "limits.connections: is 15; it may be 16 to 10000000"),
        ("[account]\nscan_max_hours = 0", "account.scan_max_hours"),
        ("[account]\nactivity_days = 0", "account.activity_days"),
        ("[account]\nscan_idle_hours = 25", "account.scan_idle_hours"),
        ("[account]\npassword_idle_hours = 3\npassword_max_hours = 2", "account.password_idle_hours"),
        ("[account]\npasskey_domain = 'https://example.com'", "account.passkey_domain"),
        ("[account]\npasskey_domain = '192.0.2.1'", "account.passkey_domain"),
        ("[account]\npasskey_origins = ['http://example.com']", "account.passkey_origins"),
        ("[account]\npasskey_origins = ['https://example.com/']", "account.passkey_origins"),
        ("[account]\npasswords = 'no'", "account.passwords"),
        ("[push]\ncontact = 'login@example.com'", "push.contact"),
        ("[push]\ncontact = 'http://example.com'", "push.contact"),
        ("[push]\nprivate_hosts = ['https://push.example.com']", "push.private_hosts"),
        ("[push]\nprivate_hosts = ['push.example.com:8443']", "push.private_hosts"),
        ("[log]\nlevel = 'verbose'", "log.level"),
        ("[log]\nlevel = 'tessera'", "log.level"),
        ("[log]\nlevel = 'debug,tessera=loud'", "log.level"),
        ("[server]\nadmin_addr = '9090'", "server.admin_addr"),
        ("[server]\ntrusted_proxies = ['proxy.example']", "server.trusted_proxies"),
        ("[log]\nformat = 'xml'", "log.format"),
        ("[phone]\nissuer = 'https://a'", "phone.audience"),
        ("[phone]\naudience = 'a'\nissuer = 'b'\nalgorithms = ['none']\njwks_file = 'x'", "phone.algorithms"),
        ("[phone]\naudience = 'a'\nissuer = 'b'\nalgorithms = ['ES256']", "phone.jwks_file"),
        ("[phone]\naudience = 'a'\nissuer = 'b'\nalgorithms = ['ES256']\nsecret_file = 'x'", "phone.algorithms"),
    ] {
        let line = read(toml).expect_err(toml).to_string();
        assert!(line.contains(named), "{line:?} should name {named}");
        assert_eq!(line.lines().count(), 1, "{line:?}");
    }
}

#[test]
fn a_wrong_address_is_told_back_with_the_form_of_a_right_one() {
    for (toml, value, form) in [
        ("[server]\naddr = 'localhost:3000'", "\"localhost:3000\"", "127.0.0.1:3000"),
        ("[server]\naddr = '127.0.0.1'", "\"127.0.0.1\"", "127.0.0.1:3000"),
        ("[server]\nadmin_addr = ':9090'", "\":9090\"", "127.0.0.1:3000"),
        ("[server]\ntrusted_proxies = ['10.0.0.0/8', '10.0.0.1']", "\"10.0.0.1\"", "192.0.2.7/32"),
        ("[server]\npublic_url = 'login.example.com'", "login.example.com", "https://login.example.com"),
        ("[server]\npublic_url = 'https://a.example/login'", "https://a.example/login", "https://login.example.com"),
        ("[store]\nrecords = '/var/lib/tessera.db'", "store.records", "postgres://"),
        ("[store]\ntickets = 'localhost:6379'", "store.tickets", "redis://127.0.0.1:6379"),
    ] {
        let line = read(toml).expect_err(toml).to_string();
        assert!(line.contains(value) && line.contains(form) && line.lines().count() == 1, "{line}");
    }
    let line = read("[server]\npublic_url = 'https://me:hunter2@a.example'").expect_err("refused").to_string();
    assert!(!line.contains("hunter2"), "{line}");
}

#[test]
fn a_level_is_one_that_there_is_or_a_filter() {
    for right in ["warn", "OFF", "trace", "tessera=debug,info", "info,hyper=off", "tessera[request]=debug"] {
        assert!(read(&format!("[log]\nlevel = '{right}'")).is_ok(), "{right}");
    }
}

#[test]
#[cfg(not(feature = "otel"))]
fn a_collector_is_refused_where_nothing_could_be_sent_to_it() {
    let line = read("[log]\notlp_endpoint = 'http://collector:4318'").expect_err("refused").to_string();
    assert_eq!(line, "log.otlp_endpoint: this binary was built without the feature `otel`");
}

#[test]
#[cfg(feature = "otel")]
fn a_collector_is_an_address_over_http() {
    let read = |url: &str| read(&format!("[log]\notlp_endpoint = '{url}'"));
    for right in ["http://collector:4318", "https://[2001:db8::1]/", "https://otlp.example/tenant/otlp"] {
        assert_eq!(read(right).expect(right).log.otlp_endpoint.as_deref(), Some(right));
    }
    for wrong in
        ["", "collector:4318", "/v1/traces", "grpc://collector:4317", "http://me:secret@collector", "http://a/?b"]
    {
        let line = read(wrong).expect_err(wrong).to_string();
        assert!(line.starts_with("log.otlp_endpoint: ") && line.lines().count() == 1, "{line}");
        assert!(!line.contains("secret"), "{line}");
    }
}

#[test]
fn with_lan_phones_reach_the_machine_or_the_name_of_its_certificate() {
    const CERT: &str = "tls_cert = 'c'\ntls_key = 'k'\n";
    let lan = |toml: &str| {
        let mut settings = read(toml).expect("right");
        settings.listening_on(443);
        settings.reached_over_tls_at([192, 0, 2, 7].into());
        settings.public_url.to_string()
    };
    assert_eq!(lan(""), "https://192.0.2.7");
    assert_eq!(lan(&format!("[server]\n{CERT}")), "https://192.0.2.7");
    assert_eq!(lan("[server]\npublic_url = 'https://a.example'"), "https://192.0.2.7");
    assert_eq!(lan(&format!("[server]\n{CERT}public_url = 'https://a.example'")), "https://a.example");
    let mut settings = Settings::defaults();
    settings.listening_on(80);
    assert_eq!(&*settings.public_url, "http://localhost", "browsers leave out the scheme's own port");
}

#[test]
fn cookies_are_kept_over_https_and_on_this_machine() {
    for (url, are_kept) in [
        ("https://login.example", true),
        ("https://192.0.2.7:8443", true),
        ("http://localhost:3000", true),
        ("http://localhost", true),
        ("http://127.0.0.1:3000", true),
        ("http://[::1]:3000", true),
        ("http://[::1]", true),
        ("http://192.0.2.7:3000", false),
        ("http://[2001:db8::7]", false),
        ("http://[2001:db8::7]:3000", false),
        ("http://login.example", false),
        ("http://localhost.example", false),
    ] {
        let settings = read(&format!("[server]\npublic_url = '{url}'")).expect(url);
        assert_eq!(settings.are_cookies_kept(), are_kept, "{url}");
    }
}

#[test]
fn a_public_url_is_written_as_browsers_write_origins() {
    let url = |text: &str| read(&format!("[server]\npublic_url = '{text}'")).map(|s| s.public_url.to_string());
    assert_eq!(url("https://Login.Example.com:443/").as_deref(), Ok("https://login.example.com"));
    assert_eq!(url("http://localhost:8080").as_deref(), Ok("http://localhost:8080"));
}

#[test]
fn all_that_is_wrong_is_said_at_once_each_on_a_line_that_names_its_key() {
    for (toml, named) in [
        (
            "[server]\nadress = '1'\ntrusted_proxies = ['x']\n[login]\nsite = 'a'\n[log]\nformat = 'xml'",
            &["server.adress", "server.trusted_proxies", "login.site", "log.format"][..],
        ),
        ("[serve]\naddr = '1'\n[limits]\ntickets = 'many'", &["serve", "limits.tickets"]),
        // These values can be read, and are wrong all the same.
        ("[server]\nadress = '1'\n[login]\ncode_seconds = 0", &["server.adress", "login.code_seconds"]),
        (
            "[server]\npublic_url = 'ftp://a'\ntls_cert = 'a'\n[log]\nlevel = 'loud'\n[store]\nrecords = 'x'",
            &["server.public_url", "server.tls_cert", "log.level", "store.records"],
        ),
    ] {
        let lines = lines(toml);
        assert_eq!(lines.len(), named.len(), "{lines:?}");
        for key in named {
            assert!(lines.iter().any(|line| line.starts_with(&format!("{key}: "))), "{key}: {lines:?}");
        }
    }
}

#[test]
fn a_key_that_there_is_not_is_told_which_ones_there_are() {
    let line = &lines("[server]\nadress = '1'")[0];
    assert!(line.contains("there is no such key; the keys of this table are addr, admin_addr"), "{line}");
    let line = &lines("[serve]\naddr = '1'")[0];
    assert!(line.contains("there is no such table; the tables are server, look, login"), "{line}");
    assert!(!line.contains('`'), "{line}");
}

#[test]
fn a_variable_is_read_over_the_file_and_is_named_where_it_is_wrong() {
    let read = |toml: &str, variables: &[(&str, &str)]| {
        let variables = variables.iter().filter_map(|(name, text)| variables::variable(name, Some(text)));
        Settings::read(Sources::text(toml).expect("TOML").overridden_by(variables))
    };
    let toml = "[login]\ncode_seconds = 10\n[look]\nname = 'Shop'";
    let settings = read(
        toml,
        &[
            ("TESSERA_LOGIN__CODE_SECONDS", "20"),
            ("TESSERA_LOGIN__NAME_FIRST", "true"),
            ("TESSERA_SERVER__TRUSTED_PROXIES", "[\"127.0.0.1/32\"]"),
            ("TESSERA_PHONE__LEEWAY_SECONDS", "5"),
            ("PATH", "/bin"),
        ],
    )
    .expect("right");
    assert_eq!((settings.login.code_seconds, &*settings.look.name), (20, "Shop"));
    assert_eq!((settings.login.name_first, settings.server.trusted_proxies.len()), (true, 1));
    for (name, text, line) in [
        ("TESSERA_LOGIN__CODE_SECONDS", "soon", "login.code_seconds: invalid type: string \"soon\""),
        ("TESSERA_LOGIN__SITE", "x", "login.site: there is no such key"),
        ("TESSERA_LOGIN", "x", "login: invalid type: string \"x\""),
        ("TESSERA_LOGIN__SITE__NAME", "x", "login.site: there is no such key"),
        ("TESSERA_SITE__NAME", "x", "site: there is no such table"),
        ("TESSERA_VERSION", "1", "version: there is no such table"),
    ] {
        let wrong = read(toml, &[(name, text)]).expect_err(name).to_string();
        assert!(wrong.starts_with(line) && wrong.ends_with(&format!(" (in {name})")), "{wrong}");
    }
    let wrong = read("[login]\nsite = 1", &[("TESSERA_LOGIN__CODE_SECONDS", "20")]).expect_err("refused").to_string();
    assert!(!wrong.contains("(in "), "the variable beside it is right: {wrong}");
}
