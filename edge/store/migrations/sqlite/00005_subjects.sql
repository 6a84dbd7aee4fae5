-- +goose Up

-- tombstones are hashes of random ids that were erased. They name nobody.
CREATE TABLE tombstones (
    hash BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    at   INTEGER NOT NULL -- microseconds since 1970
) STRICT, WITHOUT ROWID;

-- deletions counts what was deleted for its age, or as somebody asked.
CREATE TABLE deletions (
    day   INTEGER NOT NULL, -- midnight, UTC, in microseconds since 1970
    kind  TEXT    NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;
