//! Snippets for software that only has to be configured: what it is told, the scopes that it has to ask for, and which
//! claim it takes for what. Each says where the software has people sent back, which has to be a redirect URI of the app.
//!
//! All of them map the groups of a person to rights. Who may use the software at all is set on the app's page.

use serde_json::json;

use super::{PROFILE, Snippet, Values, WITHOUT_PKCE, quoted};

/// The scopes that all of this software asks for.
const SCOPES: &str = "openid profile email groups";

/// Quotes a text as one word of a POSIX shell, in which no letter of it means anything else.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl Values {
    /// Returns the snippets for software that only has to be configured, for an app with a secret.
    pub(super) fn products(&self) -> [Snippet; 8] {
        [
            Snippet { name: "Grafana", code: self.grafana() },
            Snippet { name: "Nextcloud (user_oidc)", code: self.nextcloud() },
            Snippet { name: "Gitea", code: self.gitea() },
            Snippet { name: "Jellyfin (SSO plugin)", code: self.jellyfin() },
            Snippet { name: "Immich", code: self.immich() },
            Snippet { name: "Paperless-ngx", code: self.paperless() },
            Snippet { name: "JupyterHub (OAuthenticator)", code: self.jupyterhub() },
            Snippet { name: "Proxmox VE", code: self.proxmox() },
        ]
    }

    fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer)
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/oauth/{name}", self.issuer)
    }

    fn grafana(&self) -> String {
        let Self { id, .. } = self;
        let [authorize, token, userinfo] = ["authorize", "token", "userinfo"].map(|name| self.endpoint(name));
        format!(
            "; grafana.ini; its redirect URI is https://<your host>/login/generic_oauth
[auth.generic_oauth]
enabled = true
name = Tessera
client_id = {id}
client_secret = $__env{{OIDC_CLIENT_SECRET}}
scopes = {SCOPES}
auth_url = {authorize}
token_url = {token}
api_url = {userinfo}
use_pkce = true
login_attribute_path = preferred_username
name_attribute_path = name
email_attribute_path = email
groups_attribute_path = groups
; the members of the group grafana-admins administer it
role_attribute_path = contains(groups[*], 'grafana-admins') && 'Admin' || 'Viewer'"
        )
    }

    fn nextcloud(&self) -> String {
        let [id, discovery, scopes] = [&self.id, &self.discovery(), SCOPES].map(shell);
        let first = self.first("# It reads the ID token alone", &[(self.lacks_profile, PROFILE)]);
        format!(
            "{first}# Its redirect URI is https://<your host>/apps/user_oidc/code
occ app:install user_oidc
occ user_oidc:provider tessera \\
  --clientid={id} --clientsecret=\"$OIDC_CLIENT_SECRET\" \\
  --discoveryuri={discovery} \\
  --scope={scopes} \\
  --unique-uid=0 --mapping-uid=preferred_username \\
  --mapping-display-name=name --mapping-email=email \\
  --group-provisioning=1 --mapping-groups=groups"
        )
    }

    fn gitea(&self) -> String {
        let [id, discovery] = [&self.id, &self.discovery()].map(|text| shell(text));
        let first = self.first("# It cannot use PKCE", &[(self.needs_pkce, WITHOUT_PKCE)]);
        format!(
            "{first}# Its redirect URI is https://<your host>/user/oauth2/tessera/callback
gitea admin auth add-oauth --name tessera --provider openidConnect \\
  --key {id} --secret \"$OIDC_CLIENT_SECRET\" \\
  --auto-discover-url {discovery} \\
  --scopes openid --scopes profile --scopes email --scopes groups \\
  --group-claim-name groups --admin-group gitea-admins

# app.ini: who signs in for the first time gets an account under their user name
[oauth2_client]
ENABLE_AUTO_REGISTRATION = true
USERNAME = preferred_username"
        )
    }

    fn jellyfin(&self) -> String {
        let settings = json!({
            "OidEndpoint": self.issuer,
            "OidClientId": self.id,
            "OidSecret": "<the secret>",
            "Enabled": true,
            "EnableAuthorization": true,
            "EnableAllFolders": true,
            "OidScopes": ["email", "groups"],
            "DefaultUsernameClaim": "preferred_username",
            "RoleClaim": "groups",
            "Roles": [],
            "AdminRoles": ["jellyfin-admins"],
        });
        let settings = serde_json::to_string_pretty(&settings).expect("texts are JSON");
        format!(
            "# Its redirect URI is https://<your host>/sso/OID/redirect/tessera
# Send this to https://<your host>/sso/OID/Add/tessera?api_key=<an API key>, or type it on the plugin's page.
# Without Roles everyone who may use the app gets in. The plugin asks for openid and profile by itself.
{settings}"
        )
    }

    fn immich(&self) -> String {
        let settings = json!({ "oauth": {
            "enabled": true,
            "issuerUrl": self.issuer,
            "clientId": self.id,
            "clientSecret": "<the secret>",
            "scope": "openid profile email",
            "signingAlgorithm": self.algorithm,
            "storageLabelClaim": "preferred_username",
            "autoRegister": true,
            "buttonText": "Sign in with Tessera",
            "mobileOverrideEnabled": true,
            "mobileRedirectUri": "https://<your host>/api/oauth/mobile-redirect",
        }});
        let settings = serde_json::to_string_pretty(&settings).expect("texts are JSON");
        format!(
            "# Its redirect URIs are https://<your host>/auth/login, https://<your host>/user-settings and
# https://<your host>/api/oauth/mobile-redirect. It knows people by their e-mail address, and reads no groups:
# say on the app's page who may use it. In its configuration file, or on Administration, Settings, OAuth:
{settings}"
        )
    }

    fn paperless(&self) -> String {
        let settings = json!({ "openid_connect": {
            "OAUTH_PKCE_ENABLED": true,
            "SCOPE": SCOPES.split(' ').collect::<Vec<_>>(),
            "APPS": [{
                "provider_id": "tessera",
                "name": "Tessera",
                "client_id": self.id,
                "secret": "<the secret>",
                "settings": { "server_url": self.discovery() },
            }],
        }});
        format!(
            "# Its redirect URI is https://<your host>/accounts/oidc/tessera/login/callback/
PAPERLESS_APPS=allauth.socialaccount.providers.openid_connect
PAPERLESS_SOCIALACCOUNT_PROVIDERS={}
PAPERLESS_SOCIAL_AUTO_SIGNUP=true
# Groups count that exist in Paperless under the same name.
PAPERLESS_SOCIAL_ACCOUNT_SYNC_GROUPS=true",
            shell(&settings.to_string())
        )
    }

    fn jupyterhub(&self) -> String {
        let [id, uri] = [&self.id, &self.uri].map(|text| quoted(text));
        let [authorize, token, userinfo] = ["authorize", "token", "userinfo"].map(|name| quoted(&self.endpoint(name)));
        let scopes = SCOPES.split(' ').map(quoted).collect::<Vec<_>>().join(", ");
        format!(
            "# jupyterhub_config.py; its redirect URI is https://<your host>/hub/oauth_callback
import os

c.JupyterHub.authenticator_class = \"generic-oauth\"
c.GenericOAuthenticator.client_id = {id}
c.GenericOAuthenticator.client_secret = os.environ[\"OIDC_CLIENT_SECRET\"]
c.GenericOAuthenticator.oauth_callback_url = {uri}
c.GenericOAuthenticator.authorize_url = {authorize}
c.GenericOAuthenticator.token_url = {token}
c.GenericOAuthenticator.userdata_url = {userinfo}
c.GenericOAuthenticator.scope = [{scopes}]
c.GenericOAuthenticator.username_claim = \"preferred_username\"
c.GenericOAuthenticator.allow_all = True  # the app's page says who may use it
c.GenericOAuthenticator.manage_groups = True
c.GenericOAuthenticator.auth_state_groups_key = \"oauth_user.groups\"
c.GenericOAuthenticator.admin_groups = {{\"jupyterhub-admins\"}}"
        )
    }

    fn proxmox(&self) -> String {
        let [issuer, id, scopes] = [&self.issuer, &self.id, SCOPES].map(shell);
        format!(
            "# Its redirect URI is https://<your host>:8006, as the browser has it; from version 8.3 on it reads groups
pveum realm add tessera --type openid \\
  --issuer-url {issuer} \\
  --client-id {id} --client-key \"$OIDC_CLIENT_SECRET\" \\
  --scopes {scopes} \\
  --username-claim username --autocreate 1 \\
  --groups-claim groups --groups-autocreate 1
# Its groups have the name of the realm behind theirs. One of them gets rights by:
pveum acl modify / --groups pve-admins-tessera --roles Administrator"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_shell_has_no_end_but_its_own() {
        assert_eq!(shell("https://id.example"), "'https://id.example'");
        assert_eq!(shell("'; rm -rf / #$(x)`y`"), r"''\''; rm -rf / #$(x)`y`'");
    }
}
