//! `tessera config check` says what a start would fail at, in the words of the start; and those words can be acted on.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Output, Stdio};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::harness::binary::{Instance, tessera};
use crate::harness::spawn::free_port;

type Set<'a> = [(&'a str, &'a str)];

fn run(folder: &TempDir, words: &[&str], settings: &Set) -> Output {
    let mut command = tessera(folder);
    // Whoever else listens on this machine is of no account.
    command.env("TESSERA_SERVER__ADDR", "127.0.0.1:0");
    command.args(words).envs(settings.iter().map(|(key, value)| (format!("TESSERA_{key}"), value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs")
}

/// The one line that a command ends with.
fn complaint(folder: &TempDir, words: &[&str], settings: &Set) -> String {
    let done = run(folder, words, settings);
    assert!(!done.status.success(), "{words:?} {settings:?}: {done:?}");
    let said = String::from_utf8(done.stderr).expect("text");
    said.lines().last().unwrap_or_default().to_owned()
}

fn files(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

const CHECK: [&str; 2] = ["config", "check"];
const SERVE: [&str; 3] = ["serve", "--addr", "127.0.0.1:0"];

#[test]
fn what_a_start_fails_at_is_said_without_starting() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("text"), "nothing of the kind").expect("written");
    let shop = "[[app]]\nid = 'ts0123456789abcdef'\nname = 'Shop'\nredirect_uris = ['https://shop.example/back']\n";
    fs::write(folder.path().join("apps.toml"), format!("{shop}secret_file = 'nowhere.secret'")).expect("written");
    let pair = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    fs::write(folder.path().join("cert.pem"), pair.cert.pem()).expect("written");
    let before = files(&folder);

    let port = free_port();
    let (redis, postgres) =
        (format!("redis://:hunter2@127.0.0.1:{port}"), format!("postgres://t:hunter2@127.0.0.1:{port}/t"));
    let (no_redis, no_postgres) = (format!("Redis at 127.0.0.1:{port}"), format!("PostgreSQL at 127.0.0.1:{port}"));
    let phone = |key, value| {
        [("PHONE__ISSUER", "https://a"), ("PHONE__AUDIENCE", "b"), ("PHONE__ALGORITHMS", "[\"ES256\"]"), (key, value)]
    };
    let (no_keys, wrong_keys) = (phone("PHONE__JWKS_FILE", "nowhere.json"), phone("PHONE__JWKS_FILE", "text"));
    let cases: [(&Set, &[&str]); 16] = [
        (
            &[("SERVER__TLS_CERT", "nowhere.pem"), ("SERVER__TLS_KEY", "text")],
            &["server.tls_cert: nowhere.pem: No such file"],
        ),
        (&[("SERVER__TLS_CERT", "text"), ("SERVER__TLS_KEY", "text")], &["server.tls_cert: text holds no certificate"]),
        (
            &[("SERVER__TLS_CERT", "cert.pem"), ("SERVER__TLS_KEY", "text")],
            &["server.tls_key: text holds no private key"],
        ),
        (&[("LOGIN__PLACE_DATABASE", "nowhere.mmdb")], &["login.place_database: nowhere.mmdb", "No such file"]),
        (&[("LOGIN__PLACE_DATABASE", "text")], &["login.place_database: text is no database"]),
        (&[("OAUTH__APPS_FILE", "nowhere.toml")], &["oauth.apps_file: nowhere.toml: No such file"]),
        (
            &[("OAUTH__APPS_FILE", "apps.toml")],
            &["oauth.apps_file: apps.toml: ", "secret_file: nowhere.secret: No such file"],
        ),
        (&no_keys, &["phone.jwks_file: nowhere.json: No such file"]),
        (&wrong_keys, &["phone.jwks_file: text is not a JWK set"]),
        (
            &[("STORE__TICKETS", "redis://a"), ("STORE__TICKETS_FILE", "text")],
            &["store.tickets: ", "store.tickets_file"],
        ),
        (&[("STORE__TICKETS", &redis)], &["store.tickets: ", &no_redis, "Connection refused"]),
        (&[("STORE__RECORDS", &postgres)], &["store.records: ", &no_postgres, "Connection refused"]),
        (&[("SERVER__CODE_KEY_FILE", "text")], &["text: it does not hold 32 bytes"]),
        (&[("ACCOUNT__SCAN_IDLE_HOURS", "25")], &["account.scan_idle_hours: is 25", "account.scan_max_hours = 24"]),
        (&[("LOG__LEVEL", "verbose")], &["log.level: is \"verbose\"", "tessera=debug,info"]),
        (&[("SERVER__TRUSTED_PROXIES", "[\"10.0.0.1\"]")], &["server.trusted_proxies", "\"10.0.0.1\"", "10.0.0.0/8"]),
    ];
    for (settings, parts) in cases {
        let line = complaint(&folder, &CHECK, settings);
        for part in parts {
            assert!(line.contains(part), "{settings:?} does not say {part}: {line}");
        }
        assert!(!line.contains("hunter2"), "{line}");
        assert_eq!(files(&folder), before, "{settings:?} left something behind");
        // A start makes its folder before it gets that far.
        let elsewhere = tempfile::tempdir().expect("a folder");
        for name in &before {
            fs::copy(folder.path().join(name), elsewhere.path().join(name)).expect("copied");
        }
        let started = complaint(&elsewhere, &SERVE, settings);
        let (here, there) = (folder.path().display().to_string(), elsewhere.path().display().to_string());
        assert_eq!(started.replace(&there, &here), line, "the start says the same");
    }
    let line = complaint(&folder, &CHECK, &[("SERVER__ADDR", "192.0.2.1:3000")]);
    assert!(line.contains("server.addr: 192.0.2.1:3000: this machine does not have that address"), "{line}");
    let line = complaint(&folder, &CHECK, &[("SERVER__DATA_DIR", "text")]);
    assert!(line.contains("server.data_dir: ") && line.contains("/text: "), "{line}");
}

#[test]
fn what_is_right_is_said_to_be_and_nothing_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let done = run(&folder, &CHECK, &[("SERVER__PUBLIC_URL", "https://login.example.com")]);
    let said = String::from_utf8(done.stdout).expect("text");
    assert!(done.status.success() && said.contains("right. Served as https://login.example.com, records: /"), "{said}");
    assert!(said.contains("data/tessera.db"), "{said}");
    assert_eq!(files(&folder), Vec::<String>::new());
    assert!(said.contains("none yet: a start makes new ones"), "{said}");
    // Beside the running server too.
    let instance = Instance::start(&mut tessera(&folder), free_port());
    let done = run(&folder, &CHECK, &[("SERVER__ADDR", &format!("127.0.0.1:{}", instance.port))]);
    assert!(done.status.success() && !String::from_utf8_lossy(&done.stdout).contains("none yet"), "{done:?}");
}

#[test]
fn an_address_that_another_program_has_is_found_and_the_server_itself_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, admin) = (free_port(), format!("127.0.0.1:{}", free_port()));
    let own = format!("127.0.0.1:{port}");
    let _instance = Instance::start(tessera(&folder).env("TESSERA_SERVER__ADMIN_ADDR", &admin), port);
    let done = run(&folder, &CHECK, &[("SERVER__ADDR", &own), ("SERVER__ADMIN_ADDR", &admin)]);
    assert!(done.status.success(), "{done:?}");

    let elsewhere = tempfile::tempdir().expect("a folder");
    let program = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let program = program.local_addr().expect("bound").to_string();
    let free = format!("127.0.0.1:{}", free_port());
    let cases: [(&Set, String); 5] = [
        (&[("SERVER__ADDR", &own)], format!("server.addr: {own}: another program listens there")),
        (&[("SERVER__ADDR", &program)], format!("server.addr: {program}: another program listens there")),
        (
            &[("SERVER__ADDR", &free), ("SERVER__ADMIN_ADDR", &program)],
            format!("server.admin_addr: {program}: another program listens there"),
        ),
        (
            &[("SERVER__ADDR", &free), ("SERVER__ADMIN_ADDR", &free)],
            format!("server.admin_addr: {free} is taken by server.addr, {free}: choose another port"),
        ),
        (
            &[("SERVER__ADDR", &free), ("SERVER__ADMIN_ADDR", &free.replace("127.0.0.1", "0.0.0.0"))],
            "is taken by server.addr".to_owned(),
        ),
    ];
    for (settings, named) in cases {
        let line = complaint(&elsewhere, &CHECK, settings);
        assert!(line.contains(&named), "{named}: {line}");
        assert_eq!(complaint(&elsewhere, &["serve"], settings), line, "the start says the same");
        assert_eq!(files(&elsewhere), Vec::<String>::new());
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let (redis, postgres) = (format!("redis://127.0.0.1:{port}"), format!("postgres://t@127.0.0.1:{port}/t"));
    let cases: [(&Set, &[&str]); 2] = [
        (
            &[
                ("STORE__TICKETS", &redis),
                ("STORE__RECORDS", &postgres),
                ("OAUTH__APPS_FILE", "nowhere.toml"),
                ("LOGIN__PLACE_DATABASE", "nowhere.mmdb"),
                ("SERVER__ADDR", "192.0.2.1:3000"),
            ],
            &["store.tickets: ", "store.records: ", "oauth.apps_file: ", "login.place_database: ", "server.addr: "],
        ),
        (
            &[("SERVER__ADRESS", "x"), ("LOGIN__SITE", "x"), ("LOG__FORMAT", "xml"), ("LIMITS__TICKETS", "0")],
            &["server.adress: ", "login.site: ", "log.format: ", "limits.tickets: "],
        ),
    ];
    for (settings, named) in cases {
        let done = run(&folder, &CHECK, settings);
        let said = String::from_utf8(done.stderr).expect("text");
        assert!(!done.status.success() && said.lines().count() == named.len(), "{said}");
        for key in named {
            assert!(said.lines().any(|line| line.starts_with(&format!("tessera: {key}"))), "{key}: {said}");
        }
    }
}

