-- Purpose: lets the lease of a grant count anew on one node of RedLock, or only looks whether it still runs there. A node that
-- does not have the grant takes it over where nobody holds the lock and no larger proposal was accepted.
-- KEYS[1]: the node's record, as redlock-acquire.lua describes it
-- KEYS[2]: the lock's record
-- KEYS[3]: the attempt's tombstone
-- ARGV[1]: attempt
-- ARGV[2]: proposal by which it holds, 16 digits
-- ARGV[3]: lease and lock-delay, ms; 0 to look only
-- RETURNS: {1, proposal} if the lock is held by this attempt and proposal, else {0}; a lease that has ended here or is refused is not
-- revived; {4} if the node is not admitted; {6, ms} if it keeps no lock for longer than that
-- ATOMIC: the look at the admission and at the holder, and the renewal; time is the server's
local KEPT, PERIOD = '604800000', 3600000 -- as in redlock-acquire.lua
local node = redis.call('GET', KEYS[1])
if not node or string.sub(node, 1, 2) ~= '1A'
    or not string.find(redis.call('INFO', 'server'), 'run_id:' .. string.sub(node, 3, 42) .. '\r', 1, true) then
  return {4}
end
local extension = tonumber(ARGV[3])
if extension > tonumber(string.sub(node, 43, 55)) then
  return {6, tonumber(string.sub(node, 43, 55))}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local record = redis.call('GET', KEYS[2])
local accepted, ends, holder = '', 0, ''
if record then
  if string.byte(record) ~= 49 then
    return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
  end
  accepted, ends, holder = string.sub(record, 2, 17), tonumber(string.sub(record, 18, 30)) or 0, string.sub(record, 31)
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  return {0}
end
if ends > now then
  if holder ~= ARGV[1] or accepted ~= ARGV[2] then
    return {0}
  end
  if extension > 0 then
    ends = math.max(ends, now + extension)
    redis.call('SET', KEYS[2], '1' .. ARGV[2] .. string.format('%013.0f', ends) .. ARGV[1], 'PX', KEPT)
  end
  return {1, ARGV[2]}
end

local greatest, floor, floorAt = string.sub(node, 56, 71), string.sub(node, 72, 87), tonumber(string.sub(node, 88, 100))
if now - floorAt >= PERIOD or now < floorAt then
  floor, floorAt = greatest, now
end
-- Where the very proposal was accepted before, it was released or its lease has ended.
if extension == 0 or accepted >= ARGV[2] or floor > ARGV[2] then
  return {0}
end
if ARGV[2] > greatest then
  greatest = ARGV[2]
end
redis.call('SET', KEYS[2], '1' .. ARGV[2] .. string.format('%013.0f', now + extension) .. ARGV[1], 'PX', KEPT)
redis.call('SET', KEYS[1], string.sub(node, 1, 55) .. greatest .. floor .. string.format('%013.0f', floorAt))
return {1, ARGV[2]}
