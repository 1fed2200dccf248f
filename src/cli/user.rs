//! `tessera user`: accounts.

use std::io::{self, Read as _};

use crate::account::password::{ChosenPassword, Password, Passwords};
use crate::account::{DisplayName, Username};
use crate::app::open_records;
use crate::cause::caused;
use crate::clock::Clock;
use crate::entropy::random;
use crate::store::ends::SignedOut;
use crate::store::records::{Demotion, NewAccount, Records};
use crate::ticket::ids::AccountId;
use clap::Subcommand;

use super::{Common, load, say};

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum User {
    /// Add an account; its password is read from standard input.
    Add {
        /// What its owner types to sign in
        name: String,
        /// What others see [default: the name]
        #[arg(long)]
        display_name: Option<String>,
        /// It administers this server: its owner looks after the sites that sign people in through it
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Let an account administer this server
    Promote {
        /// What its owner types to sign in
        name: String,
        #[command(flatten)]
        common: Common,
    },
    /// Let an account administer this server no more; the last one that does stays
    Demote {
        /// What its owner types to sign in
        name: String,
        #[command(flatten)]
        common: Common,
    },
    /// Give an account another password, which is read from standard input, and end all that it has, as sign-out does
    Password {
        /// What its owner types to sign in
        name: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        common: Common,
    },
    /// End all sessions of an account, all its sign-ins to apps, and what it approved and nobody took yet
    SignOut {
        /// What its owner types to sign in, or the account's id as logs have it
        name: String,
        #[command(flatten)]
        common: Common,
    },
}

/// Does it.
pub async fn run(command: User) -> Result<(), String> {
    match command {
        User::Add { name, display_name, admin, password_stdin: _, common } => {
            add(&name, display_name.as_deref(), admin, &common).await
        }
        User::Promote { name, common } => {
            let records = open_records(&load(&common)?).await?;
            let done = promote(&records, &name).await;
            records.close().await;
            done
        }
        User::Demote { name, common } => {
            let records = open_records(&load(&common)?).await?;
            let done = demote(&records, &name).await;
            records.close().await;
            done
        }
        User::Password { name, password_stdin: _, common } => {
            let settings = load(&common)?;
            let password = read_password()?;
            let records = open_records(&settings).await?;
            let done = change_password(&records, &name, password).await;
            records.close().await;
            done
        }
        User::SignOut { name, common } => {
            let records = open_records(&load(&common)?).await?;
            let done = sign_out(&records, &name).await;
            records.close().await;
            done
        }
    }
}

async fn add(name: &str, display_name: Option<&str>, is_admin: bool, common: &Common) -> Result<(), String> {
    let settings = load(common)?;
    let username: Username = name.parse().map_err(str::to_owned)?;
    let display_name: DisplayName = display_name.unwrap_or(name).parse().map_err(str::to_owned)?;
    let password = read_password()?;
    let records = open_records(&settings).await?;
    let account = NewAccount {
        id: AccountId::from_random(random()),
        username: username.as_str().to_owned(),
        display_name: display_name.as_str().to_owned(),
        password_hash: Passwords::new().hash(password).await.map_err(|error| error.to_string())?,
        is_admin,
        created_at: Clock::system().now(),
    };
    let added = records.add_account(account).await.map_err(|fault| caused(&fault))?;
    records.close().await;
    if added {
        let and_more = if is_admin { ", and administers this server" } else { "" };
        say(&format!("{} can sign in{and_more}.", username.as_str()));
        Ok(())
    } else {
        Err(format!("there is an account named {} already", username.as_str()))
    }
}

async fn promote(records: &Records, name: &str) -> Result<(), String> {
    let account = find(records, name).await?;
    records.promote(account).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} administers this server."));
    Ok(())
}

async fn demote(records: &Records, name: &str) -> Result<(), String> {
    let account = find(records, name).await?;
    match records.demote(account).await.map_err(|fault| caused(&fault))? {
        Demotion::Done => {
            say(&format!("{name} administers this server no more."));
            Ok(())
        }
        Demotion::WasNone => Err(format!("{name} is no administrator")),
        Demotion::IsTheLast => Err(format!("{name} is the last administrator: promote somebody else first")),
    }
}

async fn change_password(records: &Records, name: &str, password: ChosenPassword) -> Result<(), String> {
    let account = find(records, name).await?;
    let hash = Passwords::new().hash(password).await.map_err(|error| error.to_string())?;
    let ended = records.replace_password(account, hash, Clock::system().now()).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} has another password. {}", counted(ended)));
    Ok(())
}

async fn sign_out(records: &Records, name: &str) -> Result<(), String> {
    let account = find(records, name).await?;
    let ended = records.sign_out_account(account, Clock::system().now()).await.map_err(|fault| caused(&fault))?;
    say(&format!("{name} is signed out. {}", counted(ended)));
    Ok(())
}

fn counted(ended: SignedOut) -> String {
    format!("Sessions ended: {}. Sign-ins to apps ended: {}.", ended.sessions, ended.grants)
}

/// The account of this user name, or else of this id, as logs have it: who is known by a phone app's token alone has no
/// user name.
async fn find(records: &Records, name: &str) -> Result<AccountId, String> {
    let nobody = || format!("there is no account named {name}");
    if let Ok(username) = name.parse::<Username>()
        && let Some((account, _)) =
            records.account_by_username(username.as_str()).await.map_err(|fault| caused(&fault))?
    {
        return Ok(account.id);
    }
    let id = AccountId::parse(name).ok_or_else(nobody)?;
    let account = records.account(id).await.map_err(|fault| caused(&fault))?;
    account.map(|account| account.id).ok_or_else(nobody)
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
