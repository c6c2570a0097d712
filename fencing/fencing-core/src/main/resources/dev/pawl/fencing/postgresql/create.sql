-- Purpose: makes the row of a resource at which nobody has entered.
-- Parameters:
--   1. resource: the name in percent-encoding
--   2. format_version: of the row
-- Returns: 1 row changed; 0 where the resource has a row, which stays as it is
-- Atomic: the whole statement.
INSERT INTO pawl_fence (resource, issuer, floor_mark, top_mark, format_version, updated_at)
VALUES (?, '', 0, 0, ?, CURRENT_TIMESTAMP)
ON CONFLICT (resource) DO NOTHING;
