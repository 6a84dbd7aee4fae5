-- +goose Up

-- letters is the outbox: what waits to be sent, and what could not be.
CREATE TABLE letters (
    id        bytea   NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    kind      text    NOT NULL,
    recipient text    NOT NULL,
    account   bytea   NOT NULL CHECK (octet_length(account) = 16), -- zeros for none
    code      bytea   NOT NULL CHECK (octet_length(code) = 16),    -- zeros for none
    choice    text    NOT NULL,
    content   text    NOT NULL, -- JSON
    at        bigint  NOT NULL, -- microseconds since 1970, as are all times
    due       bigint  NOT NULL, -- when it is tried next; 0 for a dead letter
    tries     integer NOT NULL,
    reason    text    NOT NULL  -- why it was not sent, without an address
);

CREATE INDEX letters_due ON letters (due);
CREATE INDEX letters_account ON letters (account);

-- links are what letters lead to. A token is in the letter alone.
CREATE TABLE links (
    hash    bytea   NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    letter  bytea   NOT NULL CHECK (octet_length(letter) = 16),
    kind    text    NOT NULL,
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    address text    NOT NULL,
    code    bytea   NOT NULL CHECK (octet_length(code) = 16),
    choice  text    NOT NULL,
    expires bigint  NOT NULL
);

CREATE INDEX links_letter ON links (letter);
CREATE INDEX links_account ON links (account);
CREATE INDEX links_expires ON links (expires);

-- sent says which message went out, when, and on which choice; not to which
-- address, and not what it said.
CREATE TABLE sent (
    id      bytea   NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    code    bytea   NOT NULL CHECK (octet_length(code) = 16),
    kind    text    NOT NULL,
    choice  text    NOT NULL,
    receipt text    NOT NULL, -- of the grant; empty for messages that are owed
    at      bigint  NOT NULL
);

CREATE INDEX sent_account ON sent (account);
CREATE INDEX sent_code ON sent (code);
CREATE INDEX sent_at ON sent (at);

-- told says which change of a policy an account was told of, so that it is
-- told once.
CREATE TABLE told (
    account bytea   NOT NULL CHECK (octet_length(account) = 16),
    policy  text    NOT NULL,
    version bigint  NOT NULL,
    at      bigint  NOT NULL,
    PRIMARY KEY (account, policy, version)
);
