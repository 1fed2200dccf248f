//! The options of an app on the command line.

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::settings::Scanning;
use crate::store::records::app_options::{AppOptions, SigningAlgorithm, SubjectType, Switch, Verification};
use crate::ticket::ladder::Rung;

/// The switches that the command line names, each with whether it is turned on or off.
struct SwitchArgs(Vec<(Switch, bool)>);

impl Args for SwitchArgs {
    fn augment_args(command: Command) -> Command {
        let arguments = Switch::ALL.iter().map(|switch| {
            let argument = Arg::new(switch.name()).long(switch.flag()).help(switch.help());
            let argument = argument.value_parser(value_parser!(bool)).value_name("true|false");
            argument.num_args(0..=1).require_equals(true).default_missing_value("true")
        });
        command.args(arguments)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SwitchArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |switch: &Switch| Some((*switch, *matches.get_one::<bool>(switch.name())?));
        Ok(Self(Switch::ALL.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Options of an app; an option that is not given stays as it is. `--flag` gives a right and `--flag=false` removes it;
/// a list is replaced as a whole, and an empty text empties it.
#[derive(clap::Args)]
pub struct OptionArgs {
    /// URI to which people may be redirected after signing out; '' for none
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// URL that is called when a person signs out (back-channel logout); '' for none
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Home page of the app, from which people start it; '' for none
    #[arg(long, value_name = "URI")]
    client_uri: Option<String>,
    /// Algorithm that signs its ID tokens; RS256 for a new app
    #[arg(long, value_enum, value_name = "ALGORITHM")]
    id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// Whether a person has the same ID at this app as at others, or another one (pairwise); public for a new app
    #[arg(long, value_enum, value_name = "TYPE")]
    subject_type: Option<SubjectType>,
    #[command(flatten)]
    switches: SwitchArgs,
    /// Origin whose pages may show the code in a frame; '' for none
    #[arg(long, value_name = "ORIGIN")]
    embed_origin: Vec<String>,
    /// How visitors must have signed in; any for a new app
    #[arg(long, value_enum)]
    verification: Option<Verification>,
    /// The least that approving a scan asks of the phone; tap for a new app
    #[arg(long, value_enum)]
    approval: Option<Rung>,
    /// Whether people sign in to the app by scanning; on for a new app
    #[arg(long, value_enum)]
    scan: Option<Scanning>,
    /// Lifetime of access tokens in minutes: 1 to 60; 10 for a new app
    #[arg(long, value_name = "MINUTES")]
    access_token_minutes: Option<u16>,
    /// Hours after which unused refresh tokens expire: 1 to 2160; 720 for a new app
    #[arg(long, value_name = "HOURS")]
    refresh_idle_hours: Option<u16>,
    /// Hours after which refresh tokens expire in any case: 1 to 8760; 8760 for a new app
    #[arg(long, value_name = "HOURS")]
    refresh_max_hours: Option<u16>,
    /// File with the public keys with which the app authenticates, as a JWK set; '' for none
    #[arg(long, value_name = "FILE")]
    jwks: Option<String>,
}

impl OptionArgs {
    /// Returns `options`, in which each option that the command line names is replaced. Fails if the file of
    /// `--jwks` cannot be read or is not JSON.
    pub fn over(&self, mut options: AppOptions) -> Result<AppOptions, String> {
        for (switch, is_on) in &self.switches.0 {
            options.switches.set(*switch, *is_on);
        }
        let lists = [
            (&self.post_logout_redirect_uri, &mut options.post_logout_redirect_uris),
            (&self.embed_origin, &mut options.embed_origins),
        ];
        for (given, list) in lists.into_iter().filter(|(given, _)| !given.is_empty()) {
            *list = given.iter().filter(|one| !one.is_empty()).cloned().collect();
        }
        if let Some(uri) = &self.backchannel_logout_uri {
            options.backchannel_logout_uri = Some(uri.clone()).filter(|uri| !uri.is_empty());
        }
        if let Some(uri) = &self.client_uri {
            options.client_uri = Some(uri.clone()).filter(|uri| !uri.is_empty());
        }
        options.id_token_signed_response_alg =
            self.id_token_signed_response_alg.unwrap_or(options.id_token_signed_response_alg);
        options.subject_type = self.subject_type.unwrap_or(options.subject_type);
        options.verification = self.verification.unwrap_or(options.verification);
        options.approval = self.approval.unwrap_or(options.approval);
        options.scan = self.scan.unwrap_or(options.scan);
        let lifetimes = &mut options.token_lifetimes;
        for (given, lifetime) in [
            (self.access_token_minutes, &mut lifetimes.access_token_minutes),
            (self.refresh_idle_hours, &mut lifetimes.refresh_idle_hours),
            (self.refresh_max_hours, &mut lifetimes.refresh_max_hours),
        ] {
            *lifetime = given.unwrap_or(*lifetime);
        }
        if let Some(file) = &self.jwks {
            options.jwks = keys(file)?;
        }
        Ok(options)
    }
}

fn keys(file: &str) -> Result<Option<serde_json::Value>, String> {
    if file.is_empty() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("--jwks: {file}: {error}"))?;
    serde_json::from_str(&text).map(Some).map_err(|_| format!("--jwks: {file} is not JSON"))
}
