//! Finds the account or the group that an argument names.

use crate::account::TypedName;
use crate::cause::caused;
use crate::store::records::people::{Group, GroupId};
use crate::store::records::{Account, Records};
use crate::ticket::ids::AccountId;

/// Finds an account by its user name, or else by its id. Returns it with the name to print: the user name as it was typed,
/// or for an id the user name, or the display name of an account that only the tokens of a phone app sign in. Fails if
/// there is no such account.
pub(super) async fn account(records: &Records, name: &str) -> Result<(String, Account), String> {
    let nobody = || format!("there is no account named {name}");
    let typed = TypedName::of(name);
    if let Some((account, _)) = records.account_by_username(typed.as_str()).await.map_err(|fault| caused(&fault))? {
        return Ok((name.to_owned(), account));
    }
    let id = AccountId::parse(name).ok_or_else(nobody)?;
    let account = records.account(id).await.map_err(|fault| caused(&fault))?;
    let account = account.ok_or_else(nobody)?;
    Ok((account.username.clone().unwrap_or_else(|| account.display_name.clone()), account))
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
