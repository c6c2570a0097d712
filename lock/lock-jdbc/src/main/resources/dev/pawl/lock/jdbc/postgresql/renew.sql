-- Purpose: lets the lease of a lock's holder count anew.
-- Parameters:
--   1. hold: lease and delay, in microseconds
--   2. namespace: of the backend
--   3. kind: of the resource
--   4. name: of the resource, in UTF-8
--   5. attempt: the holder
--   6. base: of its grant
--   7. mention: the attempt between blanks, as the row's further entries would name it
-- Returns: 1 row changed, or 0 where nothing was done: the grant does not stand, or more than the row's columns decides
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_lock
   SET until_us = GREATEST(until_us, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT + ?),
       revision = revision + 1
 WHERE namespace = ?
   AND kind = ?
   AND name = ?
   AND holder = ?
   AND counter = ?
   AND until_us > (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT
   AND (more_until_us <= (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT
        OR strpos(more, ?) = 0)
   AND format_version = 1;
