"""pgAdmin as the test of real applications starts it, as its `config_local.py`."""

import os

issuer = os.environ["ISSUER"]
DATA_DIR = os.environ["PGADMIN_DATA"]
LOG_FILE = os.path.join(DATA_DIR, "pgadmin.log")
SQLITE_PATH = os.path.join(DATA_DIR, "pgadmin.db")
SESSION_DB_PATH = os.path.join(DATA_DIR, "sessions")
STORAGE_DIR = os.path.join(DATA_DIR, "storage")
SERVER_MODE = True
DEFAULT_SERVER = "127.0.0.1"
DEFAULT_SERVER_PORT = int(os.environ["PGADMIN_PORT"])
MASTER_PASSWORD_REQUIRED = False
UPGRADE_CHECK_ENABLED = False

AUTHENTICATION_SOURCES = ["oauth2"]
OAUTH2_AUTO_CREATE_USER = True
OAUTH2_CONFIG = [
    {
        "OAUTH2_NAME": "tessera",
        "OAUTH2_DISPLAY_NAME": "Tessera",
        "OAUTH2_CLIENT_ID": os.environ["OIDC_CLIENT_ID"],
        "OAUTH2_CLIENT_SECRET": os.environ["OIDC_CLIENT_SECRET"],
        "OAUTH2_SERVER_METADATA_URL": f"{issuer}/.well-known/openid-configuration",
        "OAUTH2_TOKEN_URL": f"{issuer}/oauth/token",
        "OAUTH2_AUTHORIZATION_URL": f"{issuer}/oauth/authorize",
        "OAUTH2_API_BASE_URL": f"{issuer}/oauth/",
        "OAUTH2_USERINFO_ENDPOINT": "userinfo",
        "OAUTH2_SCOPE": "openid email profile groups",
        "OAUTH2_USERNAME_CLAIM": "preferred_username",
        "OAUTH2_CHALLENGE_METHOD": "S256",
        "OAUTH2_RESPONSE_TYPE": "code",
        # Who is in none of these groups is not let in.
        "OAUTH2_ADDITIONAL_CLAIMS": {"groups": ["staff"]},
        "OAUTH2_ICON": "fa-qrcode",
        "OAUTH2_BUTTON_COLOR": "#3253a8",
    }
]
