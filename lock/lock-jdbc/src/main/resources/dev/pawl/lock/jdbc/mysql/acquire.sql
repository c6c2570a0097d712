-- Purpose: grants a lock that is free to an attempt of which the row says nothing. Assignments are made from left to
--          right, and see what those before them have made: so what the conditions look at comes last.
-- Parameters:
--   1. namespace: of the backend
--   2. kind: of the resource
--   3. name: of the resource, in UTF-8
--   4. attempt: who wants it
--   5. hold: lease and delay, in microseconds
--   6. mention: the attempt between blanks, as the row's further entries would name it
--   7. mention: the same again
--   8. attempt: the same again
--   9. mention: the same again
--   10. mention: the same again
--   11. mention: the same again
--   12. hold: the same again
-- Returns: the base of the grant as the generated key, or 0 where nothing was done, since more than the row's columns
--          decides. The number of rows says nothing: with CLIENT_FOUND_ROWS it is 1 where nothing was done, too.
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote. The clock was read before that.
INSERT INTO pawl_lock
       (namespace, kind, name, counter, holder, until_us, more, more_until_us, revision, format_version)
VALUES (?, ?, ?,
        LAST_INSERT_ID(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))),
        ?,
        TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) + ?,
        '', 0,
        TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)),
        1)
ON DUPLICATE KEY UPDATE
       counter  = IF(until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                        AND (more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                             OR LOCATE(?, more) = 0)
                        AND format_version = 1,
                     LAST_INSERT_ID(GREATEST(counter + 1, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)))),
                     counter + LAST_INSERT_ID(0)),
       holder   = IF(until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                        AND (more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                             OR LOCATE(?, more) = 0)
                        AND format_version = 1,
                     ?, holder),
       revision = IF(until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                        AND (more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                             OR LOCATE(?, more) = 0)
                        AND format_version = 1,
                     revision + 1, revision),
       more     = IF(until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                        AND (more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                             OR LOCATE(?, more) = 0)
                        AND format_version = 1
                        AND more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)),
                     '', more),
       until_us = IF(until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                        AND (more_until_us <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
                             OR LOCATE(?, more) = 0)
                        AND format_version = 1,
                     TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) + ?,
                     until_us);
