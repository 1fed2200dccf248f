"""JupyterHub as the test of real applications starts it; everything that differs comes from the environment."""

import os

c = get_config()  # noqa: F821 (JupyterHub defines it)

issuer = os.environ["ISSUER"]
hub = f"http://127.0.0.1:{os.environ['HUB_PORT']}"

c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['PROXY_PORT']}"
c.JupyterHub.hub_bind_url = hub
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['PROXY_API_PORT']}"
c.ConfigurableHTTPProxy.command = [os.environ["PROXY_COMMAND"]]
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.cookie_secret_file = "cookie_secret"
c.JupyterHub.authenticator_class = "generic-oauth"

# From here on it is what the page of an app tells an operator to set.
c.GenericOAuthenticator.client_id = os.environ["OIDC_CLIENT_ID"]
c.GenericOAuthenticator.client_secret = os.environ["OIDC_CLIENT_SECRET"]
c.GenericOAuthenticator.oauth_callback_url = f"http://localhost:{os.environ['PROXY_PORT']}/hub/oauth_callback"
c.GenericOAuthenticator.authorize_url = f"{issuer}/oauth/authorize"
c.GenericOAuthenticator.token_url = f"{issuer}/oauth/token"
c.GenericOAuthenticator.userdata_url = f"{issuer}/oauth/userinfo"
c.GenericOAuthenticator.scope = ["openid", "profile", "email", "groups", "offline_access"]
c.GenericOAuthenticator.username_claim = "preferred_username"
c.GenericOAuthenticator.manage_groups = True
c.GenericOAuthenticator.auth_state_groups_key = "oauth_user.groups"
c.GenericOAuthenticator.allowed_groups = {"staff"}
c.GenericOAuthenticator.admin_groups = {"hub admins"}
c.GenericOAuthenticator.enable_auth_state = True
# A second after a sign-in the hub asks again who somebody is: with the access token, then with the refresh token.
c.GenericOAuthenticator.auth_refresh_age = 1
