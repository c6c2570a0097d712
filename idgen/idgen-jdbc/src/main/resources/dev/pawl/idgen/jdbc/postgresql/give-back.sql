-- Purpose: sets the mark back to the last number in use, if no range was reserved since. By revision, never by the
--          number: another process may have brought the number back to the same value, and a repeated call must not apply.
-- Parameters:
--   1. lastUsed: the greatest number in use
--   2. lastUsed: the same again
--   3. tag: the name
--   4. revision: of the range that is given back
--   5. last number: of the range that is given back
--   6. format_version: the one that we know
-- Returns: 1 row changed, or 0 where the range is not the newest one or was given back already
-- Atomic: the whole statement.
UPDATE pawl_segment
   SET range_size = range_size - (last_id - ?),
       last_id    = ?,
       revision   = revision + 1,
       updated_at = CURRENT_TIMESTAMP
 WHERE tag = ?
   AND revision = ?
   AND last_id = ?
   AND format_version = ?;
