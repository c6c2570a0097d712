-- Purpose: makes a partition, unless it is there. Every key has a member of its own, so that none is ever absent: while its slot
-- moves, a script that names an absent key fails.
-- KEYS[1]: the bodies and the record, as in partition.lua
-- KEYS[2]: the times
-- KEYS[3..]: the hashes of partition.lua, change.lua, claim.lua and look.lua
-- ARGV: none
-- RETURNS: 1 if it was made, 0 if it was there
-- ATOMIC: the look at the record and all that is made
if redis.call('HEXISTS', KEYS[1], '') == 1 then
  return 0
end
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
for i = 1, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
redis.call('ZADD', KEYS[2], '+inf', '')
for i = 3, #KEYS do
  redis.call('HSET', KEYS[i], '', '1')
end
redis.call('HSET', KEYS[1], '', '1' .. struct.pack('>BBBI8I8I8I8I8I8I8I8I8', 0, 0, 0, 0, 0, now, now, 0, 0, micros, 0, 0))
return 1
