-- +goose Up

-- Buckets count tries to sign in that failed. Their keys are MACs, which name
-- nobody, and they are removed within days.

CREATE TABLE buckets (
    key      bytea   NOT NULL PRIMARY KEY CHECK (octet_length(key) = 16),
    failures integer NOT NULL CHECK (failures > 0),
    last     bigint  NOT NULL -- microseconds since 1970
) WITH (fillfactor = 80);

CREATE INDEX buckets_last ON buckets (last);
