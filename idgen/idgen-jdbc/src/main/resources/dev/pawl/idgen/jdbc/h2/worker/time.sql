-- Purpose: reads the database's clock, whatever time zone the session has.
-- Parameters: none
-- Returns: one row (milliseconds since 1970-01-01T00:00:00Z)
-- Atomic: the whole statement; reads only.
SELECT CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000) AS BIGINT);
