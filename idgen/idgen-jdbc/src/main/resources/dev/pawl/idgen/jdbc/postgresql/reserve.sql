-- Purpose: reserves the next range of a tag, cut at the tag's greatest number.
-- Parameters:
--   1. step: how many numbers, at least 1
--   2. step: the same again
--   3. tag: the name
--   4. format_version: the one that we know
-- Returns: one row (first number, last number, revision after it); none where the tag is unknown, exhausted or newer
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_segment
   SET last_id    = last_id + LEAST(CAST(? AS BIGINT), max_id - last_id),
       range_size = LEAST(CAST(? AS BIGINT), max_id - last_id),
       revision   = revision + 1,
       updated_at = CURRENT_TIMESTAMP
 WHERE tag = ?
   AND last_id < max_id
   AND format_version = ?
RETURNING last_id - range_size + 1, last_id, revision;
