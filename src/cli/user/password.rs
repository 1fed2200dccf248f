//! `tessera user password`, and how the command line reads a password.

use std::io::{self, Read as _};

use super::one::{Found, One, answer};
use crate::account::password::{ChosenPassword, Password, Passwords};
use crate::cause::caused;
use crate::clock::Clock;
use crate::store::records::Records;
use crate::store::records::activity::ActivityKind;
use crate::store::records::directory::act::ActedBy;

/// The options of `tessera user password`.
#[derive(clap::Args)]
pub struct NewPassword {
    #[command(flatten)]
    one: One,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl NewPassword {
    /// Replaces the password of the account.
    pub async fn run(self) -> Result<(), String> {
        let password = read_password()?;
        self.one.run(async |records, found| change_password(records, found, password).await).await
    }
}

async fn change_password(records: &Records, found: Found, password: ChosenPassword) -> Result<(), String> {
    let hash = Passwords::new().hash(password).await.map_err(|error| error.to_string())?;
    let (account, now) = (&found.account, Clock::system().now());
    let ended = records.replace_password(account.id, hash, now).await.map_err(|fault| caused(&fault))?;
    let (kind, name) = (ActivityKind::PasswordChanged, &account.display_name);
    let line = ActedBy::command_line(now).line(kind, Some(account.id), name, String::new());
    records.add_activity(line).await.map_err(|fault| caused(&fault))?;
    answer(records, &found, &format!("The password of {} is changed.", found.name), Some(ended)).await
}

/// Reads a password from standard input, without line breaks at its end, and checks it.
pub fn read_password() -> Result<ChosenPassword, String> {
    let mut typed = String::new();
    io::stdin()
        .take(2048)
        .read_to_string(&mut typed)
        .map_err(|_| "the password on standard input is not text".to_owned())?;
    let password = Password::typed(typed.trim_end_matches(['\n', '\r']).to_owned());
    password.chosen().map_err(|why| why.to_string())
}
