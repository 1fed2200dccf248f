//! `tessera user`: manages accounts.

use std::io::{self, Read as _};

use crate::account::password::{ChosenPassword, Password, Passwords};
use crate::account::{DisplayName, Username};
use crate::cause::caused;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::names::NotAName;
use crate::store::records::accounts::{Listed, Removal};
use crate::store::records::early_ends::SignedOut;
use crate::store::records::people::Role;
use crate::store::records::{NewAccount, Records, RoleChange};
use crate::text::rfc3339;
use crate::ticket::ids::AccountId;
use clap::Subcommand;
use serde_json::{Value, json};

use super::common::{OnRecords, say};
use super::user_links::{self, UserLinks, lookup};

/// The subcommands of `tessera user`.
#[derive(Subcommand)]
pub enum User {
    /// Add an account; its password is read from standard input.
    Add {
        /// User name that the owner types to sign in
        name: String,
        /// Name that others see [default: the name]
        #[arg(long)]
        display_name: Option<String>,
        /// Make it an administrator, who manages the apps that sign people in through this server
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        on: OnRecords,
    },
    /// Show all accounts, with the ids under which logs name them
    List {
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        on: OnRecords,
    },
    /// Make an account an administrator
    Promote(One),
    /// Make an administrator an ordinary account again; the last administrator cannot be demoted
    Demote(One),
    /// Change the password of an account, read from standard input, and end all that it has, as sign-out does
    Password {
        #[command(flatten)]
        one: One,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
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
}

/// The account that a subcommand works on, and the records that it is in.
#[derive(clap::Args)]
pub struct One {
    /// User name of the account, or its id as logs show it
    name: String,
    #[command(flatten)]
    on: OnRecords,
}

impl One {
    async fn run(&self, work: impl AsyncFnOnce(&Records, &str, AccountId) -> Result<(), String>) -> Result<(), String> {
        self.on
            .run(async |_, records| {
                let (name, account) = find(records, &self.name).await?;
                work(records, &name, account).await
            })
            .await
    }
}

/// Runs a subcommand of `tessera user`; the error is the line to print.
pub async fn run(command: User) -> Result<(), String> {
    match command {
        User::Add { name, display_name, admin, password_stdin: _, on } => {
            add(&name, display_name.as_deref(), admin, &on).await
        }
        User::List { json, on } => on.run(async |_, records| list(records, json).await).await,
        User::Promote(one) => one.run(promote).await,
        User::Demote(one) => one.run(demote).await,
        User::Password { one, password_stdin: _ } => {
            let password = read_password()?;
            one.run(async |records, name, account| change_password(records, name, account, password).await).await
        }
        User::Links(command) => user_links::run(command).await,
        User::SignOut(one) => one.run(sign_out).await,
        User::Disable(one) => one.run(disable).await,
        User::Enable(one) => one.run(enable).await,
        User::Delete(one) => one.run(delete).await,
    }
}

async fn add(name: &str, display_name: Option<&str>, is_admin: bool, on: &OnRecords) -> Result<(), String> {
    let username: Username = name.parse().map_err(|why: NotAName| why.to_string())?;
    let display_name: DisplayName = display_name.unwrap_or(name).parse().map_err(|why: NotAName| why.to_string())?;
    let password = read_password()?;
    let password_hash = Passwords::new().hash(password).await.map_err(|error| error.to_string())?;
    let account = NewAccount {
        id: AccountId::from_random(random()),
        username: username.as_str().to_owned(),
        display_name: display_name.as_str().to_owned(),
        email: None,
        email_verified_at: None,
        password_hash: Some(password_hash),
        role: if is_admin { Role::Admin } else { Role::None },
        created_at: Clock::system().now(),
    };
    on.run(async |_, records| {
        if !records.add_account(account).await.map_err(|fault| caused(&fault))? {
            let same = records.account_by_username(username.as_str()).await.map_err(|fault| caused(&fault))?;
            let what = if same.is_some() { "named" } else { "whose name looks the same as" };
            return Err(format!("there is already an account {what} {}", username.as_str()));
        }
        let and_more = if is_admin { " and is an administrator" } else { "" };
        say(&format!("{} can sign in{and_more}.", username.as_str()));
        Ok(())
    })
    .await
}

async fn promote(records: &Records, name: &str, account: AccountId) -> Result<(), String> {
    records.set_role(account, Role::Admin).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} is an administrator."));
    Ok(())
}

