//! Checks what answers at the public address; if nothing does, finds out whether the name, the connection or the
//! certificate is the reason.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Response, Url};
use tokio::net::lookup_host;
use tokio::time::timeout;
use tokio_rustls::rustls::{self, CertificateError};

use super::finding::{Finding, doubtful, good, wrong};
use super::machine::has_proxy;
use crate::server::health;
use crate::settings::Settings;
use crate::web::client::Forwarding;

/// Timeout of every request of the doctor; a server that takes longer counts as not answering.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The response of the public address, and what was found wrong on the way to it.
pub(crate) struct Answered {
    pub(crate) response: Response,
    pub(crate) findings: Vec<Finding>,
}

/// Requests `/healthz` like a phone, and, if the certificate is not trusted, again with a client that trusts every
/// certificate.
///
/// # Errors
/// The finding that explains why no client can reach the address.
pub(crate) async fn ask(origin: &str, trusting: &Client, as_a_phone: &Client) -> Result<Answered, Finding> {
    let url = format!("{origin}/healthz");
    resolve_host(origin).await?;
    let error = match as_a_phone.get(&url).send().await {
        Ok(response) => return Ok(Answered { response, findings: Vec::new() }),
        Err(error) => error,
    };
    let Some(rustls::Error::InvalidCertificate(why)) = cause::<rustls::Error>(&error) else {
        return Err(unreachable(origin, &error));
    };
    let untrusted = wrong(
        format!("phones do not trust the certificate of {origin}: {}", distrusted(why)),
        "serve a certificate from an authority that phones know, for this very name, with all of its chain, and renew it in time",
    );
    match trusting.get(&url).send().await {
        Ok(response) => Ok(Answered { response, findings: vec![untrusted] }),
        Err(_) => Err(untrusted),
    }
}

/// Returns the words that say why phones do not trust a certificate.
fn distrusted(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet, or the clock of this machine is wrong"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "it is for another name",
        CertificateError::UnknownIssuer => {
            "no authority that phones know has signed it, or a certificate of its chain is missing"
        }
        CertificateError::Revoked => "it was revoked",
        _ => "it is not one that a server may show, as that of an authority is not",
    }
}

/// Checks that the host of an origin is an IP address, or a name that DNS resolves; otherwise the error is the
/// finding.
async fn resolve_host(origin: &str) -> Result<(), Finding> {
    let url = Url::parse(origin).ok();
    let Some((host, port)) = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?))) else {
        return Ok(());
    };
    let looking = async {
        let mut addresses = lookup_host((host.trim_matches(['[', ']']), port)).await?;
        Ok::<_, io::Error>(addresses.next().is_some())
    };
    let why = match timeout(PATIENCE, looking).await {
        Ok(Ok(true)) => return Ok(()),
        Ok(Ok(false)) => "it has no address".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no name server answers".to_owned(),
    };
    Err(wrong(
        format!("this machine does not know the name {host}: {why}"),
        "see that the name in server.public_url is right and that DNS has it",
    ))
}

fn unreachable(origin: &str, error: &reqwest::Error) -> Finding {
    let kind = cause::<io::Error>(error).map(io::Error::kind);
    let breaks_off = matches!(kind, Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset));
    if cause::<rustls::Error>(error).is_some() || (breaks_off && origin.starts_with("https://")) {
        return wrong(
            format!("what answers at {origin} does not speak TLS as browsers do"),
            "see that the proxy, or server.tls_cert and tls_key, serve https there, or set server.public_url to what is served",
        );
    }
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => wrong(
            format!("the connection to {origin} is refused: nobody listens there"),
            "see that the server runs, that server.public_url is its address, and that the proxy leads to it",
        ),
        _ if error.is_timeout() => wrong(
            format!("nobody answers at {origin} within {} seconds", PATIENCE.as_secs()),
            "see that no firewall stands between, and that the address in server.public_url is this server's or its proxy's",
        ),
        _ => wrong(
            format!("nobody answers at {origin}: {}", deepest(error)),
            "see that the server runs, that server.public_url is its address, and that the proxy leads to it",
        ),
    }
}

/// Checks by the headers of `/healthz` that the answering server is the one with this code key, and that it gets
/// its visitors' addresses. Returns a finding for the first, which is good if the key is not known on both sides,
/// and one for the second only if it is wrong.
pub(crate) fn recognise(settings: &Settings, headers: &HeaderMap, key: Option<&[u8; 32]>) -> Vec<Finding> {
    let origin = &settings.public_url;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut findings = vec![match (key.map(health::name_of), text(health::SERVER)) {
        (Some(own), Some(there)) if own != there => wrong(
            format!("another Tessera answers at {origin}: not the one that has the key of this configuration"),
            "see which server listens there, and that this command has its configuration and its data folder (--config, --data-dir)",
        ),
        _ => good(format!("Tessera answers at {origin}")),
    }];
    match text(health::CLIENT).and_then(Forwarding::of) {
        Some(Forwarding::Unnamed) if has_proxy(settings) => findings.push(wrong(
            "a trusted proxy leads here and does not say for whom it asks: all visitors count as one",
            "let the proxy add to X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for)",
        )),
        Some(Forwarding::Unbelieved) => findings.push(doubtful(
            "a proxy names the addresses of visitors, and is not trusted: all visitors count as one",
            "set server.trusted_proxies to the network that the proxy asks from",
        )),
        Some(Forwarding::Named | Forwarding::Unnamed | Forwarding::Direct) | None => {}
    }
    findings
}

/// Finds an error of type `T` in a chain of causes; `None` if there is none. `io::Error` does not return its
/// inner error by `source`, so that is searched as well.
fn cause<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    None
}

fn deepest(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
