-- Purpose: grants a lock to an attempt in place of its holder.
-- KEYS[1]: the record, as lock-acquire.lua describes it
-- KEYS[2]: the tombstones
-- ARGV[1]: attempt
-- ARGV[2]: lease and lock-delay, ms
-- ARGV[3]: least base to grant, 16 digits
-- ARGV[4]: attempt of the holder whose grant ends
-- ARGV[5]: base of that grant, 16 digits
-- RETURNS: as lock-acquire.lua does; 0 if nobody holds the lock, and nothing is granted if another one does
-- ATOMIC: the look at the holder and the grant; time is the server's
local KEPT = 604800000 -- as in lock-acquire.lua
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not record then
  return 0
end
if string.byte(record) ~= 49 then
  return redis.error_reply('PAWLFORMAT record must have format 1: format=' .. string.sub(record, 1, 1))
end
local base, holder = string.sub(record, 2, 17), string.sub(record, 57)
local ends = tonumber(string.sub(record, 18, 30)) or 0
local tombs = tonumber(string.sub(record, 44, 56)) or 0
if tombs > now then
  local tomb = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if tomb and tonumber(tomb) > now then
    return -1
  end
end
if ends <= now then
  return 0
end
if holder == ARGV[4] and base == ARGV[5] then
  local last = base
  base = time[1] .. string.format('%06d', time[2])
  if base <= last then
    base = string.format('%016.0f', last + 1)
  end
  base = base >= ARGV[3] and base or ARGV[3]
elseif holder ~= ARGV[1] then
  return ends - now
end
redis.call('SET', KEYS[1], '1' .. base .. string.format('%013.0f', now + ARGV[2]) .. string.sub(record, 31, 56) .. ARGV[1],
  'PX', KEPT)
return base
