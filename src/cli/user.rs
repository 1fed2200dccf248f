//! `tessera user`: manages accounts.

mod acts;
mod add;
mod change;
mod import;
mod import_file;
mod list;
mod one;
mod password;

use clap::Subcommand;

use self::acts::{NewRole, delete, demote, disable, enable, promote, sign_out};
use self::add::Add;
use self::change::Change;
use self::import::Import;
use self::list::List;
use self::one::One;
use self::password::NewPassword;
use super::user_links::{self, UserLinks};

/// The subcommands of `tessera user`.
#[derive(Subcommand)]
pub enum User {
    /// Add an account; its password is read from standard input, or its owner chooses one later
    Add(Box<Add>),
    /// Show accounts, with the ids under which logs name them
    List(List),
    /// Show one account: its details, groups, apps, and how much it has open
    Show(One),
    /// Change the details of an account; what you do not name stays as it is
    Change(Box<Change>),
    /// Give an account a role; the last administrator keeps theirs
    Role(NewRole),
    /// Make an account an administrator
    Promote(One),
    /// Make an administrator an ordinary account again; the last administrator cannot be demoted
    Demote(One),
    /// Change the password of an account, read from standard input, and end all that it has, as sign-out does
    Password(NewPassword),
    #[command(flatten)]
    Links(UserLinks),
    /// End all sessions of an account, its sign-ins to apps, and its approvals that no device has used yet
    SignOut(One),
    /// End all that an account has, as sign-out does, and refuse its sign-ins by password and by a phone's token
    Disable(One),
    /// Let a disabled account sign in again
    Enable(One),
    /// End all that an account has, as sign-out does, and delete it; a phone's token creates a new one, so disable such
    /// accounts
    Delete(One),
    /// Add all accounts of a CSV or JSON file, or none if a line of it is wrong
    Import(Import),
}

/// Runs a subcommand of `tessera user`; the error is the lines to print.
pub async fn run(command: User) -> Result<(), String> {
    match command {
        User::Add(add) => add.run().await,
        User::List(list) => list.run().await,
        User::Show(one) => one.run(list::show).await,
        User::Change(change) => change.run().await,
        User::Role(role) => role.run().await,
        User::Promote(one) => one.run(promote).await,
        User::Demote(one) => one.run(demote).await,
        User::Password(password) => password.run().await,
        User::Links(command) => user_links::run(command).await,
        User::SignOut(one) => one.run(sign_out).await,
        User::Disable(one) => one.run(disable).await,
        User::Enable(one) => one.run(enable).await,
        User::Delete(one) => one.run(delete).await,
        User::Import(import) => import.run().await,
    }
}