#[test]
fn what_libraries_find_wrong_is_said_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["one", "other"] {
        let pair = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        fs::write(folder.path().join(format!("{name}.pem")), pair.cert.pem()).expect("written");
        fs::write(folder.path().join(format!("{name}.key")), pair.signing_key.serialize_pem()).expect("written");
    }
    let web = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("postgres://t@{}/t", web.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for stream in web.incoming() {
            let _ = std::io::Write::write_all(&mut stream.expect("comes"), b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    fs::create_dir(folder.path().join("damaged")).expect("made");
    fs::write(folder.path().join("damaged/tessera.db"), "nothing of the kind".repeat(500)).expect("written");
    let cases: [(&Set, &str, &str); 3] = [
        (
            &[("SERVER__TLS_CERT", "one.pem"), ("SERVER__TLS_KEY", "other.key")],
            "server.tls_cert: one.pem does not fit the key in other.key: that is the key of another certificate",
            "KeyMismatch",
        ),
        (&[("STORE__RECORDS", &address)], "what answers there is not PostgreSQL", "sqlx"),
        (&[("SERVER__DATA_DIR", "damaged")], "restore the file from the backup", "code: 26"),
    ];
    for (settings, part, library) in cases {
        for words in [&CHECK[..], &SERVE] {
            let line = complaint(&folder, words, settings);
            assert!(line.contains(part) && !line.contains(library), "{line}");
        }
    }
    let line = complaint(&folder, &["user", "list"], &[("SERVER__DATA_DIR", "damaged")]);
    assert!(line.contains("restore the file from the backup"), "{line}");
}

#[test]
fn a_variable_with_one_underscore_behind_its_table_is_told_the_right_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, meant) in [
        ("SERVER_PUBLIC_URL", "TESSERA_SERVER__PUBLIC_URL"),
        ("STORE_TICKETS_FILE", "TESSERA_STORE__TICKETS_FILE"),
        ("LOG_LEVEL", "TESSERA_LOG__LEVEL"),
    ] {
        let line = complaint(&folder, &CHECK, &[(name, "hunter2")]);
        assert_eq!(line, format!("tessera: TESSERA_{name}: two underscores after the table: {meant}"));
    }
    let line = complaint(&folder, &CHECK, &[("SERVER__TLS_CERT_FILE", "x")]);
    assert!(line.contains("server.tls_cert_file: there is no such key"), "{line}");
}

