-- Purpose: asks one node of RedLock to accept a proposal for a lock.
-- KEYS[1]: the node's record, digits and letters: format (1), A if admitted, C if marked as a candidate (1), run id (40), longest
-- time that a lock may be kept (13, ms), largest proposal accepted for any lock (16), floor (16), when the floor was set (13, ms),
-- and the mark
-- KEYS[2]: the lock's record: format (1), largest proposal accepted (16), and while it is held the end of the lease (13, ms) and the
-- attempt, which holds it by that proposal
-- KEYS[3]: the attempt's tombstone
-- KEYS[4]: the mark that somebody was refused because another holds the lock
-- ARGV[1]: attempt
-- ARGV[2]: proposal, 16 digits
-- ARGV[3]: lease and lock-delay, ms
-- RETURNS: {1, proposal} if accepted; {2, ms until the holder's lease ends, largest proposal known} if another holds the lock;
-- {3, largest proposal known} if the proposal is not larger; {4} if the node is not admitted; {5} for an attempt with a tombstone;
-- {6, ms} if the node keeps no lock for longer than that
-- ATOMIC: the look at the admission and at the holder, the floor and the acceptance, or the refusal and its mark; time is the server's
local KEPT = '604800000' -- a record outlives its lock for seven days,
local PERIOD = 3600000 -- and the floor rises each hour, so before what it stands for has gone
local node = redis.call('GET', KEYS[1])
if not node or string.sub(node, 1, 2) ~= '1A'
    or not string.find(redis.call('INFO', 'server'), 'run_id:' .. string.sub(node, 3, 42) .. '\r', 1, true) then
  return {4}
end
if tonumber(ARGV[3]) > tonumber(string.sub(node, 43, 55)) then
  return {6, tonumber(string.sub(node, 43, 55))}
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  return {5}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local greatest, floor, floorAt = string.sub(node, 56, 71), string.sub(node, 72, 87), string.sub(node, 88, 100)
if now - floorAt >= PERIOD or now < tonumber(floorAt) then
  floor, floorAt = greatest, string.format('%013.0f', now)
end

local record = redis.call('GET', KEYS[2])
local known = floor
if record then
  if string.byte(record) ~= 49 then
    return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
  end
  local accepted, ends, holder = string.sub(record, 2, 17), tonumber(string.sub(record, 18, 30)) or 0, string.sub(record, 31)
  if accepted > known then
    known = accepted
  end
  if ends > now then
    if holder ~= ARGV[1] then
      -- Who asks on asks well within a second. Without room for the mark the answer is the same.
      redis.pcall('SET', KEYS[4], '1', 'PX', '1000', 'NX')
      return {2, ends - now, known}
    end
    if accepted == ARGV[2] then
      return {1, ARGV[2]}
    end
  end
end
-- A round of the same attempt that came to nothing does not stand in the way of a later one.
if ARGV[2] <= known then
  return {3, known}
end
if ARGV[2] > greatest then
  greatest = ARGV[2]
end
redis.call('SET', KEYS[2], '1' .. ARGV[2] .. string.format('%013.0f', now + ARGV[3]) .. ARGV[1], 'PX', KEPT)
redis.call('SET', KEYS[1], string.sub(node, 1, 55) .. greatest .. floor .. floorAt)
return {1, ARGV[2]}
