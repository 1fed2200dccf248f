//! What comes late: after a password was changed, after an approval was disowned, after what an app was given is over.

use super::ends::{FIRST, HOUR, NONE, SECOND, app, begins, grant, lives, person, session, told};
use super::now;
use super::records::new_session;
use crate::store::ends::PasswordChange;
use crate::store::grants::{GrantStart, Said};
use crate::store::records::Records;
use crate::ticket::approval::Epoch;
use crate::ticket::field::{Allowed, Fields};
use crate::ticket::ids::AccountId;
use crate::ticket::scope::Scopes;

/// The hash that every account of the contract begins with.
const BEGUN: &str = "$argon2id$";

async fn changes(
    records: &Records,
    of: AccountId,
    seen: Epoch,
    [before, after]: [&str; 2],
    ends_all: bool,
) -> Option<(Epoch, u64)> {
    let change = PasswordChange { seen, before: before.to_owned(), after: after.to_owned(), ends_all };
    records.change_password(of, change, now()).await.expect("answers")
}

pub(super) async fn sec_59_an_owner_changes_the_password_that_they_gave_and_no_other(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let browser = session(&records, alice).await;
    let device = grant(shop, alice, NONE, "openid offline_access");
    assert_eq!(begins(&records, &device, FIRST).await, GrantStart::Started);

    assert_eq!(changes(&records, alice, FIRST, [BEGUN, "$second$"], false).await, Some((FIRST, 0)));
    assert_eq!(changes(&records, alice, FIRST, [BEGUN, "$thief$"], true).await, None, "another tab was faster");
    assert!(lives(&records, &device).await, "what goes on without the tick");
    assert_eq!(told(&records).await, []);

    // An operator's comes while the owner's, or a thief's, is being hashed.
    records.replace_password(alice, "$operator$".to_owned(), now()).await.expect("answers");
    for before in ["$second$", "$operator$"] {
        assert_eq!(changes(&records, alice, FIRST, [before, "$thief$"], true).await, None, "{before}");
    }
    let (account, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((account.epoch, hash.as_deref()), (SECOND, Some("$operator$")));
    assert!(records.session(browser).await.expect("answers").is_none());
    told(&records).await;
}

pub(super) async fn sec_59_with_a_password_ends_whatever_the_one_before_opened(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[shop]).await;
    let browser = session(&records, alice).await;
    let all = [grant(shop, alice, NONE, "openid offline_access"), grant(shop, alice, Some(browser), "openid")];
    for grant in &all {
        assert_eq!(begins(&records, grant, FIRST).await, GrantStart::Started);
    }
    assert_eq!(changes(&records, alice, FIRST, [BEGUN, "$second$"], true).await, Some((SECOND, 1)));
    assert!(!lives(&records, &all[0]).await && !lives(&records, &all[1]).await);
    assert_eq!(told(&records).await, [(shop, alice, NONE)]);
    // A sign-in whose password was checked before it is kept after it.
    assert!(!records.add_session(new_session(alice), FIRST).await.expect("answers"));
    assert!(records.add_session(new_session(alice), SECOND).await.expect("answers"));
}

pub(super) async fn sec_15_what_was_disowned_before_it_was_kept_is_not_kept(records: Records) {
    let shop = app(&records, 1, true).await;
    let alice = person(&records, "alice", &[]).await;
    let late = new_session(alice);
    let after = now() + HOUR;
    records.disown_session(late.token_hash, alice, Some(shop), after).await.expect("answers");
    assert!(!records.add_session(late, FIRST).await.expect("answers"), "the session");
    let allowed = Allowed { scopes: Scopes::parse("openid snsapi_login"), fields: Fields::default() };
    records.settle_consent(alice, shop, None, allowed.clone(), Said::Earlier(now())).await.expect("answers");
    assert!(records.consent(alice, shop).await.expect("answers").is_none(), "the consent that was given before");
    for late in [
        grant(shop, alice, Some(late.token_hash), "openid offline_access"),
        grant(shop, alice, NONE, "openid"),
        grant(shop, alice, NONE, "snsapi_login"),
    ] {
        assert_eq!(begins(&records, &late, FIRST).await, GrantStart::Revoked, "{late:?}");
    }
    // Whoever means it afterwards is not held to that.
    records.settle_consent(alice, shop, None, allowed, Said::Earlier(after + HOUR)).await.expect("answers");
    assert!(records.consent(alice, shop).await.expect("answers").is_some());
}

pub(super) async fn sec_52_an_app_hears_of_an_end_also_where_what_it_was_given_is_over(records: Records) {
    let (gave_back, swept) = (app(&records, 1, true).await, app(&records, 2, true).await);
    let alice = person(&records, "alice", &[gave_back, swept]).await;
    let browser = session(&records, alice).await;
    let over = grant(gave_back, alice, Some(browser), "openid");
    assert_eq!(begins(&records, &over, FIRST).await, GrantStart::Started);
    records.end_grant(over.clone(), now()).await.expect("answers");
    records.end_session(browser, now()).await.expect("answers");
    assert_eq!(told(&records).await, [(gave_back, alice, Some(browser))], "a token that was given back");

    // Of the other nothing is left but that it is allowed.
    assert_eq!(records.withdraw_consent(alice, swept, now()).await.expect("answers"), 0);
    assert_eq!(told(&records).await, [(swept, alice, NONE)], "a consent that is withdrawn");
    records.withdraw_consent(alice, swept, now()).await.expect("answers");
    assert_eq!(told(&records).await, [], "once");
    records.sign_out_account(alice, now()).await.expect("answers");
    assert_eq!(told(&records).await, [(gave_back, alice, NONE)], "whoever is allowed");
}
