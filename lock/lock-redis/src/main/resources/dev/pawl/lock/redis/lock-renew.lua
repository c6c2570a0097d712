-- Purpose: lets the lease of a lock's holder count anew, or only looks whether it still runs.
-- KEYS[1]: the record, as lock-acquire.lua describes it
-- KEYS[2]: the tombstones; may be left out
-- ARGV[1]: attempt
-- ARGV[2]: base, 16 digits
-- ARGV[3]: lease and lock-delay, ms; 0 to look only
-- RETURNS: 1 if the lock is held by this attempt under this base, else 0; a lease that has ended or is refused is not revived. 2 if
-- nothing was done since the record alone does not decide
-- ATOMIC: the look at the holder and the renewal; time is the server's
local KEPT = 604800000 -- as in lock-acquire.lua
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
if string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
if string.sub(record, 57) ~= ARGV[1] or string.sub(record, 2, 17) ~= ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = tonumber(string.sub(record, 18, 30))
if ends <= now then
  return 0
end
local tombs = tonumber(string.sub(record, 44, 56))
if tombs > now then
  if not KEYS[2] then
    return 2
  end
  local tomb = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if tomb and tonumber(tomb) > now then
    return 0
  end
end
local extension = tonumber(ARGV[3])
if extension > 0 then
  ends = math.max(ends, now + extension)
  redis.call('SET', KEYS[1], string.sub(record, 1, 17) .. string.format('%013.0f', ends) .. string.sub(record, 31),
    'PX', KEPT)
end
return 1
