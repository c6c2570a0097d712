-- Purpose: makes a tag in Leaf's table, with a step for Leaf's own instances.
-- Parameters:
--   1. biz_tag: the name
--   2. max_id: the first number to hand out
-- Returns: 1 row changed; a duplicate key where the tag exists, which stays as it is
-- Atomic: the whole statement.
INSERT INTO leaf_alloc (biz_tag, max_id, step, description, update_time)
VALUES (?, ?, 2000, 'pawl', CURRENT_TIMESTAMP);
