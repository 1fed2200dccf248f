//! Snippets for libraries and frameworks, by which a site that is being built signs people in.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{PROFILE, Proof, Values, WITHOUT_PKCE, quoted};

impl Values {
    pub(super) fn node(&self) -> String {
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

    pub(super) fn auth_js(&self) -> String {
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

    pub(super) fn express(&self) -> String {
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

    pub(super) fn passport(&self) -> String {
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

    pub(super) fn spring(&self) -> String {
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

    pub(super) fn django(&self) -> String {
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

    pub(super) fn streamlit(&self) -> String {
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

    pub(super) fn wechat(&self) -> String {
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
