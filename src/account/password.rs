//! Password hashing with argon2id: off the async threads, at most one hash per core at once, in memory that
//! is reused. Without that the allocator would keep 19 MiB for each thread that ever hashed.

mod common;
mod hash_queue;

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parking_lot::Mutex;
use thiserror::Error;
use zeroize::Zeroizing;

use self::hash_queue::HashQueue;
pub use self::hash_queue::Requester;
use crate::crypto::random::random;
use crate::names;
use crate::store::Fault;
use crate::store::records::early_ends::PasswordChange;
use crate::store::records::links::{ProvenBy, SessionProof};
use crate::store::records::{Account, Records, SessionRow};
use crate::text::Texts;
use crate::ticket::ids::SessionTokenHash;
use crate::ticket::time::Timestamp;
use crate::web::bounds::{PASSWORD_BYTES_MOST, PASSWORD_CHARS_LEAST};

/// The time after which a client tries again that was refused because the queue of passwords is full: a full queue
/// has been worked off by then.
pub const BUSY_FOR: Duration = Duration::from_secs(3);
/// Memory of one argon2id hash in KiB. `PASSES` and `LANES` are its other parameters, all as OWASP recommends:
/// 19 MiB, two passes, one lane. A hash takes some 50 ms of one core.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Number of bytes of a salt. The constant below it is that of a hash.
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// A password as it was typed. Its `Debug` output does not contain it, and it is wiped from memory when it is
/// dropped.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Makes a password of any text, without a check. A text over the length limit is never the right password:
    /// only its beginning is hashed, so that it takes no longer than others.
    pub fn typed(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Checks that this password may become the password of an account: its length, and that it is not one of
    /// the most common ones (ASVS 6.2.1, 6.2.4, 6.2.9). Returns it normalized (RFC 8265 §4.2.2), so that it is
    /// the same on all keyboards.
    pub fn chosen(self) -> Result<ChosenPassword, Unacceptable> {
        let spelled = Zeroizing::new(names::password(&self.0));
        if spelled.chars().count() < PASSWORD_CHARS_LEAST || spelled.len() > PASSWORD_BYTES_MOST {
            return Err(Unacceptable::Length);
        }
        if common::is_common(&spelled) {
            return Err(Unacceptable::Common);
        }
        Ok(ChosenPassword(Self(spelled)))
    }
}

/// A password that an account may have: [`Password::chosen`] has checked it. Only this type is hashed for
/// storage.
#[derive(Debug)]
pub struct ChosenPassword(Password);

/// Why a typed password may not become the password of an account.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Unacceptable {
    /// The password is too short or too long.
    #[error("the password needs at least {PASSWORD_CHARS_LEAST} characters and has room for {PASSWORD_BYTES_MOST}")]
    Length,
    /// The password is one of the most common ones.
    #[error("this is one of the passwords that are tried first, because many people have it; choose another one")]
    Common,
}

impl Unacceptable {
    /// Returns the code for the log, and the sentence that the person is shown.
    pub fn said(self, texts: &'static Texts) -> (&'static str, &'static str) {
        match self {
            Self::Length => ("password_not_taken", texts.setup.wrong_password),
            Self::Common => ("password_too_common", texts.setup.common_password),
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Password")
    }
}

/// Proof that a person gave the password of an account. A session is opened with it, or the password is
/// changed. Only [`Passwords::verify`] makes one.
#[derive(Debug)]
pub struct Verified {
    account: Account,
    hash: String,
}

impl Verified {
    /// Returns the account whose password was given.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Returns the proof that the password was given now in this session of the account. The records accept it only
    /// if the verified password is still the present one.
    pub fn proves(&self, session: SessionTokenHash, now: Timestamp) -> SessionProof {
        SessionProof { session, seen: self.account.epoch, by: ProvenBy::Password(self.hash.clone()), now }
    }

    /// Returns a change of the password of the account from the verified one to the one with the hash `after`, which ends
    /// nothing. The records make it only if the verified password is still the present one. `goes_on_in` is the new session
    /// of the person, who made the change in `goes_on_from`.
    pub fn changed_to(
        &self,
        after: String,
        goes_on_from: Option<SessionTokenHash>,
        goes_on_in: SessionRow,
    ) -> PasswordChange {
        let (seen, before) = (self.account.epoch, self.hash.clone());
        PasswordChange { seen, before, after, ends_all: false, goes_on_from, goes_on_in }
    }
}

/// Why a password was not verified.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The user does not exist, or the password is wrong; which of the two is not revealed.
    #[error("the user name or the password is wrong")]
    Wrong,
    /// More people sign in at this moment than the machine has time for.
    #[error("too many people sign in at once")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Hashes and verifies passwords; cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hash_queue: HashQueue,
    /// Memory that no hash uses at present: as many pieces as hashes ever ran at once.
    memory: Mutex<Vec<Memory>>,
    /// A hash that is verified for unknown users, so that they take the same time.
    nobody: String,
}

/// A piece of memory in which argon2id computes one hash, and which the next hash uses again.
type Memory = Vec<Block>;

