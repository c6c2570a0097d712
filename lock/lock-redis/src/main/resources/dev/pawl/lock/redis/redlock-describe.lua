-- Purpose: tells who holds a lock on one node of RedLock.
-- KEYS[1]: the node's record, as redlock-acquire.lua describes it
-- KEYS[2]: the lock's record
-- ARGV: none
-- RETURNS: {1, proposal, ms until the lease ends, attempt} if it is held there, {0} if not; {4} if the node is not admitted
-- ATOMIC: it writes nothing; time is the server's
local node = redis.call('GET', KEYS[1])
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if not node or string.sub(node, 1, 42) ~= '1A' .. run then
  return {4}
end
local record = redis.call('GET', KEYS[2])
if record and string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local time = redis.call('TIME')
local left = record and (tonumber(string.sub(record, 18, 30)) or 0) - time[1] * 1000 - math.floor(time[2] / 1000) or 0
if left <= 0 then
  return {0}
end
return {1, string.sub(record, 2, 17), left, string.sub(record, 31)}
