-- Purpose: reads the state of a resource, and the database's clock, whatever time zone the session has.
-- Parameters:
--   1. namespace: of the backend
--   2. kind: of the resource
--   3. name: of the resource, in UTF-8
-- Returns: one row (microseconds since 1970-01-01T00:00:00Z, counter, holder, end of its lease and delay, further entries,
--          revision, format version); null from the second on where there is no row
-- Atomic: the whole statement; reads only.
SELECT clock.now_us, l.counter, l.holder, l.until_us, l.more, l.revision, l.format_version
  FROM (SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) AS now_us) clock
  LEFT JOIN pawl_lock l
    ON l.namespace = ?
   AND l.kind = ?
   AND l.name = ?;
