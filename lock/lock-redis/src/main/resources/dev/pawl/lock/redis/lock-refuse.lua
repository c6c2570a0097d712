-- Purpose: refuses the renewals of a lock's holder, so that its lease runs out.
-- KEYS[1]: the record, as lock-acquire.lua describes it
-- KEYS[2]: the tombstones
-- ARGV[1]: attempt
-- ARGV[2]: base, 16 digits
-- RETURNS: 1 if the attempt held the lock under this base, else 0
-- ATOMIC: the look at the holder and the tombstone; time is the server's
local KEPT = 604800000 -- as in lock-acquire.lua
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if record and string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
if not record or string.sub(record, 57) ~= ARGV[1] or string.sub(record, 2, 17) ~= ARGV[2] then
  return 0
end
local ends, tombs = tonumber(string.sub(record, 18, 30)), tonumber(string.sub(record, 44, 56))
if ends <= now then
  return 0
end
tombs = math.max(tombs, ends)
redis.call('ZADD', KEYS[2], ends, ARGV[1])
redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', tombs))
redis.call('SET', KEYS[1], string.sub(record, 1, 43) .. string.format('%013.0f', tombs) .. ARGV[1], 'PX', KEPT)
return 1
