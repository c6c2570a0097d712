-- Purpose: writes a state, if the resource is still as it was read.
-- Parameters:
--   1. counter: the base of the newest grant
--   2. holder: the attempt that holds it, or empty
--   3. until: when its lease and delay end
--   4. more: places, permits and tombstones
--   5. more until: when the last of them ends
--   6. namespace: of the backend
--   7. kind: of the resource
--   8. name: of the resource, in UTF-8
--   9. revision: as it was read
-- Returns: 1 row changed, or 0 where another request came first
-- Atomic: the whole statement; it waits for others at the row and then sees what they wrote.
UPDATE pawl_lock
   SET counter       = ?,
       holder        = ?,
       until_us      = ?,
       more          = ?,
       more_until_us = ?,
       revision      = revision + 1
 WHERE namespace = ?
   AND kind = ?
   AND name = ?
   AND revision = ?;