impl Passwords {
    /// Makes the service, which computes as many hashes at once as the machine has cores.
    pub fn new() -> Self {
        Self(Arc::new(Inner { hash_queue: HashQueue::new(), memory: Mutex::default(), nobody: hash_of_nothing() }))
    }

    /// Hashes a chosen password with a new salt and returns the PHC string to store. It waits for a core in the
    /// queue of known people ([`Requester::Choosing`]). The error is [`VerifyError::Busy`] if too many requests
    /// wait.
    pub async fn hash(&self, ChosenPassword(password): ChosenPassword) -> Result<String, VerifyError> {
        self.on_a_core(Requester::Choosing, move |memory| hash_now(password.0.as_bytes(), memory)).await
    }

    /// Looks up the account of a user name and verifies its password; whether the account is disabled is not
    /// checked. The error is [`VerifyError::Wrong`] for a wrong password and, after the same time, for an
    /// unknown user or one without a password, and [`VerifyError::Busy`] if too many requests wait.
    pub async fn verify(
        &self,
        records: &Records,
        username: &str,
        password: Password,
        requester: Requester,
    ) -> Result<Verified, VerifyError> {
        let (account, hash) = records.account_by_username(username).await?.unzip();
        // An unknown user, or an account without a password, gets the hash that no password has.
        let hash = hash.flatten().unwrap_or_else(|| self.0.nobody.clone());
        let checked = hash.clone();
        let fits = self.on_a_core(requester, move |memory| verify_now(&password, &checked, memory)).await?;
        match account {
            Some(account) if fits => Ok(Verified { account, hash }),
            _ => Err(VerifyError::Wrong),
        }
    }

    async fn on_a_core<T: Send + 'static>(
        &self,
        requester: Requester,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, VerifyError> {
        let core = self.0.hash_queue.core_for(requester).await.map_err(|hash_queue::Busy| VerifyError::Busy)?;
        let inner = Arc::clone(&self.0);
        let work = move || {
            // The permit belongs to the work, not to the request: a client that disconnects frees no core.
            let _core = core;
            let free = |inner: &Inner| inner.memory.lock().pop();
            let mut memory = free(&inner).unwrap_or_default();
            let done = work(&mut memory);
            inner.memory.lock().push(memory);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| VerifyError::Busy)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn argon2id(password: &[u8], salt: &[u8], params: Params, memory: &mut Memory) -> [u8; HASH_BYTES] {
    memory.resize(params.block_count(), Block::new());
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, &mut hash, memory)
        .expect("lengths that argon2 takes");
    hash
}

fn hash_now(password: &[u8], memory: &mut Memory) -> String {
    let salt = random::<SALT_BYTES>();
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).expect("OWASP's parameters are valid");
    written(&salt, &argon2id(password, &salt, params, memory))
}

/// Returns the PHC string of a salt and a hash.
fn written(salt: &[u8], hash: &[u8]) -> String {
    let [salt, hash] = [salt, hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}")
}

/// Returns a PHC string of random bytes, which is verified for unknown users and takes as long as a real hash. No
/// hash is computed for it, so that the start of the server is not delayed.
fn hash_of_nothing() -> String {
    written(&random::<SALT_BYTES>(), &random::<HASH_BYTES>())
}

/// Returns whether the password matches the hash, either as it was typed (as for older hashes) or normalized. If
/// these two differ, both are hashed, so it takes twice as long, whether the user exists or not.
fn verify_now(password: &Password, hash: &str, memory: &mut Memory) -> bool {
    let spelled = Zeroizing::new(names::password(&password.0));
    let fits = verify_bytes(password.0.as_bytes(), hash, memory);
    if *spelled == *password.0 {
        return fits;
    }
    // The second hash is computed even if the first one matches: the time must not reveal what is stored.
    verify_bytes(spelled.as_bytes(), hash, memory) || fits
}

