-- Purpose: makes the table of worker ids' leases, where it is missing. One row a worker id of a space, for ever.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
--
-- incarnation     the owner: a random number of its start
-- from_tick       the owner's first tick
-- to_tick         the last tick that the owner may use; the next owner begins behind it
-- window_ms       how far ahead of its clock the owner renews
-- layout          the fingerprint of the layout that the ticks belong to
-- revision        grows by one with every change of the row
-- format_version  who does not know it must not touch the row
-- The fill factor leaves room for new versions of a row on its own page, since one row is changed again and again.
CREATE TABLE IF NOT EXISTS pawl_worker (
    space          VARCHAR(128) COLLATE "C"    NOT NULL,
    worker_id      INTEGER                     NOT NULL,
    incarnation    VARCHAR(36) COLLATE "C"     NOT NULL,
    from_tick      BIGINT                      NOT NULL,
    to_tick        BIGINT                      NOT NULL,
    window_ms      BIGINT                      NOT NULL,
    layout         VARCHAR(2048) COLLATE "C"   NOT NULL,
    revision       BIGINT                      NOT NULL,
    format_version INTEGER                     NOT NULL,
    updated_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (space, worker_id),
    CONSTRAINT pawl_worker_ticks CHECK (from_tick >= 0 AND to_tick >= from_tick - 1)
) WITH (fillfactor = 50);
