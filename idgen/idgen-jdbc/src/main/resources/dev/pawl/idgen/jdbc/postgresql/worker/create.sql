-- Purpose: writes the first record of a worker id.
-- Parameters:
--   1. incarnation: of the owner
--   2. from_tick: the owner's first tick
--   3. to_tick: the owner's last tick so far
--   4. window_ms: how far ahead of its clock the owner renews
--   5. layout: the fingerprint of the layout
--   6. revision: of the record
--   7. space: the name of the worker-id space
--   8. worker_id: the worker id
--   9. format_version: of the row
-- Returns: 1 row changed; 0 where there is a record, which stays as it is
-- Atomic: the whole statement.
INSERT INTO pawl_worker
       (incarnation, from_tick, to_tick, window_ms, layout, revision, space, worker_id, format_version, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP)
ON CONFLICT (space, worker_id) DO NOTHING;
