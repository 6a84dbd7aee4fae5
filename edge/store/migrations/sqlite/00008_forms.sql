-- +goose Up

-- submissions are forms that people sent, but for what stands apart. number is
-- the order in which they came.
CREATE TABLE submissions (
    id        BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- the form's nonce
    number    INTEGER NOT NULL UNIQUE,
    form      TEXT    NOT NULL,
    code      BLOB    NOT NULL CHECK (length(code) = 16),
    account   BLOB    NOT NULL CHECK (length(account) = 16), -- zeros for none
    at        INTEGER NOT NULL, -- microseconds since 1970, as are all times
    state     TEXT    NOT NULL,
    words     TEXT    NOT NULL, -- the hash of the words that were shown
    answers   TEXT    NOT NULL, -- JSON
    reference TEXT    NOT NULL, -- of the case; empty for none
    joined    BLOB    -- the key of what stands apart; NULL where nothing does
) STRICT, WITHOUT ROWID;

CREATE INDEX submissions_form ON submissions (form, number);
CREATE INDEX submissions_code ON submissions (code, number);
CREATE INDEX submissions_account ON submissions (account);
CREATE INDEX submissions_at ON submissions (at);

-- senders say who sent a form that is sent once.
CREATE TABLE senders (
    form       TEXT    NOT NULL,
    person     BLOB    NOT NULL CHECK (length(person) = 16), -- an account or a code
    submission BLOB    NOT NULL CHECK (length(submission) = 16),
    PRIMARY KEY (form, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX senders_person ON senders (person);

-- apart has answers without who gave them, and without when. Its key is random,
-- and so is the order of its rows.
CREATE TABLE apart (
    key     BLOB    NOT NULL PRIMARY KEY CHECK (length(key) = 16),
    form    TEXT    NOT NULL,
    answers TEXT    NOT NULL  -- JSON
) STRICT, WITHOUT ROWID;

CREATE INDEX apart_form ON apart (form, key);

CREATE TABLE cases (
    reference TEXT    NOT NULL PRIMARY KEY,
    form      TEXT    NOT NULL,
    opened    INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    answered  INTEGER NOT NULL, -- 0 before
    closed    INTEGER NOT NULL, -- 0 before
    code      BLOB    NOT NULL CHECK (length(code) = 16),
    account   BLOB    NOT NULL CHECK (length(account) = 16),
    address   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_due ON cases (closed, due);
CREATE INDEX cases_opened ON cases (opened);
CREATE INDEX cases_code ON cases (code);
CREATE INDEX cases_account ON cases (account);

CREATE TABLE entries (
    reference TEXT    NOT NULL,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    by_whom   TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    PRIMARY KEY (reference, number)
) STRICT, WITHOUT ROWID;
