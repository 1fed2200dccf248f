//! `tessera config check`: whether a start would succeed, without one. Everything is read by the functions by which a start
//! reads it; nothing is made, changed or served.

use std::fs::OpenOptions;
use std::io;

use super::{read_apps, redis_failed};
use crate::account::phone_token::PhoneTokens;
use crate::clock::Clock;
use crate::login::place::Places;
use crate::secret_file;
use crate::settings::{RecordsAt, Settings, TicketsAt};
use crate::store::open::{look_at_key, records_file, shown};
use crate::store::redis::Link;
use crate::web::listen;
use crate::web::tls;

/// Says what a start would fail at.
///
/// # Errors
/// One line that names the setting, the value and what is wrong with it.
pub async fn check(settings: &Settings) -> Result<(), String> {
    let clock = Clock::system();
    addresses(settings)?;
    tls::configured(&settings.server)?;
    Places::open(settings.login.place_database.as_deref())?;
    if let Some(phone) = &settings.phone {
        PhoneTokens::check_keys(phone, &clock)?;
    }
    read_apps(settings, clock.now())?;
    folder(settings)?;
    look_at_key(settings).await?;
    if let TicketsAt::Redis(address) = &settings.store.tickets {
        let time = async { Link::new(address)?.time().await };
        time.await.map_err(|fault| redis_failed(address, &fault))?;
    }
    Ok(())
}

/// Whether this machine has the addresses that it is to listen at. Who listens there now may be this very server, and whoever
/// asks may be somebody else than who starts it.
fn addresses(settings: &Settings) -> Result<(), String> {
    let admin = settings.server.admin_addr.map(|addr| ("server.admin_addr", addr));
    for (setting, address) in [("server.addr", settings.server.addr)].into_iter().chain(admin) {
        if let Err(error) = listen::bind(address)
            && error.kind() == io::ErrorKind::AddrNotAvailable
        {
            return Err(listen::not_bound(setting, address, &error));
        }
    }
    Ok(())
}

fn folder(settings: &Settings) -> Result<(), String> {
    let (folder, file) = (&settings.data_dir, records_file(settings));
    match &settings.store.records {
        RecordsAt::Postgres(_) => Ok(()),
        RecordsAt::Sqlite if file.exists() => {
            let opened = OpenOptions::new().append(true).open(&file);
            opened.map(|_| ()).map_err(|error| format!("{}: {error}", shown(&file)))
        }
        RecordsAt::Sqlite => {
            secret_file::may_hold_files(folder).map_err(|error| format!("server.data_dir: {}: {error}", shown(folder)))
        }
    }
}
