-- Purpose: reads what the database does for durability.
-- Parameters: none
-- Returns: one row (path of the file or null in memory, the greatest write delay in ms, as text; the setting is listed
--          twice where the URL names it)
-- Atomic: the whole statement; reads only.
SELECT DATABASE_PATH(),
       (SELECT CAST(MAX(CAST(setting_value AS BIGINT)) AS VARCHAR)
          FROM information_schema.settings
         WHERE setting_name = 'WRITE_DELAY');
