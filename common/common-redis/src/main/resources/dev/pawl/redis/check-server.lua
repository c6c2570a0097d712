-- Purpose: tells the settings of a server that what is kept there depends on, and its time.
-- KEYS: none
-- ARGV: none
-- RETURNS: {maxmemory-policy, maxmemory in bytes, 0 for no limit, ms since 1970 by the server's clock}
-- ATOMIC: it reads and writes nothing
local time = redis.call('TIME')
local memory = redis.call('INFO', 'memory')
return {
  string.match(memory, 'maxmemory_policy:(%S+)') or 'unknown',
  tonumber(string.match(memory, 'maxmemory:(%d+)') or 0),
  time[1] * 1000 + math.floor(time[2] / 1000),
}
