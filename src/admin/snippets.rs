//! Code and settings that make an app sign people in with this server. The app's values are inserted as
//! quoted JSON strings, which JavaScript, Python and YAML read alike. The secret is not in them, because it
//! belongs into the environment.

use crate::store::records::app_options::Switch;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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

    fn node(&self) -> String {
        let [issuer, id, uri] = [&self.issuer, &self.id, &self.uri].map(|text| quoted(text));
        let proof = match self.proof {
            Proof::Secret => "client.ClientSecretBasic(process.env.OIDC_CLIENT_SECRET)",
            // A `CryptoKey`, which the app imports from its stored private key.
            Proof::Keys => "client.PrivateKeyJwt(privateKey)",
            Proof::None => "client.None()",
        };
        // The library uses plain HTTP only if it is told to.
        let plain =
            if self.issuer.starts_with("https:") { "" } else { ", { execute: [client.allowInsecureRequests] }" };
        format!(
            "import * as client from \"openid-client\"

const config = await client.discovery(new URL({issuer}), {id}, undefined, {proof}{plain})

// To sign somebody in: keep both in their session, then redirect to `url`.
const pkceCodeVerifier = client.randomPKCECodeVerifier()
const expectedState = client.randomState()
const url = client.buildAuthorizationUrl(config, {{
  redirect_uri: {uri},
  scope: \"openid profile\",
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: \"S256\",
  state: expectedState,
}})

// When they come back to `currentUrl`:
const tokens = await client.authorizationCodeGrant(config, currentUrl, {{ pkceCodeVerifier, expectedState }})
const {{ sub }} = tokens.claims()
const {{ name }} = await client.fetchUserInfo(config, tokens.access_token, sub)"
        )
    }

    fn auth_js(&self) -> String {
        let [issuer, id] = [&self.issuer, &self.id].map(|text| quoted(text));
        format!(
            "// auth.ts; its redirect URI is https://<your host>/api/auth/callback/tessera
import NextAuth from \"next-auth\"

export const {{ handlers, auth, signIn, signOut }} = NextAuth({{
  providers: [{{
    id: \"tessera\",
    name: \"Tessera\",
    type: \"oidc\",
    issuer: {issuer},
    clientId: {id},
    clientSecret: process.env.OIDC_CLIENT_SECRET,
    authorization: {{ params: {{ scope: \"openid profile\" }} }},
    checks: [\"pkce\", \"state\"],
    idToken: false, // the name comes from the userinfo endpoint
    profile: ({{ sub, name }}) => ({{ id: sub, name }}),
  }}],
}})"
        )
    }

    fn express(&self) -> String {
        let [issuer, id] = [&self.issuer, &self.id].map(|text| quoted(text));
        format!(
            "// Its redirect URI is https://<your host>/callback
import express from \"express\"
import connect from \"express-openid-connect\"

const app = express()
app.use(connect.auth({{
  issuerBaseURL: {issuer},
  baseURL: \"https://<your host>\",
  clientID: {id},
  clientSecret: process.env.OIDC_CLIENT_SECRET,
  secret: process.env.SESSION_SECRET, // a long random text, for the site's own cookie
  authRequired: false,
  authorizationParams: {{ response_type: \"code\", scope: \"openid profile\" }},
}}))

// /login signs in, /logout signs out.
app.get(\"/me\", connect.requiresAuth(), async (request, response) => {{
  const {{ sub, name }} = await request.oidc.fetchUserInfo()
  response.json({{ sub, name }})
}})"
        )
    }

    fn passport(&self) -> String {
        let [id, uri, issuer] = [&self.id, &self.uri, &self.issuer].map(|text| quoted(text));
        let [authorize, token] = ["authorize", "token"].map(|name| quoted(&format!("{}/oauth/{name}", self.issuer)));
        let rights = [(self.needs_pkce, WITHOUT_PKCE), (self.lacks_profile, PROFILE)];
        let first = self.first("// It does not support PKCE and reads the ID token alone", &rights);
        format!(
            "{first}import express from \"express\"
import session from \"express-session\"
import passport from \"passport\"
import OpenIDConnectStrategy from \"passport-openidconnect\"

const app = express()
app.use(session({{ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }}))
app.use(passport.session())
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))
passport.use(new OpenIDConnectStrategy({{
  issuer: {issuer},
  authorizationURL: {authorize},
  tokenURL: {token},
  clientID: {id},
  clientSecret: process.env.OIDC_CLIENT_SECRET,
  callbackURL: {uri},
  scope: \"profile\",
}}, (issuer, {{ id, displayName }}, done) => done(null, {{ id, displayName }})))

app.get(\"/login\", passport.authenticate(\"openidconnect\"))
app.get(new URL({uri}).pathname, passport.authenticate(\"openidconnect\", {{ successRedirect: \"/\" }}))"
        )
    }

    fn spring(&self) -> String {
        let [issuer, id] = [&self.issuer, &self.id].map(|text| quoted(text));
        format!(
            "# application.yml; its redirect URI is https://<your host>/login/oauth2/code/tessera
spring:
  security:
    oauth2:
      client:
        registration:
          tessera:
            client-id: {id}
            client-secret: ${{OIDC_CLIENT_SECRET}}
            scope: openid,profile
        provider:
          tessera:
            issuer-uri: {issuer}

// Before Spring Security 7, which does so by itself: PKCE
@Bean
SecurityFilterChain security(HttpSecurity http, ClientRegistrationRepository apps) throws Exception {{
    var requests = new DefaultOAuth2AuthorizationRequestResolver(apps, \"/oauth2/authorization\");
    requests.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
    http.authorizeHttpRequests(all -> all.anyRequest().authenticated());
    http.oauth2Login(login -> login.authorizationEndpoint(at -> at.authorizationRequestResolver(requests)));
    return http.build();
}}"
        )
    }

    fn django(&self) -> String {
        let [id, uri] = [&self.id, &self.uri].map(|text| quoted(text));
        let discovery = quoted(&format!("{}/.well-known/openid-configuration", self.issuer));
        format!(
            "# views.py
import os
from authlib.integrations.django_client import OAuth

oauth = OAuth()
oauth.register(
    \"tessera\",
    client_id={id},
    client_secret=os.environ[\"OIDC_CLIENT_SECRET\"],
    server_metadata_url={discovery},
    client_kwargs={{\"scope\": \"openid profile\", \"code_challenge_method\": \"S256\"}},
)

def sign_in(request):
    return oauth.tessera.authorize_redirect(request, {uri})

def signed_in(request):  # at the redirect URI
    token = oauth.tessera.authorize_access_token(request)
    who = oauth.tessera.userinfo(token=token)
    # who[\"sub\"] is the person's key, who[\"name\"] their name"
        )
    }

    fn streamlit(&self) -> String {
        let id = quoted(&self.id);
        let discovery = quoted(&format!("{}/.well-known/openid-configuration", self.issuer));
        let first = self.first("# It reads the ID token alone", &[(self.lacks_profile, PROFILE)]);
        format!(
            "{first}# .streamlit/secrets.toml; its redirect URI is https://<your host>/oauth2callback
[auth]
redirect_uri = \"https://<your host>/oauth2callback\"
cookie_secret = \"<a long random text>\"
client_id = {id}
client_secret = \"<the secret>\"
server_metadata_url = {discovery}
client_kwargs = {{ scope = \"openid profile\" }}

# app.py
import streamlit as st

if not st.user.is_logged_in:
    st.button(\"Sign in\", on_click=st.login)
    st.stop()
# st.user[\"sub\"] is the person's key
st.write(\"Hello\", st.user.get(\"name\"))"
        )
    }

    fn wechat(&self) -> String {
        let Self { issuer, id, .. } = self;
        let uri = utf8_percent_encode(&self.uri, NON_ALPHANUMERIC);
        format!(
            "1. Send the visitor to
{issuer}/connect/qrconnect?appid={id}&redirect_uri={uri}&response_type=code&scope=snsapi_login&state=STATE

2. They come back with code and state. Compare the state, then ask
{issuer}/sns/oauth2/access_token?appid={id}&secret=$OIDC_CLIENT_SECRET&code=CODE&grant_type=authorization_code

3. With access_token and openid out of the answer, ask
{issuer}/sns/userinfo?access_token=ACCESS_TOKEN&openid=OPENID"
        )
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
        assert_eq!(all.len(), 9);
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
        assert_eq!(needs(&app, "Auth.js"), [false, false], "it asks the userinfo endpoint");
        app.options.switches.set(Switch::ProfileInIdToken, true);
        assert_eq!(needs(&app, "passport-openidconnect"), [true, false]);
        app.options.switches.set(Switch::WithoutPkce, true);
        for name in ["Streamlit", "passport-openidconnect", "OpenID Connect"] {
            assert_eq!(needs(&app, name), [false, false], "{name}");
        }
    }
}
