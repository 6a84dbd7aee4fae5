-- +goose Up

-- Receipts, records and texts are appended and never changed, which triggers
-- hold. They name nobody: a person's code is in tables that can be erased.
-- There are no foreign keys: one transaction writes a receipt with all that
-- belongs to it, and no receipt is ever taken away.

CREATE TABLE receipts (
    sequence INTEGER PRIMARY KEY,
    -- secret is the part of a receipt's ID that cannot be guessed.
    secret   INTEGER NOT NULL,
    -- who is HMAC-SHA256 of the person's code under the key in standing: when
    -- the key is gone, the receipt is nobody's.
    who      BLOB    NOT NULL CHECK (length(who) = 32),
    -- previous is the person's receipt before this one, 0 for none: the
    -- history is a chain, which costs no index.
    previous INTEGER NOT NULL CHECK (previous >= 0 AND previous < sequence),
    host     TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- microseconds since 1970
    source   TEXT    NOT NULL
) STRICT;

-- reasons are operators' own words, which may name a person.
CREATE TABLE reasons (
    receipt INTEGER PRIMARY KEY,
    code    BLOB NOT NULL CHECK (length(code) = 16),
    reason  TEXT NOT NULL
) STRICT;

CREATE INDEX reasons_code ON reasons (code);

CREATE TABLE records (
    receipt      INTEGER NOT NULL,
    position     INTEGER NOT NULL CHECK (position >= 0),
    choice       TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('granted', 'refused')),
    policy       TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version > 0),
    section_hash BLOB    NOT NULL CHECK (length(section_hash) = 32),
    words_hash   BLOB    NOT NULL CHECK (length(words_hash) = 32),
    signal       INTEGER NOT NULL CHECK (signal IN (0, 1)),
    PRIMARY KEY (receipt, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE texts (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    text TEXT NOT NULL
) STRICT;

-- standing says which record of a choice is the last one. It follows from the
-- others and is the only table that is updated.
CREATE TABLE standing (
    code     BLOB    NOT NULL CHECK (length(code) = 16),
    choice   TEXT    NOT NULL,
    receipt  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('granted', 'refused')),
    -- key is the person's, the same in each row of theirs: erasing takes it
    -- away. It stands here since all who have receipts have a row here.
    key      BLOB    NOT NULL CHECK (length(key) = 32),
    PRIMARY KEY (code, choice)
) STRICT, WITHOUT ROWID;

-- nonces are kept for as long as a form may be sent, and a little longer.
CREATE TABLE nonces (
    nonce   BLOB    NOT NULL PRIMARY KEY CHECK (length(nonce) = 16),
    code    BLOB    NOT NULL CHECK (length(code) = 16),
    receipt INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX nonces_at ON nonces (at);

-- Without the triggers before INSERT, INSERT OR REPLACE would take a row away
-- and no trigger on DELETE would see it.

-- +goose StatementBegin
CREATE TRIGGER receipts_update BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER receipts_delete BEFORE DELETE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER receipts_replace BEFORE INSERT ON receipts
WHEN EXISTS (SELECT 1 FROM receipts WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'receipts are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER records_update BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'records are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER records_delete BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'records are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER records_replace BEFORE INSERT ON records
WHEN EXISTS (SELECT 1 FROM records WHERE receipt = NEW.receipt AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'records are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER texts_update BEFORE UPDATE ON texts
BEGIN SELECT RAISE(ABORT, 'texts are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER texts_delete BEFORE DELETE ON texts
BEGIN SELECT RAISE(ABORT, 'texts are appended, never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER texts_replace BEFORE INSERT ON texts
WHEN EXISTS (SELECT 1 FROM texts WHERE hash = NEW.hash AND text <> NEW.text)
BEGIN SELECT RAISE(ABORT, 'texts are appended, never changed'); END;
-- +goose StatementEnd
