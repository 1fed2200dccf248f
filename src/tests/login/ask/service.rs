//! A push service on a real socket, over TLS, and a phone's browser that decrypts what comes from there. The decryption is
//! written from RFC 8291 and RFC 8188 alone.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tessera::crypto::random::random;
use tessera::settings::Settings;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs as provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::harness::hang::until;

/// A message that the push service got.
#[derive(Clone, Debug)]
pub struct Message {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// A push service at `localhost`.
#[derive(Clone)]
pub struct PushService {
    pub port: u16,
    got: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    authority: PathBuf,
    _folder: Arc<TempDir>,
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("they belong together");
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let authority = folder.path().join("ca.pem");
        std::fs::write(&authority, cert.pem()).expect("written");
        let port = listener.local_addr().expect("bound").port();
        let service = Self { port, got: Arc::default(), answers: Arc::default(), authority, _folder: folder };
        let (serving, tls) = (service.clone(), TlsAcceptor::from(Arc::new(config)));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("accepts");
                tokio::spawn(serve(serving.clone(), stream, tls.clone()));
            }
        });
        service
    }

    /// Has a server call this push service, which is in its own network.
    pub fn is_used_by(&self, settings: &mut Settings) {
        settings.push.private_hosts = vec!["localhost".to_owned()];
        settings.push.ca_file = Some(self.authority.clone());
        settings.push.contact = Some("mailto:login@example.com".to_owned());
    }

    /// The next messages are answered with these statuses, and those after them with 201.
    pub fn answers(&self, statuses: &[u16]) {
        self.answers.lock().expect("not poisoned").extend(statuses);
    }

    /// All messages so far, once there are so many.
    pub async fn got(&self, count: usize) -> Vec<Message> {
        until("the messages are there", async || self.now().len() >= count).await;
        self.now()
    }

    /// All messages so far.
    pub fn now(&self) -> Vec<Message> {
        self.got.lock().expect("not poisoned").clone()
    }
}

async fn serve(service: PushService, stream: TcpStream, tls: TlsAcceptor) -> Option<()> {
    let mut stream = BufReader::new(tls.accept(stream).await.ok()?);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines[0].split(' ').nth(1).expect("a path").to_owned();
    let headers: BTreeMap<_, _> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = vec![0; headers.get("content-length").expect("a length").parse().expect("a number")];
    stream.read_exact(&mut body).await.ok()?;
    let status = service.answers.lock().expect("not poisoned").pop_front().unwrap_or(201);
    service.got.lock().expect("not poisoned").push(Message { path, headers, body });
    let elsewhere = if status == 307 { "location: /elsewhere\r\n" } else { "" };
    let answer = format!("HTTP/1.1 {status} Said\r\n{elsewhere}content-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

/// The keys of a phone's browser.
pub struct PhoneKeys {
    private: PrivateKey,
    auth: [u8; 16],
}

impl PhoneKeys {
    pub fn new() -> Self {
        Self { private: PrivateKey::generate(&ECDH_P256).expect("a key"), auth: random() }
    }

    fn public(&self) -> Vec<u8> {
        self.private.compute_public_key().expect("a key").as_ref().to_vec()
    }

    pub fn p256dh(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public())
    }

    pub fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// Decrypts a message; `None` if it is not for these keys.
    pub fn decrypt(&self, body: &[u8]) -> Option<String> {
        // RFC 8188 §2.1.
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        let (sender, record) = rest[1..].split_at(rest[0].into());
        assert_eq!(sender.len(), 65);
        assert!(record.len() <= u32::from_be_bytes(size.try_into().expect("four bytes")) as usize);
        // RFC 8291 §3.4, in its own words.
        let hmac = |key: &[u8], parts: &[&[u8]]| sign(&Key::new(HMAC_SHA256, key), &parts.concat()).as_ref().to_vec();
        let ikm = agree(&self.private, UnparsedPublicKey::new(&ECDH_P256, sender), (), |ecdh_secret| {
            let prk_key = hmac(&self.auth, &[ecdh_secret]);
            Ok(hmac(&prk_key, &[b"WebPush: info", &[0], &self.public(), sender, &[1]]))
        });
        let prk = hmac(salt, &[&ikm.expect("a point")]);
        let cek = hmac(&prk, &[b"Content-Encoding: aes128gcm", &[0, 1]]);
        let nonce = hmac(&prk, &[b"Content-Encoding: nonce", &[0, 1]]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &cek[..16]).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).expect("a nonce");
        let mut record = record.to_vec();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
        let end = plain.iter().rposition(|byte| *byte != 0).expect("a delimiter");
        assert_eq!(plain[end], 2, "the last record");
        Some(String::from_utf8(plain[..end].to_vec()).expect("text"))
    }
}
