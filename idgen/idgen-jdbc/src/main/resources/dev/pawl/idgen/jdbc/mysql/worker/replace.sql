-- Purpose: replaces a worker id's record, if it is still the same version of the same owner's.
-- Parameters:
--   1. incarnation: of the owner
--   2. from_tick: the owner's first tick
--   3. to_tick: the owner's last tick so far
--   4. window_ms: how far ahead of its clock the owner renews
--   5. layout: the fingerprint of the layout
--   6. revision: of the new record
--   7. space: the name of the worker-id space
--   8. worker_id: the worker id
--   9. format_version: the one that we know
--   10. expected revision: of the record as it was read
--   11. expected incarnation: of the record as it was read
-- Returns: 1 row changed, or 0 where the record is another one, none, or newer
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_worker
   SET incarnation = ?,
       from_tick   = ?,
       to_tick     = ?,
       window_ms   = ?,
       layout      = ?,
       revision    = ?,
       updated_at  = UTC_TIMESTAMP(6)
 WHERE space = ?
   AND worker_id = ?
   AND format_version = ?
   AND revision = ?
   AND incarnation = ?;