#[test]
fn an_address_that_is_not_utf_8_is_refused_and_not_read_with_other_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("address"), b"redis://tessera:hunter2\xff@127.0.0.1:1").expect("written");
    for (name, value, line) in [
        (
            "TESSERA_STORE__TICKETS",
            &b"redis://tessera:hunter2\xff@127.0.0.1:1"[..],
            "tessera: store.tickets: is not UTF-8 (in TESSERA_STORE__TICKETS)\n",
        ),
        ("TESSERA_STORE__TICKETS_FILE", b"address", "tessera: store.tickets_file: address: "),
    ] {
        for words in [&CHECK[..], &SERVE] {
            let mut command = tessera(&folder);
            command.args(words).env(name, OsStr::from_bytes(value)).stderr(Stdio::piped());
            let done = command.output().expect("runs");
            let said = String::from_utf8(done.stderr).expect("text");
            assert!(!done.status.success() && said.starts_with(line) && said.lines().count() == 1, "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn a_file_that_is_no_configuration_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, part) in [
        ("[server\naddr = 1\n", "TOML"),
        ("[server]\npublic_url = 3000\n", "server.public_url"),
        ("[serve]\n", "serve"),
    ] {
        fs::write(folder.path().join("own.toml"), text).expect("written");
        let done = run(&folder, &["config", "check", "--config", "own.toml"], &[]);
        let said = String::from_utf8(done.stderr).expect("text");
        assert!(said.contains("own.toml") && said.contains(part), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_port_in_use_is_told_by_what_to_do_about_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let cases: [(&[&str], &Set, &str); 3] = [
        (&["serve", "--addr", &address], &[], "server.addr"),
        (&["serve"], &[("SERVER__ADDR", &address)], "server.addr"),
        (&SERVE, &[("SERVER__ADMIN_ADDR", &address)], "server.admin_addr"),
    ];
    for (words, settings, setting) in cases {
        let done = run(&folder, words, settings);
        assert!(!done.status.success() && done.stdout.is_empty(), "it does not say that it is there: {done:?}");
        let said = String::from_utf8(done.stderr).expect("text");
        let line = format!("tessera: {setting}: {address}: another program listens there");
        assert!(said.starts_with(&line) && said.contains("choose another port"), "{said}");
    }
}

#[test]
fn the_example_says_which_port_is_in_use_and_how_to_choose_another() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (taken, free) = (listener.local_addr().expect("bound").port().to_string(), free_port().to_string());
    for (server, site, named) in [(&taken, &free, "SERVER_PORT"), (&free, &taken, "SITE_PORT")] {
        let mut example = Command::new("examples/run");
        example.env("BINARY", "false").env("SERVER_PORT", server).env("SITE_PORT", site).stdin(Stdio::null());
        let done = example.output().expect("runs");
        let said = String::from_utf8(done.stderr).expect("text");
        assert!(!done.status.success() && said.starts_with(&format!("Port {taken} is in use")), "{said}");
        assert!(said.contains(&format!("make example {named}=")), "{said}");
    }
}

#[test]
fn an_address_on_the_command_line_is_told_back_with_its_form() {
    let folder = tempfile::tempdir().expect("a folder");
    for wrong in ["localhost:3000", "3000", "127.0.0.1"] {
        let done = run(&folder, &["serve", "--addr", wrong], &[]);
        let said = String::from_utf8(done.stderr).expect("text");
        assert!(!done.status.success() && said.contains(wrong) && said.contains("such as 127.0.0.1:3000"), "{said}");
    }
    let said = complaint(&folder, &["serve", "--lan", "--addr", "127.0.0.1:0"], &[]);
    assert!(said.contains("--lan: no phone reaches 127.0.0.1"), "{said}");
}

#[tokio::test]
async fn records_of_a_newer_version_are_left_alone_and_said_to_be_so() {
    let folder = tempfile::tempdir().expect("a folder");
    Instance::start(&mut tessera(&folder), free_port()).stop();
    let options = SqliteConnectOptions::new().filename(folder.path().join("data/tessera.db"));
    let mut records = options.connect().await.expect("opens");
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'later', 1, x'00', 0)";
    sqlx::query(later).execute(&mut records).await.expect("written");
    records.close().await.expect("closes");
    for words in [&SERVE[..], &CHECK, &["user", "list"], &["doctor"]] {
        let done = run(&folder, words, &[]);
        let said = String::from_utf8([done.stdout, done.stderr].concat()).expect("text");
        assert!(!done.status.success() && said.contains("were written by a newer Tessera"), "{words:?}: {said}");
        assert!(said.contains("data/tessera.db"), "{words:?}: {said}");
    }
}

#[test]
fn help_shows_a_default_only_where_it_applies() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in [&["app", "set", "--help"][..], &["serve", "--help"], &["user", "promote", "--help"]] {
        let done = run(&folder, words, &[]);
        let help = String::from_utf8(done.stdout).expect("text");
        assert!(done.status.success() && !help.contains("[default"), "{words:?}: {help}");
    }
}

#[test]
fn the_documentation_names_every_flag_of_an_app() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = String::from_utf8(run(&folder, &["app", "add", "--help"], &[]).stdout).expect("text");
    let document = fs::read_to_string("docs/apps.md").expect("a text");
    let flags_in = |text: &str| -> BTreeSet<String> {
        let flags = text.split("--").skip(1).map(|rest| {
            rest.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '-').collect::<String>()
        });
        flags.filter(|flag| !flag.is_empty()).collect()
    };
    let (mut flags, named) = (flags_in(&help), flags_in(&document));
    assert!(flags.remove("help") && flags.len() > 20, "{help}");
    let unnamed: Vec<_> = flags.difference(&named).collect();
    assert!(unnamed.is_empty(), "docs/apps.md does not name {unnamed:?}");
}

#[test]
fn a_check_warns_of_an_address_at_which_browsers_keep_no_cookies() {
    let folder = tempfile::tempdir().expect("a folder");
    for (url, warns) in [("http://login.example.com", true), ("https://login.example.com", false)] {
        let done = run(&folder, &CHECK, &[("SERVER__PUBLIC_URL", url)]);
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("keep no cookies") == warns, "{url}: {said}");
    }
}
