-- Purpose: grants a lock that is free to an attempt of which the row says nothing.
-- Parameters:
--   1. namespace: of the backend
--   2. kind: of the resource
--   3. name: of the resource, in UTF-8
--   4. attempt: who wants it
--   5. hold: lease and delay, in microseconds
--   6. hold: the same again
--   7. mention: the attempt between blanks, as the row's further entries would name it
-- Returns: one row (base of the grant), or none where nothing was done, since more than the row's columns decides
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote. The clock is read behind that.
INSERT INTO pawl_lock
       (namespace, kind, name, counter, holder, until_us, more, more_until_us, revision, format_version)
VALUES (?, ?, ?,
        (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT,
        ?,
        (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT + ?,
        '', 0,
        (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT,
        1)
ON CONFLICT (namespace, kind, name) DO UPDATE
   SET counter  = GREATEST(pawl_lock.counter + 1, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT),
       holder   = EXCLUDED.holder,
       more     = CASE WHEN pawl_lock.more_until_us <= (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT
                       THEN '' ELSE pawl_lock.more END,
       revision = pawl_lock.revision + 1,
       until_us = (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT + ?
 WHERE pawl_lock.until_us <= (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT
   AND (pawl_lock.more_until_us <= (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT
        OR strpos(pawl_lock.more, ?) = 0)
   AND pawl_lock.format_version = 1
RETURNING counter;
