-- Purpose: adds to a table of format version 1 what version 2 brought: resets and pauses.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; fails where another process has added the columns (42S21).
ALTER TABLE pawl_segment
    ADD COLUMN (
        reset_period VARCHAR(64),
        paused       SMALLINT DEFAULT 0 NOT NULL
    );
