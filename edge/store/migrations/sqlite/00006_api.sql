-- +goose Up

-- api_keys are those by which other systems ask about people. The hash is that
-- of the whole key, which is stored nowhere.
CREATE TABLE api_keys (
    id      TEXT    NOT NULL PRIMARY KEY,
    name    TEXT    NOT NULL,
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    scopes  TEXT    NOT NULL,
    created INTEGER NOT NULL, -- microseconds since 1970, as are all times
    used    INTEGER NOT NULL, -- the beginning of a day; 0 for never
    expires INTEGER NOT NULL, -- 0 for never
    revoked INTEGER NOT NULL  -- 0 where it was not
) STRICT, WITHOUT ROWID;

CREATE INDEX api_keys_name ON api_keys (name, created);

-- accesses say which system read what of a person and what for; not what it
-- read.
CREATE TABLE accesses (
    number  INTEGER PRIMARY KEY,
    code    BLOB    NOT NULL CHECK (length(code) = 16),
    at      INTEGER NOT NULL,
    name    TEXT    NOT NULL, -- of the key
    what    TEXT    NOT NULL,
    purpose TEXT    NOT NULL
) STRICT;

CREATE INDEX accesses_code ON accesses (code, number);
CREATE INDEX accesses_at ON accesses (at);

-- disclosures say what was passed to a processor; not the data itself.
CREATE TABLE disclosures (
    number     INTEGER PRIMARY KEY,
    code       BLOB    NOT NULL CHECK (length(code) = 16),
    at         INTEGER NOT NULL,
    name       TEXT    NOT NULL, -- of the key
    reference  TEXT    NOT NULL, -- the system's own
    processor  TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    categories TEXT    NOT NULL, -- with spaces between
    UNIQUE (name, reference)
) STRICT;

CREATE INDEX disclosures_code ON disclosures (code, number);
CREATE INDEX disclosures_at ON disclosures (at);

-- Who refused a choice is listed page by page.
CREATE INDEX standing_refused ON standing (choice, code) WHERE state = 'refused';
