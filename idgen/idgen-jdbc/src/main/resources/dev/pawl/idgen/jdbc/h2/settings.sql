-- Purpose: reads what the database does for the durability of a table.
-- Parameters:
--   1. table: the name
-- Returns: one row (path of the file or null in memory, the greatest write delay in ms, as text, since the setting is
--          listed twice where the URL names it; the table's kind of storage: CACHED, MEMORY (both kept in the file),
--          GLOBAL TEMPORARY or LOCAL TEMPORARY; null where there is no such table)
-- Atomic: the whole statement; reads only.
SELECT DATABASE_PATH(),
       (SELECT CAST(MAX(CAST(setting_value AS BIGINT)) AS VARCHAR)
          FROM information_schema.settings
         WHERE setting_name = 'WRITE_DELAY'),
       (SELECT storage_type
          FROM information_schema.tables
         WHERE table_schema = CURRENT_SCHEMA
           AND UPPER(table_name) = UPPER(?));
