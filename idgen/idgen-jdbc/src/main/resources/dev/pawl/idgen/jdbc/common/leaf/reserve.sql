-- Purpose: reserves numbers of a tag of Leaf's table, if none were reserved since it was read. The number serves as its own
--          revision, since Leaf only ever adds to it; so it must never be lowered.
-- Parameters:
--   1. max_id: one above the last number reserved
--   2. biz_tag: the name
--   3. max_id: as it was read
-- Returns: 1 row changed, or 0 where another process came first
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE leaf_alloc
   SET max_id      = ?,
       update_time = CURRENT_TIMESTAMP
 WHERE biz_tag = ?
   AND max_id = ?;
