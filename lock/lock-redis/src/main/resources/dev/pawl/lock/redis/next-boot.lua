-- Purpose: counts the starts of an instance.
-- KEYS[1]: the counter
-- ARGV: none
-- RETURNS: the number of this start
-- ATOMIC: one command
return redis.call('INCR', KEYS[1])
