-- Purpose: reads all records of a space.
-- Parameters:
--   1. space: the name of the worker-id space
-- Returns: a row for each worker id that was ever leased (worker id, incarnation, first tick, last tick, window in ms,
--          layout, revision, format version)
-- Atomic: the whole statement; reads only.
SELECT worker_id, incarnation, from_tick, to_tick, window_ms, layout, revision, format_version
  FROM pawl_worker
 WHERE space = ?;
