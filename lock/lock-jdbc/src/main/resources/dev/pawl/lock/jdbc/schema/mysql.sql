-- Purpose: makes the table of locks, where it is missing. One row a name of a kind in a namespace, for ever.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
--
-- namespace       of the backend, in UTF-8
-- kind            lock, semaphore or election, or boot for the starts of an instance
-- name            in UTF-8; bytes, since names that differ in capitals, accents or blanks at the end are not the same
-- counter         the base of the newest grant; rises from grant to grant
-- holder          the attempt that holds the lock, or held it last; empty after a release
-- until_us        when its lease and delay end; all times are microseconds since 1970-01-01T00:00:00Z
-- more            a line for each place (w), permit (h) and tombstone (d): letter, attempt, end, and channel or base
-- more_until_us   when the last of them ends
-- revision        grows by one with every change of the row
-- format_version  who does not know it must not touch the row
CREATE TABLE IF NOT EXISTS pawl_lock (
    namespace      VARBINARY(480) NOT NULL,
    kind           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name           VARBINARY(512) NOT NULL,
    counter        BIGINT NOT NULL,
    holder         VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    until_us       BIGINT NOT NULL,
    more           LONGTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    more_until_us  BIGINT NOT NULL,
    revision       BIGINT NOT NULL,
    format_version INTEGER NOT NULL,
    PRIMARY KEY (namespace, kind, name)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
