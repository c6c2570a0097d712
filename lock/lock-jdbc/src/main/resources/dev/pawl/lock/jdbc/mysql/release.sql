-- Purpose: frees a lock that nobody waits for.
-- Parameters:
--   1. namespace: of the backend
--   2. kind: of the resource
--   3. name: of the resource, in UTF-8
--   4. attempt: the holder
--   5. base: of its grant
-- Returns: 1 row changed, or 0 where nothing was done: the grant does not stand, or more than the row's columns decides
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_lock
   SET holder   = '',
       until_us = 0,
       more     = '',
       revision = revision + 1
 WHERE namespace = ?
   AND kind = ?
   AND name = ?
   AND holder = ?
   AND counter = ?
   AND until_us > TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
   AND more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
   AND format_version = 1;
