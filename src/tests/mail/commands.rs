//! The mail of the command line: `tessera doctor` sends a test mail, over TLS to a mail server that it can trust.

use std::process::{Command, Stdio};

use tempfile::TempDir;
use tessera::settings::SmtpProtection;

use super::smtp::{Act, Smtp};
use super::{alice, mails};
use crate::harness::binary::tessera;
use crate::harness::server::Server;

/// The findings of a doctor who sends a test mail, with this address of a mail server.
async fn findings(folder: &TempDir, smtp: &str, change: impl FnOnce(&mut Command)) -> String {
    let mut command = tessera(folder);
    command.args(["doctor", "--mail-to", "ops@example.org"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("TESSERA_MAIL__SMTP", smtp).env("TESSERA_MAIL__FROM", "Login <login@example.com>");
    change(&mut command);
    let output = tokio::task::spawn_blocking(move || command.output().expect("runs")).await.expect("ends");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
    said.concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_sends_a_test_mail_over_tls_with_the_password_of_a_file() {
    let (smtp, folder) = (Smtp::start(true).await, tempfile::tempdir().expect("a folder"));
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let (roots, password) = (write("roots.pem", &smtp.certificate), write("password", "hunter2\n"));
    let at = format!("smtp://tessera@localhost:{}", smtp.port);
    let said = findings(&folder, &at, |command| {
        command.env("SSL_CERT_FILE", &roots).env("TESSERA_MAIL__PASSWORD_FILE", &password);
    })
    .await;
    assert!(said.contains("good      the mail server took a test mail to ops@example.org"), "{said}");
    let mail = smtp.took(1).await.remove(0);
    assert!(mail.is_tls && mail.signed_in == Some(("tessera".to_owned(), "hunter2".to_owned())), "{mail:?}");
    assert_eq!((mail.header("From").as_str(), mail.to.len()), ("Login <login@example.com>", 1));
    assert_eq!(mail.header("Subject"), "Test email from Tessera");
    assert!(!said.contains("hunter2"), "{said}");

    // Its certificate is not trusted without that.
    let said = findings(&folder, &at, |command| {
        command.env("TESSERA_MAIL__PASSWORD_FILE", &password);
    })
    .await;
    assert!(said.contains("WRONG     the mail server takes no mail: no connection"), "{said}");
    assert_eq!(smtp.taken().len(), 1);
    let clear = smtp.in_clear();
    assert!(!clear.contains("AUTH") && !clear.contains("MAIL"), "{clear}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_why_a_test_mail_was_not_taken() {
    let (smtp, folder) = (Smtp::start(false).await, tempfile::tempdir().expect("a folder"));
    smtp.then(&[Act::Refuse, Act::Greylist]);
    let in_clear = format!("smtp://127.0.0.1:{}?tls=none", smtp.port);
    for says in
        ["refused a test mail to ops@example.org (550)", "did not take a test mail to ops@example.org yet (451)"]
    {
        let said = findings(&folder, &in_clear, |_| {}).await;
        assert!(said.contains(says), "{said}");
    }
    // It offers no STARTTLS, so nothing is sent there.
    let said = findings(&folder, &format!("smtp://localhost:{}", smtp.port), |_| {}).await;
    assert!(said.contains("WRONG     the mail server takes no mail: "), "{said}");
    assert!(smtp.taken().is_empty());
    let mut command = tessera(&folder);
    command.args(["doctor", "--mail-to", "ops@example.org"]).stdout(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || command.output().expect("runs")).await.expect("ends");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.contains("WRONG     no mail server is configured"), "{said}");
}

#[tokio::test]
async fn a_mail_server_without_tls_or_with_a_foreign_certificate_gets_no_link() {
    for has_tls in [false, true] {
        let smtp = Smtp::start(has_tls).await;
        let mut settings = smtp.settings();
        (settings.protection, settings.host) = (SmtpProtection::StartTls, "localhost".to_owned());
        let server = Server::start_with(|of| of.mail = Some(settings)).await;
        let alice = alice(&server).await;
        alice.post("/account/profile/email/prove", &[]).await;
        smtp.was_asked(1).await;
        server.pass(65);
        smtp.was_asked(2).await;
        assert!(!smtp.in_clear().contains("MAIL") && smtp.taken().is_empty(), "{}", smtp.in_clear());
        assert_eq!(mails(&server, "alice").await[0].ended, None, "it is tried again");
    }
}
