//! What an app may have beside, as it is said on the command line.

use crate::store::records::apps::{AppOptions, SigningAlgorithm, Verification};

/// What may be said of an app's rights; what is not said stays as it is. A right is given by its flag, and taken back
/// by `--flag=false`; a list is replaced as a whole, and an empty text leaves none.
#[derive(clap::Args)]
pub struct Rights {
    /// Where people may be sent after they signed out; '' for nowhere
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where the app hears that somebody signed out; '' for nowhere
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// What its ID tokens are signed with; of a new app RS256
    #[arg(long, value_enum)]
    algorithm: Option<SigningAlgorithm>,
    /// Pairwise subject IDs: people have another ID at this app than at any other
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pairwise: Option<bool>,
    /// Allow sign-ins without PKCE, for software that does not support it
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    without_pkce: Option<bool>,
    /// Require pushed requests (RFC 9126)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pushed_only: Option<bool>,
    /// It may show codes on devices without a browser (RFC 8628)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    device: Option<bool>,
    /// It may get tokens for itself (RFC 6749 §4.4)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    client_credentials: Option<bool>,
    /// Put profile claims into its ID tokens, for libraries that read nothing else
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    profile_in_id_token: Option<bool>,
    /// An origin whose pages may show its code in a frame; '' for none
    #[arg(long, value_name = "ORIGIN")]
    embed_origin: Vec<String>,
    /// In WeChat's dialect, accept any path on the host of a redirect URI
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    matched_by_host: Option<bool>,
    /// In WeChat's dialect, send people who deny back to the app too
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    told_of_refusals: Option<bool>,
    /// How its visitors have to have signed in; of a new app any
    #[arg(long, value_enum)]
    verification: Option<Verification>,
    /// Minutes that its access tokens live: 1 to 60; of a new app 10
    #[arg(long, value_name = "MINUTES")]
    access_token_minutes: Option<u16>,
    /// Hours after which its refresh tokens end unused: 1 to 2160; of a new app 720
    #[arg(long, value_name = "HOURS")]
    refresh_idle_hours: Option<u16>,
    /// Hours after which its refresh tokens end in any case: 1 to 8760; of a new app 8760
    #[arg(long, value_name = "HOURS")]
    refresh_max_hours: Option<u16>,
    /// The public keys by which it proves itself, as a JWK set; '' for none
    #[arg(long, value_name = "FILE")]
    jwks: Option<String>,
}

impl Rights {
    /// The options with what was said.
    pub fn over(&self, mut options: AppOptions) -> Result<AppOptions, String> {
        let rights = [
            (self.pairwise, &mut options.is_pairwise),
            (self.without_pkce, &mut options.is_without_pkce),
            (self.pushed_only, &mut options.is_pushed_only),
            (self.device, &mut options.has_device_grant),
            (self.client_credentials, &mut options.has_client_credentials),
            (self.profile_in_id_token, &mut options.has_profile_in_id_token),
            (self.matched_by_host, &mut options.is_matched_by_host),
            (self.told_of_refusals, &mut options.is_told_of_refusals),
        ];
        for (said, right) in rights {
            *right = said.unwrap_or(*right);
        }
        let lists = [
            (&self.post_logout_redirect_uri, &mut options.post_logout_redirect_uris),
            (&self.embed_origin, &mut options.embed_origins),
        ];
        for (said, list) in lists.into_iter().filter(|(said, _)| !said.is_empty()) {
            *list = said.iter().filter(|one| !one.is_empty()).cloned().collect();
        }
        if let Some(uri) = &self.backchannel_logout_uri {
            options.backchannel_logout_uri = Some(uri.clone()).filter(|uri| !uri.is_empty());
        }
        options.algorithm = self.algorithm.unwrap_or(options.algorithm);
        options.verification = self.verification.unwrap_or(options.verification);
        let lives = &mut options.lives;
        for (said, life) in [
            (self.access_token_minutes, &mut lives.access_token_minutes),
            (self.refresh_idle_hours, &mut lives.refresh_idle_hours),
            (self.refresh_max_hours, &mut lives.refresh_max_hours),
        ] {
            *life = said.unwrap_or(*life);
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
