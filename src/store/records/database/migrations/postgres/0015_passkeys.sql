-- The passkeys of accounts (WebAuthn). The counter that an authenticator counts its uses with is a column of its own, so that
-- one statement compares and stores it; the credential has the counter 0.
CREATE TABLE passkeys (
    credential_id BYTEA   NOT NULL PRIMARY KEY,
    account_id    BYTEA   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential    TEXT    NOT NULL, -- the public key and what was registered with it, as JSON
    counter       BIGINT NOT NULL DEFAULT 0,
    name          TEXT    NOT NULL,
    aaguid        BYTEA   NOT NULL, -- the model of the authenticator; 16 zeros if it does not say
    backed_up     BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT,
    went_back_at  BIGINT           -- the last time that the counter did not grow
);

CREATE INDEX passkeys_by_account ON passkeys (account_id, created_at);

-- The domain that the passkeys belong to, from the first passkey on. One row.
CREATE TABLE passkey_domain (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    domain TEXT    NOT NULL
);

-- Whether a passkey opened the session: 0 if not, 1 if one of a single device, 2 if one that is synchronised. A server of an
-- earlier version knows only the words of opened_by, so such a session has the word 'password' there.
ALTER TABLE sessions ADD COLUMN by_passkey BIGINT NOT NULL DEFAULT 0;
ALTER TABLE grants   ADD COLUMN by_passkey BIGINT NOT NULL DEFAULT 0;

-- When the owner answered the offer to add a passkey.
ALTER TABLE accounts ADD COLUMN passkey_offer_answered_at BIGINT;
