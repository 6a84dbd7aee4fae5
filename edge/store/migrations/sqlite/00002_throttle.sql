-- +goose Up

-- Buckets count tries to sign in that failed. Their keys are MACs, which name
-- nobody, and they are removed within days.

CREATE TABLE buckets (
    key      BLOB    NOT NULL PRIMARY KEY CHECK (length(key) = 16),
    failures INTEGER NOT NULL CHECK (failures > 0),
    last     INTEGER NOT NULL -- microseconds since 1970
) STRICT, WITHOUT ROWID;

CREATE INDEX buckets_last ON buckets (last);
