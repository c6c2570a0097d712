-- Purpose: reads a number.
-- KEYS[1]: the number
-- ARGV: none
-- RETURNS: {the number or absent}
-- ATOMIC: it only reads
return {redis.call('GET', KEYS[1])}
