-- +goose Up

-- api_keys are those by which other systems ask about people. The hash is that
-- of the whole key, which is stored nowhere.
CREATE TABLE api_keys (
    id      text    NOT NULL PRIMARY KEY,
    name    text    NOT NULL,
    hash    bytea   NOT NULL CHECK (octet_length(hash) = 32),
    scopes  text    NOT NULL,
    created bigint  NOT NULL, -- microseconds since 1970, as are all times
    used    bigint  NOT NULL, -- the beginning of a day; 0 for never
    expires bigint  NOT NULL, -- 0 for never
    revoked bigint  NOT NULL  -- 0 where it was not
);

CREATE INDEX api_keys_name ON api_keys (name, created);

-- accesses say which system read what of a person and what for; not what it
-- read.
CREATE TABLE accesses (
    number  bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code    bytea   NOT NULL CHECK (octet_length(code) = 16),
    at      bigint  NOT NULL,
    name    text    NOT NULL, -- of the key
    what    text    NOT NULL,
    purpose text    NOT NULL
);

CREATE INDEX accesses_code ON accesses (code, number);
CREATE INDEX accesses_at ON accesses (at);

-- disclosures say what was passed to a processor; not the data itself.
CREATE TABLE disclosures (
    number     bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       bytea   NOT NULL CHECK (octet_length(code) = 16),
    at         bigint  NOT NULL,
    name       text    NOT NULL, -- of the key
    reference  text    NOT NULL, -- the system's own
    processor  text    NOT NULL,
    purpose    text    NOT NULL,
    categories text    NOT NULL, -- with spaces between
    UNIQUE (name, reference)
);

CREATE INDEX disclosures_code ON disclosures (code, number);
CREATE INDEX disclosures_at ON disclosures (at);

-- Who refused a choice is listed page by page.
CREATE INDEX standing_refused ON standing (choice, code) WHERE state = 'refused';
