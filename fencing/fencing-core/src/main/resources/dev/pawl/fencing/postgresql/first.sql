-- Purpose: fails where the transaction has run a query already. It changes nothing: this is the default.
-- Parameters: none
-- Returns: nothing, or SQLSTATE 25001
-- Atomic: the whole statement; it takes no snapshot.
SET TRANSACTION NOT DEFERRABLE;
