-- Purpose: tells an administrator how one node of RedLock stands.
-- KEYS[1]: the node's record, as redlock-acquire.lua describes it
-- ARGV: none
-- RETURNS: {run id, mode of the server, record or an empty string}
-- ATOMIC: it writes nothing
local info = redis.call('INFO', 'server')
return {
  string.match(info, 'run_id:(%x+)'),
  string.match(info, 'redis_mode:(%a+)') or 'unknown',
  redis.call('GET', KEYS[1]) or '',
}
