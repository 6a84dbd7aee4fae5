-- +goose Up

-- letters is the outbox: what waits to be sent, and what could not be.
CREATE TABLE letters (
    id        BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind      TEXT    NOT NULL,
    recipient TEXT    NOT NULL,
    account   BLOB    NOT NULL CHECK (length(account) = 16), -- zeros for none
    code      BLOB    NOT NULL CHECK (length(code) = 16),    -- zeros for none
    choice    TEXT    NOT NULL,
    content   TEXT    NOT NULL, -- JSON
    at        INTEGER NOT NULL, -- microseconds since 1970, as are all times
    due       INTEGER NOT NULL, -- when it is tried next; 0 for a dead letter
    tries     INTEGER NOT NULL,
    reason    TEXT    NOT NULL  -- why it was not sent, without an address
) STRICT, WITHOUT ROWID;

CREATE INDEX letters_due ON letters (due);
CREATE INDEX letters_account ON letters (account);

-- links are what letters lead to. A token is in the letter alone.
CREATE TABLE links (
    hash    BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    letter  BLOB    NOT NULL CHECK (length(letter) = 16),
    kind    TEXT    NOT NULL,
    account BLOB    NOT NULL CHECK (length(account) = 16),
    address TEXT    NOT NULL,
    code    BLOB    NOT NULL CHECK (length(code) = 16),
    choice  TEXT    NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_letter ON links (letter);
CREATE INDEX links_account ON links (account);
CREATE INDEX links_expires ON links (expires);

-- sent says which message went out, when, and on which choice; not to which
-- address, and not what it said.
CREATE TABLE sent (
    id      BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account BLOB    NOT NULL CHECK (length(account) = 16),
    code    BLOB    NOT NULL CHECK (length(code) = 16),
    kind    TEXT    NOT NULL,
    choice  TEXT    NOT NULL,
    receipt TEXT    NOT NULL, -- of the grant; empty for messages that are owed
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sent_account ON sent (account);
CREATE INDEX sent_code ON sent (code);
CREATE INDEX sent_at ON sent (at);

-- told says which change of a policy an account was told of, so that it is
-- told once.
CREATE TABLE told (
    account BLOB    NOT NULL CHECK (length(account) = 16),
    policy  TEXT    NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, policy, version)
) STRICT, WITHOUT ROWID;
