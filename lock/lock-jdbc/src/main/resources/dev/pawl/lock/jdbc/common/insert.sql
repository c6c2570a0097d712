-- Purpose: writes the first state of a resource.
-- Parameters:
--   1. namespace: of the backend
--   2. kind: of the resource
--   3. name: of the resource, in UTF-8
--   4. counter: the base of the newest grant
--   5. holder: the attempt that holds it, or empty
--   6. until: when its lease and delay end
--   7. more: places, permits and tombstones
--   8. more until: when the last of them ends
--   9. revision: to begin with
-- Returns: 1 row changed; a duplicate key where there is a row, which stays as it is
-- Atomic: the whole statement.
INSERT INTO pawl_lock
       (namespace, kind, name, counter, holder, until_us, more, more_until_us, revision, format_version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1);
