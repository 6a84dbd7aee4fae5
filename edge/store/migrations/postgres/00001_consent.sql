-- +goose Up

-- Receipts, records and texts are appended and never changed, which triggers
-- hold. They name nobody: a person's code is in tables that can be erased.
-- There are no foreign keys: one transaction writes a receipt with all that
-- belongs to it, and no receipt is ever taken away; a key to texts would
-- have every writer lock the same few rows.

CREATE SEQUENCE receipts_sequence AS bigint;

CREATE TABLE receipts (
    sequence bigint NOT NULL PRIMARY KEY,
    -- secret is the part of a receipt's ID that cannot be guessed.
    secret   bigint NOT NULL,
    -- who is HMAC-SHA256 of the person's code under the key in standing: when
    -- the key is gone, the receipt is nobody's.
    who      bytea  NOT NULL CHECK (octet_length(who) = 32),
    -- previous is the person's receipt before this one, 0 for none: the
    -- history is a chain, which costs no index.
    previous bigint NOT NULL CHECK (previous >= 0 AND previous < sequence),
    host     text   NOT NULL,
    at       bigint NOT NULL, -- microseconds since 1970
    source   text   NOT NULL
);

-- reasons are operators' own words, which may name a person.
CREATE TABLE reasons (
    receipt bigint NOT NULL PRIMARY KEY,
    code    bytea  NOT NULL CHECK (octet_length(code) = 16),
    reason  text   NOT NULL
);

CREATE INDEX reasons_code ON reasons (code);

CREATE TABLE records (
    receipt      bigint   NOT NULL,
    position     integer  NOT NULL CHECK (position >= 0),
    choice       text     NOT NULL,
    state        text     NOT NULL CHECK (state IN ('granted', 'refused')),
    policy       text     NOT NULL,
    version      bigint   NOT NULL CHECK (version > 0),
    section_hash bytea    NOT NULL CHECK (octet_length(section_hash) = 32),
    words_hash   bytea    NOT NULL CHECK (octet_length(words_hash) = 32),
    signal       smallint NOT NULL CHECK (signal IN (0, 1)),
    PRIMARY KEY (receipt, position)
);

CREATE TABLE texts (
    hash bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    text text  NOT NULL
);

-- standing says which record of a choice is the last one. It follows from the
-- others and is the only table that is updated.
CREATE TABLE standing (
    code     bytea   NOT NULL CHECK (octet_length(code) = 16),
    choice   text    COLLATE "C" NOT NULL,
    receipt  bigint  NOT NULL,
    position integer NOT NULL,
    state    text    NOT NULL CHECK (state IN ('granted', 'refused')),
    -- key is the person's, the same in each row of theirs: erasing takes it
    -- away. It stands here since all who have receipts have a row here.
    key      bytea   NOT NULL CHECK (octet_length(key) = 32),
    PRIMARY KEY (code, choice)
) WITH (fillfactor = 80);

-- nonces are kept for as long as a form may be sent, and a little longer.
CREATE TABLE nonces (
    nonce   bytea  NOT NULL PRIMARY KEY CHECK (octet_length(nonce) = 16),
    code    bytea  NOT NULL CHECK (octet_length(code) = 16),
    receipt bigint NOT NULL,
    at      bigint NOT NULL
);

CREATE INDEX nonces_at ON nonces (at);

-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are appended, never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON records
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER texts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON texts
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- They hold where a session plays the part of a replica, too.
ALTER TABLE receipts ENABLE ALWAYS TRIGGER receipts_append_only;
ALTER TABLE records ENABLE ALWAYS TRIGGER records_append_only;
ALTER TABLE texts ENABLE ALWAYS TRIGGER texts_append_only;
