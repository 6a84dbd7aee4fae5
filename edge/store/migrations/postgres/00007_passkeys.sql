-- +goose Up

-- passkeys open accounts beside their passwords. Nothing of them is secret: the
-- other half is in the person's authenticator.
CREATE TABLE passkeys (
    id         bytea   NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    account    bytea   NOT NULL CHECK (octet_length(account) = 16),
    credential bytea   NOT NULL UNIQUE,
    public     bytea   NOT NULL,
    flags      bigint  NOT NULL,
    counter    bigint  NOT NULL,
    name       text    NOT NULL,
    created    bigint  NOT NULL, -- microseconds since 1970, as are all times
    used       bigint  NOT NULL  -- 0 for never
);

CREATE INDEX passkeys_account ON passkeys (account);

-- ceremonies are pages for passkeys that were answered: each is answered once.
CREATE TABLE ceremonies (
    nonce   bytea   NOT NULL PRIMARY KEY CHECK (octet_length(nonce) = 16),
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    at      bigint  NOT NULL
);

CREATE INDEX ceremonies_account ON ceremonies (account);
CREATE INDEX ceremonies_at ON ceremonies (at);
