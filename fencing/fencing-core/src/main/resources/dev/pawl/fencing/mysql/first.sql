-- Purpose: fails where the transaction has begun already. It changes nothing: this is what a transaction that writes needs.
-- Parameters: none
-- Returns: nothing, or SQLSTATE 25001
-- Atomic: the whole statement; it takes no snapshot.
SET TRANSACTION READ WRITE;
