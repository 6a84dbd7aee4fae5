-- +goose Up

-- tombstones are hashes of random ids that were erased. They name nobody.
CREATE TABLE tombstones (
    hash bytea   NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    at   bigint  NOT NULL -- microseconds since 1970
);

-- deletions counts what was deleted for its age, or as somebody asked.
CREATE TABLE deletions (
    day   bigint  NOT NULL, -- midnight, UTC, in microseconds since 1970
    kind  text    NOT NULL,
    count bigint  NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, kind)
);
