-- Purpose: reads what the server does for durability, for this connection.
-- Parameters:
--   1. table: the name
-- Returns: one row (fsync, synchronous_commit, full_page_writes, the table's persistence: p, u (unlogged) or t
--          (temporary); null for what the server does not know)
-- Atomic: the whole statement; reads only.
SELECT current_setting('fsync', true),
       current_setting('synchronous_commit', true),
       current_setting('full_page_writes', true),
       (SELECT relpersistence::text FROM pg_class WHERE oid = to_regclass(?));
