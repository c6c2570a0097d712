-- Purpose: makes a tag known.
-- Parameters:
--   1. tag: the name
--   2. max_id: the greatest number to hand out
--   3. last_id: the first number to hand out, minus 1
--   4. reset_period: null unless the tag is reset
--   5. format_version: of the row
-- Returns: 1 row changed; a duplicate key (error 1062) where the tag exists, which stays as it is
-- Atomic: the whole statement.
INSERT INTO pawl_segment (tag, max_id, last_id, range_size, revision, reset_period, paused, format_version, updated_at)
VALUES (?, ?, ?, 0, 0, ?, 0, ?, UTC_TIMESTAMP(6));