fn verify_bytes(bytes: &[u8], hash: &str, memory: &mut Memory) -> bool {
    let bounded = &bytes[..bytes.len().min(PASSWORD_BYTES_MOST)];
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    // A hash that was made with other parameters is verified with those.
    let (Ok(params), Some(salt), Some(expected)) = (Params::try_from(&hash), &hash.salt, &hash.hash) else {
        return false;
    };
    let hashed = argon2id(bounded, salt, params, memory);
    constant_time::verify_slices_are_equal(&hashed, expected.as_bytes()).is_ok() && bytes.len() == bounded.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_56_a_password_is_kept_as_argon2id_with_19_mib_two_passes_one_lane() {
        let memory = &mut Memory::new();
        let hash = hash_now(b"correct horse battery staple", memory);
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_now(&Password::typed("correct horse battery staple".to_owned()), &hash, memory));
        assert!(!verify_now(&Password::typed("correct horse battery stapl".to_owned()), &hash, memory));
        assert_ne!(hash, hash_now(b"correct horse battery staple", memory), "each hash has its own salt");
    }

    #[tokio::test]
    async fn sec_56_whoever_hangs_up_makes_no_room_for_another_hash() {
        let passwords = Passwords::new();
        let cores = passwords.0.hash_queue.free_cores();
        for _ in 0..cores {
            let asked = tokio::spawn({
                let passwords = passwords.clone();
                let chosen = Password::typed("correct horse".to_owned()).chosen().expect("one may have it");
                async move { passwords.hash(chosen).await.map(|_| ()) }
            });
            let before = passwords.0.hash_queue.free_cores();
            while passwords.0.hash_queue.free_cores() == before {
                tokio::task::yield_now().await;
            }
            asked.abort();
            assert!(asked.await.is_err_and(|error| error.is_cancelled()));
        }
        assert_eq!(passwords.0.hash_queue.free_cores(), 0, "the work goes on and holds its core");
        while passwords.0.hash_queue.free_cores() < cores {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    #[test]
    fn a_hash_is_what_every_other_argon2_makes_of_it() {
        use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
        let hash = hash_now(b"correct horse battery staple", &mut Memory::new());
        let parsed = PasswordHash::new(&hash).expect("a PHC string");
        assert!(Argon2::default().verify_password(b"correct horse battery staple", &parsed).is_ok());

        let weaker = Params::new(1024, 1, 1, None).expect("valid");
        let theirs = Argon2::new(Algorithm::Argon2id, Version::V0x13, weaker);
        let theirs = theirs.hash_password_with_salt(b"correct horse", &[7; 16]).expect("hashed").to_string();
        let verify = |text: &str| verify_now(&Password::typed(text.to_owned()), &theirs, &mut Memory::new());
        assert!(verify("correct horse") && !verify("correct hors"));
    }

    #[test]
    fn a_user_that_does_not_exist_costs_what_one_that_does_costs() {
        let memory = &mut Memory::new();
        let (nobody, somebody) = (hash_of_nothing(), hash_now(b"correct horse battery staple", memory));
        let cost = |hash: &str| {
            let hash = PasswordHash::new(hash).expect("a PHC string");
            let lengths = (hash.salt.map(|salt| salt.len()), hash.hash.map(|output| output.len()));
            (hash.algorithm, hash.version, hash.params.to_string(), lengths)
        };
        assert_eq!(cost(&nobody), cost(&somebody));
        assert!(!verify_now(&Password::typed(String::new()), &nobody, memory));
    }

    #[test]
    fn a_password_is_one_in_all_its_spellings_and_what_was_hashed_as_it_was_typed_still_is() {
        let memory = &mut Memory::new();
        let mut fits = |hash: &str, text: &str| verify_now(&Password::typed(text.to_owned()), hash, memory);
        for spellings in [
            ["pässwörter", "pa\u{308}sswo\u{308}rter"],
            ["비밀번호비밀번호", "\u{1107}\u{1175}밀번호비밀번호"],
            ["correct horse", "correct\u{a0}horse"],
            ["correct horse", "correct\u{3000}horse"],
        ] {
            for chosen in spellings {
                let ChosenPassword(kept) = Password::typed(chosen.to_owned()).chosen().expect("one may have it");
                let hash = hash_now(kept.0.as_bytes(), &mut Memory::new());
                assert!(spellings.iter().all(|typed| fits(&hash, typed)), "{chosen}");
                assert!(!fits(&hash, &format!("{chosen}x")), "{chosen}");
            }
            let before = hash_now(spellings[1].as_bytes(), &mut Memory::new());
            assert!(fits(&before, spellings[1]), "as it was typed when it was chosen");
        }
        // Unassigned, private-use or invisible code points: no password is refused because of its characters.
        for odd in ["🫩🫩🫩🫩🫩🫩🫩🫩", "\u{378}\u{e000}\u{200b}\u{2060}\u{ad}\u{fff9}\u{e0041}\u{10fffe}", "eight\0\t\u{7f}8"]
        {
            let ChosenPassword(kept) = Password::typed(odd.to_owned()).chosen().expect("one may have it");
            let hash = hash_now(kept.0.as_bytes(), &mut Memory::new());
            assert!(fits(&hash, odd), "{odd:?}");
        }
    }

    #[test]
    fn short_and_common_passwords_are_refused_and_long_ones_are_not_cut() {
        let refused = |text: &str| Password::typed(text.to_owned()).chosen().err();
        assert_eq!(refused("seven77"), Some(Unacceptable::Length));
        assert_eq!(refused("qwerty"), Some(Unacceptable::Length), "it is common as well");
        assert_eq!(refused("eight888"), None);
        assert_eq!(refused("八个字的密码也可以"), None);
        assert_eq!(refused(&"x".repeat(PASSWORD_BYTES_MOST)), None);
        assert_eq!(refused(&"x".repeat(PASSWORD_BYTES_MOST + 1)), Some(Unacceptable::Length));
        for common in ["password", "12345678", "Iloveyou", "1Q2W3E4R"] {
            assert_eq!(refused(common), Some(Unacceptable::Common), "{common}");
        }
        let memory = &mut Memory::new();
        let hash = hash_now("x".repeat(PASSWORD_BYTES_MOST).as_bytes(), memory);
        assert!(!verify_now(&Password::typed("x".repeat(PASSWORD_BYTES_MOST + 1)), &hash, memory));
    }
}
