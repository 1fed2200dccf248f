//! Announces the accounts of which sessions ended, to the instances on which pages of these accounts are open. An
//! announcement is only a hint: who watches a session begins to listen, then reads the session, and reads it again after
//! an announcement. So a lost one delays the news and never makes it wrong.

use tokio::sync::{broadcast, mpsc};

use crate::ticket::ids::AccountId;

/// The most announcements that wait for a listener. One that misses more looks at all sessions that it watches.
const WAITING: usize = 256;
/// The most announcements to other instances that wait until Redis is told. There are as many only while Redis does not
/// answer. If one is lost, a page on another instance learns of the end when its session is read again, at its next ping
/// or long poll.
const ANNOUNCED: usize = 64 * 1024;

/// The announcements of ended sessions, within this process and to the other instances that share its Redis; cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct SignOuts {
    here: broadcast::Sender<Option<AccountId>>,
    /// Takes what is to be announced to other instances, [`ANNOUNCED`] at most; more are dropped. `None` if there are no
    /// other instances.
    elsewhere: Option<mpsc::Sender<AccountId>>,
}

impl SignOuts {
    /// Makes the announcements of a process that has no other instances.
    pub fn local() -> Self {
        Self { here: broadcast::channel(WAITING).0, elsewhere: None }
    }

    /// Makes the announcements of one of several instances, and the receiver of what is to be announced to the others.
    pub(super) fn remote() -> (Self, mpsc::Receiver<AccountId>) {
        let (elsewhere, to_announce) = mpsc::channel(ANNOUNCED);
        (Self { elsewhere: Some(elsewhere), ..Self::local() }, to_announce)
    }

    /// Announces on every instance that sessions of this account ended.
    pub fn tell(&self, account: AccountId) {
        self.heard(Some(account));
        if let Some(elsewhere) = &self.elsewhere {
            // If the channel is full, Redis does not answer; if it is closed, the process is ending.
            let _ = elsewhere.try_send(account);
        }
    }

    /// Announces in this process that sessions of this account ended; without an account, that sessions of any account
    /// may have ended, because announcements may have been missed.
    pub(super) fn heard(&self, account: Option<AccountId>) {
        // Without a listener there is no one to tell.
        let _ = self.here.send(account);
    }

    /// Returns a receiver of the announcements from now on. `None` stands for any account.
    pub fn listen(&self) -> broadcast::Receiver<Option<AccountId>> {
        self.here.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_end_is_announced_here_and_passed_on_to_the_other_instances() {
        let account = AccountId::from_random([7; 16]);
        let (sign_outs, mut to_announce) = SignOuts::remote();
        let mut listener = sign_outs.listen();
        sign_outs.tell(account);
        assert_eq!((listener.recv().await, to_announce.recv().await), (Ok(Some(account)), Some(account)));
        sign_outs.heard(None);
        assert_eq!(listener.recv().await, Ok(None));
        assert!(to_announce.try_recv().is_err(), "what was heard is not announced again");
        for _ in 0..=WAITING {
            sign_outs.tell(account);
        }
        assert!(listener.recv().await.is_err(), "a listener learns that it missed some");
    }

    #[test]
    fn what_redis_does_not_take_is_bounded() {
        let (sign_outs, to_announce) = SignOuts::remote();
        for _ in 0..=ANNOUNCED {
            sign_outs.tell(AccountId::from_random([7; 16]));
        }
        assert_eq!(to_announce.len(), ANNOUNCED);
    }
}
