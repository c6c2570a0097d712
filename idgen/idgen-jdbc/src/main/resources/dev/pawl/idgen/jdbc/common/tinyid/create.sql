-- Purpose: makes a tag in tinyid's table, with a step for tinyid's own instances.
-- Parameters:
--   1. biz_type: the name
--   2. begin_id: the first number to hand out, minus 1
--   3. max_id: the same again
-- Returns: 1 row changed; a duplicate key where the tag exists, which stays as it is
-- Atomic: the whole statement.
INSERT INTO tiny_id_info (biz_type, begin_id, max_id, step, delta, remainder, create_time, update_time, version)
VALUES (?, ?, ?, 100000, 1, 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0);
