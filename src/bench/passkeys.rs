//! Measures sign-ins by passkey: the options that the page fetches, and the form with the browser's answer. They are compared
//! with webauthn-rs alone, which makes as many challenges and checks as many answers in this process, without HTTP and
//! records.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use url::Url;
use webauthn_rs::prelude::{
    CreationChallengeResponse, CredentialID, Passkey, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn,
    WebauthnBuilder,
};

use super::{Failure, ROUNDS};
use crate::harness::device::Device;
use crate::harness::forms::{self, Sent};
use crate::harness::http::Connection;
use crate::harness::proc;
use crate::harness::server::{Server, scratch, tessera};
use crate::harness::spawn::free_port;
use crate::harness::table::{Row, median};
use crate::harness::visit::{expect, expect_status};

const ROUND: Duration = Duration::from_secs(3);
/// The number of answers of the device that the library checks in one round.
const AT_ONCE: u32 = 300;
/// The domain of the passkeys. There are none at an IP address.
const DOMAIN: &str = "localhost";
const FROM: Ipv4Addr = Ipv4Addr::new(127, 6, 0, 1);
const USERNAME: &str = "alice";

/// Measures both in turn.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (mut house, mut library) = (House::open().await?, Library::open().await?);
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(house.round().await?);
        floor.push(library.round().await?);
    }
    Ok(vec![Row::new("sign-ins by passkey per CPU-second; webauthn-rs alone", median(ours)).floor(median(floor))])
}

/// A server, and a person with a passkey on a device.
struct House {
    server: Server,
    device: Device,
    connection: Connection,
    _data: TempDir,
}

impl House {
    async fn open() -> Result<Self, Failure> {
        let (data, port) = (scratch()?, free_port());
        forms::add_administrator(data.path(), USERNAME)?;
        let mut command = tessera(data.path(), port)?;
        command.env("TESSERA_SERVER__PUBLIC_URL", format!("http://{DOMAIN}:{port}"));
        let server = Server::start(command, None, None)?;
        let mut connection = Connection::open(server.site.at, FROM).await?;
        let cookies = forms::sign_in(&mut connection, &server.site, USERNAME).await?;
        let mut house = Self { server, device: Device::default(), connection, _data: data };
        let (options, key) = house.options("add", &cookies).await?;
        let made = house.device.makes(&house.origin(), options).await;
        let form = [("credential", made.as_str()), ("name", "")];
        let sent = Sent { path: "/account/passkeys", cookies: &format!("{cookies}; {key}"), form: &form };
        expect_status(303, &sent.post(&mut house.connection, &house.server.site).await?, "a new passkey")?;
        Ok(house)
    }

    fn origin(&self) -> String {
        format!("http://{}", self.server.site.host)
    }

    /// Fetches the options of a dialogue. Returns them and the cookies that the browser then has besides.
    async fn options(&mut self, of: &str, cookies: &str) -> Result<(Value, String), Failure> {
        let sent = Sent { path: &format!("/passkey/options/{of}"), cookies, form: &[] };
        let answer = sent.post(&mut self.connection, &self.server.site).await?;
        expect(&answer, "options for a passkey")?;
        Ok((serde_json::from_slice(&answer.body)?, answer.cookies().join("; ")))
    }

    /// Returns sign-ins per second of the server's CPU time.
    async fn round(&mut self) -> Result<f64, Failure> {
        self.connection = Connection::open(self.server.site.at, FROM).await?;
        let (before, end, mut count) = (self.server.cpu()?, Instant::now() + ROUND, 0);
        while Instant::now() < end {
            let (options, key) = self.options("sign-in", "").await?;
            let answer = self.device.answers(&self.origin(), options).await;
            let form = [("credential", answer.as_str()), ("next", "/")];
            let sent = Sent { path: "/signin", cookies: &key, form: &form };
            expect_status(303, &sent.post(&mut self.connection, &self.server.site).await?, "a sign-in by passkey")?;
            count += 1;
        }
        Ok(f64::from(count) / self.server.cpu_since(before)?.as_secs_f64())
    }
}

/// The library alone, with a passkey on a device.
struct Library {
    webauthn: Webauthn,
    passkey: Passkey,
    device: Device,
}

const ORIGIN: &str = "http://localhost";

impl Library {
    async fn open() -> Result<Self, Failure> {
        let webauthn = WebauthnBuilder::new(DOMAIN, &Url::parse(ORIGIN)?)?.build()?;
        let mut device = Device::default();
        let none: Option<Vec<CredentialID>> = None;
        let (options, state) = webauthn.start_passkey_registration(Uuid::from_u128(1), USERNAME, USERNAME, none)?;
        let made = device.makes(ORIGIN, public_key(&options)?).await;
        let made: RegisterPublicKeyCredential = serde_json::from_str(&made)?;
        let passkey = webauthn.finish_passkey_registration(&made, &state)?;
        Ok(Self { webauthn, passkey, device })
    }

    /// Returns sign-ins per second of this process' CPU time. What the device does is not counted.
    async fn round(&mut self) -> Result<f64, Failure> {
        let me = std::process::id();
        let (mut answered, mut used) = (Vec::new(), Duration::ZERO);
        let before = proc::cpu(me)?;
        let begun = (0..AT_ONCE).map(|_| self.webauthn.start_discoverable_authentication());
        let begun = begun.collect::<Result<Vec<_>, _>>()?;
        used += proc::cpu(me)?.saturating_sub(before);
        for (options, state) in begun {
            let options = serde_json::to_value(&options)?["publicKey"].take();
            answered.push((self.device.answers(ORIGIN, options).await, state));
        }
        let before = proc::cpu(me)?;
        for (answer, state) in answered {
            let answer: PublicKeyCredential = serde_json::from_str(&answer)?;
            self.webauthn.finish_discoverable_authentication_v2(&answer, state, &self.passkey)?;
        }
        used += proc::cpu(me)?.saturating_sub(before);
        Ok(f64::from(AT_ONCE) / used.as_secs_f64())
    }
}

fn public_key(options: &CreationChallengeResponse) -> Result<Value, Failure> {
    Ok(serde_json::to_value(options)?["publicKey"].take())
}
