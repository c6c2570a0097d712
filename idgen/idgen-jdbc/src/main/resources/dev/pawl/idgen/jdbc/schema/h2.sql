-- Purpose: makes the table of segment tags, where it is missing. One row a tag, for ever: rows are never deleted.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
--
-- last_id         the mark: the greatest number handed out, first_id - 1 before the first one
-- max_id          the greatest number that may be handed out
-- range_size      how many numbers the newest change handed out, 0 unless it was a reservation
-- revision        grows with every change of the row
-- reset_period    whose calendar the numbers begin again with, or null
-- paused          1 while an operator has stopped the tag, else 0
-- format_version  2 while the tag is paused or if it is reset, else 1; who does not know it must not touch the row
CREATE TABLE IF NOT EXISTS pawl_segment (
    tag            VARCHAR(128)                NOT NULL PRIMARY KEY,
    max_id         BIGINT                      NOT NULL,
    last_id        BIGINT                      NOT NULL,
    range_size     BIGINT                      NOT NULL,
    revision       BIGINT                      NOT NULL,
    reset_period   VARCHAR(64),
    paused         SMALLINT DEFAULT 0          NOT NULL,
    format_version INTEGER                     NOT NULL,
    updated_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    CONSTRAINT pawl_segment_mark CHECK (last_id >= 0 AND last_id <= max_id)
);