async fn demote(records: &Records, name: &str, account: AccountId) -> Result<(), String> {
    let before = records.account(account).await.map_err(|fault| caused(&fault))?;
    if !before.is_some_and(|account| account.is_admin()) {
        return Err(format!("{name} is not an administrator"));
    }
    match records.set_role(account, Role::None).await.map_err(|fault| caused(&fault))? {
        RoleChange::IsTheLast => Err(is_the_last(name)),
        RoleChange::Done { .. } | RoleChange::Same | RoleChange::Unknown => {
            say(&format!("{name} is no longer an administrator."));
            Ok(())
        }
    }
}

async fn change_password(
    records: &Records,
    name: &str,
    account: AccountId,
    password: ChosenPassword,
) -> Result<(), String> {
    let hash = Passwords::new().hash(password).await.map_err(|error| error.to_string())?;
    let ended = records.replace_password(account, hash, Clock::system().now()).await.map_err(|fault| caused(&fault))?;
    say(&format!("The password of {name} is changed. {}", counted(ended)));
    Ok(())
}

async fn sign_out(records: &Records, name: &str, account: AccountId) -> Result<(), String> {
    let ended = records.sign_out_account(account, Clock::system().now()).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} is signed out. {}", counted(ended)));
    Ok(())
}

async fn disable(records: &Records, name: &str, account: AccountId) -> Result<(), String> {
    let removed = records.disable_account(account, Clock::system().now()).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} is disabled and can no longer sign in. {}", counted(ended_by(removed, name)?)));
    Ok(())
}

async fn enable(records: &Records, name: &str, account: AccountId) -> Result<(), String> {
    records.enable_account(account).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} can sign in again."));
    Ok(())
}

async fn delete(records: &Records, name: &str, account: AccountId) -> Result<(), String> {
    let removed = records.delete_account(account, Clock::system().now()).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} is deleted. {}", counted(ended_by(removed, name)?)));
    Ok(())
}

fn ended_by(removed: Removal, name: &str) -> Result<SignedOut, String> {
    match removed {
        Removal::Done(ended) => Ok(ended),
        Removal::IsTheLast => Err(is_the_last(name)),
    }
}

fn is_the_last(name: &str) -> String {
    format!("{name} is the last administrator: promote somebody else first")
}

async fn list(records: &Records, json: bool) -> Result<(), String> {
    let all = records.accounts().await.map_err(|fault| caused(&fault))?;
    if json {
        say(&all.iter().map(described).collect::<Value>().to_string());
    } else if all.is_empty() {
        say("There are no accounts.");
    }
    for Listed { account, vouched_by, .. } in all.iter().filter(|_| !json) {
        let signs_in_as = match (&account.username, vouched_by) {
            (Some(username), _) => username.clone(),
            (None, Some((issuer, subject))) => format!("{subject} of {issuer}"),
            (None, None) => "nobody".to_owned(),
        };
        let is = [(account.is_admin(), ", administrator"), (account.is_disabled, ", disabled")];
        let is: String = is.into_iter().filter_map(|(is_so, word)| is_so.then_some(word)).collect();
        say(&format!("{}  {}  ({signs_in_as}{is})", account.id, account.display_name));
    }
    Ok(())
}

fn described(Listed { account, vouched_by, created_at }: &Listed) -> Value {
    let issuer = vouched_by.as_ref().map(|(issuer, _)| issuer);
    let subject = vouched_by.as_ref().map(|(_, subject)| subject);
    json!({
        "account_id": account.id.to_string(),
        "username": account.username,
        "display_name": account.display_name,
        "administrator": account.is_admin(),
        "disabled": account.is_disabled,
        "issuer": issuer,
        "subject": subject,
        "created_at": rfc3339(*created_at),
    })
}

fn counted(ended: SignedOut) -> String {
    format!("Sessions ended: {}. Sign-ins to apps ended: {}.", ended.sessions, ended.grants)
}

/// Finds an account by its user name, or else by its id. Returns the name to print: the user name, or the
/// display name if there is none because only the tokens of a mobile app sign it in. Fails if there is no such
/// account.
async fn find(records: &Records, name: &str) -> Result<(String, AccountId), String> {
    let account = lookup(records, name).await?.ok_or_else(|| format!("there is no account named {name}"))?;
    let printed =
        if account.id.to_string() == name { account.username.unwrap_or(account.display_name) } else { name.to_owned() };
    Ok((printed, account.id))
}

fn read_password() -> Result<ChosenPassword, String> {
    let mut typed = String::new();
    io::stdin()
        .take(2048)
        .read_to_string(&mut typed)
        .map_err(|_| "the password on standard input is not text".to_owned())?;
    let password = Password::typed(typed.trim_end_matches(['\n', '\r']).to_owned());
    password.chosen().map_err(|why| why.to_string())
}
