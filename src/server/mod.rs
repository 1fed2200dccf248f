//! The whole server: `opening` opens the files and the stores, this file builds the state over them, and `router` its
//! routes and their layers.

pub mod openapi;
#[cfg(feature = "otel")]
mod traced;
pub mod health;
pub mod telemetry;
mod check;
mod from_ref;
mod opening;
mod protocols;
mod router;
mod whole_forms;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use self::health::Health;
use self::opening::Opened;
use self::protocols::Protocols;
use crate::account::Accounts;
use crate::account::activity::ActivityLog;
use crate::account::devices::pages;
use crate::account::passkey::Passkeys;
use crate::account::password::Passwords;
use crate::account::phone_token::PhoneTokens;
use crate::account::session::Sessions;
use crate::account::session::known_device::KnownDevices;
use crate::account::setup_link::Setup;
use crate::admin::{Administration, AppRequests};
use crate::clock::Clock;
use crate::crypto::hash::Keyed;
use crate::login::bcp247::measures;
use crate::login::flow::Flow;
use crate::login::keys::CodeKey;
use crate::login::ladder::Ladder;
use crate::login::scan_gate::ScanGate;
use crate::login::watch::parked;
use crate::login::{Consents, Login};
use crate::mail::{self, Mailer, SenderSettings};
use crate::oauth::logout::back_channel;
use crate::oauth::{Clients, Grants, Pending, Requests, Tokens};
use crate::picture::Pictures;
use crate::push::{self, Pushes};
use crate::receipt::Receipts;
use crate::settings::Settings;
use crate::store::records::Records;
use crate::store::single_use::Once;
use crate::store::tickets::Tickets;
use crate::web::assets::Assets;
use crate::web::client::TrustedProxies;
use crate::web::document::Site;
use crate::web::guard::Gate;
use crate::web::language::Languages;
use crate::web::limits::Limits;
use crate::wechat::Sns;

pub use self::check::{check, check_files};
pub use self::opening::{open_keys, open_receipts};
pub use self::router::admin_router;

/// The state of the running server; cheap to clone.
#[derive(Clone, Debug)]
pub struct ServerState {
    /// State of the sign-in by scan.
    pub login: Login,
    /// State of the account pages.
    pub accounts: Accounts,
    /// Finds and authenticates the registered apps.
    pub clients: Clients,
    /// Makes and verifies tokens.
    pub tokens: Tokens,
    /// Makes and renews grants.
    pub grants: Grants,
    /// Reads, stores and finds authorization requests.
    pub requests: Requests,
    /// Stores and finds the objects that wait for the next step of a person or an app, such as authorization
    /// requests.
    pub pending: Pending,
    /// Exchanges codes and tokens in WeChat's dialect.
    pub sns: Sns,
    /// State of the administrators' pages.
    pub administration: Administration,
    /// State of the pages about requests for apps.
    pub app_requests: AppRequests,
    /// The records: accounts, sessions, apps, grants and consents.
    pub records: Records,
    /// The store of single-use objects.
    pub once: Once,
    /// Pictures of people and logos of apps.
    pub pictures: Pictures,
    /// The store of tickets.
    pub tickets: Tickets,
    gate: Gate,
    languages: Languages,
    health: Health,
    assets: Assets,
    clock: Clock,
}

impl ServerState {
    /// Builds the state of the server: opens the stores, creates the secrets that are missing, and starts the
    /// tasks that run beside it.
    ///
    /// # Errors
    /// A line for each fault of the configuration, of its files or of a store.
    pub async fn build(
        settings: &Settings,
        assets: &Assets,
        clock: Clock,
        stopping: CancellationToken,
    ) -> Result<Self, String> {
        tokio::spawn(clock.clone().watch_for_steps());
        let opened = Opened::open(settings, &clock).await?;
        Self::over(opened, settings, assets, clock, stopping)
    }

