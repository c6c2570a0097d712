-- Purpose: makes the table of the marks that a witness remembers, where it is missing. One row a tag, for ever.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
--
-- mark            the greatest number that is in use
-- updated_at      in UTC
-- format_version  who does not know it must not touch the row
-- The collation compares byte by byte, since a tag is not another one in capitals.
CREATE TABLE IF NOT EXISTS pawl_witness (
    tag            VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    mark           BIGINT                                             NOT NULL,
    format_version INTEGER                                            NOT NULL,
    updated_at     DATETIME(6)                                        NOT NULL,
    CONSTRAINT pawl_witness_mark CHECK (mark >= 0)
) ENGINE = InnoDB;
