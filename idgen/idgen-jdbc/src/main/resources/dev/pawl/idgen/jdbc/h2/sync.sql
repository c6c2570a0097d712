-- Purpose: brings what was committed to the disk: a commit alone is only written, not synced. Needs an admin user.
-- Parameters: none
-- Returns: nothing
-- Atomic: covers everything that was committed before, by whomever.
CHECKPOINT SYNC;
