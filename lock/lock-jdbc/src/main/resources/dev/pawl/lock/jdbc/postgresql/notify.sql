-- Purpose: wakes one contender that waits.
-- Parameters:
--   1. channel: of its backend
--   2. attempt: the contender
-- Returns: one row without meaning
-- Atomic: the whole statement; whoever listens hears it when it has ended.
SELECT pg_notify(?, ?);
