//! A device with one passkey, and its owner in front of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData, WebauthnError};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error, get_assertion};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use serde_json::{Value, json};
use tessera::crypto::hash::sha256;
use url::Url;

/// The AAGUID of Bitwarden.
const MAKER: [u8; 16] =
    [0xd5, 0x48, 0x82, 0x6e, 0x79, 0xb4, 0xdb, 0x40, 0xa3, 0xd8, 0x11, 0x11, 0x6f, 0x7e, 0x83, 0x49];

/// A device with at most one passkey.
pub struct Device {
    pub key: Option<Passkey>,
    /// Whether it checks its owner.
    pub verifies: bool,
    /// Whether it counts the uses of its passkey.
    pub counts: bool,
}

impl Default for Device {
    fn default() -> Self {
        Self { key: None, verifies: true, counts: false }
    }
}

/// The owner of the device.
struct Owner {
    is_verified: bool,
}

#[async_trait::async_trait]
impl UserValidationMethod for Owner {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification: verification && self.is_verified })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(self.is_verified)
    }
}

type Held = Authenticator<Option<Passkey>, Owner, RustCryptoBackend>;

impl Device {
    fn held(&mut self) -> Held {
        let owner = Owner { is_verified: self.verifies };
        let mut held = Authenticator::new(Aaguid::from(MAKER), self.key.clone(), owner, RustCryptoBackend);
        held.set_make_credentials_with_signature_counter(self.counts);
        held
    }

    /// Makes a passkey as a browser does at this origin, and returns what goes into the form.
    pub async fn makes(&mut self, origin: &str, options: Value) -> String {
        self.tries_to_make(origin, options).await.expect("makes one")
    }

    pub async fn tries_to_make(&mut self, origin: &str, mut options: Value) -> Result<String, WebauthnError> {
        if !self.verifies {
            options["authenticatorSelection"]["userVerification"] = json!("discouraged");
        }
        let options: CredentialCreationOptions =
            serde_json::from_value(json!({ "publicKey": options })).expect("options as browsers read them");
        let mut client = Client::new(self.held()).allows_insecure_localhost(true);
        let made = client.register(&Url::parse(origin).expect("a URL"), options, DefaultClientData).await?;
        self.key.clone_from(client.authenticator().store());
        Ok(sent(&serde_json::to_value(&made).expect("JSON")))
    }

    /// Uses the passkey as a browser does at this origin, and returns what goes into the form.
    pub async fn answers(&mut self, origin: &str, options: Value) -> String {
        let options: CredentialRequestOptions =
            serde_json::from_value(json!({ "publicKey": options })).expect("options as browsers read them");
        let mut client = Client::new(self.held()).allows_insecure_localhost(true);
        let answer = client.authenticate(&Url::parse(origin).expect("a URL"), options, DefaultClientData).await;
        let answer = answer.expect("answers");
        self.key.clone_from(client.authenticator().store());
        sent(&serde_json::to_value(&answer).expect("JSON"))
    }

    /// Uses the passkey as a browser would that an attacker controls: signs whatever client data and domain it is given.
    pub async fn signs(&mut self, client_data: &Value, domain: &str) -> Value {
        let client_data = client_data.to_string();
        let mut held = self.held();
        let asked = get_assertion::Request {
            rp_id: domain.to_owned(),
            client_data_hash: sha256(&[client_data.as_bytes()]).to_vec().into(),
            allow_list: None,
            extensions: None,
            options: get_assertion::Options { up: true, uv: self.verifies },
            pin_auth: None,
            pin_protocol: None,
        };
        let answer = held.get_assertion(asked).await.expect("signs");
        self.key.clone_from(held.store());
        let key = self.key.as_ref().expect("a key");
        let id = URL_SAFE_NO_PAD.encode(&**key.credential_id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "response": {
                "clientDataJSON": encoded(client_data.as_bytes()),
                "authenticatorData": encoded(&answer.auth_data.to_vec()),
                "signature": encoded(&answer.signature),
                "userHandle": key.user_handle.as_ref().map(|handle| encoded(handle)),
            },
        })
    }
}

/// What the script sends: the library writes bytes as numbers, and a browser in base64url.
fn sent(answer: &Value) -> String {
    fn in_base64(value: &Value) -> Value {
        let bytes =
            |list: &[Value]| list.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect::<Option<Vec<_>>>();
        match value {
            Value::Array(list) if !list.is_empty() => {
                bytes(list).map_or_else(|| value.clone(), |bytes| json!(URL_SAFE_NO_PAD.encode(bytes)))
            }
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), in_base64(value))).collect(),
            plain => plain.clone(),
        }
    }
    in_base64(answer).to_string()
}

/// Bytes as browsers send them.
pub fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The client data of an answer to these options, at this origin.
pub fn client_data(options: &Value, origin: &str) -> Value {
    json!({ "type": "webauthn.get", "challenge": options["challenge"], "origin": origin, "crossOrigin": false })
}
