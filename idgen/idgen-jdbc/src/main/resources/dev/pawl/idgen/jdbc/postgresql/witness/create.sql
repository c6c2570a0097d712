-- Purpose: writes the first mark of a tag.
-- Parameters:
--   1. tag: the name
--   2. mark: the greatest number of the range
--   3. format_version: of the row
-- Returns: 1 row changed; 0 where the tag has a mark, which stays as it is
-- Atomic: the whole statement.
INSERT INTO pawl_witness (tag, mark, format_version, updated_at)
VALUES (?, ?, ?, CURRENT_TIMESTAMP)
ON CONFLICT (tag) DO NOTHING;
