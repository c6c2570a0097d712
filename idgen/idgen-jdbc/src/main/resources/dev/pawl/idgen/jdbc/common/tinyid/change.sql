-- Purpose: moves the mark of a tag of tinyid's table, if it is still as it was read: under tinyid's own condition.
-- Parameters:
--   1. max_id: the new mark, the last number handed out
--   2. id: of the row
--   3. max_id: as it was read
--   4. version: as it was read
--   5. biz_type: the name
-- Returns: 1 row changed, or 0 where another process came first
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE tiny_id_info
   SET max_id      = ?,
       update_time = CURRENT_TIMESTAMP,
       version     = version + 1
 WHERE id = ?
   AND max_id = ?
   AND version = ?
   AND biz_type = ?;
