-- +goose Up

-- Accounts are what registered people told of themselves. All of it can be
-- taken away; nothing else refers to it but by an account's random id.

CREATE TABLE accounts (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id     TEXT    NOT NULL UNIQUE,
    password    TEXT    NOT NULL, -- in the PHC string format
    password_at INTEGER NOT NULL, -- microseconds since 1970, as are all times
    profile     BLOB    NOT NULL UNIQUE CHECK (length(profile) = 16),
    created     INTEGER NOT NULL,
    signed_in   INTEGER NOT NULL,
    erasing     INTEGER NOT NULL  -- 0 where nobody asked for it
) STRICT, WITHOUT ROWID;

CREATE INDEX accounts_signed_in ON accounts (signed_in);
CREATE INDEX accounts_erasing ON accounts (erasing) WHERE erasing > 0;

CREATE TABLE details (
    account   BLOB    NOT NULL CHECK (length(account) = 16),
    field     TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    revision  INTEGER NOT NULL CHECK (revision > 0),
    confirmed INTEGER NOT NULL, -- 0 for not
    PRIMARY KEY (account, field)
) STRICT, WITHOUT ROWID;

CREATE INDEX details_email ON details (lower(value)) WHERE field = 'email' AND value <> '';

CREATE TABLE sessions (
    hash    BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    id      BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
    account BLOB    NOT NULL CHECK (length(account) = 16),
    device  TEXT    NOT NULL,
    created INTEGER NOT NULL,
    used    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_used ON sessions (used);

-- joined has the codes of browsers that signed in, beside their profile's.
CREATE TABLE joined (
    code    BLOB    NOT NULL PRIMARY KEY CHECK (length(code) = 16),
    account BLOB    NOT NULL CHECK (length(account) = 16),
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX joined_account ON joined (account);

-- devices has marks of browsers that were signed in, which no code can be read
-- from.
CREATE TABLE devices (
    mark    BLOB    NOT NULL PRIMARY KEY CHECK (length(mark) = 16),
    account BLOB    NOT NULL CHECK (length(account) = 16),
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX devices_account ON devices (account);
CREATE INDEX devices_at ON devices (at);

-- differences are choices that a browser and its profile answered differently,
-- until the person decides. Neither state is an answer by itself.
CREATE TABLE differences (
    account BLOB    NOT NULL CHECK (length(account) = 16),
    choice  TEXT    NOT NULL,
    code    BLOB    NOT NULL CHECK (length(code) = 16),
    browser TEXT    NOT NULL,
    profile TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, choice)
) STRICT, WITHOUT ROWID;

-- changes say what was changed, when and by whom, and no value.
CREATE TABLE changes (
    account BLOB    NOT NULL CHECK (length(account) = 16),
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    what    TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX changes_at ON changes (at);
