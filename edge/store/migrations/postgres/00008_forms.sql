-- +goose Up

-- submissions are forms that people sent, but for what stands apart. number is
-- the order in which they came.
CREATE TABLE submissions (
    id        bytea   NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16), -- the form's nonce
    number    bigint  NOT NULL UNIQUE,
    form      text    NOT NULL,
    code      bytea   NOT NULL CHECK (octet_length(code) = 16),
    account   bytea   NOT NULL CHECK (octet_length(account) = 16), -- zeros for none
    at        bigint  NOT NULL, -- microseconds since 1970, as are all times
    state     text    NOT NULL,
    words     text    NOT NULL, -- the hash of the words that were shown
    answers   text    NOT NULL, -- JSON
    reference text    NOT NULL, -- of the case; empty for none
    joined    bytea   -- the key of what stands apart; NULL where nothing does
);

CREATE INDEX submissions_form ON submissions (form, number);
CREATE INDEX submissions_code ON submissions (code, number);
CREATE INDEX submissions_account ON submissions (account);
CREATE INDEX submissions_at ON submissions (at);

-- senders say who sent a form that is sent once.
CREATE TABLE senders (
    form       text    NOT NULL,
    person     bytea   NOT NULL CHECK (octet_length(person) = 16), -- an account or a code
    submission bytea   NOT NULL CHECK (octet_length(submission) = 16),
    PRIMARY KEY (form, person)
);

CREATE INDEX senders_person ON senders (person);

-- apart has answers without who gave them, and without when. Its key is random,
-- and so is the order of its rows.
CREATE TABLE apart (
    key     bytea   NOT NULL PRIMARY KEY CHECK (octet_length(key) = 16),
    form    text    NOT NULL,
    answers text    NOT NULL  -- JSON
);

CREATE INDEX apart_form ON apart (form, key);

CREATE TABLE cases (
    reference text    NOT NULL PRIMARY KEY,
    form      text    NOT NULL,
    opened    bigint  NOT NULL,
    due       bigint  NOT NULL,
    answered  bigint  NOT NULL, -- 0 before
    closed    bigint  NOT NULL, -- 0 before
    code      bytea   NOT NULL CHECK (octet_length(code) = 16),
    account   bytea   NOT NULL CHECK (octet_length(account) = 16),
    address   text    NOT NULL
);

CREATE INDEX cases_due ON cases (closed, due);
CREATE INDEX cases_opened ON cases (opened);
CREATE INDEX cases_code ON cases (code);
CREATE INDEX cases_account ON cases (account);

CREATE TABLE entries (
    reference text    NOT NULL,
    number    bigint  NOT NULL,
    at        bigint  NOT NULL,
    by_whom   text    NOT NULL,
    text      text    NOT NULL,
    PRIMARY KEY (reference, number)
);
