-- Purpose: makes the table of the marks that a witness remembers, where it is missing. One row a tag, for ever.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
--
-- mark            the greatest number that is in use
-- format_version  who does not know it must not touch the row
-- The fill factor leaves room for new versions of a row on its own page, since one row is changed again and again.
CREATE TABLE IF NOT EXISTS pawl_witness (
    tag            VARCHAR(128) COLLATE "C"    NOT NULL PRIMARY KEY,
    mark           BIGINT                      NOT NULL,
    format_version INTEGER                     NOT NULL,
    updated_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    CONSTRAINT pawl_witness_mark CHECK (mark >= 0)
) WITH (fillfactor = 50);
