//! Finds the account or the group that an argument names.

use crate::account::TypedName;
use crate::cause::caused;
use crate::store::records::directory::person::Taken;
use crate::store::records::people::{Email, Group, GroupId};
use crate::store::records::{Account, Records};
use crate::ticket::ids::AccountId;

/// Finds an account by its user name, or else by its id. Returns it with the name to print: the user name as it was typed,
/// or for an id the user name, or the display name of an account that only the tokens of a phone app sign in. Fails if
/// there is no such account.
pub(super) async fn account(records: &Records, name: &str) -> Result<(String, Account), String> {
    let account = lookup(records, name).await?.ok_or_else(|| there_is_no(name))?;
    let is_by_id = AccountId::parse(name) == Some(account.id);
    let printed = if is_by_id { shown(&account).to_owned() } else { name.to_owned() };
    Ok((printed, account))
}

/// Finds an account by its user name, or else by its id; `None` if there is no such account.
pub(super) async fn lookup(records: &Records, name: &str) -> Result<Option<Account>, String> {
    let typed = TypedName::of(name);
    let named = records.account_by_username(typed.as_str()).await.map_err(|fault| caused(&fault))?;
    match (named, AccountId::parse(name)) {
        (Some((account, _)), _) => Ok(Some(account)),
        (None, Some(id)) => records.account(id).await.map_err(|fault| caused(&fault)),
        (None, None) => Ok(None),
    }
}

/// Returns the line for an argument that names no account.
pub(super) fn there_is_no(name: &str) -> String {
    format!("there is no account named {name}")
}

/// Returns the name of an account to print: the user name, or the display name of an account that only the tokens of a
/// phone app sign in.
pub(super) fn shown(account: &Account) -> &str {
    account.username.as_deref().unwrap_or(&account.display_name)
}

/// Finds a group by its name, or else by its id. Fails if there is no such group.
pub(super) async fn group(records: &Records, name: &str) -> Result<Group, String> {
    let groups = records.all_groups().await.map_err(|fault| caused(&fault))?;
    among(&groups, name).cloned().ok_or_else(|| format!("there is no group named {name}"))
}

/// Finds a group by its name, or else by its id, among these.
pub(super) fn among<'a>(groups: &'a [Group], name: &str) -> Option<&'a Group> {
    let id = GroupId::parse(name);
    let by_name = groups.iter().find(|group| group.name.as_str() == name);
    by_name.or_else(|| groups.iter().find(|group| Some(group.id) == id))
}

/// Says what another account has already.
pub fn taken(taken: Taken, name: &str, email: Option<&Email>) -> String {
    match taken {
        Taken::Username => format!("there is already an account named {name}"),
        Taken::Alike => format!("there is already an account whose name looks the same as {name}"),
        Taken::Email => {
            let email = email.map(Email::as_str).unwrap_or_default();
            format!("there is already an account with the email address {email}, perhaps in other letter case")
        }
    }
}
