//! `tessera user`: accounts.

use std::io::{self, Read as _};

use clap::Subcommand;
use tessera::account::password::{Password, Passwords};
use tessera::account::{DisplayName, Username};
use tessera::app::open_records;
use tessera::cause::caused;
use tessera::clock::Clock;
use tessera::entropy::random;
use tessera::store::records::NewAccount;
use tessera::ticket::ids::AccountId;

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
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        common: Common,
    },
}

/// Does it.
pub async fn run(command: User) -> Result<(), String> {
    let User::Add { name, display_name, password_stdin: _, common } = command;
    add(&name, display_name.as_deref(), &common).await
}

async fn add(name: &str, display_name: Option<&str>, common: &Common) -> Result<(), String> {
    let settings = load(common)?;
    let username: Username = name.parse().map_err(str::to_owned)?;
    let display_name: DisplayName = display_name.unwrap_or(name).parse().map_err(str::to_owned)?;
    let mut typed = String::new();
    io::stdin()
        .take(2048)
        .read_to_string(&mut typed)
        .map_err(|_| "the password on standard input is not text".to_owned())?;
    let password = Password::typed(typed.trim_end_matches(['\n', '\r']).to_owned());
    if !password.is_acceptable() {
        return Err("the password needs at least 8 characters and has room for 1024".to_owned());
    }
    let records = open_records(&settings).await?;
    let account = NewAccount {
        id: AccountId::from_random(random()),
        username: username.as_str().to_owned(),
        display_name: display_name.as_str().to_owned(),
        password_hash: Passwords::new().hash(password).await.map_err(|error| error.to_string())?,
        is_admin: false,
        created_at: Clock::system().now(),
    };
    let added = records.add_account(account).await.map_err(|fault| caused(&fault))?;
    records.close().await;
    if added {
        say(&format!("{} can sign in.", username.as_str()));
        Ok(())
    } else {
        Err(format!("there is an account named {} already", username.as_str()))
    }
}
