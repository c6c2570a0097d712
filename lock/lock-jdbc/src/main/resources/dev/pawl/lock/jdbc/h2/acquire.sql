-- Purpose: grants a lock that is free to an attempt of which the row says nothing.
-- Parameters:
--   1. attempt: who wants it
--   2. hold: lease and delay, in microseconds
--   3. namespace: of the backend
--   4. kind: of the resource
--   5. name: of the resource, in UTF-8
--   6. mention: the attempt between blanks, as the row's further entries would name it
-- Returns: one row (base of the grant), or none where nothing was done: there is no row, or more than its columns decides
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote. The clock was read before that.
SELECT counter
  FROM FINAL TABLE (
       UPDATE pawl_lock
          SET counter  = GREATEST(counter + 1, CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000) AS BIGINT)),
              holder   = ?,
              more     = CASE WHEN more_until_us <= CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000) AS BIGINT)
                              THEN '' ELSE more END,
              revision = revision + 1,
              until_us = CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000) AS BIGINT) + ?
        WHERE namespace = ?
          AND kind = ?
          AND name = ?
          AND until_us <= CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000) AS BIGINT)
          AND (more_until_us <= CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000) AS BIGINT)
               OR POSITION(? IN more) = 0)
          AND format_version = 1);
