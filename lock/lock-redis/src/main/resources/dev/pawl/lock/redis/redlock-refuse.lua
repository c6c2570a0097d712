-- Purpose: refuses the renewals of a grant on one node of RedLock, so that its lease runs out.
-- KEYS[1]: the node's record, as redlock-acquire.lua describes it
-- KEYS[2]: the lock's record
-- KEYS[3]: the attempt's tombstone
-- ARGV[1]: attempt
-- ARGV[2]: proposal by which it holds, 16 digits
-- RETURNS: {1, proposal} if the attempt holds the lock by it, else {0}; {4} if the node is not admitted
-- ATOMIC: the look at the holder and the tombstone; time is the server's
local node = redis.call('GET', KEYS[1])
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if not node or string.sub(node, 1, 42) ~= '1A' .. run then
  return {4}
end
local record = redis.call('GET', KEYS[2])
if record and string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
if not record or string.sub(record, 31) ~= ARGV[1] or string.sub(record, 2, 17) ~= ARGV[2] then
  return {0}
end
local time = redis.call('TIME')
local left = tonumber(string.sub(record, 18, 30)) - time[1] * 1000 - math.floor(time[2] / 1000)
if left <= 0 then
  return {0}
end
redis.call('SET', KEYS[3], '1', 'PX', string.format('%.0f', left))
return {1, ARGV[2]}
