//! TLS: the configured certificate, or for `--lan` a self-signed one for the machine's address.

use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::secret_file;
use crate::settings;

/// Reads the certificate of `[server] tls_cert` and its key, and returns TLS with them; `None` if none is
/// configured.
///
/// # Errors
/// A line with the setting, its file, and what is wrong with it.
pub fn configured(server: &settings::Server) -> Result<Option<TlsAcceptor>, String> {
    match (&server.tls_cert, &server.tls_key) {
        (Some(cert), Some(key)) => acceptor("server.tls_cert", cert, "server.tls_key", key).map(Some),
        _ => Ok(None),
    }
}

/// Reads a certificate chain and its private key from two files, and returns TLS with them. The error is a line that
/// begins with the name of the setting of the wrong file: `cert_name` or `key_name`.
fn acceptor(cert_name: &str, cert: &Path, key_name: &str, key: &Path) -> Result<TlsAcceptor, String> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(|error| unread(cert_name, cert, "holds no certificate in PEM", error))?;
    let key_der = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| unread(key_name, key, "holds no private key in PEM", error))?;
    let mut config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key_der).map_err(|error| {
            let (cert, key) = (cert.display(), key.display());
            match error {
                rustls::Error::InconsistentKeys(_) => {
                    format!("{cert_name}: {cert} does not fit the key in {key}: that is the key of another certificate")
                }
                rustls::Error::InvalidCertificate(_) => {
                    format!("{cert_name}: {cert} holds a certificate that cannot be read")
                }
                _ => format!("{key_name}: {key} holds a key that cannot be used: RSA, ECDSA and Ed25519 can be"),
            }
        })?;
    // HTTP/1.1 only: a WebSocket needs it, and one protocol needs one set of limits.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unread(name: &str, path: &Path, what: &str, error: pem::Error) -> String {
    match error {
        pem::Error::Io(error) => format!("{name}: {}: {error}", path.display()),
        _ => format!("{name}: {} {what}", path.display()),
    }
}

/// Returns TLS with a self-signed certificate for `address` from the data folder. If the folder has none for this
/// address, makes one and writes it there.
///
/// # Errors
/// A line that says what could not be made or read.
pub fn self_signed(data_dir: &Path, address: IpAddr) -> Result<TlsAcceptor, String> {
    let cert = data_dir.join(format!("lan-{address}.cert.pem").replace(':', "-"));
    let key = data_dir.join(format!("lan-{address}.key.pem").replace(':', "-"));
    if !(cert.is_file() && key.is_file()) {
        make(&cert, &key, address).map_err(|error| format!("{}: {error}", cert.display()))?;
    }
    acceptor("--lan", &cert, "--lan", &key)
}

fn make(cert: &Path, key: &Path, address: IpAddr) -> io::Result<()> {
    // A file that an interrupted first start left without the other one is useless.
    for half in [cert, key] {
        let _ = std::fs::remove_file(half);
    }
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).map_err(io::Error::other)?;
    params.subject_alt_names.push(SanType::IpAddress(address));
    params.distinguished_name.push(DnType::CommonName, "Tessera on this network");
    let pair = KeyPair::generate().map_err(io::Error::other)?;
    let signed = params.self_signed(&pair).map_err(io::Error::other)?;
    secret_file::write(key, pair.serialize_pem().as_bytes())?;
    secret_file::write(cert, signed.pem().as_bytes())
}
