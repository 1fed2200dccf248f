//! One-time links: whoever opens one has it, it is used once, and everything else is told what to do.

mod commands;
mod made;
mod mirrored;
mod opened;
mod proof;
mod set_up;
mod used;

use tessera::account::link::LinkToken;
use tessera::crypto::random::random;
use tessera::store::records::NewAccount;
use tessera::store::records::activity::{ActivityFilter, ActivityKind, NewActivity};
use tessera::store::records::links::{Earlier, Link, LinkMade, LinkPurpose, NewLink};
use tessera::store::records::people::Role;
use tessera::ticket::ids::AccountId;

use crate::account::profile::account;
use crate::harness::browser::{Browser, Reply};
use crate::harness::server::Server;

/// A password that nobody had before.
pub const CHOSEN: &str = "a sentence that was just thought of";

/// A link, and what a browser asks for to open it.
pub struct Made {
    token: LinkToken,
    pub path: String,
}

impl Made {
    async fn stored(&self, server: &Server) -> Link {
        server.app.records.link(self.token.hash()).await.expect("answers").expect("there").0
    }

    pub fn enrol(&self) -> String {
        format!("{}/enrol", self.path)
    }
}

/// Makes a link for an account.
pub async fn link(server: &Server, name: &str, purpose: LinkPurpose) -> Made {
    let (account, now) = (account(server, name).await, server.clock.now());
    let token = LinkToken::from_random(random());
    let line = NewActivity::of(ActivityKind::LinkMade, account.id, &account.display_name, now);
    let new = NewLink {
        token: token.hash(),
        purpose,
        account: account.id,
        made_by: None,
        earlier: Earlier::Withdrawn,
        now,
        line,
    };
    let made = server.app.records.make_link(new).await.expect("answers");
    assert!(matches!(made, LinkMade::Done { .. }), "{made:?}");
    Made { path: token.path(), token }
}

/// Makes an account whose owner has chosen no password yet, and a link for it.
async fn invitation(server: &Server, name: &str) -> Made {
    let account = NewAccount {
        id: AccountId::from_random(random()),
        username: name.to_lowercase(),
        display_name: name.to_owned(),
        email: None,
        email_verified_at: None,
        password_hash: None,
        role: Role::None,
        created_at: server.clock.now(),
    };
    assert!(server.app.records.add_account(account).await.expect("answers"));
    link(server, name, LinkPurpose::Invite).await
}

/// How many lines of this kind there are about an account.
async fn lines(server: &Server, name: &str, kind: ActivityKind) -> usize {
    let account = Some(account(server, name).await.id);
    let filter = ActivityFilter { account, kind: Some(kind), ..ActivityFilter::default() };
    server.app.records.activity(filter, 100).await.expect("answers").len()
}

/// Looks at a link and presses its button.
pub async fn press(browser: &Browser, path: &str) -> Reply {
    browser.get(path).await;
    browser.post(path, &[("probed", "1")]).await
}
