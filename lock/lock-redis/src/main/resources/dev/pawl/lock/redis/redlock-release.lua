-- Purpose: gives a grant, or what a round without a quorum has left, back on one node of RedLock.
-- KEYS[1]: the node's record, as redlock-acquire.lua describes it
-- KEYS[2]: the lock's record
-- KEYS[3]: the attempt's tombstone
-- KEYS[4]: the mark that somebody was refused because another holds the lock
-- ARGV[1]: attempt
-- ARGV[2]: proposal, 16 digits; zeros for whatever the attempt holds
-- ARGV[3]: for how long requests of the attempt that arrive late are refused, ms; 0 if none can be under way
-- RETURNS: {1, proposal} if the attempt held the lock by it until now, {7, proposal} if others were refused meanwhile, else {0}; {4} if the node is not admitted
-- ATOMIC: the look at the holder and at the mark, and the release; time is the server's
local KEPT = '604800000' -- as in redlock-acquire.lua
local node = redis.call('GET', KEYS[1])
local record = redis.call('GET', KEYS[2])
local held = {0}
if record and string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
if ARGV[3] ~= '0' then
  redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
end
if record and string.sub(record, 31) == ARGV[1] then
  local accepted = string.sub(record, 2, 17)
  if ARGV[2] == accepted or ARGV[2] == '0000000000000000' then
    local time = redis.call('TIME')
    if tonumber(string.sub(record, 18, 30)) > time[1] * 1000 + math.floor(time[2] / 1000) then
      held = {redis.pcall('DEL', KEYS[4]) == 1 and 7 or 1, accepted}
    end
    redis.call('SET', KEYS[2], '1' .. accepted, 'PX', KEPT)
  end
end
if not node or string.sub(node, 1, 2) ~= '1A'
    or not string.find(redis.call('INFO', 'server'), 'run_id:' .. string.sub(node, 3, 42) .. '\r', 1, true) then
  return {4}
end
return held
