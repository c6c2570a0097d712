-- Purpose: reads the resources of a kind of which something is kept beyond the counter, and the database's clock.
-- Parameters:
--   1. namespace: of the backend
--   2. kind: of the resources
-- Returns: rows (microseconds since 1970-01-01T00:00:00Z, counter, holder, end of its lease and delay, further entries,
--          revision, format version, name in hexadecimal digits of its UTF-8)
-- Atomic: the whole statement; reads only.
SELECT clock.now_us, l.counter, l.holder, l.until_us, l.more, l.revision, l.format_version,
       RAWTOHEX(l.name)
  FROM (SELECT CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000) AS BIGINT) AS now_us) clock
  JOIN pawl_lock l
    ON l.until_us > clock.now_us
    OR l.more_until_us > clock.now_us
 WHERE l.namespace = ?
   AND l.kind = ?;
