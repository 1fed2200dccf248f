//! TLS: a configured certificate, or for `--lan` one of our own on the machine's address.

use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::secret_file;

/// Reads a certificate chain and its key.
pub fn acceptor(cert: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let named = |path: &Path, what: &str| io::Error::other(format!("{}: {what}", path.display()));
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| named(cert, "is not a certificate in PEM"))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|_| named(key, "is not a private key in PEM"))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key_der)
        .map_err(|_| named(cert, "does not fit its key"))?;
    // HTTP/1.1 only: a WebSocket needs it, and one protocol is one set of bounds.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The self-signed certificate for `address`, made once and kept in the data folder.
pub fn self_signed(data_dir: &Path, address: IpAddr) -> io::Result<TlsAcceptor> {
    let cert = data_dir.join(format!("lan-{address}.cert.pem").replace(':', "-"));
    let key = data_dir.join(format!("lan-{address}.key.pem").replace(':', "-"));
    if !(cert.is_file() && key.is_file()) {
        // One without the other, where the first start was interrupted, is of no use.
        for half in [&cert, &key] {
            let _ = std::fs::remove_file(half);
        }
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).map_err(io::Error::other)?;
        params.subject_alt_names.push(SanType::IpAddress(address));
        params.distinguished_name.push(DnType::CommonName, "Tessera on this network");
        let pair = KeyPair::generate().map_err(io::Error::other)?;
        let signed = params.self_signed(&pair).map_err(io::Error::other)?;
        secret_file::write(&key, pair.serialize_pem().as_bytes())?;
        secret_file::write(&cert, signed.pem().as_bytes())?;
    }
    acceptor(&cert, &key)
}
