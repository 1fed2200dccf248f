//! Code and settings that make an app sign people in with this server: [`libraries`] for sites that are being built, and
//! [`products`] for software that only has to be configured. The app's values are inserted as quoted JSON strings, which
//! JavaScript, Python and YAML read alike, or as quoted words of a shell. The secret is not in them, because it belongs
//! into the environment.

mod libraries;
mod products;

use crate::store::records::app_options::Switch;
use crate::store::records::apps::{App, Dialect};

/// The option of `tessera app set` that lets an app sign people in without PKCE, because its library does not
/// support it.
const WITHOUT_PKCE: &str = "--without-pkce";
const PROFILE: &str = "--profile-in-id-token";

/// Code or settings that make an app sign people in with one library or framework.
pub struct Snippet {
    /// The name of the library or framework.
    pub name: &'static str,
    /// The code.
    pub code: String,
}

/// Returns the snippets for an app: those for the protocols that it speaks and the way in which it
/// authenticates.
pub fn snippets(issuer: &str, app: &App) -> Vec<Snippet> {
    let uri = app.redirect_uris.first().map_or("", String::as_str);
    let values = Values {
        issuer: issuer.to_owned(),
        id: app.id.to_string(),
        uri: uri.to_owned(),
        algorithm: app.options.id_token_signed_response_alg.name(),
        proof: match (app.secrets.is_empty(), app.is_confidential()) {
            (false, _) => Proof::Secret,
            (true, true) => Proof::Keys,
            (true, false) => Proof::None,
        },
        lacks_profile: !app.options.has(Switch::ProfileInIdToken),
        needs_pkce: !app.options.has(Switch::WithoutPkce),
    };
    let mut all = Vec::new();
    if app.dialects.includes(Dialect::Oidc) {
        all.push(Snippet { name: "OpenID Connect", code: values.plain() });
        all.push(Snippet { name: "Node.js: openid-client", code: values.node() });
        if values.proof == Proof::Secret {
            all.push(Snippet { name: "Next.js: Auth.js", code: values.auth_js() });
            all.push(Snippet { name: "Express: express-openid-connect", code: values.express() });
            all.push(Snippet { name: "Express: passport-openidconnect", code: values.passport() });
            all.push(Snippet { name: "Spring Boot", code: values.spring() });
            all.push(Snippet { name: "Django: Authlib", code: values.django() });
            all.push(Snippet { name: "Streamlit", code: values.streamlit() });
            all.extend(values.products());
        }
    }
    if app.dialects.includes(Dialect::WeChat) {
        all.push(Snippet { name: "WeChat", code: values.wechat() });
    }
    all
}

/// How an app authenticates at the token endpoint (client authentication).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    Secret,
    Keys,
    None,
}

struct Values {
    issuer: String,
    id: String,
    uri: String,
    /// The algorithm that signs the app's ID tokens.
    algorithm: &'static str,
    proof: Proof,
    /// Whether the app's ID tokens lack the name of the person.
    lacks_profile: bool,
    /// Whether the app must use PKCE.
    needs_pkce: bool,
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

impl Values {
    fn plain(&self) -> String {
        let Self { issuer, id, uri, .. } = self;
        let proof = match self.proof {
            Proof::Secret => "client_secret_basic",
            Proof::Keys => "private_key_jwt",
            Proof::None => "none: a public app",
        };
        let profile = if self.lacks_profile {
            format!("at the userinfo endpoint; in the ID token, too, after: tessera app set {id} {PROFILE}")
        } else {
            "at the userinfo endpoint and in the ID token".to_owned()
        };
        format!(
            "discovery      {issuer}/.well-known/openid-configuration
client_id      {id}
authentication {proof}
redirect_uri   {uri}
response_type  code
scope          openid profile
PKCE           S256
profile        {profile}"
        )
    }

