-- +goose Up

-- passkeys open accounts beside their passwords. Nothing of them is secret: the
-- other half is in the person's authenticator.
CREATE TABLE passkeys (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account    BLOB    NOT NULL CHECK (length(account) = 16),
    credential BLOB    NOT NULL UNIQUE,
    public     BLOB    NOT NULL,
    flags      INTEGER NOT NULL,
    counter    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    created    INTEGER NOT NULL, -- microseconds since 1970, as are all times
    used       INTEGER NOT NULL  -- 0 for never
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_account ON passkeys (account);

-- ceremonies are pages for passkeys that were answered: each is answered once.
CREATE TABLE ceremonies (
    nonce   BLOB    NOT NULL PRIMARY KEY CHECK (length(nonce) = 16),
    account BLOB    NOT NULL CHECK (length(account) = 16),
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ceremonies_account ON ceremonies (account);
CREATE INDEX ceremonies_at ON ceremonies (at);
