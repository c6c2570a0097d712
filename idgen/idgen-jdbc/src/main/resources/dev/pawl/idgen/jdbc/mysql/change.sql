-- Purpose: changes a tag if it is still as it was read: a reservation, a give-back, an operator's change. By revision,
--          never by the number: another process may have brought the number back to the same value, and a repeated call
--          must not apply.
-- Parameters:
--   1. last_id: the new mark
--   2. max_id: the new greatest number
--   3. paused: 1 or 0
--   4. range_size: how many numbers this change hands out, 0 unless it is a reservation
--   5. format_version: of the row as it is written
--   6. tag: the name
--   7. revision: as it was read
-- Returns: 1 row changed, or 0 where another process came first
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_segment
   SET last_id        = ?,
       max_id         = ?,
       paused         = ?,
       range_size     = ?,
       format_version = ?,
       revision       = revision + 1,
       updated_at     = UTC_TIMESTAMP(6)
 WHERE tag = ?
   AND revision = ?;
