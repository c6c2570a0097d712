-- Purpose: is the effect of a check that is asked for alone.
-- KEYS: none
-- ARGV: none
-- RETURNS: an array without elements
-- ATOMIC: it reads and writes nothing
return {}
