-- Purpose: reads a worker id's record.
-- Parameters:
--   1. space: the name of the worker-id space
--   2. worker_id: the worker id
-- Returns: one row (worker id, incarnation, first tick, last tick, window in ms, layout, revision, format version), or
--          none where the worker id was never leased
-- Atomic: the whole statement; reads only.
SELECT worker_id, incarnation, from_tick, to_tick, window_ms, layout, revision, format_version
  FROM pawl_worker
 WHERE space = ?
   AND worker_id = ?;
