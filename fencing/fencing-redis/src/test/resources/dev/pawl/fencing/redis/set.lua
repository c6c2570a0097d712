-- Purpose: writes a number.
-- KEYS[1]: the number
-- ARGV[1]: its new value
-- RETURNS: {the old value or absent, how many keys and arguments there are}
-- ATOMIC: the read and the write
local old = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
return {old, #KEYS, #ARGV}