    /// Returns a line for the beginning of a snippet: `why`, and the command that gives the app the options that
    /// it lacks. Each of `rights` is an option, with whether the app lacks it; if it lacks none, the text is
    /// empty.
    fn first(&self, why: &str, rights: &[(bool, &str)]) -> String {
        let lacking: Vec<&str> = rights.iter().filter_map(|(lacks, right)| lacks.then_some(*right)).collect();
        if lacking.is_empty() {
            return String::new();
        }
        format!("{why}, so first run: tessera app set {} {}\n", self.id, lacking.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::records::app_options::AppOptions;
    use crate::store::records::apps::{AppSecretHash, Dialects};
    use crate::store::records::people::Audience;
    use crate::ticket::ids::AppId;
    use crate::ticket::time::Timestamp;

    fn app() -> App {
        App {
            id: AppId::from_random([1; 8]),
            name: "Shop".to_owned(),
            dialects: Dialects::Both,
            redirect_uris: vec!["https://shop.example/\"+evil()+\"".to_owned()],
            secrets: vec![AppSecretHash([0; 32])],
            created_at: Timestamp::from_millis(0),
            disabled_at: None,
            options: AppOptions::default(),
            audience: Audience::Everyone,
            owner: None,
        }
    }

    #[test]
    fn no_value_of_an_app_breaks_out_of_its_quotes() {
        let app = app();
        let all = snippets("https://id.example", &app);
        assert_eq!(all.len(), 17);
        for snippet in &all[1..] {
            assert!(!snippet.code.contains("/\"+evil"), "{}", snippet.code);
        }
        let public = App { secrets: Vec::new(), dialects: Dialects::Oidc, ..app.clone() };
        let all = snippets("https://id.example", &public);
        assert!(all.iter().all(|snippet| !snippet.code.contains("OIDC_CLIENT_SECRET")), "it has none");
        let keys = AppOptions { jwks: Some(serde_json::json!({"keys": []})), ..AppOptions::default() };
        let all = snippets("https://id.example", &App { options: keys, ..public });
        assert!(all[0].code.contains("private_key_jwt"), "it is no public client: {}", all[0].code);
        assert!(
            all.iter().all(|snippet| !snippet.code.contains("client.None()")),
            "the token endpoint would refuse it"
        );
    }

    #[test]
    fn software_is_told_the_app_the_issuer_and_the_claims_that_it_needs() {
        let (app, issuer) = (app(), "https://id.example");
        let all = snippets(issuer, &app);
        for (name, claims) in [
            ("Grafana", &["preferred_username", "email", "groups", "use_pkce = true"][..]),
            ("Nextcloud", &["preferred_username", "mapping-email=email", "mapping-groups=groups"]),
            ("Gitea", &["preferred_username", "--group-claim-name groups"]),
            ("Jellyfin", &["preferred_username", "\"RoleClaim\": \"groups\""]),
            ("Immich", &["preferred_username", "openid profile email", "\"signingAlgorithm\": \"RS256\""]),
            ("Paperless", &["\"groups\"", "OAUTH_PKCE_ENABLED", "SYNC_GROUPS=true"]),
            ("JupyterHub", &["preferred_username", "oauth_user.groups"]),
            ("Proxmox", &["--username-claim username", "--groups-claim groups"]),
        ] {
            let snippet = all.iter().find(|snippet| snippet.name.starts_with(name)).expect("a snippet");
            for part in [&app.id.to_string(), issuer].into_iter().chain(claims.iter().copied()) {
                assert!(snippet.code.contains(part), "{name} lacks {part}: {}", snippet.code);
            }
            assert!(snippet.code.contains("https://<your host>"), "{name} says where people come back to");
        }
    }

    #[test]
    fn a_snippet_says_which_rights_its_library_needs_until_the_app_has_them() {
        let mut app = app();
        let needs = |app: &App, name: &str| {
            let all = snippets("https://id.example", app);
            let snippet = all.into_iter().find(|snippet| snippet.name.contains(name)).expect("a snippet");
            [WITHOUT_PKCE, PROFILE].map(|right| snippet.code.contains(right))
        };
        assert_eq!(needs(&app, "Streamlit"), [false, true]);
        assert_eq!(needs(&app, "passport-openidconnect"), [true, true]);
        assert_eq!(needs(&app, "OpenID Connect"), [false, true]);
        assert_eq!(needs(&app, "Nextcloud"), [false, true]);
        assert_eq!(needs(&app, "Gitea"), [true, false]);
        assert_eq!(needs(&app, "Auth.js"), [false, false], "it asks the userinfo endpoint");
        app.options.switches.set(Switch::ProfileInIdToken, true);
        assert_eq!(needs(&app, "passport-openidconnect"), [true, false]);
        app.options.switches.set(Switch::WithoutPkce, true);
        for name in ["Streamlit", "passport-openidconnect", "OpenID Connect"] {
            assert_eq!(needs(&app, name), [false, false], "{name}");
        }
    }
}
