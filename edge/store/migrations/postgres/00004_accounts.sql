-- +goose Up

-- Accounts are what registered people told of themselves. All of it can be
-- taken away; nothing else refers to it but by an account's random id.

CREATE TABLE accounts (
    id          bytea   NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    user_id     text    NOT NULL UNIQUE,
    password    text    NOT NULL, -- in the PHC string format
    password_at bigint  NOT NULL, -- microseconds since 1970, as are all times
    profile     bytea   NOT NULL UNIQUE CHECK (octet_length(profile) = 16),
    created     bigint  NOT NULL,
    signed_in   bigint  NOT NULL,
    erasing     bigint  NOT NULL  -- 0 where nobody asked for it
);

CREATE INDEX accounts_signed_in ON accounts (signed_in);
CREATE INDEX accounts_erasing ON accounts (erasing) WHERE erasing > 0;

CREATE TABLE details (
    account   bytea   NOT NULL CHECK (octet_length(account) = 16),
    field     text    NOT NULL,
    value     text    NOT NULL,
    revision  bigint  NOT NULL CHECK (revision > 0),
    confirmed bigint  NOT NULL, -- 0 for not
    PRIMARY KEY (account, field)
);

CREATE INDEX details_email ON details (lower(value)) WHERE field = 'email' AND value <> '';

CREATE TABLE sessions (
    hash    bytea   NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    id      bytea   NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    device  text    NOT NULL,
    created bigint  NOT NULL,
    used    bigint  NOT NULL
);

CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_used ON sessions (used);

-- joined has the codes of browsers that signed in, beside their profile's.
CREATE TABLE joined (
    code    bytea   NOT NULL PRIMARY KEY CHECK (octet_length(code) = 16),
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    at      bigint  NOT NULL
);

CREATE INDEX joined_account ON joined (account);

-- devices has marks of browsers that were signed in, which no code can be read
-- from.
CREATE TABLE devices (
    mark    bytea   NOT NULL PRIMARY KEY CHECK (octet_length(mark) = 16),
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    at      bigint  NOT NULL
);

CREATE INDEX devices_account ON devices (account);
CREATE INDEX devices_at ON devices (at);

-- differences are choices that a browser and its profile answered differently,
-- until the person decides. Neither state is an answer by itself.
CREATE TABLE differences (
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    choice  text    NOT NULL,
    code    bytea   NOT NULL CHECK (octet_length(code) = 16),
    browser text    NOT NULL,
    profile text    NOT NULL,
    at      bigint  NOT NULL,
    PRIMARY KEY (account, choice)
);

-- changes say what was changed, when and by whom, and no value.
CREATE TABLE changes (
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    number  bigint  NOT NULL,
    at      bigint  NOT NULL,
    what    text    NOT NULL,
    by_whom text    NOT NULL,
    reason  text    NOT NULL,
    PRIMARY KEY (account, number)
);

CREATE INDEX changes_at ON changes (at);
