//! The options of an app on the command line.

use crate::store::records::apps::{AppOptions, SigningAlgorithm, Verification};

/// Options of an app; an option that is not given stays as it is. `--flag` gives a right and `--flag=false` removes it;
/// a list is replaced as a whole, and an empty text empties it.
#[derive(clap::Args)]
pub struct Rights {
    /// URI to which people may be redirected after signing out; '' for none
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// URL that is called when a person signs out (back-channel logout); '' for none
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Algorithm that signs its ID tokens; RS256 for a new app
    #[arg(long, value_enum)]
    algorithm: Option<SigningAlgorithm>,
    /// Pairwise subject IDs: a person has another ID at this app than at any other
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pairwise: Option<bool>,
    /// Allow sign-ins without PKCE, for software that does not support it
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    without_pkce: Option<bool>,
    /// Require pushed requests (RFC 9126)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pushed_only: Option<bool>,
    /// Allow codes on devices without a browser (RFC 8628)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    device: Option<bool>,
    /// Allow tokens for the app itself (RFC 6749 §4.4)
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    client_credentials: Option<bool>,
    /// Put profile claims into ID tokens, for libraries that read nothing else
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    profile_in_id_token: Option<bool>,
    /// Origin whose pages may show the code in a frame; '' for none
    #[arg(long, value_name = "ORIGIN")]
    embed_origin: Vec<String>,
    /// In WeChat's dialect, accept any path on the host of a redirect URI
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    matched_by_host: Option<bool>,
    /// In WeChat's dialect, send people who deny back to the app too
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    told_of_refusals: Option<bool>,
    /// How visitors must have signed in; any for a new app
    #[arg(long, value_enum)]
    verification: Option<Verification>,
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

impl Rights {
    /// Returns the options, changed as the command line says.
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
