-- Purpose: adds to a table of format version 1 what version 2 brought: resets and pauses.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
ALTER TABLE pawl_segment
    ADD COLUMN IF NOT EXISTS reset_period VARCHAR(64),
    ADD COLUMN IF NOT EXISTS paused SMALLINT DEFAULT 0 NOT NULL;
