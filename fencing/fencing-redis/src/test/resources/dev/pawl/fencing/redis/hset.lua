-- Purpose: makes marks of another format.
-- KEYS[1]: the marks
-- ARGV[1]: the version
-- RETURNS: {how many fields are new}
-- ATOMIC: the write
return {redis.call('HSET', KEYS[1], 'v', ARGV[1])}