    /// Puts the state together over the opened stores, and starts the task that notifies apps after a sign-out (OpenID
    /// Connect Back-Channel Logout). Fails if the keys of `[phone]` cannot be loaded.
    fn over(
        opened: Opened,
        settings: &Settings,
        assets: &Assets,
        clock: Clock,
        stopping: CancellationToken,
    ) -> Result<Self, String> {
        let Opened { places, tickets, once, records, code_key, id } = opened;
        let (site, limits) = (Site::new(settings, assets), Limits::new(&settings.limits, &clock));
        let activity = ActivityLog::new(records.clone(), clock.clone());
        let (has_test_language, takes_requests) = (settings.server.test_language, settings.oauth.requests);
        let mailer = Mailer::new(records.clone(), clock.clone(), &code_key, has_test_language, settings.mail.is_some());
        let sessions = Sessions::new(
            records.clone(),
            clock.clone(),
            settings.account.clone(),
            Keyed::new(&code_key, "tokens of claimed sessions"),
            KnownDevices::new(&code_key),
            (tickets.sign_outs().clone(), mailer.clone()),
            places.clone(),
        );
        let signed_in_pages = pages::open(&sessions, &clock, &stopping)
            .map_err(|error| format!("pages of signed-in people cannot wait for news: {error}"))?;
        let phone_tokens =
            settings.phone.as_ref().map(|phone| PhoneTokens::new(phone, records.clone(), clock.clone())).transpose()?;
        let proxies = TrustedProxies::new(&settings.server.trusted_proxies);
        let passkeys = Passkeys::new(settings, records.clone(), once.clone(), clock.clone())?;
        let receipts = Receipts::new(records.clone(), clock.clone(), &code_key, site.origin());
        let ladder = Ladder::new(&settings.login.verification, &places, &proxies, &records, &passkeys);
        let flow = flow_over(settings, (&tickets, &records, &receipts), &clock, CodeKey::new(&code_key), ladder);
        parked::open(&flow, stopping.clone()).map_err(|error| format!("pages cannot wait for news: {error}"))?;
        let pushes = open_pushes(settings, (&records, &once), &clock, &code_key, &stopping)?;
        let login = Login {
            flow,
            sessions: sessions.clone(),
            records: records.clone(),
            activity: activity.clone(),
            consents: Consents::new(records.clone(), clock.clone()),
            phone_tokens,
            site: site.clone(),
            limits: limits.clone(),
            offer: passkeys.offer(),
            passkeys: passkeys.clone(),
            pushes: pushes.clone(),
            settings: Arc::new(settings.login.clone()),
            proxies: proxies.clone(),
            places,
            session_hours: settings.account.scan_max_hours,
            stopping: stopping.clone(),
        };
        let pictures = Pictures::new(records.clone(), clock.clone());
        let Protocols { clients, tokens, grants, requests, pending, sns, back_channel } =
            Protocols::new((&records, &activity), &once, &site, &limits, &clock, &code_key, &stopping);
        let of_records = (records.clone(), site.clone(), once.clone(), mailer.clone());
        let administration = Administration::new(of_records, measures(settings).into(), clock.clone(), &code_key);
        let app_requests = AppRequests::new(administration.clone(), limits.clone(), takes_requests, &code_key);
        tokio::spawn(back_channel::run(back_channel));
        if let Some(smtp) = &settings.mail {
            let (mailer, records, site) = (mailer.clone(), records.clone(), site.clone());
            let parts = SenderSettings { mailer, records, site, clock: clock.clone(), stopping: stopping.clone() };
            tokio::spawn(mail::run(smtp, parts)?);
        }
        Ok(Self {
            login,
            clients,
            tokens,
            grants,
            requests,
            pending,
            sns,
            administration,
            app_requests,
            records: records.clone(),
            once,
            pictures: pictures.clone(),
            accounts: Accounts {
                records: records.clone(),
                activity,
                receipts,
                passwords: Passwords::new(),
                passkeys,
                sessions,
                setup: Setup::new(&code_key, &id),
                unknown_names: Keyed::new(&code_key, "names that nobody has"),
                pictures,
                site: site.clone(),
                limits: limits.clone(),
                mailer,
                pushes,
                takes_app_requests: takes_requests,
                signs_phones_in: settings.login.transfer,
                sign_up: settings.account.sign_up,
                clock: clock.clone(),
                pages: signed_in_pages,
                stopping: stopping.clone(),
            },
            gate: Gate::new(site, proxies.clone(), limits, &clock),
            languages: Languages::new(has_test_language),
            health: Health::new(settings, &code_key, proxies, records, tickets.clone(), stopping),
            tickets,
            assets: assets.clone(),
            clock,
        })
    }
}

/// Makes what sends messages to phones, and starts its task; `None` if phones are sent none.
fn open_pushes(
    settings: &Settings,
    stores: (&Records, &Once),
    clock: &Clock,
    code_key: &[u8; 32],
    stopping: &CancellationToken,
) -> Result<Option<Pushes>, String> {
    let Some((pushes, parts)) = Pushes::new(settings, stores, clock, code_key)? else { return Ok(None) };
    tokio::spawn(push::run(parts, stopping.clone())?);
    Ok(Some(pushes))
}

/// Makes the flow of tickets over these stores.
fn flow_over(
    settings: &Settings,
    (tickets, records, receipts): (&Tickets, &Records, &Receipts),
    clock: &Clock,
    code_key: CodeKey,
    ladder: Ladder,
) -> Flow {
    let gate = ScanGate::new(settings.login.scan, records.clone(), clock.clone());
    let stores = (records.clone(), receipts.clone());
    Flow::new(
        tickets.clone(),
        stores,
        clock.clone(),
        settings.lifetimes(),
        code_key,
        (gate, ladder),
        &settings.public_url,
    )
}
