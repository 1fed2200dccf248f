//! Makes passkeys: asks a browser for a new one, and verifies what it made.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{Credential, Passkey as Verifier, PasskeyRegistration, RegisterPublicKeyCredential};

use super::challenge::{BrowserKey, Step};
use super::domain::Passkeys;
use super::makers;
use super::proof::PasskeyProof;
use super::refusal::{PasskeyRefusal, Refused};
use crate::crypto::hash::sha256;
use crate::store::Fault;
use crate::store::records::passkeys::{CredentialId, Passkey};
use crate::store::records::{Account, OpenedBy};
use crate::ticket::ids::AccountId;
use crate::web::client::ClientAddress;

/// The person for whom a passkey is made, as their device shows them.
#[derive(Clone, Debug)]
pub struct User {
    /// The account, whose id is the user handle of the passkey.
    pub account: AccountId,
    /// The user name.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
}

/// What is remembered of the options for a new passkey.
#[derive(Serialize, Deserialize)]
struct Begun {
    account: AccountId,
    state: PasskeyRegistration,
}

/// A new passkey that a browser made and this server verified. It is not stored yet.
#[derive(Debug)]
pub struct Registered {
    /// The passkey, with the name of its maker, if that is known.
    pub new: Passkey,
    is_synced: bool,
}

impl Registered {
    /// Returns the account for which the passkey was made.
    pub fn account(&self) -> AccountId {
        self.new.account
    }

    /// Returns how a session is opened in which the owner of this passkey goes on.
    pub fn opened_by(&self) -> OpenedBy {
        OpenedBy::passkey(self.is_synced)
    }

    /// Returns the proof that the owner of this account just made the passkey. The caller must have stored it.
    pub fn proof(&self, account: Account) -> PasskeyProof {
        PasskeyProof { account, id: self.new.id.clone(), is_synced: self.is_synced, went_back: false }
    }
}

impl Passkeys {
    /// Makes the options for a new passkey of this person, as WebAuthn's JSON, and remembers their challenge. `others` are
    /// the passkeys that the person has; a device that has one of them makes no second one.
    ///
    /// # Errors
    /// A refusal, if there can be no passkeys here; or a fault of the store.
    pub async fn begin(
        &self,
        key: &BrowserKey,
        step: Step,
        user: &User,
        others: &[Passkey],
        from: ClientAddress,
    ) -> Result<Value, Refused> {
        let ours = self.relying_party.as_ref().map_err(|why| PasskeyRefusal::Unavailable(*why))?;
        let handle =
            Uuid::from_slice(user.account.as_bytes()).map_err(|_| Fault::Unreadable("the id of an account"))?;
        let others = others.iter().map(|passkey| passkey.id.0.clone()).collect();
        let begun = ours.webauthn.start_passkey_registration(handle, &user.username, &user.display_name, Some(others));
        let (asked, state) = begun.map_err(|error| PasskeyRefusal::of(&error))?;
        self.remember(key, step, &asked.public_key.challenge, &Begun { account: user.account, state }, from).await?;
        let mut options =
            serde_json::to_value(&asked.public_key).map_err(|_| Fault::Unreadable("the options of a passkey"))?;
        // The library asks for no discoverable key, and some managers would make one that no sign-in finds.
        options["authenticatorSelection"] =
            json!({ "residentKey": "required", "requireResidentKey": true, "userVerification": "required" });
        Ok(options)
    }

    /// Verifies what the browser answered, the JSON of its `PublicKeyCredential`. `name` is the name that the owner gave
    /// the passkey; if it is empty, that of the maker is taken.
    ///
    /// # Errors
    /// Why the answer is refused; or a fault of the store.
    pub async fn register(
        &self,
        headers: &HeaderMap,
        step: Step,
        answer: &str,
        name: &str,
    ) -> Result<Registered, Refused> {
        let ours = self.relying_party.as_ref().map_err(|why| PasskeyRefusal::Unavailable(*why))?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| PasskeyRefusal::Malformed)?;
        let Begun { account, state } = self.taken(headers, step, &answer.response.client_data_json).await?;
        let made = ours.webauthn.finish_passkey_registration(&answer, &state);
        let made = made.map_err(|error| PasskeyRefusal::of(&error))?;
        let credential = Credential::from(made);
        let aaguid = aaguid_in(&answer.response.attestation_object, &ours.domain);
        let passkey = Passkey {
            id: CredentialId(credential.cred_id.clone()),
            account,
            domain: ours.domain.clone(),
            counter: credential.counter,
            name: if name.is_empty() {
                makers::name_of(aaguid).unwrap_or_default().to_owned()
            } else {
                name.to_owned()
            },
            aaguid,
            is_backed_up: credential.backup_state,
            created_at: self.clock.now(),
            last_used_at: None,
            went_back_at: None,
            credential: String::new(),
        };
        let is_synced = credential.backup_eligible;
        // The counter is compared by SQL, not by the library.
        let verifier = Verifier::from(Credential { counter: 0, ..credential });
        let credential = serde_json::to_string(&verifier).map_err(|_| Fault::Unreadable("a passkey"))?;
        Ok(Registered { new: Passkey { credential, ..passkey }, is_synced })
    }
}

/// Returns the AAGUID in an attestation object that was verified for this domain; 16 zeros if it has none. The data of the
/// authenticator begins with the hash of the domain, a byte of flags and four of the counter, and goes on with the AAGUID
/// (WebAuthn Level 3 §6.1, §6.5.1).
fn aaguid_in(attestation: &[u8], domain: &str) -> [u8; 16] {
    const BEFORE: usize = 32 + 1 + 4;
    let hash = sha256(&[domain.as_bytes()]);
    let begin = attestation.windows(hash.len()).position(|window| *window == hash);
    let aaguid = begin.and_then(|begin| attestation.get(begin + BEFORE..begin + BEFORE + 16));
    aaguid.and_then(|aaguid| aaguid.try_into().ok()).unwrap_or_default()
}
