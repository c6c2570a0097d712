-- Purpose: tells the settings of a server that locks depend on.
-- KEYS: none
-- ARGV: none
-- RETURNS: {maxmemory-policy, maxmemory in bytes, 0 for no limit}
-- ATOMIC: it reads and writes nothing
local memory = redis.call('INFO', 'memory')
return {
  string.match(memory, 'maxmemory_policy:(%S+)') or 'unknown',
  tonumber(string.match(memory, 'maxmemory:(%d+)') or 0),
}
