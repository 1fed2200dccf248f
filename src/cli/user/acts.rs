//! The subcommands of `tessera user` that change the role of an account, or end what it has.

use super::one::{Found, One, add_ended, answer, by, counted, one_described};
use crate::cause::caused;
use crate::cli::common::say;
use crate::store::records::Records;
use crate::store::records::accounts::{Removal, RoleChange};
use crate::store::records::early_ends::SignedOut;
use crate::store::records::people::Role;

/// The options of `tessera user role`.
#[derive(clap::Args)]
pub struct NewRole {
    #[command(flatten)]
    one: One,
    /// What the account may administer
    #[arg(value_enum)]
    role: Role,
}

impl NewRole {
    /// Gives the account the role.
    pub async fn run(self) -> Result<(), String> {
        let role = self.role;
        self.one.run(async |records, found| set_role(records, found, role).await).await
    }
}

/// Makes an account an administrator.
pub async fn promote(records: &Records, found: Found) -> Result<(), String> {
    set_role(records, found, Role::Admin).await
}

/// Makes an administrator an ordinary account.
pub async fn demote(records: &Records, found: Found) -> Result<(), String> {
    if !found.account.is_admin() {
        return Err(format!("{} is not an administrator", found.name));
    }
    change_role(records, &found, Role::None).await?;
    answer(records, &found, &format!("{} is no longer an administrator.", found.name), None).await
}

async fn set_role(records: &Records, found: Found, role: Role) -> Result<(), String> {
    change_role(records, &found, role).await?;
    let is = match role {
        Role::None => "has no role",
        Role::People => "manages people",
        Role::Admin => "is an administrator",
    };
    answer(records, &found, &format!("{} {is}.", found.name), None).await
}

async fn change_role(records: &Records, found: &Found, role: Role) -> Result<(), String> {
    match records.change_role(found.account.id, role, by()).await.map_err(|fault| caused(&fault))? {
        RoleChange::IsTheLast => Err(is_the_last(&found.name)),
        RoleChange::Unknown => Err(is_gone(&found.name)),
        RoleChange::Done { .. } | RoleChange::Same => Ok(()),
    }
}

/// Ends everything that an account has open.
pub async fn sign_out(records: &Records, found: Found) -> Result<(), String> {
    let ended = records.sign_out_person(found.account.id, by()).await.map_err(|fault| caused(&fault))?;
    let ended = ended.ok_or_else(|| is_gone(&found.name))?;
    answer(records, &found, &format!("{} is signed out.", found.name), Some(ended)).await
}

/// Disables an account.
pub async fn disable(records: &Records, found: Found) -> Result<(), String> {
    let removed = records.disable_person(found.account.id, by()).await.map_err(|fault| caused(&fault))?;
    let ended = ended_by(removed, &found.name)?;
    answer(records, &found, &format!("{} is disabled and can no longer sign in.", found.name), Some(ended)).await
}

/// Enables an account.
pub async fn enable(records: &Records, found: Found) -> Result<(), String> {
    if !records.enable_person(found.account.id, by()).await.map_err(|fault| caused(&fault))? {
        return Err(is_gone(&found.name));
    }
    answer(records, &found, &format!("{} can sign in again.", found.name), None).await
}

/// Deletes an account.
pub async fn delete(records: &Records, found: Found) -> Result<(), String> {
    let mut document = one_described(records, found.account.id).await?;
    let removed = records.delete_person(found.account.id, by()).await.map_err(|fault| caused(&fault))?;
    let ended = ended_by(removed, &found.name)?;
    if found.json {
        document["deleted"] = true.into();
        add_ended(&mut document, Some(ended));
        say(&document.to_string());
    } else {
        say(&format!("{} is deleted. {}", found.name, counted(ended)));
    }
    Ok(())
}

fn ended_by(removed: Option<Removal>, name: &str) -> Result<SignedOut, String> {
    match removed {
        Some(Removal::Done(ended)) => Ok(ended),
        Some(Removal::IsTheLast) => Err(is_the_last(name)),
        None => Err(is_gone(name)),
    }
}

fn is_the_last(name: &str) -> String {
    format!("{name} is the last administrator: promote somebody else first")
}

fn is_gone(name: &str) -> String {
    format!("there is no account named {name} any more")
}
